"""Somebody's own days as a form, and its parser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from bot.domain.days import DaysRequest
from bot.domain.public_holidays import Region
from bot.errors import UserError
from bot.i18n import Voice, mark
from bot.views import actions, regions
from bot.views.blocks import Block, Field, Modal, checkboxes, field, section, select, text_input, timepicker

VALUE = "value"
AS_CHECKIN = "checkin"


@dataclass(frozen=True)
class CurrentDays:
    """How somebody's days stand; weekdays count from 0, Monday.

    `region`: their own; `otherwise`: that of their team, or everybody's.
    """

    working_days: frozenset[int]
    hours_from: time
    hours_to: time
    region: Region | None
    otherwise: Region | None
    reminders: str | None


def form(voice: Voice, current: CurrentDays) -> Block:
    """The form, for oneself alone."""
    days = {str(day): voice.weekday(day) for day in range(7)}
    return Modal(
        actions.DAYS_FORM,
        voice.say("Your days"),
        [
            section(voice.say("When you can be asked. You are never asked on a day off.")),
            field(
                Field("working_days", voice.say("Your working days")),
                checkboxes(VALUE, days, [str(day) for day in sorted(current.working_days)]),
            ),
            field(
                Field("hours_from", voice.say("Working hours from")), timepicker(VALUE, f"{current.hours_from:%H:%M}")
            ),
            field(Field("hours_to", voice.say("Until")), timepicker(VALUE, f"{current.hours_to:%H:%M}")),
            field(
                Field("region", voice.say("Country, for its public holidays"), _hint(voice, current), optional=True),
                text_input(VALUE, regions.MOST, regions.written(current.region)),
            ),
            field(
                Field("reminders", voice.say("Reminders of a check-in")),
                select(VALUE, _reminders(voice), current.reminders or AS_CHECKIN),
            ),
        ],
        submit=voice.say("Save"),
        close=voice.say("Cancel"),
    ).view()


def _hint(voice: Voice, current: CurrentDays) -> str:
    if current.otherwise is None:
        return voice.say("Such as Germany, DE or DE-BY. Empty: none.")
    return voice.say("Such as Germany, DE or DE-BY. Empty: {region}.", region=regions.written(current.otherwise))


def _reminders(voice: Voice) -> dict[str, str]:
    return {
        AS_CHECKIN: voice.say("As each check-in says"),
        "standard": voice.say("One at most"),
        "light": voice.say("None"),
    }


def parse(voice: Voice, view: Mapping[str, Any]) -> DaysRequest:
    """What the form holds; raises UserError at the field that can't be read."""
    values = {block_id: inputs[VALUE] for block_id, inputs in view["state"]["values"].items() if VALUE in inputs}
    reminders = (values["reminders"].get("selected_option") or {}).get("value")
    return DaysRequest(
        working_days=frozenset(int(each["value"]) for each in values["working_days"].get("selected_options") or ()),
        hours_from=_time(values, "hours_from"),
        hours_to=_time(values, "hours_to"),
        region=regions.parse(voice, values["region"].get("value") or "", "region"),
        reminders=None if reminders == AS_CHECKIN else reminders,
    )


def _time(values: Mapping[str, Any], block_id: str) -> time:
    try:
        return time.fromisoformat(values[block_id].get("selected_time") or "")
    except ValueError:
        raise UserError(mark("That isn't a time of day. Write it like 09:00."), field=block_id) from None
