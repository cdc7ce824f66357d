"""What is coming for somebody, and why not on a day: a line each for previews, `simulate` and `/cairn why`."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.calendars import DayOff, Off, WorkCalendar
from bot.domain.schedules import Occurrence
from bot.i18n import Voice, mark

_REASONS = {
    Off.WEEKDAY: mark("not a working day"),
    Off.HOLIDAY: mark("day off"),
    Off.AWAY: mark("away"),
    Off.PAUSED: mark("paused"),
    Off.NO_SUCH_DATE: mark("the clocks skip that date"),
    Off.ASKED: mark("asked on that date already"),
}


def coming(voice: Voice, found: Occurrence, calendar: WorkCalendar) -> str:
    """One occurrence of the owner of `calendar`, on the clocks of `voice`: when, moved from where, or why not."""
    if found.moment is None:
        return voice.say("{day}: not asked ({reasons})", day=found.nominal, reasons=reasons(voice, found.off, calendar))
    day, hour = voice.local(found.moment).date(), voice.hour(found.moment)
    if not found.is_moved:
        return voice.say("{day}, {hour}", day=day, hour=hour)
    return voice.say(
        "{day}, {hour}, instead of {nominal} ({reason})",
        day=day,
        hour=hour,
        nominal=found.nominal,
        reason=reason(voice, found.off[0], calendar),
    )


def reasons(voice: Voice, off: Iterable[DayOff], calendar: WorkCalendar) -> str:
    """Why each of some days is off, each reason once; weekends only where there is nothing else."""
    days = list(off)
    telling = [each for each in days if each.why is not Off.WEEKDAY] or days
    return voice.names(dict.fromkeys(reason(voice, each, calendar) for each in telling))


def reason(voice: Voice, off: DayOff, calendar: WorkCalendar) -> str:
    """Why one day is off, holidays by their name in the reader's language where that is known."""
    name = calendar.holiday_name(off.day, voice.locale.replace("-", "_")) if off.why is Off.HOLIDAY else None
    return voice.say("public holiday: {name}", name=name) if name else voice.say(_REASONS[off.why])
