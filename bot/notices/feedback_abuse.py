"""Feedback that was shown to an admin: what admins see of it, and what its author is told when two learn of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.notices.registry import Exempt, Message, Notice, Reader, register
from bot.views import feedback_more as views
from bot.views.feedback_more import ReportCard
from storage import feedback, feedback_reports, people
from storage.feedback import Feedback
from storage.people import Person


def report_key(report_id: int, admin_id: int) -> str:
    """The outbox key of a report as an admin sees it."""
    return f"feedback:report:{report_id}:{admin_id}"


def unmasked_key(report_id: int) -> str:
    """The outbox key of what its author is told."""
    return f"feedback:report:{report_id}:unmasked"


@register("feedback.report", Exempt.PRIVACY)
@dataclass(frozen=True)
class ReportNotice(Notice):
    """To an admin: what was shown to them, and, once two of them agreed, who wrote it."""

    report_id: int
    admin_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        report, admin = feedback_reports.get(session, self.report_id), people.get(session, self.admin_id)
        if report is None or admin is None or not admin.is_admin or reader.person_id != self.admin_id:
            return None
        thread = session.get_one(Feedback, report.feedback_id)
        is_theirs = self.admin_id in (report.admin_id, report.asked_by, report.agreed_by)
        author = thread.author_id if report.unmasked_at is not None and is_theirs else None
        if not thread.is_confidential:
            author = thread.author_id
        card = ReportCard(
            report.key,
            session.get_one(Person, thread.receiver_id).name,
            feedback.first(session, thread.key).words or "",
            asked_by=_name(session, report.asked_by),
            agreed_by=_name(session, report.agreed_by),
            author=_name(session, author),
            may_ask=thread.is_confidential and self.admin_id == report.admin_id and report.asked_by is None,
            may_agree=report.unmasked_at is None and report.asked_by not in (None, self.admin_id),
            enough=len(people.admins(session)) > 1,
        )
        return Message(*views.report(reader.voice, card))


def _name(session: Session, person_id: int | None) -> str | None:
    return None if person_id is None else session.get_one(Person, person_id).name


@register("feedback.unmasked", Exempt.PRIVACY)
@dataclass(frozen=True)
class UnmaskedNotice(Notice):
    """To its author: two admins have learnt who wrote it."""

    report_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        report = feedback_reports.get(session, self.report_id)
        thread = None if report is None else session.get(Feedback, report.feedback_id)
        if report is None or thread is None or thread.author_id != reader.person_id:
            return None
        names = [_name(session, each) or "" for each in (report.asked_by, report.agreed_by)]
        receiver = session.get_one(Person, thread.receiver_id).name
        return Message(*views.unmasked(reader.voice, receiver, names))
