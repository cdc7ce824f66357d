"""When somebody is reminded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendars import Away, WorkCalendar
from bot.domain.reminders import APART, PROFILES, lower, moments, next_reminder, snoozed_until

BERLIN = ZoneInfo("Europe/Berlin")
HERE = WorkCalendar(BERLIN)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("profile", "opens", "closes", "expected"),
    [
        ("light", at(23, 9), at(24, 12), []),
        ("standard", at(23, 9), at(24, 12), [at(24, 9)]),
        ("standard", at(23, 9), at(23, 17), [at(23, 15)]),
        ("active", at(23, 9), at(23, 17), [at(23, 15), at(23, 16)]),
        ("active", at(23, 9), at(24, 12), [at(24, 9), at(24, 11)]),
        ("active", at(23, 9), at(23, 11), [at(23, 10, 30)]),
        ("standard", at(23, 9), at(23, 9, 30), []),
        ("standard", at(23, 9), at(23, 20), []),
        ("active", at(23, 9), at(23, 20), [at(23, 16)]),
        ("active", at(27, 9), at(30, 9), [at(27, 16)]),
        ("standard", at(28, 9), at(29, 9), []),
    ],
)
def test_reminders_come_late_in_the_window_and_in_working_hours(
    profile: str, opens: datetime, closes: datetime, expected: list[datetime]
) -> None:
    assert list(moments(opens, closes, HERE, profile)) == expected


@given(
    st.integers(0, 525_600),
    st.integers(30, 10_080),
    st.sampled_from(PROFILES),
    st.booleans(),
)
def test_a_reminder_is_inside_the_window_and_the_working_hours(
    begun: int, minutes: int, profile: str, is_away: bool
) -> None:
    opens = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=begun)
    day = opens.date()
    here = WorkCalendar(BERLIN, away=(Away(day, day),) if is_away else ())
    closes = opens + timedelta(minutes=minutes)
    found = moments(opens, closes, here, profile)
    assert len(found) <= PROFILES.index(profile)
    for before, moment in zip((opens, *found), found, strict=False):
        assert before + APART <= moment < closes
        assert here.first_working_moment(moment, closes) == moment


def test_the_next_reminder_is_strictly_later() -> None:
    window = (at(23, 9), at(23, 17), HERE, "active")
    assert next_reminder(*window, at(23, 15)) == at(23, 16)
    assert next_reminder(*window, at(23, 16)) is None


def test_a_person_lowers_and_never_raises() -> None:
    assert lower("active", "standard") == "standard"
    assert lower("light", "active") == "light"
    assert lower("standard", None) == "standard"


def test_snooze_is_an_hour_of_work_and_none_at_the_end() -> None:
    assert snoozed_until(at(23, 9), at(24, 12), HERE) == at(23, 10)
    assert snoozed_until(at(23, 16, 30), at(24, 12), HERE) == at(24, 9)
    assert snoozed_until(at(24, 11, 30), at(24, 12), HERE) is None
