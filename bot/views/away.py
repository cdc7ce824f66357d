"""Away: what is typed after the command, the form with the list, and what is said of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import dropwhile
from typing import Any

from bot.domain.away import AwayRequest
from bot.domain.calendars import Away
from bot.errors import UserError
from bot.i18n import Voice, mark
from bot.views import actions
from bot.views.blocks import (
    Block,
    Field,
    Modal,
    button,
    context,
    cut,
    datepicker,
    divider,
    escape,
    field,
    section,
)
from bot.views.typed_dates import day

VALUE = "value"
SHOWN = 20
TYPED = 60
"""Characters of what was typed that are shown again."""

FROM, UNTIL = mark("from/on"), mark("until/till/to")
"""Words before the first day and before the last, as many as a language has, with a slash between them."""

UNREADABLE = mark(
    "I can't read “{typed}” as a day. Type `/cairn away until 4 December`, or `/cairn away` to choose days. "
    "Nothing was saved."
)


@dataclass(frozen=True)
class Listed:
    """A time away by its primary key."""

    id: int
    days: Away


def typed(voice: Voice, text: str, today: date) -> AwayRequest:
    """What follows `/cairn away`: `until 4 December`, `from Friday until 4 Jan`, `4 December`, `today`.

    Raises UserError where that isn't days.
    """
    words = text.casefold().replace(" – ", " - ").split()
    _, end = _markers(voice.locale)
    last_at = next((n for n, word in enumerate(words) if word in end), None)
    if last_at is None:
        only = _day(voice, words, today, text)
        return AwayRequest(only, only)
    last = _day(voice, words[last_at + 1 :], today, text)
    before = words[:last_at]
    return AwayRequest(last, _day(voice, before, today, text) if before else None)


@lru_cache(maxsize=64)
def _markers(tag: str) -> tuple[frozenset[str], frozenset[str]]:
    """Words before the first day and before the last, in English and in somebody's own language."""
    voice = Voice(tag)
    begin = (*FROM.split("/"), *voice.say(FROM).split("/"))
    end = ("-", *UNTIL.split("/"), *voice.say(UNTIL).split("/"))
    return frozenset(begin), frozenset(end)


def _day(voice: Voice, words: Sequence[str], today: date, text: str) -> date:
    markers = frozenset().union(*_markers(voice.locale))
    found = day(voice, " ".join(dropwhile(markers.__contains__, words)), today)
    if found is None:
        raise UserError(UNREADABLE, typed=escape(cut(text, TYPED)))
    return found


def saved(voice: Voice, days: Away, today: date) -> str:
    """What is said to whoever has just gone away."""
    after = voice.say("Leads see “away”, and nothing else. `/cairn away` shows it, and takes it back.")
    return f"{_until_when(voice, days, today)}\n{after}"


def _until_when(voice: Voice, days: Away, today: date) -> str:
    if days.first == days.last:
        return voice.say("You're away on *{day}*: no check-in asks you that day.", day=days.first)
    if days.first <= today:
        return voice.say("You're away until *{last}*: no check-in asks you before you are back.", last=days.last)
    return voice.say(
        "You're away from *{first}* until *{last}*: no check-in asks you on those days.",
        first=days.first,
        last=days.last,
    )


def span(voice: Voice, days: Away) -> str:
    """A time away as a list shows it."""
    if days.first == days.last:
        return voice.day(days.first)
    return voice.say("{first} until {last}", first=days.first, last=days.last)


def form(voice: Voice, coming: Sequence[Listed], today: date) -> Block:
    """The form: two days to choose, and what is there already, each with Remove."""
    lines: list[Block] = [
        section(span(voice, each.days), accessory=button(voice.say("Remove"), actions.REMOVE_AWAY, str(each.id)))
        for each in coming[:SHOWN]
    ]
    if lines:
        lines = [divider(), section(voice.say("*You're away*")), *lines]
    return Modal(
        actions.AWAY_FORM,
        voice.say("Away"),
        [
            field(Field("first", voice.say("First day away")), datepicker(VALUE, today.isoformat())),
            field(Field("last", voice.say("Last day away")), datepicker(VALUE)),
            context(voice.say("No check-in asks you on these days. Leads see “away”, and nothing else.")),
            *lines,
        ],
        submit=voice.say("Save"),
        close=voice.say("Close"),
    ).view()


def parse(view: Mapping[str, Any]) -> AwayRequest:
    """The days that the form holds; raises UserError at the field without one."""
    values = view["state"]["values"]
    return AwayRequest(_chosen(values, "last"), _chosen(values, "first"))


def _chosen(values: Mapping[str, Any], block_id: str) -> date:
    try:
        return date.fromisoformat(values[block_id][VALUE].get("selected_date") or "")
    except ValueError:
        raise UserError(mark("Choose a day."), field=block_id) from None
