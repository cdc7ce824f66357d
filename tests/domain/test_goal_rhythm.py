"""How often a goal is heard of, and when its owner is reminded."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.goal_rhythm import LONGEST, SHORTEST, is_silent, rhythm

START = date(2026, 11, 2)
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.mark.parametrize(("days", "every"), [(7, 7), (42, 7), (90, 15), (180, 30), (720, 30)])
def test_a_goal_is_heard_of_six_times_on_its_way_weekly_at_most_and_monthly_at_least(days: int, every: int) -> None:
    assert rhythm(START, START + timedelta(days=days)) == timedelta(days=every)
    assert rhythm(START, None) == LONGEST


@given(st.integers(0, 60), st.none() | st.integers(0, 60))
def test_nobody_is_reminded_twice_in_a_rhythm_nor_of_what_was_just_heard(heard: int, reminded: int | None) -> None:
    since = NOW - timedelta(days=heard)
    last = None if reminded is None else NOW - timedelta(days=reminded)
    quiet = heard if reminded is None else min(heard, reminded)

    assert is_silent(since, last, SHORTEST, NOW) is (quiet >= 7)
