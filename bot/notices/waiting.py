"""What somebody can answer or edit now, and the sentence where they can't."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.checkins import PromptState, QuestionKind
from bot.domain.early import LASTS
from bot.domain.forms import Waiting
from bot.errors import UserError
from bot.i18n import mark
from storage import checkins, parts, rounds
from storage.parts import Part
from storage.people import Person
from storage.rounds import AHEAD

GONE = mark("This check-in isn't there any more. Nothing was sent.")
NOT_YOURS = mark("This check-in was sent to somebody else. Only they can answer it. Nothing was sent.")
DELETED = mark("This check-in was deleted meanwhile, so it takes no more answers. Nothing was sent.")
OVER = mark("The next round of this check-in has opened, so this one takes no more answers. Nothing was sent.")
NEVER_OPENED = mark("The round that you started early never opened, so it takes no more answers. Nothing was sent.")
LEFT_TEAM = mark("You aren't in {team} any more, so its check-in takes no answer from you. Nothing was sent.")
IN_FORM = {
    DELETED: mark(
        "This check-in was deleted meanwhile, so it takes no more answers. "
        "Nothing was sent; what you typed stays here until you close this form."
    ),
    OVER: mark(
        "The next round of this check-in has opened, so this one takes no more answers. "
        "Nothing was sent; what you typed stays here until you close this form."
    ),
    NEVER_OPENED: mark(
        "The round that you started early never opened, so it takes no more answers. "
        "Nothing was sent; what you typed stays here until you close this form."
    ),
    LEFT_TEAM: mark(
        "You aren't in {team} any more, so its check-in takes no answer from you. "
        "Nothing was sent; what you typed stays here until you close this form."
    ),
}
"""What the same refusals say beside the words of a form."""


def part_of(session: Session, actor: Person, prompt_id: int, now: datetime, *, holds_round: bool = False) -> Part:
    """Somebody's own prompt that they can answer or edit now; raises UserError where they can't.

    `holds_round`: the round isn't closed before this transaction has ended.
    """
    part, refusal = look(session, actor, prompt_id, now, holds_round=holds_round)
    if refusal is not None:
        raise refusal
    return part


def look(
    session: Session, actor: Person, prompt_id: int, now: datetime, *, holds_round: bool = False
) -> tuple[Part, UserError | None]:
    """Somebody's own prompt, and why it takes no more answers from them; raises UserError where it isn't theirs."""
    part = parts.of(session, prompt_id, holds_round=holds_round)
    if part is None:
        raise UserError(GONE)
    if part.prompt.person_id != actor.key:
        raise UserError(NOT_YOURS)
    return part, _refusal(session, part, now)


def beside_words(refusal: UserError) -> UserError:
    """The same refusal in a form, which keeps what was typed."""
    refusal.msgid = IN_FORM.get(refusal.msgid, refusal.msgid)
    return refusal


def waiting(session: Session, actor: Person, now: datetime) -> list[Waiting]:
    """What somebody can answer or edit now: unanswered first, what closes soonest before the others."""
    return [as_waiting(part, now) for part in open_parts(session, actor, now)]


def open_parts(session: Session, actor: Person, now: datetime) -> list[Part]:
    """The same, with all that it belongs to."""
    found = parts.answerable(session, actor.key, now)
    return sorted(
        (part for part in found if _refusal(session, part, now) is None),
        key=lambda part: (part.prompt.answered_at is not None, part.prompt.closes_at),
    )


def taking_words(session: Session, actor: Person, now: datetime, about_id: int | None = None) -> list[Part]:
    """The check-ins that somebody was asked, and hasn't answered, in which there is a question that takes words.

    Typed in the thread of one that takes words, also after it was sent, they are about that one alone (`about_id`).
    """
    found = [part for part in open_parts(session, actor, now) if _takes_words(part)]
    about = [part for part in found if part.prompt.key == about_id]
    return about or [part for part in found if part.prompt.state in _ASKED or (part.draft and part.draft.filled)]


_ASKED = (PromptState.SENT, PromptState.MISSED)


def _takes_words(part: Part) -> bool:
    return any(QuestionKind(question["kind"]).is_words for question in part.round.questions)


def drafted(session: Session, actor: Person, now: datetime) -> list[Waiting]:
    """What somebody has a draft of, newest first; those that can't be sent any more can still be read."""
    looked = [(part, _refusal(session, part, now)) for part in parts.drafted(session, actor.key)]
    return [
        replace(as_waiting(part, now), is_over=refusal is not None)
        for part, refusal in looked
        # Answers that were emptied in the form are a draft too, while they can be sent.
        if (part.draft and part.draft.filled) or (part.prompt.answered_at is not None and refusal is None)
    ]


def as_waiting(part: Part, now: datetime) -> Waiting:
    """A prompt, as lists show it."""
    return Waiting(
        part.prompt.key,
        part.checkin.name,
        part.round.nominal,
        part.prompt.closes_at,
        is_late=now >= part.prompt.closes_at,
        is_answered=part.prompt.answered_at is not None,
        is_skipped=part.prompt.state == PromptState.SKIPPED,
    )


def _refusal(session: Session, part: Part, now: datetime) -> UserError | None:
    """Why somebody can't answer a prompt, or None where they can; late answers are taken until the next round."""
    if part.checkin.deleted_at is not None:
        return UserError(DELETED)
    if not part.is_asked:
        return UserError(LEFT_TEAM, team=" + ".join(team.name for team in checkins.teams(session, part.checkin.key)))
    if part.round.n == AHEAD:
        return UserError(NEVER_OPENED) if part.round.opened_at < now - LASTS else None
    if now >= part.prompt.closes_at and rounds.newest_id(session, part.checkin.key) != part.round.key:
        return UserError(OVER)
    return None
