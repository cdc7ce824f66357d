"""What somebody can answer or edit now, and the sentence where they can't."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.checkins import PromptState
from bot.domain.forms import Waiting
from bot.errors import UserError
from bot.i18n import mark
from storage import answers, checkins, rounds
from storage.checkins import CheckIn
from storage.people import Person
from storage.rounds import Prompt, Round

GONE = mark("This check-in isn't there any more. Nothing was sent.")
NOT_YOURS = mark("This check-in was sent to somebody else. Only they can answer it. Nothing was sent.")
DELETED = mark("This check-in was deleted meanwhile, so it takes no more answers. Nothing was sent.")
OVER = mark("The next round of this check-in has opened, so this one takes no more answers. Nothing was sent.")
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
    LEFT_TEAM: mark(
        "You aren't in {team} any more, so its check-in takes no answer from you. "
        "Nothing was sent; what you typed stays here until you close this form."
    ),
}
"""What the same refusals say beside the words of a form."""


@dataclass(frozen=True)
class Part:
    """A prompt with what it belongs to."""

    prompt: Prompt
    round: Round
    checkin: CheckIn


def part_of(session: Session, actor: Person, prompt_id: int, now: datetime) -> Part:
    """Somebody's own prompt that they can answer or edit now; raises UserError where they can't."""
    part, refusal = look(session, actor, prompt_id, now)
    if refusal is not None:
        raise refusal
    return part


def look(session: Session, actor: Person, prompt_id: int, now: datetime) -> tuple[Part, UserError | None]:
    """Somebody's own prompt, and why it takes no more answers from them; raises UserError where it isn't theirs."""
    row = rounds.with_round(session, prompt_id)
    if row is None:
        raise UserError(GONE)
    part = Part(*row)
    if part.prompt.person_id != actor.key:
        raise UserError(NOT_YOURS)
    return part, _refusal(session, part, actor, now)


def beside_words(refusal: UserError) -> UserError:
    """The same refusal in a form, which keeps what was typed."""
    refusal.msgid = IN_FORM.get(refusal.msgid, refusal.msgid)
    return refusal


def waiting(session: Session, actor: Person, now: datetime) -> list[Waiting]:
    """What somebody can answer or edit now: unanswered first, what closes soonest before the others."""
    parts = [Part(*row) for row in rounds.answerable(session, actor.key, now)]
    listed = [_waiting(part, now) for part in parts if _refusal(session, part, actor, now) is None]
    return sorted(listed, key=lambda each: (each.is_answered, each.closes_at))


def drafted(session: Session, actor: Person, now: datetime) -> list[Waiting]:
    """What somebody has a draft of, newest first; those that can't be sent any more can still be read."""
    looked = [(draft, *look(session, actor, draft.prompt_id, now)) for draft in answers.drafts(session, actor.key)]
    return [
        replace(_waiting(part, now), is_over=refusal is not None)
        for draft, part, refusal in looked
        # Answers that were emptied in the form are a draft too, while they can be sent.
        if draft.filled or (part.prompt.answered_at is not None and refusal is None)
    ]


def _waiting(part: Part, now: datetime) -> Waiting:
    return Waiting(
        part.prompt.key,
        part.checkin.name,
        part.round.nominal,
        part.prompt.closes_at,
        is_late=now >= part.prompt.closes_at,
        is_answered=part.prompt.answered_at is not None,
        is_skipped=part.prompt.state == PromptState.SKIPPED,
    )


def _refusal(session: Session, part: Part, actor: Person, now: datetime) -> UserError | None:
    """Why somebody can't answer a prompt, or None where they can; late answers are taken until the next round."""
    if part.checkin.deleted_at is not None:
        return UserError(DELETED)
    if not checkins.asked_in(session, part.checkin.key, [actor.key]):
        return UserError(LEFT_TEAM, team=" + ".join(team.name for team in checkins.teams(session, part.checkin.key)))
    if now >= part.prompt.closes_at and rounds.newest_id(session, part.checkin.key) != part.round.key:
        return UserError(OVER)
    return None
