"""Inputs of a form that Cairn keeps while it is filled in, and what they hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from bot.domain.checkin_setup import Value
from bot.errors import UserError
from bot.i18n import mark
from bot.views.blocks import Block, Element, Field, field

_TIME = "09:00"


def kept(block_id: str, label: str, element: Element, hint: str | None = None, *, optional: bool = False) -> Block:
    """An input that tells Cairn what is in it, with each keystroke and choice."""
    return field(Field(block_id, label, hint, optional=optional, saves=True), element)


def one(fields: Mapping[str, Value], name: str) -> str:
    """The words or the option that an input holds; empty where it holds none."""
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def several(fields: Mapping[str, Value], name: str) -> list[str]:
    """The options that an input holds."""
    value = fields.get(name)
    return value if isinstance(value, list) else []


def time_of(fields: Mapping[str, Value], name: str) -> time | None:
    """The time of day that an input holds, as 09:00; None where it holds something else."""
    value = one(fields, name)
    try:
        return time.fromisoformat(value) if len(value) == len(_TIME) else None
    except ValueError:
        return None


def date_of(fields: Mapping[str, Value], name: str) -> date | None:
    """The date that an input holds; None where it holds something else."""
    try:
        return date.fromisoformat(one(fields, name))
    except ValueError:
        return None


def read(view: Mapping[str, Any]) -> dict[str, Value]:
    """What the inputs of a form hold, by block_id without its generation, whatever it is."""
    return {
        block_id.partition("~")[0]: _value(entry)
        for block_id, inputs in view["state"]["values"].items()
        for entry in inputs.values()
    }


def _value(entry: Mapping[str, Any]) -> Value:
    if "selected_options" in entry:
        return [str(option["value"]) for option in entry["selected_options"] or ()]
    if "selected_option" in entry:
        option = entry["selected_option"]
        return str(option["value"]) if option else None
    names = ("value", "selected_time", "selected_date", "selected_conversation")
    return next((entry[name] for name in names if name in entry), None)


class Reading:
    """Reads what inputs hold, and gathers what is wrong with it; what can't be read has some value until that is said.

    `offered`: what the menus offer, by block_id.
    """

    def __init__(self, fields: Mapping[str, Value], offered: Mapping[str, set[str]]) -> None:
        self.fields = fields
        self.offered = offered
        self.errors: list[UserError] = []

    def option(self, name: str) -> str:
        """One of a menu's options."""
        value = one(self.fields, name)
        if value not in self.offered[name]:
            self.errors.append(UserError(mark("Choose one from the list."), field=name))
        return value

    def number(self, name: str) -> int:
        """One of the options of a menu of numbers."""
        value = self.option(name)
        return int(value) if value in self.offered[name] else 1

    def time_of_day(self, name: str) -> time:
        """A time of day."""
        found = time_of(self.fields, name)
        if found is None:
            self.errors.append(UserError(mark("That isn't a time of day. Write it like 09:00."), field=name))
        return found or time()
