"""Countries as people write them, for their public holidays: `DE`, `DE-BY`, `Germany`, `Deutschland`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from bot.domain.public_holidays import Region, countries, region
from bot.errors import UserError
from bot.i18n import DEFAULT_LOCALE, Voice, mark, parse_locale

MOST = 60
"""Characters of a country."""

UNKNOWN = mark("No public holidays are known for that. Write a country, or its code, such as DE, DE-BY or US-CA.")


def parse(voice: Voice, typed: str, field: str) -> Region | None:
    """The region that somebody wrote, None where they wrote nothing; raises UserError at `field` for an unknown one."""
    if not typed.strip():
        return None
    found = _by_name(voice.locale).get(typed.strip().casefold()) or region(typed)
    if found is None:
        raise UserError(UNKNOWN, field=field)
    return found


def written(where: Region | None) -> str:
    """A region as `parse` reads it."""
    if where is None:
        return ""
    return where.country if where.subdivision is None else f"{where.country}-{where.subdivision}"


@lru_cache(maxsize=64)
def _by_name(tag: str) -> Mapping[str, Region]:
    found = {}
    for locale in (parse_locale(DEFAULT_LOCALE), parse_locale(tag)):
        names = locale.territories
        found.update({names[code].casefold(): Region(code) for code in countries() if code in names})
    return found
