"""Words with values in them, what settings hold, and when the one DM a day comes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendars import Away, Hours, WorkCalendar
from bot.domain.kudos import (
    is_changeable,
    last_hour,
    last_hour_of_a_later_day,
    named,
    read_emoji,
    read_values,
    tagged,
    value_key,
    without,
)

VALUES = ("craft", "Customer first", "Mut")
BERLIN = WorkCalendar(ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("words", "rest", "values", "unknown"),
    [
        ("for the launch #craft", "for the launch", ("craft",), None),
        ("for the launch #Mut #CRAFT", "for the launch", ("craft", "Mut"), None),
        ("#craft", "", ("craft",), None),
        ("#craft for the launch", "#craft for the launch", ("craft",), None),
        ("for real #craft, and more", "for real #craft, and more", ("craft",), None),
        ("thinking of them #customer-first", "thinking of them", ("Customer first",), None),
        ("thinking of them #customerfirst.", "thinking of them", ("Customer first",), None),
        ("for #123", "for #123", (), None),
        ("for c#sharp", "for c#sharp", (), None),
        ("for it #speed, #care", "for it #speed, #care", (), "speed"),
        ("for it #craft #speed", "for it #craft #speed", ("craft",), "speed"),
        ("a # alone", "a # alone", (), None),
    ],
)
def test_values_are_found_in_words(words: str, rest: str, values: tuple[str, ...], unknown: str | None) -> None:
    found = tagged(words, VALUES)

    assert (found.words, found.values, found.unknown) == (rest, values, unknown)


@given(st.text(max_size=200))
def test_nothing_but_values_at_the_end_is_taken_out_of_words(words: str) -> None:
    found = tagged(words, VALUES)

    assert words.strip().startswith(found.words)
    assert set(found.values) <= set(VALUES)
    assert tagged(words, ()).words == words.strip()


def test_values_are_one_a_line_and_each_once() -> None:
    assert read_values("craft\n\n  #Customer   first \nCRAFT\n-\nMut") == ("craft", "Customer first", "Mut")
    assert value_key("Customer-First") == value_key("customer first")


@pytest.mark.parametrize(("typed", "name"), [(":tada:", "tada"), ("+1", "+1"), (" raised_hands ", "raised_hands")])
def test_an_emoji_is_its_short_name(typed: str, name: str) -> None:
    assert read_emoji(typed) == name


def test_what_is_no_emoji_is_none_or_refused() -> None:
    assert read_emoji(" : ") is None
    for typed in ("two words", "a" * 101, "🙌"):
        with pytest.raises(ValueError, match="short name"):
            read_emoji(typed)


def test_ids_in_words_become_names() -> None:
    assert named("ask @U1 or @U2", {"U1": "Ana"}) == "ask @Ana or @U2"
    assert without(["a", "b", "a", "c"], ["c"]) == ["a", "b"]


def test_kudos_can_be_changed_for_24_hours() -> None:
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert is_changeable(at, at + timedelta(hours=24, seconds=-1))
    assert not is_changeable(at, at + timedelta(hours=24))


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=BERLIN.zone)


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        (berlin(23, 8), berlin(23, 16)),
        (berlin(23, 16), berlin(23, 16)),
        (berlin(23, 16, 1), berlin(24, 16)),
        (berlin(23, 22), berlin(24, 16)),
        (berlin(27, 16, 30), berlin(30, 16)),
        (berlin(28, 12), berlin(30, 16)),
    ],
)
def test_the_dm_of_a_day_comes_as_its_last_hour_begins(now: datetime, moment: datetime) -> None:
    assert last_hour(BERLIN, now) == moment
    assert last_hour_of_a_later_day(BERLIN, berlin(27, 16)) == berlin(30, 16)


def test_it_waits_for_who_is_away_and_comes_at_once_where_nobody_ever_works() -> None:
    away = WorkCalendar(BERLIN.zone, away=(Away(date(2026, 11, 20), date(2026, 11, 24)),))
    assert last_hour(away, berlin(23, 9)) == berlin(25, 16)
    never = WorkCalendar(BERLIN.zone, away=(Away(date(2026, 1, 1), date(2028, 12, 31)),))
    assert last_hour(never, berlin(23, 9)) == berlin(23, 9)
    short = WorkCalendar(BERLIN.zone, hours=Hours(time(9), time(9, 30)))
    assert last_hour(short, berlin(23, 8)) == berlin(23, 9)
