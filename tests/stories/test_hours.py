"""What Cairn sends by itself rings nobody's phone at night or on a day off, whatever happened when."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.calendars import WorkCalendar
from bot.domain.preferences import is_inside
from storage.calendars import calendar_of_person
from storage.outbox_rows import POST, Outbox
from storage.people import Person
from tests.house import DANA, FINN, TOKYO, House, local, make_platform
from tests.stories.acts import ONE_HOUSE, stored
from tests.stories.blocking import says_blocked

pytestmark = ONE_HOUSE

ON_WORKING_DAYS = {"checkin.prompt", "checkin.welcome"}
"""These come at the check-in's own time."""
IN_WORKING_HOURS = {
    "blocker.nudge",
    "blocker.raised",
    "checkin.deleted",
    "checkin.readers_changed",
    "checkin.reminder",
    "team.added",
    "team.ended",
    "team.lead",
    "team.removed",
}


IN_EVERY_STORY = {"checkin.prompt", "checkin.welcome", "checkin.reminder", "blocker.raised", "team.added"}
Rang = tuple[str, datetime, WorkCalendar]


def sent(session: Session, seen: set[int], now: datetime) -> list[Rang]:
    """What was sent to people since it was looked last: its kind, the hour's end, and when they work."""
    rows = session.execute(
        select(Outbox, Person)
        .join(Person, col(Person.id) == col(Outbox.person_id))
        .where(col(Outbox.action) == POST, col(Outbox.ts).is_not(None), col(Outbox.id).not_in(seen))
    ).all()
    seen |= {row.id or 0 for row, _ in rows}
    # Whoever makes a team is awake, and is told at once that it is there.
    others = [(row, person) for row, person in rows if (row.kind, person.slack_id) != ("team.added", DANA)]
    return [(row.kind, now, calendar_of_person(session, person)) for row, person in others]


def may_ring(kind: str, at: datetime, works: WorkCalendar) -> bool:
    """Whether it may have come in the hour that ends at `at`."""
    moments = (at, at - timedelta(minutes=59))
    if kind in IN_WORKING_HOURS:
        return any(is_inside(works, each) for each in moments)
    return kind not in ON_WORKING_DAYS or any(map(works.works_at, moments))


async def test_for_eight_days_no_phone_rings_at_night_or_on_a_day_off(house: House) -> None:
    await make_platform(house, reminders="active")
    seen: set[int] = set()
    rang: list[Rang] = []
    while house.now < local(TOKYO, 1, 1, month=12):
        if house.now.astimezone(TOKYO) == local(TOKYO, 23, 22):
            await says_blocked(house, FINN, "No access to the build")
        now = house.now
        rang += await stored(house, partial(sent, seen=seen, now=now))
        await house.move_to((now + timedelta(hours=1)).replace(minute=0))

    assert {kind for kind, _, _ in rang} >= IN_EVERY_STORY
    assert [(kind, at, works.zone) for kind, at, works in rang if not may_ring(kind, at, works)] == []
