"""Words typed to Cairn by DM: offered to the check-in that is open, put into its draft, or left with two lines of help.

They are kept, sealed, from when they are typed, like a draft that belongs nowhere yet: no button could hold them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.domain import jottings as rules
from bot.domain.forms import Form, Submission
from bot.domain.jottings import Offer, Place
from bot.domain.replies import Heard
from bot.errors import UserError
from bot.i18n import mark
from bot.notices import waiting
from bot.notices.checkins import PromptNotice
from bot.notices.jottings import JottingsOffer
from bot.notices.reminders import Reminder
from bot.services import answers, drafts, home
from storage import answers as stored_answers
from storage import jottings, outbox, replies
from storage.jottings import Jotting
from storage.outbox_rows import Priority
from storage.people import Person
from storage.replies import Root

JOINED = timedelta(minutes=10)
"""Messages that come so close to each other are offered together."""
REORDERED = 600.0
"""Seconds by which an edit may come before the message itself: Slack tries for some minutes, in no order."""

GONE = mark("These words aren't kept any more; what you wrote still stands above. Nothing was changed.")
NOTHING_OPEN = mark("No check-in of yours takes this any more. Your words still stand above; nothing was changed.")
NOT_ASKED = mark("This question isn't asked any more. Your words are kept: choose another one. Nothing was changed.")
BUSY = mark("Your draft changed at the same moment. Press again: your words are kept, and nothing was changed.")


def hear(session: Session, actor: Person, heard: Heard, now: datetime) -> bool:
    """A message in somebody's DM, new, changed or deleted; says whether anything came of it."""
    known = jottings.by_source(session, actor.key, heard.ts)
    if known is not None:
        return _follow(session, actor, known, heard)
    if heard.edited_ts and float(heard.edited_ts) - float(heard.ts) > REORDERED:
        return False  # an old message, which nothing was asked for then
    root = replies.root(session, actor.key, heard.thread_ts) if heard.thread_ts else None
    about_id = _prompt_of(root)
    if not waiting.taking_words(session, actor, now, about_id) or not (heard.is_deleted or _says(heard)):
        is_new = not heard.is_deleted and not heard.edited_ts
        return is_new and home.talked(session, actor, now)
    if heard.is_deleted:
        _keep(session, actor, heard, (heard.ts, about_id), now)  # a trace, lest it is offered when it comes after all
        return False
    before = jottings.latest(session, actor.key, about_id, now - JOINED)
    kept = _keep(session, actor, heard, (before.first_ts if before else heard.ts, about_id), now)
    offer_ = JottingsOffer(actor.key, kept.first_ts)
    if before is not None:
        return outbox.update(session, offer_, of=offer_.key)
    thread = root.key if root else None
    return outbox.post(session, offer_, key=offer_.key, to=actor.key, thread_of=thread, priority=Priority.PERSONAL)


def _says(heard: Heard) -> bool:
    return bool((heard.words or "").strip())


def _prompt_of(root: Root | None) -> int | None:
    if root is None or root.kind not in (PromptNotice.kind, Reminder.kind):
        return None
    return int(root.ids["prompt_id"])


def _keep(session: Session, actor: Person, heard: Heard, where: tuple[str, int | None], now: datetime) -> Jotting:
    row = Jotting(
        person_id=actor.key,
        source_ts=heard.ts,
        first_ts=where[0],
        about_id=where[1],
        words=heard.words,
        edited_ts=heard.edited_ts,
        at=now,
    )
    session.add(row)
    session.flush()
    return row


def _follow(session: Session, actor: Person, known: Jotting, heard: Heard) -> bool:
    """A change of what is offered; what was put into a draft already is the draft's."""
    if known.words is None or (not heard.is_deleted and heard.edited_ts <= known.edited_ts):
        return False
    known.words = heard.words if _says(heard) else None
    known.edited_ts = heard.edited_ts
    session.flush()
    offer_ = JottingsOffer(actor.key, known.first_ts)
    if jottings.words_of(jottings.offered(session, actor.key, known.first_ts)):
        return outbox.update(session, offer_, of=offer_.key)
    outbox.delete(session, of=offer_.key)
    return True


def offer(session: Session, actor: Person, first_ts: str, now: datetime) -> Offer:
    """What somebody typed, and where it can go; raises UserError where it isn't kept, or can go nowhere any more."""
    rows = jottings.offered(session, actor.key, first_ts)
    words = jottings.words_of(rows)
    if not words:
        raise UserError(GONE)
    parts = waiting.taking_words(session, actor, now, rows[-1].about_id)
    forms = [answers.form(session, actor, part.prompt.key, now) for part in parts]
    places = [
        Place(form.prompt_id, question.id, question.wording, form.checkin, form.nominal)
        for form in forms
        for question in rules.questions_for(form)
    ]
    if not places:
        raise UserError(NOTHING_OPEN)
    return Offer(first_ts, words, places)


def put(session: Session, actor: Person, where: tuple[str, int, int], action_ts: str, now: datetime) -> Form:
    """Put what was typed into a question's draft, and give the form. `action_ts` is Slack's time of the click.

    `where`: the ts of the first message, the prompt and the question. Raises UserError where that takes no answer.
    """
    first_ts, prompt_id, question_id = where
    rows = jottings.offered(session, actor.key, first_ts, held=True)
    words = jottings.words_of(rows)
    if not words:
        raise UserError(GONE)
    waiting.part_of(session, actor, prompt_id, now)
    form = answers.form(session, actor, prompt_id, now)
    question = next((each for each in form.shown if each.id == question_id and each.kind.is_words), None)
    if question is None:
        raise UserError(NOT_ASKED)
    fits, rest = rules.put(question, form.values.get(question_id), words)
    if not answers.save_draft(session, actor, Submission(prompt_id, {question_id: fits}, "", action_ts), now):
        raise UserError(BUSY)
    draft = stored_answers.draft(session, actor.key, prompt_id)
    if rest and draft is not None:
        drafts.keep_rest(session, draft, question_id, rest)
    _let_go(session, actor, rows, prompt_id)
    return answers.form(session, actor, prompt_id, now)


def leave(session: Session, actor: Person, first_ts: str, _now: datetime) -> bool:
    """Don't keep it. Twice is once."""
    rows = jottings.offered(session, actor.key, first_ts, held=True)
    return bool(jottings.words_of(rows)) and _let_go(session, actor, rows, None)


def _let_go(session: Session, actor: Person, rows: list[Jotting], prompt_id: int | None) -> bool:
    for row in rows:
        row.words, row.prompt_id = None, prompt_id
    session.flush()
    said = JottingsOffer(actor.key, rows[0].first_ts)
    return outbox.update(session, said, of=said.key)


def forget_old_jottings(session: Session, now: datetime) -> bool:
    """Let go of what nobody put anywhere for as long as drafts are kept. A tick's step."""
    return jottings.forget_before(session, now - drafts.KEPT)
