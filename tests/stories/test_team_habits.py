"""A team's own working days and country: they hold for members who set none for themselves, in what asks the team."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.calendars import MONDAY_TO_FRIDAY, WorkCalendar
from bot.domain.public_holidays import Region
from bot.domain.simulation import Span
from bot.services import people_import
from bot.services.people_import import read
from storage.calendars import Calendars
from storage.checkins import CheckIn, CheckInTeam
from storage.people import Person
from storage.rounds import Prompt
from storage.teams import MEMBER, Membership, Team
from tests.house import ANA, BERLIN, BO, CAST, DANA, FINN, GUS, NEW_YORK, TOKYO, House, local, make_platform
from tests.stories.acts import ONE_HOUSE, key_of, rows, stored
from tests.stories.test_days import off
from tests.stories.test_simulate import happened, told
from tests.stories.test_team_changes import edit, look, save

WEDNESDAY_TO_SUNDAY = ["Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


async def other_team(house: House, *members: str, name: str = "Pioneers", **days: str) -> int:
    """Another team, of these people and with these days; its primary key."""
    keys = [await key_of(house, user) for user in members]
    dana = await key_of(house, DANA)

    def make(session: Session) -> int:
        team = Team(name=name, name_key=name.casefold(), zone="UTC", created_by=dana, created_at=house.now)
        team.working_days, team.country = days.get("working_days"), days.get("country")
        session.add(team)
        session.flush()
        session.add_all(Membership(team_id=team.key, person_id=key, role=MEMBER, joined_at=house.now) for key in keys)
        return team.key

    return await stored(house, make)


async def test_a_teams_country_is_everybodys_in_it_who_has_none(house: House) -> None:
    await make_platform(house)
    await edit(house)
    await house.slack.types(DANA, "region", "Japan")
    await save(house)
    await house.slack.says(ANA, "/cairn days")
    assert "Empty: JP." in str(house.slack.view(ANA)), "her team's"
    await house.slack.types(ANA, "region", "Germany")
    assert (await house.slack.submits(ANA)).closed

    await house.move_to(local(BERLIN, 23, 10))

    assert house.dm(ANA, "open until")
    assert not any(house.dm(user, "open until") for user in CAST if user != ANA), "Labour Thanksgiving Day"
    assert await off(house, FINN) == "holiday"
    assert "Public holidays of JP" in await look(house, DANA)


async def test_what_is_simulated_with_a_teams_days_is_what_is_sent(house: House) -> None:
    await make_platform(house)
    await edit(house)
    await house.slack.chooses(DANA, "working_days", WEDNESDAY_TO_SUNDAY)
    await save(house)
    await other_team(house, GUS, BO, working_days="12345")
    now, end = house.now, house.now + timedelta(days=14)
    sent, not_sent = await stored(house, lambda session: told(session, Span(now, now, end)))

    await house.move_to(end)

    really, really_not = await stored(house, lambda session: happened(session, end))
    assert sent == really
    assert {key: not_sent[key] for key in really_not} == really_not
    assert {user for user, _, _ in sent} == set(CAST)
    assert {at.astimezone(TOKYO).weekday() for (user, _, _), at in sent.items() if user == FINN} == {6}, "Sunday"


class TestWhoseDays:
    """Between a person, two teams and the company."""

    pytestmark = ONE_HOUSE

    async def test_each_check_in_goes_by_the_teams_that_it_asks(self, house: House) -> None:
        await make_platform(house)
        await other_team(house, FINN, working_days="34567")

        await house.move_to(local(TOKYO, 23, 9))

        assert house.dm(FINN, "open until"), "Platform works on Mondays, whatever else he is in"

    async def test_with_two_teams_that_ask_somebody_it_is_the_first_that_says_something(self, house: House) -> None:
        await make_platform(house)
        one = await other_team(house, FINN, name="One", working_days="345")
        two = await other_team(house, FINN, GUS, name="Two", working_days="67", country="JP")

        def of_everybody(session: Session) -> dict[str, WorkCalendar]:
            checkin = session.scalars(select(CheckIn)).one()
            session.add_all(CheckInTeam(checkin_id=checkin.key, team_id=team) for team in (one, two))
            session.flush()
            calendars = Calendars(session, checkin)
            return {person.slack_id: calendars.of(person) for person in session.scalars(select(Person))}

        found = await stored(house, of_everybody)

        assert (set(found[FINN].weekdays), found[FINN].region) == ({2, 3, 4}, Region("JP"))
        assert (set(found[GUS].weekdays), found[GUS].region) == ({5, 6}, Region("JP"))
        assert (found[ANA].weekdays, found[ANA].region) == (MONDAY_TO_FRIDAY, None), "in Platform alone"

    async def test_days_like_the_companys_are_no_days_of_its_own(self, house: House) -> None:
        await make_platform(house)
        await edit(house)
        await house.slack.chooses(DANA, "working_days", WEDNESDAY_TO_SUNDAY)
        await save(house)
        assert "Working days: Wednesday, Thursday, Friday, Saturday and Sunday" in await look(house, DANA)
        await house.slack.clicks_in_view(DANA, "team.edit")
        await house.slack.chooses(DANA, "working_days", ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"])
        await save(house)

        (team,) = await rows(house, Team, col(Team.name) == "Platform")
        assert (team.working_days, team.country) == (None, None)
        await house.move_to(local(TOKYO, 23, 9))
        assert house.dm(FINN, "open until")

    async def test_a_team_works_some_day(self, house: House) -> None:
        await make_platform(house)
        await edit(house)
        await house.slack.chooses(DANA, "working_days", [])
        assert (await house.slack.submits(DANA, force=True)).errors == {
            "working_days": "Choose at least one working day."
        }
        await house.slack.chooses(DANA, "working_days", ["Monday"])
        await house.slack.types(DANA, "region", "Atlantis")
        assert list((await house.slack.submits(DANA)).errors) == ["region"]

    async def test_in_the_middle_of_a_round_it_holds_for_whoever_isnt_asked_yet(self, house: House) -> None:
        await make_platform(house)
        await house.move_to(local(TOKYO, 23, 9))
        await edit(house)
        await house.slack.chooses(DANA, "working_days", WEDNESDAY_TO_SUNDAY)
        await save(house)

        await house.move_to(local(NEW_YORK, 24, 12))

        assert len(house.dm(FINN, "open until") + house.dm(FINN, "a late answer is taken")) == 1, "he was asked"
        assert not house.dm(ANA, "open until")
        (anas,) = await rows(house, Prompt, col(Prompt.person_id) == await key_of(house, ANA))
        assert (anas.state, anas.reason, anas.off) == ("skipped", "day_off", "weekday")


class TestReplanning:
    """What follows when somebody's own zone or country becomes another."""

    pytestmark = ONE_HOUSE

    async def test_a_country_from_the_file_of_hr_plans_anew(self, house: House) -> None:
        await make_platform(house)
        rows_of_file = read(f"slack_id,country\n{FINN},JP\n{GUS},JP\n".encode())

        await stored(house, lambda session: people_import.import_rows(session, rows_of_file, house.now))
        (checkin,) = await rows(house, CheckIn)
        assert checkin.next_due_at == local(BERLIN, 23, 9), "nobody is asked in Tokyo"
        await house.move_to(local(BERLIN, 23, 10))

        assert not house.dm(FINN, "open until")
        assert not house.dm(GUS, "open until")
        assert len(house.dm(ANA, "open until")) == 1
        assert await off(house, FINN) == "holiday"

    async def test_who_moves_past_their_own_hour_keeps_nobody_from_being_asked(self, house: House) -> None:
        """In Tokyo it is past nine when Ana gets there; in Berlin it isn't, and the round goes on for the others."""
        await make_platform(house)
        await edit(house)
        await house.slack.chooses(DANA, "out0", ["Finn", "Gus"])
        await save(house)
        await house.move_to(local(TOKYO, 23, 12))

        await house.slack.user_changes(ANA, tz="Asia/Tokyo")
        await house.settle()
        await house.move_to(local(BERLIN, 23, 9) + timedelta(minutes=1))

        assert len(house.dm(DANA, "open until")) == 1
