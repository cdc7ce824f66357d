"""The form that sets up a check-in, and its parser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import time
from typing import Any

from bot.domain.checkins import minutes
from bot.domain.rhythms import Weekly, WorkingDays
from bot.domain.setup import MAX_NAME, WINDOWS, CheckInRequest, QuestionRequest
from bot.domain.templates import WEEKLY
from bot.errors import UserError
from bot.i18n import Voice, mark
from bot.views import actions
from bot.views.blocks import (
    Block,
    Field,
    Modal,
    channel_select,
    checkboxes,
    context,
    escape,
    field,
    radio,
    section,
    select,
    text_input,
    timepicker,
)
from bot.views.rhythms import asked, duration

VALUE = "value"
EVERY_WORKING_DAY = "working_days"
OFFERED = {
    "weekday": {EVERY_WORKING_DAY, *map(str, range(7))},
    "window": set(map(str, WINDOWS)),
    "readers": {"team", "leads", "channel"},
    "zone": {"own", "team"},
}
"""What the menus offer, by block_id; a team is one that the service knows."""


def checkin_form(voice: Voice, teams: Mapping[int, str], home_channel: str | None) -> Block:
    """The form for leads; `teams` are those they lead, by primary key."""
    return Modal(
        callback_id=actions.NEW_CHECKIN_FORM,
        title=voice.say("New check-in"),
        blocks=[*_what(voice, teams), *_when(voice), *_where(voice, home_channel)],
        submit=voice.say("Switch it on"),
        close=voice.say("Cancel"),
    ).view()


def _what(voice: Voice, teams: Mapping[int, str]) -> list[Block]:
    choices = {str(key): name for key, name in teams.items()}
    template = {str(position): voice.say(question.wording) for position, question in enumerate(WEEKLY.offered)}
    about = voice.say(
        "{questions}, {duration}. The people asked get one DM that says who switched this on and who reads it.",
        questions=asked(voice, len(WEEKLY.questions)),
        duration=duration(voice, minutes(WEEKLY.questions)),
    )
    return [
        section(about),
        field(Field("team", voice.say("Team")), select(VALUE, choices, next(iter(choices)))),
        field(Field("name", voice.say("Name")), text_input(VALUE, MAX_NAME, voice.say(WEEKLY.name))),
        field(
            Field("questions", voice.say("Questions")),
            checkboxes(VALUE, template, tuple(template)[: len(WEEKLY.questions)]),
        ),
    ]


def _when(voice: Voice) -> list[Block]:
    days = {EVERY_WORKING_DAY: voice.say("Every working day")}
    days |= {str(day): voice.say("Every {weekday}", weekday=voice.weekday(day)) for day in range(7)}
    windows = {str(length): voice.say(words) for length, words in WINDOWS.items()}
    zones = {
        "own": voice.say("Each person's own time"),
        "team": voice.say("The team's time, the same moment for all"),
    }
    return [
        field(Field("weekday", voice.say("When")), select(VALUE, days, "0")),
        field(Field("at", voice.say("At")), timepicker(VALUE, f"{WEEKLY.schedule.at:%H:%M}")),
        field(Field("zone", voice.say("On whose clock")), radio(VALUE, zones, "own")),
        field(Field("window", voice.say("Open for")), select(VALUE, windows, str(WEEKLY.window_minutes))),
    ]


def _where(voice: Voice, home_channel: str | None) -> list[Block]:
    readers = {
        "team": voice.say("The team"),
        "leads": voice.say("Its leads only"),
        "channel": voice.say("Whoever reads the home channel"),
    }
    hint = voice.say("The digest is posted here where its readers allow that, else each reader gets it by DM.")
    return [
        field(Field("readers", voice.say("Who may read the answers")), radio(VALUE, readers, "team")),
        field(
            Field("home_channel", voice.say("Home channel"), hint, optional=True), channel_select(VALUE, home_channel)
        ),
        context(escape(voice.say("Cairn has to be in the home channel: type /invite @Cairn there first."))),
    ]


def parse(view: Mapping[str, Any], voice: Voice) -> CheckInRequest:
    """What the form holds; raises UserError at the field that can't be read."""
    values = {block_id: inputs[VALUE] for block_id, inputs in view["state"]["values"].items() if VALUE in inputs}
    weekday = _option(values, "weekday")
    return CheckInRequest(
        team_ids=(int(_option(values, "team")),),
        name=values["name"].get("value") or "",
        questions=tuple(
            replace(asked, wording=voice.say(asked.wording))
            for asked in (_offered(option["value"]) for option in values["questions"].get("selected_options") or ())
        ),
        rhythm=WorkingDays() if weekday == EVERY_WORKING_DAY else Weekly(int(weekday)),
        at=_time(values["at"].get("selected_time")),
        window_minutes=int(_option(values, "window")),
        readers=_option(values, "readers"),
        home_channel=values["home_channel"].get("selected_conversation"),
        zone_kind=_option(values, "zone"),
    )


def _option(values: Mapping[str, Any], block_id: str) -> str:
    option = values[block_id].get("selected_option")
    value = str(option["value"]) if option else ""
    if not (value in OFFERED[block_id] if block_id in OFFERED else value.isdecimal()):
        raise UserError(mark("Choose one from the list."), field=block_id)
    return value


def _offered(value: str) -> QuestionRequest:
    if not value.isdecimal() or int(value) >= len(WEEKLY.offered):
        raise UserError(mark("That question isn't offered. Choose from the list."), field="questions")
    return WEEKLY.offered[int(value)]


def _time(value: str | None) -> time:
    try:
        return time.fromisoformat(value or "")
    except ValueError:
        raise UserError(mark("That isn't a time of day. Write it like 09:00."), field="at") from None
