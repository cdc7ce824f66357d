"""The inputs for how often a check-in asks, and their parser."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.domain.checkin_setup import Value
from bot.domain.rhythms import (
    LAST,
    MAX_WEEKS,
    NTHS,
    Flaw,
    MonthlyOnDate,
    MonthlyOnWeekday,
    Rhythm,
    Weekly,
    WorkingDays,
    flaws,
)
from bot.errors import UserError
from bot.i18n import Voice, mark
from bot.views import actions
from bot.views.blocks import Block, checkboxes, datepicker, select
from bot.views.kept_inputs import Reading, date_of, kept, one, several

OFFERED = {
    "rhythm": {"working_days", "weekly", "monthly_date", "monthly_weekday"},
    "every": {str(weeks) for weeks in range(1, MAX_WEEKS + 1)},
    "date": {str(day) for day in range(1, 32)},
    "nth": {str(nth) for nth in NTHS},
    "weekday": {str(day) for day in range(7)},
}
"""What the menus offer, by block_id."""

_FLAWED = {
    Flaw.NO_WEEKDAY: "weekdays",
    Flaw.UNKNOWN_WEEKDAY: "weekdays",
    Flaw.WEEKS: "every",
    Flaw.DATE: "date",
    Flaw.NTH: "nth",
    Flaw.WINDOW: "window",
    Flaw.NEVER: "rhythm",
}
"""Where each flaw of a rhythm is said."""


def blocks(voice: Voice, fields: Mapping[str, Value]) -> list[Block]:
    """How often, and what else that asks."""
    rhythms = {
        "working_days": voice.say("Every working day"),
        "weekly": voice.say("On weekdays, every week or every few weeks"),
        "monthly_date": voice.say("On a day of the month"),
        "monthly_weekday": voice.say("On a weekday of the month, like the last Friday"),
    }
    chosen = one(fields, "rhythm")
    shape = kept("rhythm", voice.say("How often"), select(actions.SETUP_SHAPE, rhythms, chosen))
    more = {"weekly": _weekly, "monthly_date": _monthly_date, "monthly_weekday": _monthly_weekday}.get(chosen)
    return [shape, *(more(voice, fields) if more else [])]


def _weekly(voice: Voice, fields: Mapping[str, Value]) -> list[Block]:
    weeks = {str(n): voice.say_n("Every week", "Every {n} weeks", n) for n in range(1, MAX_WEEKS + 1)}
    every = one(fields, "every")
    inputs = [
        kept("weekdays", voice.say("On"), checkboxes(actions.SETUP_INPUT, _days(voice), several(fields, "weekdays"))),
        kept("every", voice.say("In which weeks"), select(actions.SETUP_SHAPE, weeks, every)),
    ]
    if every not in ("", "1"):
        first = date_of(fields, "start")
        inputs.append(
            kept(
                "start",
                voice.say("The first week"),
                datepicker(actions.SETUP_INPUT, first.isoformat() if first else None),
                voice.say("Any day of it. Weeks are counted from there."),
            )
        )
    return inputs


def _monthly_date(voice: Voice, fields: Mapping[str, Value]) -> list[Block]:
    days = {str(day): str(day) for day in range(1, 31)} | {"31": voice.say("The last day")}
    hint = voice.say("In a month that is too short for it, on its last day.")
    return [kept("date", voice.say("On day"), select(actions.SETUP_INPUT, days, one(fields, "date")), hint)]


def _monthly_weekday(voice: Voice, fields: Mapping[str, Value]) -> list[Block]:
    nths = {
        "1": voice.say("The first"),
        "2": voice.say("The second"),
        "3": voice.say("The third"),
        "4": voice.say("The fourth"),
        str(LAST): voice.say("The last"),
    }
    return [
        kept("nth", voice.say("Which of the month"), select(actions.SETUP_INPUT, nths, one(fields, "nth"))),
        kept("weekday", voice.say("Weekday"), select(actions.SETUP_INPUT, _days(voice), one(fields, "weekday"))),
    ]


def _days(voice: Voice) -> dict[str, str]:
    return {str(day): voice.weekday(day) for day in range(7)}


def read_rhythm(reading: Reading, window: timedelta) -> Rhythm:
    """The rhythm that the inputs hold; what is wrong with it, or with it and this window, is left with the reading."""
    before = len(reading.errors)
    found = _read(reading)
    if len(reading.errors) == before:
        reading.errors += [flaw_at(flaw) for flaw in flaws(found, window)]
    return found


def _read(reading: Reading) -> Rhythm:
    match reading.option("rhythm"):
        case "weekly":
            return _read_weekly(reading)
        case "monthly_date":
            return MonthlyOnDate(reading.number("date"))
        case "monthly_weekday":
            return MonthlyOnWeekday(reading.number("nth"), reading.number("weekday"))
    return WorkingDays()


def _read_weekly(reading: Reading) -> Weekly:
    every = reading.number("every")
    days = [int(day) for day in several(reading.fields, "weekdays") if day in OFFERED["weekday"]]
    if every == 1:
        return Weekly(*days)
    start = date_of(reading.fields, "start")
    if start is None:
        reading.errors.append(UserError(mark("Choose a day of the first week."), field="start"))
        return Weekly(*days, every=every)
    return Weekly(*days, every=every, start=start)


def flaw_at(flaw: Flaw) -> UserError:
    """What is wrong with a rhythm or its window, at the field that it is about."""
    return UserError(flaw.sentence, field=_FLAWED[flaw])
