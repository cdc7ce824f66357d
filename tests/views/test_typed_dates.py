"""Days as people type them."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.away import AwayRequest
from bot.domain.public_holidays import Region
from bot.errors import UserError
from bot.i18n import Voice
from bot.views import away, regions
from bot.views.typed_dates import day

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("locale", "typed", "expected"),
    [
        ("en-GB", "4 December", date(2026, 12, 4)),
        ("en-GB", "4th of December", date(2026, 12, 4)),
        ("en-US", "Dec 4", date(2026, 12, 4)),
        ("en-US", "December 4th, 2027", date(2027, 12, 4)),
        ("en-GB", "2026-12-04", date(2026, 12, 4)),
        ("en-GB", "4/12", date(2026, 12, 4)),
        ("en-US", "12/4", date(2026, 12, 4)),
        ("en-GB", "4/12/27", date(2027, 12, 4)),
        ("de-DE", "4.12.", date(2026, 12, 4)),
        ("de-DE", "4. Dezember", date(2026, 12, 4)),
        ("de-DE", "4. Dez. 2027", date(2027, 12, 4)),
        ("de-DE", "4 December", date(2026, 12, 4)),
        ("fr-FR", "4 décembre", date(2026, 12, 4)),
        ("en-GB", "2 January", date(2027, 1, 2)),
        ("en-GB", "20 November", date(2026, 11, 20)),
        ("en-GB", "today", MONDAY),
        ("de-DE", "morgen", date(2026, 11, 24)),
        ("en-GB", "Friday", date(2026, 11, 27)),
        ("en-GB", "monday", date(2026, 11, 30)),
        ("de-DE", "Fr.", date(2026, 11, 27)),
        ("en-GB", "31 February", None),
        ("en-GB", "4 Brumaire", None),
        ("en-GB", "99999999", None),
        ("en-GB", "", None),
    ],
)
def test_a_day_is_read_in_english_and_in_ones_own_language(locale: str, typed: str, expected: date | None) -> None:
    assert day(Voice(locale), typed, MONDAY) == expected


@pytest.mark.parametrize(
    ("locale", "typed", "expected"),
    [
        ("en-GB", "until 4 December", AwayRequest(date(2026, 12, 4))),
        ("en-GB", "from 30 Nov until 4 Dec", AwayRequest(date(2026, 12, 4), date(2026, 11, 30))),
        ("en-GB", "30 Nov - 4 Dec", AwayRequest(date(2026, 12, 4), date(2026, 11, 30))),
        ("en-GB", "30 Nov – 4 Dec", AwayRequest(date(2026, 12, 4), date(2026, 11, 30))),
        ("en-GB", "tomorrow", AwayRequest(date(2026, 11, 24), date(2026, 11, 24))),
        ("en-GB", "on Friday", AwayRequest(date(2026, 11, 27), date(2026, 11, 27))),
        ("de-DE", "bis 4. Dezember", AwayRequest(date(2026, 12, 4))),
        ("de-DE", "vom 30.11. bis zum 4.12.", AwayRequest(date(2026, 12, 4), date(2026, 11, 30))),
        ("de-DE", "until 4.12.2026", AwayRequest(date(2026, 12, 4))),
    ],
)
def test_what_follows_the_command_is_read(locale: str, typed: str, expected: AwayRequest) -> None:
    assert away.typed(Voice(locale), typed, MONDAY) == expected


@pytest.mark.parametrize("typed", ["from", "until", "from until", "- -", "from Friday", "until <!channel>"])
def test_what_isnt_days_is_refused_or_read(typed: str) -> None:
    if typed == "from Friday":
        assert away.typed(Voice(), typed, MONDAY) == AwayRequest(date(2026, 11, 27), date(2026, 11, 27))
        return
    with pytest.raises(UserError):
        away.typed(Voice(), typed, MONDAY)


@pytest.mark.parametrize(
    ("locale", "typed", "expected"),
    [
        ("en-GB", "", None),
        ("en-GB", "Germany", Region("DE")),
        ("de-DE", "Deutschland", Region("DE")),
        ("en-GB", " de-by ", Region("DE", "BY")),
    ],
)
def test_a_country_is_read_by_name_and_by_code(locale: str, typed: str, expected: Region | None) -> None:
    assert regions.parse(Voice(locale), typed, "region") == expected


def test_a_country_that_isnt_one_is_refused_at_its_field() -> None:
    with pytest.raises(UserError) as refused:
        regions.parse(Voice(), "Atlantis", "region")
    assert refused.value.field == "region"
