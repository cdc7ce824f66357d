"""What is simulated is what is then sent: two weeks with a change of the clocks and public holidays in them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.checkins import QuestionKind, Reason
from bot.domain.rhythms import Rhythm, Weekly, WorkingDays
from bot.domain.setup import CheckInRequest, QuestionRequest, TeamRequest
from bot.domain.simulation import Span
from bot.runtime import simulate
from bot.services import checkins, simulation, teams
from storage import people
from storage.checkins import CheckIn
from storage.people import Person
from storage.rounds import Prompt, Round
from tests.house import ANA, BERLIN, CAST, DANA, EVA, FINN, GUS, House
from tests.stories.acts import ONE_HOUSE, stored

EASTER = datetime(2027, 3, 21, 18, tzinfo=BERLIN)
"""A Sunday: Good Friday is the 26th, the clocks change on the 28th, and the 29th is Easter Monday."""
TWO_WEEKS = timedelta(days=14)

Told = tuple[str, str, date]


def set_up(session: Session, now: datetime) -> None:
    """Platform is everybody, asked daily and on Mondays; Ana and Eva have Germany's public holidays."""
    session.execute(update(Person).where(col(Person.slack_id).in_([ANA, EVA])).values(country="DE"))
    dana = people.by_slack_id(session, DANA)
    assert dana is not None
    team = teams.create(session, dana, TeamRequest("Platform", CAST), now)
    daily: tuple[str, Rhythm] = ("Daily", WorkingDays())
    for name, rhythm in (daily, ("Weekly", Weekly(0))):
        made = checkins.create(session, dana, request(team.key, name, rhythm), now)
    gus = people.by_slack_id(session, GUS)
    assert gus is not None
    checkins.pause_for_me(session, gus, made.key, now)


def request(team_id: int, name: str, rhythm: Rhythm) -> CheckInRequest:
    asked = (QuestionRequest(QuestionKind.LONG_TEXT, "What next?"),)
    return CheckInRequest((team_id,), name, asked, rhythm, time(9, 30), 240, "team", None)


def told(session: Session, span: Span) -> tuple[dict[Told, datetime], dict[Told, Reason]]:
    """What is simulated: sent when, and not sent why."""
    found = simulation.simulate(session, span)
    sent, not_sent = {}, {}
    for each in found:
        key = (each.person.slack_id, each.checkin.name, each.expected.nominal)
        if each.expected.reason is None:
            sent[key] = each.expected.at
        else:
            not_sent[key] = each.expected.reason
    assert len(found) == len(sent) + len(not_sent), "each once"
    return sent, not_sent


def happened(session: Session, until: datetime) -> tuple[dict[Told, datetime], dict[Told, Reason]]:
    """What Slack got, and what it didn't."""
    query = (
        select(Person, CheckIn, Round, Prompt)
        .join(Prompt, col(Prompt.person_id) == col(Person.id))
        .join(Round, col(Round.id) == col(Prompt.round_id))
        .join(CheckIn, col(CheckIn.id) == col(Round.checkin_id))
        .where(col(Prompt.due_at) <= until)
    )
    sent, not_sent = {}, {}
    for person, checkin, round_, prompt in session.execute(query):
        key = (person.slack_id, checkin.name, round_.nominal)
        if prompt.sent_at is not None:
            sent[key] = prompt.sent_at
        else:
            not_sent[key] = Reason(prompt.reason or "")
    return sent, not_sent


async def test_two_weeks_over_easter(house: House) -> None:
    house.clock.move_to(EASTER)
    await stored(house, lambda session: set_up(session, house.now))
    now, end = house.now, house.now + TWO_WEEKS
    sent, not_sent = await stored(house, lambda session: told(session, Span(now, now, end)))

    for _ in range(4):  # from wherever one looks, the rest is the same
        await house.let_pass(days=3.5)
        rest, _none = await stored(house, lambda session: told(session, Span(house.now, house.now, end)))
        assert rest == {key: at for key, at in sent.items() if at > house.now}

    assert house.now == end
    really, really_not = await stored(house, lambda session: happened(session, end))
    assert sent == really
    assert {key: not_sent[key] for key in really_not} == really_not
    assert {person for person, checkin, _ in sent if checkin == "Weekly"} == set(CAST) - {GUS}
    assert sent[ANA, "Weekly", date(2027, 3, 29)] == datetime(2027, 3, 25, 8, 30, tzinfo=UTC), "before Good Friday"
    assert sent[ANA, "Daily", date(2027, 3, 30)].hour == 7, "summer time"
    assert not_sent[ANA, "Daily", date(2027, 3, 26)] is Reason.DAY_OFF
    assert (FINN, "Daily", date(2027, 3, 26)) in sent, "no holiday where he lives"


class TestTheTable:
    """What an operator reads."""

    pytestmark = ONE_HOUSE

    async def test_lines_say_who_when_and_why_not(self, house: House, capsys: pytest.CaptureFixture[str]) -> None:
        house.clock.move_to(EASTER)
        await stored(house, lambda session: set_up(session, house.now))
        span = simulate.span(house.now, 14, None)

        rows = await stored(house, lambda session: simulate.rows(session, span, "platform"))

        anas = [row for row in rows if row.slack_id == ANA]
        (moved,) = [row for row in anas if row.note]
        assert moved.note.startswith("instead of Mon 29 Mar: public holiday: ")
        assert "Easter Monday" in moved.note
        assert f"{moved.at:%Y-%m-%d %H:%M %z}" == "2027-03-25 09:30 +0100"
        assert {row.why_not for row in anas} >= {"", "public holiday: Good Friday", "public holiday: Easter Monday"}
        assert {row.why_not for row in anas if row.nominal.weekday() >= 5} == set(), "weekends go without saying"
        assert {row.why_not for row in rows if row.slack_id == GUS and row.checkin == "Weekly"} == {
            "paused by themselves"
        }
        assert moved.as_json() == {
            "sent_at": "2027-03-25T09:30:00+01:00",
            "person": ANA,
            "name": "Ana",
            "zone": "Europe/Berlin",
            "checkin": "Weekly",
            "nominal": "2027-03-29",
            "why_not": None,
            "moved": moved.note,
        }

        simulate.show(rows, span)
        lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
        assert lines[0] == "Day Time Clock Who Check-in"
        assert any(
            line.endswith("not asked Europe/Berlin +0100 Ana Daily public holiday: Good Friday") for line in lines
        )
        assert lines[-1].endswith("not. Nothing was written, and nothing was sent.")
