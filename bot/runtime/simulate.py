"""What `python -m bot simulate` says: who gets which check-in when, across days off and changes of the clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy.orm import Session

from bot.domain.checkins import Reason
from bot.domain.schedules import goes_without_saying
from bot.domain.simulation import Span
from bot.errors import SettingsError
from bot.i18n import Voice
from bot.services import simulation
from bot.services.simulation import Simulated
from bot.views import days_off
from storage import teams

REASONS = {
    Reason.CAIRN_PAUSED: "Cairn is paused",
    Reason.PAUSED_BY_PERSON: "paused by themselves",
    Reason.NOT_IN_PILOT: "not in a pilot team",
    Reason.DOWNTIME: "too late: no working hour is left before it closes",
}
WIDE = 120
"""Columns where the output goes to a file; on a screen it is as wide as that."""


@dataclass(frozen=True)
class Row:
    """One prompt, at a moment with its person's own offset; `why_not` where it isn't sent, `note` where it moved."""

    at: datetime
    person: str
    slack_id: str
    zone: str
    checkin: str
    nominal: date
    why_not: str
    note: str

    def as_json(self) -> dict[str, Any]:
        """All of it, in plain types. `sent_at` is None where nothing is sent; moments have their zone's offset."""
        return {
            "sent_at": None if self.why_not else self.at.isoformat(),
            "person": self.slack_id,
            "name": self.person,
            "zone": self.zone,
            "checkin": self.checkin,
            "nominal": self.nominal.isoformat(),
            "why_not": self.why_not or None,
            "moved": self.note or None,
        }


def span(now: datetime, days: int, begin: str | None) -> Span:
    """So many days from now on, or from midnight (UTC) of a date; raises SettingsError where that can't be read."""
    if begin is None:
        return Span(now, now, now + timedelta(days=days))
    try:
        first = datetime.combine(date.fromisoformat(begin), datetime.min.time(), UTC)
    except ValueError:
        raise SettingsError("--from must be a date like 2026-12-24.") from None
    if first.date() < now.date():
        raise SettingsError("--from must be today or later: what was asked already is told by `/cairn why`.")
    start = max(first, now)
    return Span(now, start, first + timedelta(days=days))


def rows(session: Session, span: Span, team: str | None) -> list[Row]:
    """What is simulated, of one team by its name or of all; raises SettingsError where no team is called that."""
    found = simulation.simulate(session, span, _team_id(session, team))
    return [_row(each) for each in found if not goes_without_saying(each.checkin.recurs, each.expected.off)]


def _team_id(session: Session, name: str | None) -> int | None:
    if name is None:
        return None
    known = teams.existing(session)
    found = next((team.key for team in known if team.name.casefold() == name.strip().casefold()), None)
    if found is None:
        raise SettingsError(f"--team must be one of {', '.join(each.name for each in known) or 'none yet'}.")
    return found


def _row(of: Simulated) -> Row:
    voice = Voice("en-GB", of.person.zone)
    expected, zone = of.expected, of.calendar.zone
    off = days_off.reasons(voice, expected.off, of.calendar) if expected.off else ""
    why_not = "" if expected.reason is None else REASONS.get(expected.reason, off or str(expected.reason))
    return Row(
        at=expected.at.astimezone(zone),
        person=of.person.name,
        slack_id=of.person.slack_id,
        zone=str(zone),
        checkin=of.checkin.name,
        nominal=expected.nominal,
        why_not=why_not,
        note=f"instead of {voice.day(expected.nominal)}: {off}" if off and not why_not else "",
    )


def show(found: list[Row], span: Span) -> None:
    """A table for people, each on their own clock, day by day."""
    console = Console()
    console = console if console.is_terminal else Console(width=WIDE)
    if not found:
        console.print(f"Nobody is asked anything until {span.end:%Y-%m-%d}.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("Day", "Time", "Clock", "Who", "Check-in", ""):
        table.add_column(name, no_wrap=name in ("Day", "Time"))
    last: date | None = None
    for row in found:
        day, last = ("" if row.at.date() == last else f"{row.at:%a %Y-%m-%d}"), row.at.date()
        table.add_row(day, *_cells(row))
    console.print(table)
    sent = sum(not row.why_not for row in found)
    console.print(f"{sent} sent, {len(found) - sent} not. Nothing was written, and nothing was sent.")


def _cells(row: Row) -> tuple[str, ...]:
    clock = f"{row.zone} {row.at:%z}"
    time = "[yellow]not asked[/]" if row.why_not else f"{row.at:%H:%M}"
    return (time, clock, escape(row.person), escape(row.checkin), escape(row.why_not or row.note))
