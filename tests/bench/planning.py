"""When everybody is asked in the next year, beside plain RFC 5545 rules without zones, holidays or moves."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from statistics import median
from zoneinfo import ZoneInfo

from dateutil.rrule import FR, MO, TH, TU, WE, WEEKLY, rrule

from bot.domain.calendars import Away, Habits, WorkCalendar, calendar_of
from bot.domain.public_holidays import Region
from bot.domain.rhythms import Rhythm, Weekly, WorkingDays
from bot.domain.schedules import Schedule, plan
from tests.bench.databases import Databases
from tests.bench.processes import in_own_process
from tests.bench.report import Line, at_most

PEOPLE, YEAR, BAR, RUNS = 10_000, 365, 3.0, 3
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
NINE = clock_time(9)
COUNTRIES = {
    "US": "America/New_York America/Chicago America/Denver America/Phoenix America/Los_Angeles America/Anchorage "
    "America/Detroit America/Boise Pacific/Honolulu America/Indiana/Indianapolis",
    "CA": "America/Toronto America/Vancouver America/Halifax America/Winnipeg America/Edmonton America/St_Johns",
    "BR": "America/Sao_Paulo America/Manaus America/Recife America/Bahia America/Cuiaba",
    "MX": "America/Mexico_City America/Tijuana America/Cancun America/Monterrey",
    "CL": "America/Santiago America/Punta_Arenas Pacific/Easter",
    "GB": "Europe/London Europe/Belfast",
    "PT": "Europe/Lisbon Atlantic/Azores Atlantic/Madeira",
    "ES": "Europe/Madrid Atlantic/Canary Africa/Ceuta",
    "DE": "Europe/Berlin Europe/Busingen",
    "EG": "Africa/Cairo Egypt",
    "IL": "Asia/Jerusalem Asia/Tel_Aviv",
    "IN": "Asia/Kolkata Asia/Calcutta",
    "JP": "Asia/Tokyo Japan",
    "AU": "Australia/Sydney Australia/Melbourne Australia/Brisbane Australia/Adelaide Australia/Perth "
    "Australia/Darwin Australia/Hobart Australia/Lord_Howe Australia/Eucla",
    "NZ": "Pacific/Auckland Pacific/Chatham Antarctica/McMurdo Antarctica/South_Pole NZ",
}
ZONES = [(ZoneInfo(zone), Region(country)) for country, zones in COUNTRIES.items() for zone in zones.split()]
SUNDAY_TO_THURSDAY = Habits(frozenset({6, 0, 1, 2, 3}))


def measure(_databases: Databases) -> Iterator[Line]:
    """A year of everybody's working days, and of their Mondays with what moves."""
    for what, rhythm, weekdays in (
        ("working days", WorkingDays(), (MO, TU, WE, TH, FR)),
        ("Mondays", Weekly(0), (MO,)),
    ):
        ours, bare = zip(*(in_own_process(plan_year, rhythm, weekdays) for _ in range(RUNS)), strict=True)
        yield at_most(f"planning a year of {PEOPLE:,} people, {what}", median(ours), BAR, "s", median(bare))


def plan_year(rhythm: Rhythm, weekdays: tuple[object, ...]) -> tuple[float, float]:
    """Seconds until it is known when each person is asked; and for as many bare rules as there are calendars."""
    if len(ZONES) != 60:
        raise RuntimeError(f"{len(ZONES)} zones")
    started = time.perf_counter()
    everybody = list(company())
    planned = plan(Schedule(rhythm, NINE), everybody, NOW, YEAR)
    asked = sum(sum(1 for each in planned[calendar] if each.moment) for calendar in everybody)
    ours = time.perf_counter() - started
    if not 0.9 < asked / (PEOPLE * 52 * len(weekdays)) < 1.03:
        raise RuntimeError(f"{asked} prompts in a year")
    started = time.perf_counter()
    for _ in planned:
        list(rrule(WEEKLY, byweekday=weekdays, dtstart=NOW, until=NOW + timedelta(days=YEAR)))
    return ours, time.perf_counter() - started


def company() -> Iterator[WorkCalendar]:
    """60 zones, 15 countries; one in 20 has days away, one in 50 four days a week or other holidays."""
    chance = random.Random(1)
    four_days = Habits(frozenset({0, 1, 2, 3}))
    for n in range(PEOPLE):
        zone, region = ZONES[n % len(ZONES)]
        own = four_days if chance.random() < 0.02 else Habits()
        where = Habits(region=chance.choice(ZONES)[1] if chance.random() < 0.02 else region)
        week = SUNDAY_TO_THURSDAY if region.country in ("EG", "IL") else Habits()
        yield calendar_of(zone, [own, where, week], _away(chance) if chance.random() < 0.05 else ())


def _away(chance: random.Random) -> Iterator[Away]:
    for _ in range(3):
        first = date(2026, 12, 1) + timedelta(days=chance.randrange(330))
        yield Away(first, first + timedelta(days=chance.randrange(1, 15)))
