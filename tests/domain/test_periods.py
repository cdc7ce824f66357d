"""Periods as people type them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.periods import Period, parse
from bot.errors import UserError

TODAY = date(2026, 11, 25)  # a Wednesday
DAYS = st.dates(date(2001, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("typed", "locale", "first", "last"),
    [
        ("", "en", "2026-11-16", "2026-11-22"),
        ("last week", "en", "2026-11-16", "2026-11-22"),
        ("  Last   WEEK ", "de", "2026-11-16", "2026-11-22"),
        ("letzte Woche", "de", "2026-11-16", "2026-11-22"),
        ("this week", "en", "2026-11-23", "2026-11-29"),
        ("diese Woche", "de", "2026-11-23", "2026-11-29"),
        ("last 30 days", "en", "2026-10-26", "2026-11-24"),
        ("die letzten 30 Tage", "de", "2026-10-26", "2026-11-24"),
        ("last month", "en", "2026-10-01", "2026-10-31"),
        ("dieses Quartal", "de", "2026-10-01", "2026-12-31"),
        ("last year", "en", "2025-01-01", "2025-12-31"),
        ("2026-10", "en", "2026-10-01", "2026-10-31"),
        ("October", "en", "2026-10-01", "2026-10-31"),
        ("Dezember", "de", "2025-12-01", "2025-12-31"),
        ("März 2026", "de", "2026-03-01", "2026-03-31"),
        ("Q3", "en", "2026-07-01", "2026-09-30"),
        ("q4 2025", "en", "2025-10-01", "2025-12-31"),
        ("2025-Q4", "en", "2025-10-01", "2025-12-31"),
        ("2026-10-01 2026-10-14", "en", "2026-10-01", "2026-10-14"),
        ("2026-10-01 to 2026-10-14", "en", "2026-10-01", "2026-10-14"),
        ("1.10.2026 bis 14.10.2026", "de", "2026-10-01", "2026-10-14"),
        ("2026-11-25", "en", "2026-11-25", "2026-11-25"),
    ],
)
def test_what_people_type(typed: str, locale: str, first: str, last: str) -> None:
    assert parse(typed, TODAY, locale) == Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "typed",
    [
        *("Q5", "q0", "yesterweek", "2026-13", "2026-00", "2026-02-30", "last 0 days", "2026-10-14 2026-10-01"),
        *("1999-10", "März", "last", "week", "٢٠٢٦-١٣", "x" * 5_000, "last week or so", "0000-01"),
    ],
)
def test_what_isnt_a_period(typed: str) -> None:
    with pytest.raises(UserError) as refused:
        parse(typed, TODAY)
    assert "isn't a period" in refused.value.msgid
    assert len(str(refused.value.params["typed"])) <= 40


@pytest.mark.parametrize("typed", ["2026-12", "Q1 2027", "2026-11-26", "9999-11"])
def test_what_is_still_to_come(typed: str) -> None:
    with pytest.raises(UserError, match="still to come"):
        parse(typed, TODAY)


def test_more_than_a_year() -> None:
    with pytest.raises(UserError, match="longer than a year"):
        parse("2024-01-01 2026-01-02", TODAY)


@given(today=DAYS, n=st.integers(0, 365), ago=st.integers(0, 300))
def test_a_period_written_is_read_again(today: date, n: int, ago: int) -> None:
    last = today - timedelta(days=ago)
    period = Period(last - timedelta(days=n), last)
    assert parse(str(period), today) == period


@given(today=DAYS)
def test_weeks_begin_on_monday_and_follow_one_another(today: date) -> None:
    this, last = parse("this week", today), parse("last week", today)
    assert this.first.weekday() == last.first.weekday() == 0
    assert this.first <= today <= this.last
    assert this.before() == last
    assert last.days == 7


@given(today=DAYS, typed=st.sampled_from(["last week", "last month", "last quarter", "last 30 days", "Q2", "May"]))
def test_the_period_before_touches_it(today: date, typed: str) -> None:
    period = parse(typed, today)
    *others, newest = period.last_ones(8)
    assert newest == period
    assert all(
        earlier.last + timedelta(days=1) == later.first
        for earlier, later in zip(others, [*others[1:], newest], strict=True)
    )
    if typed in {"last month", "May"}:
        assert {each.first.day for each in others} == {1}


@settings(max_examples=60)
@given(
    first=DAYS,
    n=st.integers(0, 100),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Tokyo", "America/Sao_Paulo", "Pacific/Apia"]),
)
def test_days_are_the_zones_own_whatever_its_clocks_do(first: date, n: int, zone: str) -> None:
    period, where = Period(first, first + timedelta(days=n)), ZoneInfo(zone)
    begin, end = period.bounds(where)
    assert begin.astimezone(where).date() >= period.first
    assert (begin - timedelta(seconds=1)).astimezone(where).date() < period.first
    assert (end - timedelta(seconds=1)).astimezone(where).date() == period.last
    assert end == Period(period.last + timedelta(days=1), period.last + timedelta(days=1)).bounds(where)[0]


def test_a_day_on_which_the_clocks_change_has_23_or_25_hours() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    spring, autumn = (Period(day, day).bounds(berlin) for day in (date(2026, 3, 29), date(2026, 10, 25)))
    assert spring[1] - spring[0] == timedelta(hours=23)
    assert autumn == (datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC))
