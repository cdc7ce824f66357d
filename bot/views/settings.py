"""The workspace's settings as a form, and its parser."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from bot.domain.setup import DMS, VOICES, SettingsRequest
from bot.errors import UserError
from bot.i18n import Voice, mark
from bot.views import actions, kudos_settings, regions
from bot.views.blocks import (
    OPTION_TEXT,
    Block,
    Field,
    Modal,
    checkboxes,
    cut,
    field,
    multi_select,
    section,
    select,
    text_input,
    timepicker,
)

VALUE = "value"


def settings_form(voice: Voice, current: SettingsRequest, teams: Mapping[int, str]) -> Block:
    """The form, for admins; `teams` can be chosen as pilot teams."""
    days = {str(day): voice.weekday(day) for day in range(7)}
    switches = {
        "anyone_makes_teams": voice.say("Everyone can make teams"),
        "guests_take_part": voice.say("Guests can be members of teams"),
    }
    on = [name for name in switches if getattr(current, name)]
    chosen = [str(day) for day in sorted(current.working_days)]
    return Modal(
        actions.SETTINGS_FORM,
        voice.say("Cairn's settings"),
        [
            section(voice.say("For everybody in this workspace.")),
            field(Field("switches", voice.say("Who takes part"), optional=True), checkboxes(VALUE, switches, on)),
            field(Field("working_days", voice.say("Working days")), checkboxes(VALUE, days, chosen)),
            field(
                Field("hours_from", voice.say("Working hours from")), timepicker(VALUE, f"{current.hours_from:%H:%M}")
            ),
            field(
                Field("hours_to", voice.say("Until"), voice.say("On each person's own clock.")),
                timepicker(VALUE, f"{current.hours_to:%H:%M}"),
            ),
            field(
                Field(
                    "region",
                    voice.say("Country, for its public holidays"),
                    voice.say("For whoever has no country of their own. Such as Germany, DE or DE-BY. Empty: none."),
                    optional=True,
                ),
                text_input(VALUE, regions.MOST, regions.written(current.region)),
            ),
            _voices(voice, current),
            _dms(voice, current),
            *_pilot(voice, current, teams),
            *kudos_settings.fields(voice, current),
        ],
        submit=voice.say("Save"),
        close=voice.say("Cancel"),
        metadata=str(current.version),
    ).view()


def _voices(voice: Voice, current: SettingsRequest) -> Block:
    hint = voice.say("Where names are hidden, a question that fewer answered stays sealed. Holds for rounds to come.")
    choices = {str(k): voice.write(k) for k in VOICES}
    return field(Field("k", voice.say("Voices with names hidden"), hint), select(VALUE, choices, str(current.k)))


def _dms(voice: Voice, current: SettingsRequest) -> Block:
    hint = voice.say(
        "New messages a week to one person. More stand in one message that rings no phone. Not counted: prompts, "
        "blockers, what people write, and who reads what."
    )
    choices = {str(n): voice.write(n) for n in DMS}
    return field(
        Field("dms_a_week", voice.say("What Cairn sends by itself"), hint),
        select(VALUE, choices, str(current.dms_a_week)),
    )


def _pilot(voice: Voice, current: SettingsRequest, teams: Mapping[int, str]) -> list[Block]:
    if not teams:
        return []
    hint = voice.say("Where there are some, only their check-ins ask; the others are planned and wait. Empty: all ask.")
    choices = {str(key): cut(name, OPTION_TEXT) for key, name in teams.items()}
    chosen = [str(key) for key in sorted(current.pilot_teams)]
    return [
        field(Field("pilot_teams", voice.say("Pilot teams"), hint, optional=True), multi_select(VALUE, choices, chosen))
    ]


def parse(voice: Voice, view: Mapping[str, Any]) -> SettingsRequest:
    """What the form holds; raises UserError at the field that can't be read."""
    values = {block_id: inputs[VALUE] for block_id, inputs in view["state"]["values"].items() if VALUE in inputs}
    switches = _chosen(values, "switches")
    return SettingsRequest(
        anyone_makes_teams="anyone_makes_teams" in switches,
        guests_take_part="guests_take_part" in switches,
        working_days=frozenset(int(day) for day in _chosen(values, "working_days")),
        hours_from=_time(values, "hours_from"),
        hours_to=_time(values, "hours_to"),
        region=regions.parse(voice, values["region"].get("value") or "", "region"),
        pilot_teams=frozenset(map(int, _chosen(values, "pilot_teams"))),
        k=_number(values, "k", VOICES),
        dms_a_week=_number(values, "dms_a_week", DMS),
        kudos_values=kudos_settings.values_of(values),
        kudos_emoji=kudos_settings.emoji_of(values),
        kudos_a_day=kudos_settings.a_day_of(voice, values),
        version=int(view["private_metadata"]),
    )


def _chosen(values: Mapping[str, Any], block_id: str) -> set[str]:
    return {option["value"] for option in values.get(block_id, {}).get("selected_options") or ()}


def _number(values: Mapping[str, Any], name: str, choices: range) -> int:
    chosen = (values.get(name, {}).get("selected_option") or {}).get("value")
    if chosen not in set(map(str, choices)):
        raise UserError(mark("Choose one from the list."), field=name)
    return int(chosen)


def _time(values: Mapping[str, Any], block_id: str) -> time:
    try:
        return time.fromisoformat(values[block_id].get("selected_time") or "")
    except ValueError:
        raise UserError(mark("That isn't a time of day. Write it like 09:00."), field=block_id) from None
