"""Public holidays by country, as the `holidays` library knows them; worked out once per region, year and language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

ENGLISH = "en_US"
_NONE: Mapping[date, str] = MappingProxyType({})


class Region(NamedTuple):
    """A country (ISO 3166-1, two letters), and a subdivision of it where that has holidays of its own (`BY`)."""

    country: str
    subdivision: str | None = None

    @property
    def is_known(self) -> bool:
        """Whether its holidays are known; where they aren't, it has none."""
        known = countries().get(self.country)
        return known is not None and (self.subdivision is None or self.subdivision in known)

    def holidays(self, year: int, language: str = ENGLISH) -> Mapping[date, str]:
        """The public holidays of a year with their names, in `language` where the library speaks it."""
        return _holidays(self, year, language)

    def holiday(self, day: date, language: str = ENGLISH) -> str | None:
        """The name of the public holiday that `day` is; None where it is none."""
        return _holidays(self, day.year, language).get(day)


def region(written: str) -> Region | None:
    """What somebody wrote or picked as a country: `DE`, `de-by`; None where nothing is known about it."""
    country, _, subdivision = written.strip().replace("_", "-").partition("-")
    code = country.upper()
    by_name = {each.casefold(): each for each in countries().get(code, ())}
    found = Region(code, by_name.get(subdivision.casefold(), subdivision) or None)
    return found if found.is_known else None


@lru_cache(maxsize=1)
def countries() -> Mapping[str, tuple[str, ...]]:
    """The countries whose holidays are known, each with its subdivisions' codes."""
    # Takes a quarter of a second and 10 MB: whoever runs Cairn without countries shouldn't wait for it at start.
    from holidays import list_supported_countries  # noqa: PLC0415

    return {code: tuple(found) for code, found in list_supported_countries(include_aliases=False).items()}


@lru_cache(maxsize=4096)
def _holidays(where: Region, year: int, language: str) -> Mapping[date, str]:
    if not where.is_known:
        return _NONE
    from holidays import country_holidays  # noqa: PLC0415

    spoken = country_holidays(where.country).supported_languages
    return dict(
        country_holidays(where.country, subdiv=where.subdivision, years=year, language=_nearest(language, spoken))
    )


def _nearest(language: str, spoken: Sequence[str]) -> str | None:
    """The spoken language nearest to the wanted one, else English; None is the country's own."""
    for wanted in (language, language[:2], ENGLISH[:2]):
        for each in spoken:
            if each == wanted or each[:2] == wanted:
                return each
    return None
