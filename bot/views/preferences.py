"""The preference card: its form with the parser, and what whoever writes to somebody sees of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from bot.domain.calendars import Hours, WorkCalendar
from bot.domain.preferences import Card, Preferences, window
from bot.errors import UserError
from bot.i18n import Voice, mark
from bot.views import actions
from bot.views.blocks import Block, Field, Modal, checkboxes, context, escape, field, radio, section, timepicker

VALUE = "value"
PUBLIC, PRIVATE = "public", "private"
ASKS_FIRST, REFUSES_CONFIDENTIAL = "asks_first", "refuses_confidential"
SOON = timedelta(days=6)
"""What is further away is told by its date: its weekday alone would be this week's."""


def form(voice: Voice, current: Preferences, calendar: WorkCalendar) -> Block:
    """The form; of the days only those are offered on which its person works."""
    opens = window(current, calendar)
    praise = {PUBLIC: voice.say("In the channel where they are given"), PRIVATE: voice.say("By DM, to me alone")}
    days = {str(day): voice.weekday(day) for day in sorted(calendar.weekdays)}
    switches = {
        ASKS_FIRST: voice.say("Ask me before you criticise"),
        REFUSES_CONFIDENTIAL: voice.say("No confidential feedback that I didn't ask for"),
    }
    on = [name for name in switches if getattr(current, name)]
    return Modal(
        actions.PREFERENCES_FORM,
        voice.say("How you like feedback"),
        [
            section(voice.say("Whoever writes to you sees this while they write. Nobody is told that you changed it.")),
            field(
                Field("praise", voice.say("Thanks")),
                radio(VALUE, praise, PRIVATE if current.praise_in_private else PUBLIC),
            ),
            field(
                Field("weekdays", voice.say("Days for criticism"), voice.say("Never on a day off.")),
                checkboxes(VALUE, days, [str(day) for day in sorted(opens.weekdays)]),
            ),
            field(Field("hours_from", voice.say("Criticism from")), timepicker(VALUE, f"{opens.hours.start:%H:%M}")),
            field(
                Field("hours_to", voice.say("Until"), voice.say("On your own clock. What comes at other times waits.")),
                timepicker(VALUE, f"{opens.hours.end:%H:%M}"),
            ),
            field(Field("switches", voice.say("And"), optional=True), checkboxes(VALUE, switches, on)),
        ],
        submit=voice.say("Save"),
        close=voice.say("Cancel"),
    ).view()


def parse(view: Mapping[str, Any]) -> Preferences:
    """What the form holds; raises UserError at the field that can't be read."""
    values = {block_id: inputs[VALUE] for block_id, inputs in view["state"]["values"].items() if VALUE in inputs}
    switches = _chosen(values, "switches")
    days = frozenset(map(int, _chosen(values, "weekdays")))
    if not days:
        raise UserError(mark("Choose at least one day."), field="weekdays")
    try:
        hours = Hours(_time(values, "hours_from"), _time(values, "hours_to"))
    except ValueError:
        raise UserError(mark("These hours end after they begin, on the same day."), field="hours_to") from None
    return Preferences(
        praise_in_private=(values["praise"].get("selected_option") or {}).get("value") == PRIVATE,
        weekdays=days,
        hours=hours,
        asks_first=ASKS_FIRST in switches,
        refuses_confidential=REFUSES_CONFIDENTIAL in switches,
    )


def _chosen(values: Mapping[str, Any], block_id: str) -> set[str]:
    return {option["value"] for option in values.get(block_id, {}).get("selected_options") or ()}


def _time(values: Mapping[str, Any], block_id: str) -> time:
    chosen = values[block_id].get("selected_time") or ""
    try:
        return time.fromisoformat(chosen)
    except ValueError:
        raise UserError(mark("That isn't a time of day. Write it like 09:00."), field=block_id) from None


def for_praise(voice: Voice, cards: Sequence[Card]) -> list[Block]:
    """What whoever praises these people sees: who gets it by DM only; nothing where all like it in public."""
    names = [escape(card.name) for card in cards if card.preferences.praise_in_private]
    if not names:
        return []
    return [
        context(
            voice.say_n("{names} gets thanks by DM only.", "{names} get thanks by DM only.", len(names), names=names)
        )
    ]


def for_criticism(voice: Voice, card: Card, now: datetime) -> list[Block]:
    """What whoever criticises somebody sees: when it reaches them, and what they ask for."""
    name, opens = escape(card.name), card.window
    days = voice.names(voice.weekday(day) for day in sorted(opens.weekdays))
    lines = [
        voice.say(
            "{name} takes criticism on {days}, {start} to {end} on their clock.",
            name=name,
            days=days,
            start=opens.hours.start,
            end=opens.hours.end,
        ),
        _arrives(voice, card.opens_at, now),
    ]
    if card.preferences.asks_first:
        lines.append(voice.say("{name} would like to be asked first.", name=name))
    if card.preferences.refuses_confidential:
        lines.append(voice.say("{name} takes no confidential feedback without having asked for it.", name=name))
    return [context(" ".join(lines))]


def _arrives(voice: Voice, at: datetime, now: datetime) -> str:
    if at <= now:
        return voice.say("Sent now, it arrives at once.")
    if at - now > SOON:
        return voice.say("Sent now, it arrives on {day}; until then you can take it back.", day=voice.local(at).date())
    return voice.say("Sent now, it arrives {at}; until then you can take it back.", at=at)
