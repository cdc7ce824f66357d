"""Every zone there is, and the moments at which its clocks change."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

ZONES = tuple(ZoneInfo(key) for key in sorted(available_timezones()))
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Change:
    """The clocks of `zone` went from UTC+`old` to UTC+`new` at `moment`."""

    zone: ZoneInfo
    moment: datetime
    old: timedelta
    new: timedelta

    @property
    def wall_before(self) -> datetime:
        """What the clocks would have shown at `moment`, had they not been changed."""
        return (self.moment + self.old).replace(tzinfo=None)

    @property
    def wall_after(self) -> datetime:
        """What they show instead."""
        return (self.moment + self.new).replace(tzinfo=None)

    @property
    def days(self) -> set[date]:
        """The local dates on which somebody can notice."""
        return {(wall + shift).date() for wall in (self.wall_before, self.wall_after) for shift in (-SECOND, SECOND)}


@cache
def changes() -> tuple[Change, ...]:
    """Every change of every zone from 2020 to 2030."""
    return tuple(change for zone in ZONES for change in _changes(zone))


def wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the clocks of `zone` show, naive."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def _changes(zone: ZoneInfo) -> Iterator[Change]:
    step, moment = timedelta(days=5), datetime(2020, 1, 1, tzinfo=UTC)
    while moment.year < 2031:
        if _offset(moment, zone) != _offset(moment + step, zone):
            yield _pin_down(zone, moment, moment + step)
        moment += step


def _pin_down(zone: ZoneInfo, before: datetime, after: datetime) -> Change:
    old, new = _offset(before, zone), _offset(after, zone)
    while after - before > SECOND:
        middle = before + (after - before) // SECOND // 2 * SECOND
        before, after = (middle, after) if _offset(middle, zone) == old else (before, middle)
    return Change(zone, after, old, new)


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)
