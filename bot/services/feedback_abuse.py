"""What a receiver can do against feedback without knowing who wrote it, and how two admins learn that together."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.roles import Action
from bot.errors import UserError
from bot.i18n import mark
from bot.notices.feedback_abuse import ReportNotice, UnmaskedNotice, report_key, unmasked_key
from bot.services import feedback_threads
from bot.services.feedback import NOT_THERE
from bot.services.roles import Refusal, require
from bot.views.feedback_more import MoreCard
from storage import access, feedback, feedback_reports, outbox, people, preferences
from storage.feedback import Feedback
from storage.feedback_reports import FeedbackReport
from storage.outbox_rows import Priority
from storage.people import Person

NO_ADMIN = mark("They don't run Cairn here any more. Choose another admin; nothing was shown to anybody.")
SHOWN_ALREADY = mark("You showed this to an admin already. Nothing was changed.")
NOT_REPORTED = mark("This report isn't there for you any more. Nothing was changed.")
TAKES_ANOTHER = mark("It takes another admin to agree: who asked can't be both. Nothing was changed.")
REFUSED = Refusal(
    mark("{names} can decide this: it takes two admins. Nothing was changed."),
    mark("It takes two admins to decide this, and there are none. Nothing was changed."),
)


def more(session: Session, actor: Person, ref: str, now: datetime) -> MoreCard:
    """What a receiver can do with feedback beside answering it."""
    thread = _got(session, actor, ref)
    report = feedback_reports.of_feedback(session, thread.key)
    shown_to = None if report is None else session.get_one(Person, report.admin_id).name
    return MoreCard(
        feedback_threads.talk(session, actor, ref, now),
        [(each.key, each.name) for each in people.admins(session) if each.key != actor.key],
        is_blocked=feedback_reports.is_blocked_by(session, thread.key),
        refuses=preferences.of_person(session, actor.key).refuses_confidential,
        shown_to=shown_to,
    )


def _got(session: Session, actor: Person, ref: str, *, held: bool = False) -> Feedback:
    thread = feedback.by_ref(session, ref, held=held)
    if thread is None or thread.receiver_id != actor.key or thread.delivered_at is None:
        raise UserError(NOT_THERE)
    return thread


def refuse(session: Session, actor: Person, ref: str, now: datetime) -> MoreCard:
    """Take no confidential feedback any more that wasn't asked for, until preferences say so; this thread is closed."""
    thread = _got(session, actor, ref, held=True)
    if thread.is_confidential:
        wanted = replace(preferences.of_person(session, actor.key), refuses_confidential=True)
        preferences.save(session, actor.key, wanted, now)
        feedback_threads.close(session, actor, ref, now)
    return more(session, actor, ref, now)


def block(session: Session, actor: Person, ref: str, now: datetime) -> MoreCard:
    """Take nothing confidential any more from whoever wrote this; this thread is closed."""
    thread = _got(session, actor, ref, held=True)
    if thread.is_confidential:
        feedback_reports.block(session, thread, now)
        feedback_threads.close(session, actor, ref, now)
    return more(session, actor, ref, now)


def report(session: Session, actor: Person, ref: str, admin_id: int, now: datetime) -> MoreCard:
    """Show the first words of a thread to an admin, who isn't told who wrote them."""
    thread, admin = _got(session, actor, ref, held=True), people.get(session, admin_id)
    if feedback_reports.of_feedback(session, thread.key) is not None:
        raise UserError(SHOWN_ALREADY)
    if admin is None or not admin.is_admin or admin.key == actor.key:
        raise UserError(NO_ADMIN)
    made = FeedbackReport(feedback_id=thread.key, admin_id=admin.key, at=now)
    session.add(made)
    session.flush()
    _show(session, thread, made, admin, now)
    return more(session, actor, ref, now)


def _show(session: Session, thread: Feedback, report_: FeedbackReport, admin: Person, now: datetime) -> None:
    said, key = ReportNotice(report_.key, admin.key), report_key(report_.key, admin.key)
    if outbox.post(session, said, key=key, to=admin.key, priority=Priority.PERSONAL):
        access.log(session, admin.key, [(thread.author_id, thread.key)], what="feedback", place="report", at=now)


def ask(session: Session, actor: Person, report_id: int, now: datetime) -> bool:
    """The admin who was shown it asks to learn who wrote it: every other admin is asked to agree. Twice is once."""
    require(session, actor, Action.UNMASK_FEEDBACK, REFUSED)
    held = _held(session, report_id)
    if held.admin_id != actor.key:
        raise UserError(NOT_REPORTED)
    thread = session.get_one(Feedback, held.feedback_id)
    if held.asked_by is not None or not thread.is_confidential:
        return False
    held.asked_by = actor.key
    session.flush()
    for admin in people.admins(session):
        # Its author too, where they are one: whoever is left out would be known by that.
        if admin.key not in (actor.key, thread.receiver_id):
            _show(session, thread, held, admin, now)
    _say_so(session, held)
    return True


def agree(session: Session, actor: Person, report_id: int, now: datetime) -> bool:
    """A second admin agrees: the two learn who wrote it, which is logged, and its author is told. Twice is once."""
    require(session, actor, Action.UNMASK_FEEDBACK, REFUSED)
    held = _held(session, report_id)
    asked_by = people.get(session, held.asked_by)
    if asked_by is None or not asked_by.is_admin or held.unmasked_at is not None:
        return False
    thread = session.get_one(Feedback, held.feedback_id)
    if actor.key in (asked_by.key, thread.receiver_id):
        raise UserError(TAKES_ANOTHER)
    held.agreed_by, held.unmasked_at = actor.key, now
    session.flush()
    for admin in (asked_by, actor):
        access.log(session, admin.key, [(thread.author_id, thread.key)], what="author", place="report", at=now)
    told, key = UnmaskedNotice(held.key), unmasked_key(held.key)
    outbox.post(session, told, key=key, to=thread.author_id, priority=Priority.PERSONAL)
    _say_so(session, held)
    return True


def _held(session: Session, report_id: int) -> FeedbackReport:
    found = feedback_reports.get(session, report_id, held=True)
    if found is None:
        raise UserError(NOT_REPORTED)
    return found


def _say_so(session: Session, held: FeedbackReport) -> None:
    for admin in people.admins(session):
        outbox.update(session, ReportNotice(held.key, admin.key), of=report_key(held.key, admin.key))
