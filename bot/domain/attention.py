"""How many DMs a week Cairn sends somebody by itself, and what becomes of those above that (design.md 2.6)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


def week_of(moment: datetime, zone: ZoneInfo) -> date:
    """The Monday of the week in which `moment` falls on the clocks of `zone`."""
    day = moment.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def goes_alone(sent: int, budget: int, *, has_tray: bool) -> bool:
    """Whether one more DM goes by itself where `sent` count in this week, the tray among them.

    The last one of a budget is the tray, so that there is always one that what comes later can be put into.
    """
    return sent < (budget if has_tray else budget - 1)
