"""The reminder of a check-in that is open, for whoever hasn't answered yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from sqlalchemy.orm import Session

from bot.domain.checkins import PromptState
from bot.notices.checkins import PromptNotice, card_of
from bot.notices.registry import Message, Notice, Reader, register
from bot.views import reminders
from bot.views.reminders import ReminderCard
from storage import answers, rounds


def reminder_key(prompt_id: int, n: int) -> str:
    """The outbox key of a prompt's nth reminder, from 1 on."""
    return f"prompt:{prompt_id}:reminder:{n}"


@register("checkin.reminder")
@dataclass(frozen=True)
class Reminder(Notice):
    """That a check-in is open, until when, and what is saved of it."""

    prompt_id: int

    @classmethod
    def look_up(cls, session: Session, notices: Sequence[Self]) -> None:
        """What prompts ask for, reminders do."""
        PromptNotice.look_up(session, [PromptNotice(notice.prompt_id) for notice in notices])

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:
        card = _card(session, self.prompt_id, reader)
        if card is None or card.state != PromptState.SENT or now >= card.closes_at:
            return None
        return Message(*reminders.reminder(reader.voice, card, now))


@register("checkin.reminder.over")
@dataclass(frozen=True)
class ReminderOver(Notice):
    """What a reminder says once it has done its work."""

    prompt_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        card = _card(session, self.prompt_id, reader)
        return None if card is None else Message(*reminders.over(reader.voice, card))


def _card(session: Session, prompt_id: int, reader: Reader) -> ReminderCard | None:
    row = rounds.with_round(session, prompt_id)
    if row is None or row[0].person_id != reader.person_id:
        return None
    prompt, round_, checkin = row
    draft = answers.draft(session, prompt.person_id, prompt.key)
    return ReminderCard(
        prompt_id=prompt.key,
        card=card_of(session, checkin, prompt.team_ids),
        state=prompt.state,
        closes_at=prompt.closes_at,
        drafted=0 if draft is None else draft.filled,
        questions=len(round_.questions),
    )
