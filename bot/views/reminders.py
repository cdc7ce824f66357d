"""The reminder of a check-in: until when, and what is saved as a draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.i18n import Voice
from bot.views import actions
from bot.views.blocks import Block, button, escape, section
from bot.views.blocks import actions as row
from bot.views.prompts import CheckInCard


@dataclass(frozen=True)
class ReminderCard:
    """A prompt that its receiver is reminded of; `drafted` of `questions` answers are saved. `closes_at` in UTC."""

    prompt_id: int
    card: CheckInCard
    state: str
    closes_at: datetime
    drafted: int
    questions: int


def reminder(voice: Voice, card: ReminderCard, now: datetime) -> tuple[str, list[Block]]:
    """What is said, and its two buttons."""
    text = _open(voice, card, now)
    if card.drafted:
        text += " " + voice.say_n(
            "{n} of {questions} answers is saved as a draft that only you can open.",
            "{n} of {questions} answers are saved as a draft that only you can open.",
            card.drafted,
            questions=card.questions,
        )
    label = voice.say("Continue your draft") if card.drafted else voice.say("Answer")
    value = str(card.prompt_id)
    buttons = [
        button(label, actions.ANSWER, value, style="primary"),
        button(voice.say("Not this time"), actions.SKIP, value),
    ]
    return text, [section(text), row(*buttons)]


def _open(voice: Voice, card: ReminderCard, now: datetime) -> str:
    named = {"name": escape(card.card.name), "team": escape(card.card.team)}
    if voice.local(card.closes_at).date() == voice.local(now).date():
        return voice.say("Your {name}, {team}, is open until *{hour} today*.", hour=voice.hour(card.closes_at), **named)
    return voice.say("Your {name}, {team}, is open until *{until}*.", until=card.closes_at, **named)


def over(voice: Voice, card: ReminderCard) -> tuple[str, list[Block]]:
    """What is left of it once its prompt is dealt with, or its window has ended."""
    named = {"name": escape(card.card.name), "team": escape(card.card.team)}
    if card.state in ("answered", "late"):
        text = voice.say("Your {name}, {team}: sent. Thank you.", **named)
    elif card.state in ("sent", "missed"):
        text = voice.say("Your {name}, {team}: a late answer is taken until the next round opens.", **named)
    else:
        text = voice.say("Your {name}, {team}: nothing is expected of you any more.", **named)
    return text, [section(text)]
