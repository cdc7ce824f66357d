"""Every rhythm there is, for property tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from hypothesis import strategies as st

from bot.domain.rhythms import NTHS, MonthlyOnDate, MonthlyOnWeekday, Rhythm, Weekly, WorkingDays

DAYS = st.dates(date(1990, 1, 1), date(2060, 1, 1))
WEEKLIES: st.SearchStrategy[Weekly] = st.builds(
    lambda weekdays, every, start: Weekly(*weekdays, every=every, start=start),
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(1, 8),
    DAYS,
)
MONTHLIES: st.SearchStrategy[Rhythm] = st.one_of(
    st.builds(MonthlyOnDate, st.integers(1, 31)),
    st.builds(MonthlyOnWeekday, st.sampled_from(NTHS), st.integers(0, 6)),
)
MOVING: st.SearchStrategy[Rhythm] = st.one_of(WEEKLIES, MONTHLIES)
RHYTHMS: st.SearchStrategy[Rhythm] = st.one_of(MOVING, st.just(WorkingDays()))


def days(first: date, count: int) -> Iterator[date]:
    """So many dates in a row."""
    return (first + timedelta(days=n) for n in range(count))
