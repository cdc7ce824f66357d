"""Public holidays: known countries have theirs, unknown ones have none and say so."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain import public_holidays
from bot.domain.public_holidays import Region, countries, region

GERMANY, BAVARIA = Region("DE"), Region("DE", "BY")


@pytest.mark.parametrize(
    ("where", "day", "name"),
    [
        (GERMANY, "2026-10-03", "German Unity Day"),
        (GERMANY, "2026-01-06", None),
        (BAVARIA, "2026-01-06", "Epiphany"),
        (Region("US"), "2026-11-26", "Thanksgiving Day"),
        (Region("US"), "2026-07-03", "Independence Day (observed)"),
        (Region("JP"), "2026-05-06", "Substitute Holiday"),
        (Region("GB", "SCT"), "2026-11-30", "Saint Andrew's Day"),
        (Region("BB"), "2026-11-30", "Independence Day"),
        (Region("ZZ"), "2026-01-01", None),
        (Region("DE", "ZZ"), "2026-01-01", None),
    ],
)
def test_holidays(where: Region, day: str, name: str | None) -> None:
    assert where.holiday(date.fromisoformat(day)) == name


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("DE", GERMANY),
        (" de ", GERMANY),
        ("de-by", BAVARIA),
        ("DE_BY", BAVARIA),
        ("DE-Augsburg", Region("DE", "Augsburg")),
        ("de-", GERMANY),
        ("de-xx", None),
        ("Germany", None),
        ("", None),
    ],
)
def test_a_region_as_people_write_it(written: str, expected: Region | None) -> None:
    assert region(written) == expected
    assert expected is None or expected.is_known


def test_what_is_unknown_says_so_and_has_none() -> None:
    for unknown in (Region("ZZ"), Region("DE", "ZZ")):
        assert not unknown.is_known
        assert unknown.holidays(2026) == {}


@pytest.mark.parametrize(
    ("language", "name"),
    [("de_DE", "Tag der Deutschen Einheit"), ("en_GB", "German Unity Day"), ("fr_FR", "German Unity Day")],
)
def test_names_are_the_readers_where_the_library_speaks_their_language(language: str, name: str) -> None:
    assert GERMANY.holiday(date(2026, 10, 3), language) == name


def test_language_changes_names_and_no_dates() -> None:
    for country in ("DE", "FR", "IN", "JP", "BR"):
        assert Region(country).holidays(2026).keys() == Region(country).holidays(2026, "de_DE").keys()


def test_a_year_is_worked_out_once() -> None:
    assert Region("DE", "BY").holidays(2031) is Region("DE", "BY").holidays(2031)
    assert Region("DE", "BY").holidays(2032) is not Region("DE", "BY").holidays(2031)


def test_every_country_that_is_known_can_be_asked() -> None:
    assert len(countries()) > 200
    public_holidays.countries.cache_clear()
    for country in ("AT", "CH", "CL", "EG", "IL", "NG", "UA", "VN"):
        assert Region(country).is_known
        Region(country).holidays(2027)
