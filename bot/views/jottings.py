"""Words that were typed to Cairn by DM: the offer to put them into a check-in, and the choice of where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from bot.domain.forms import Waiting
from bot.domain.jottings import Offer
from bot.domain.readers import ReadBy
from bot.i18n import Voice
from bot.views import actions
from bot.views.blocks import Block, Modal, button, context, cut, escape, section
from bot.views.blocks import actions as row
from bot.views.rhythms import read_by

QUOTED = 200
SHOWN = 40
"""Questions to choose from."""


@dataclass(frozen=True)
class OfferCard:
    """What was typed, by the ts of its first message, and the check-ins that it can go into; readers of one alone."""

    first_ts: str
    open_for: Sequence[Waiting]
    read_by: ReadBy | None = None
    is_too_long: bool = False


def offer(voice: Voice, card: OfferCard) -> tuple[str, list[Block]]:
    """Put this in your check-in?"""
    if not card.open_for:
        text = voice.say("No check-in of yours takes this any more. Nobody else saw it.")
        return text, [section(text)]
    first, second = _asked(voice, card), _readers(voice, card)
    if card.is_too_long:
        second += " " + voice.say("It is longer than the 3,000 characters of an answer: all of it is kept.")
    label = voice.say("Put it in my check-in") if len(card.open_for) == 1 else voice.say("Choose the check-in")
    buttons = row(
        button(label, actions.PUT_WHERE, card.first_ts, style="primary"),
        button(voice.say("Don't keep it"), actions.LEAVE_JOTTINGS, card.first_ts),
    )
    return f"{first}\n{second}", [section(first), context(second), buttons]


def _asked(voice: Voice, card: OfferCard) -> str:
    if len(card.open_for) > 1:
        names = [f"*{escape(each.checkin)}*" for each in card.open_for]
        return voice.say("Put this in a check-in? {names} are open for you.", names=voice.names(names))
    (only,) = card.open_for
    name = escape(only.checkin)
    if only.is_late:
        return voice.say("Put this in your check-in? *{name}* takes a late answer.", name=name)
    if only.is_answered:
        return voice.say("Put this in your check-in? You sent *{name}*, and can edit it.", name=name)
    return voice.say("Put this in your check-in? *{name}* is open until *{until}*.", name=name, until=only.closes_at)


def _readers(voice: Voice, card: OfferCard) -> str:
    if card.read_by is None:
        return voice.say("Only you can open it until you send it; each form says who reads it then.")
    return voice.say("Only you can open it until you send it.") + " " + read_by(voice, card.read_by)


def was_put(voice: Voice, checkin: str, nominal: date) -> tuple[str, list[Block]]:
    """What the offer says once it was taken."""
    text = voice.say("You put this into your draft of *{name}*, {day}.", name=escape(checkin), day=nominal)
    return text, [context(text)]


def left(voice: Voice) -> tuple[str, list[Block]]:
    """What the offer says once it was declined."""
    text = voice.say("Not kept. Nobody else saw it.")
    return text, [context(text)]


def choose(voice: Voice, offered: Offer) -> Block:
    """Which question, where there are several."""
    blocks: list[Block] = [section("> " + escape(cut(" ".join(offered.words.split()), QUOTED)))]
    for (_, name, day), places in groupby(
        offered.places[:SHOWN], key=lambda each: (each.prompt_id, each.checkin, each.nominal)
    ):
        blocks.append(context(voice.say("*{name}*, {day}", name=escape(name), day=day)))
        for place in places:
            value = f"{offered.first_ts}:{place.prompt_id}:{place.question_id}"
            put_it = button(voice.say("Put it here"), actions.PUT_HERE, value)
            blocks.append(section(escape(voice.say(place.wording)), accessory=put_it))
    return Modal(actions.WHERE_FORM, voice.say("Where does it go?"), blocks, close=voice.say("Close")).view()


def place_in(clicked: Mapping[str, Any]) -> tuple[str, int, int]:
    """What a button of `choose` stands for: the ts of the first message, the prompt and the question."""
    first_ts, prompt_id, question_id = str(clicked["value"]).split(":")
    return first_ts, int(prompt_id), int(question_id)
