"""A check-in for the whole company: an admin sets it up, everybody is read in their own team, all come to results."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.simulation import Span
from bot.playground.company import Person as SlackPerson
from bot.playground.world import texts_in
from bot.services import checkins
from storage.audience import AudiencePerson
from storage.people import Person
from storage.rounds import Prompt
from storage.teams import Team
from storage.workspaces import WorkspaceSettings
from tests.house import (
    ANA,
    CAST,
    CY,
    DANA,
    EVA,
    FINN,
    GUS,
    HANA,
    NEW_YORK,
    TOKYO,
    House,
    answer,
    begin_checkin,
    local,
    make_team,
    switch_on,
)
from tests.stories.acts import ONE_HOUSE, by_socket, key_of, rows, sentence, stored
from tests.stories.test_several_teams import (
    ASKED,
    CLOSED,
    DESIGN_TEAM,
    MARKER,
    MOODS,
    all_answer,
    everybody_speaks_english,
    look_up,
    results,
    said,
)
from tests.stories.test_simulate import happened, told

EVERYONE = "Everyone at Acme"
GUEST = "UGUEST"


async def company_checkin(house: House, **chosen: str) -> None:
    """Design has a team, led by Dana and Eva; Dana, who runs Cairn, lets everyone be asked."""
    await everybody_speaks_english(house)
    await make_team(house, "Design", members=list(DESIGN_TEAM), leads=[EVA])
    await begin_checkin(house, channel=None)
    for block_id, value in {"readers": "leads", "reminders": "light", **chosen}.items():
        await house.slack.chooses(DANA, block_id, value)
    await house.slack.chooses(DANA, "teams", [EVERYONE])
    await switch_on(house)


def offered(house: House, user: str) -> list[str]:
    """The teams that somebody's form offers."""
    view = house.slack.view(user)
    assert view is not None
    (menu,) = [
        block["element"] for block in view["blocks"] if block.get("element", {}).get("type") == "multi_static_select"
    ][:1]
    return [option["text"]["text"] for option in menu["options"]]


async def test_everybody_is_asked_and_read_in_their_own_team(house: House) -> None:
    await company_checkin(house)
    assert house.dm(DANA, "Weekly check-in, Acme is on: 4 questions for 8 people")
    await house.move_to(ASKED)

    assert all(len(house.dm(user, "open until")) == 1 for user in CAST)
    assert not house.slack.dm(GUEST)
    assert house.dm(CY, "Hi Cy, Dana switched on a check-in for Acme: Weekly check-in")
    assert house.dm(CY, "Weekly check-in, Design: 4 questions")
    assert house.dm(CY, "Read by Dana and Eva, who lead Design.")
    assert house.dm(FINN, "Weekly check-in, Acme: 4 questions")
    assert house.dm(FINN, "Read by nobody, since you are in no team: your answers count in the results for all.")
    await all_answer(house, MOODS)
    await house.move_to(CLOSED)

    assert all(house.dm(user, f"{MARKER} of {CY}") for user in (DANA, EVA))
    assert not any(house.dm(user, f"{MARKER} of {FINN}") for user in CAST), "nobody leads him"
    assert len(results(house, DANA)) == len(results(house, EVA)) == 1
    assert "All together: 3.5/5 on average (8 answers)" in said(results(house, EVA)[0])


@by_socket
async def test_who_is_in_no_team_is_read_by_nobody_where_teams_read_their_own(house: House) -> None:
    await company_checkin(house, readers="team")
    await house.move_to(ASKED)
    assert house.dm(FINN, "Read by nobody, since you are in no team")

    await all_answer(house, MOODS)
    await house.move_to(CLOSED)

    assert all(house.dm(user, f"{MARKER} of {CY}") for user in (DANA, EVA, HANA))
    assert [user for user in CAST if house.dm(user, f"{MARKER} of {FINN}")] == []
    prompts = await rows(house, Prompt, col(Prompt.person_id) == await key_of(house, FINN))
    (audience_id,) = {each.audience_id for each in prompts}
    assert await rows(house, AudiencePerson, col(AudiencePerson.audience_id) == audience_id) == []


class TestAdmins:
    """Whose it is to run, and what they see of it."""

    pytestmark = ONE_HOUSE

    async def test_an_admin_who_leads_nobody_begins_with_everyone(self, house: House) -> None:
        await everybody_speaks_english(house)
        await begin_checkin(house, channel=None)
        assert offered(house, DANA) == [EVERYONE]
        await switch_on(house)
        assert house.dm(DANA, "Each person's answers are read by the leads of their own team.")
        await house.move_to(ASKED)
        await all_answer(house, MOODS)
        await house.move_to(CLOSED)

        assert said(results(house, DANA)[0]) == (
            "Results of Weekly check-in, Acme, Mon 23 Nov: 8 of 8 answered "
            "Only you see this: how many took part, never what anybody said. "
            "In no team: 8 of 8 answered "
            "It asks about 2 minutes of each, 16 minutes in all."
        )
        assert not any(house.dm(user, MARKER) for user in CAST)

    async def test_another_admin_hears_how_many_took_part(self, house: House) -> None:
        await company_checkin(house)
        await house.move_to(ASKED)
        await all_answer(house, MOODS)
        hana = await key_of(house, HANA)
        await stored(house, lambda session: make_admin(session, hana))
        await house.move_to(CLOSED)

        assert not house.dm(HANA, MARKER)
        assert "8 of 8 answered Only you see this: how many took part" in said(results(house, HANA)[0])
        assert not results(house, ANA)

    async def test_leads_arent_offered_everyone_and_cant_change_it(self, house: House) -> None:
        await company_checkin(house)
        await begin_checkin(house, EVA, channel=None)
        assert offered(house, EVA) == ["Design"]
        await house.slack.closes(EVA, everything=True)
        await house.slack.says(EVA, "/checkin edit")
        assert sentence(house, EVA).startswith("None of your teams has a check-in yet.")

        await house.slack.clicks(DANA, house.dm(DANA, "is on")[0], "checkin.pause_all")
        await house.settle()
        assert house.dm(DANA, "Weekly check-in, Acme is paused")
        await house.slack.says(DANA, "/checkin edit")
        view = house.slack.view(DANA)
        assert view is not None
        assert view["callback_id"] == "checkin.setup.form"

    async def test_everyone_and_a_team_are_a_sentence(self, house: House) -> None:
        await make_team(house, "Design", members=list(DESIGN_TEAM))
        await begin_checkin(house, channel=None)
        await house.slack.chooses(DANA, "teams", [EVERYONE, "Design"])

        assert (await house.slack.submits(DANA)).errors == {
            "teams": "Whoever is in a team is among everyone, too. Choose everyone, or the teams."
        }

    async def test_it_is_no_team_that_is_shown_or_changed(self, house: House) -> None:
        await company_checkin(house)
        await house.slack.says(DANA, "/cairn team")
        view = house.slack.view(DANA)
        assert view is not None
        assert "Acme" not in " ".join(texts_in(view["blocks"]))
        await house.slack.closes(DANA, everything=True)
        await make_team(house, "Acme", members=[ANA])
        assert [team.name for team in await rows(house, Team, ~col(Team.is_company))] == ["Design", "Acme"]

    async def test_home_tells_of_it(self, house: House) -> None:
        await company_checkin(house)
        for user in (FINN, DANA):
            await house.slack.opens_home(user)
            await house.settle()
        assert "Weekly check-in: every Monday at 9:00 AM, your time" in home(house, FINN)
        assert "Check-ins you lead" not in home(house, FINN)
        assert "Check-ins you lead" in home(house, DANA)


class TestComingAndGoing:
    """Who is here is asked, from the next round on."""

    pytestmark = ONE_HOUSE

    async def test_who_is_new_is_asked_and_who_has_left_is_not(self, house: House) -> None:
        await company_checkin(house)
        await house.move_to(local(TOKYO, 23, 12))
        await house.slack.joins_team(SlackPerson("UIDA", "ida", "Ida Ito", "Asia/Tokyo"))
        await house.slack.deactivates(GUS)
        await house.settle()
        assert not house.dm("UIDA", "open until"), "not in the middle of a round"
        await house.move_to(local(TOKYO, 30, 9))

        assert len(house.dm("UIDA", "Weekly check-in, Acme: 4 questions")) == 1
        assert len(await rows(house, Prompt, col(Prompt.person_id) == await key_of(house, GUS))) == 1

    async def test_guests_only_where_the_workspace_says_so(self, house: House) -> None:
        await company_checkin(house)
        await house.slack.says(DANA, "/cairn settings")
        await house.slack.chooses(DANA, "switches", ["guests_take_part"])
        assert (await house.slack.submits(DANA)).closed
        await house.settle()
        await house.move_to(ASKED)
        assert len(house.dm(GUEST, "open until")) == 1

        await stored(house, lambda session: session.execute(update(WorkspaceSettings).values(guests_take_part=False)))
        await house.move_to(local(NEW_YORK, 30, 9))
        assert len(await rows(house, Prompt, col(Prompt.person_id) == await key_of(house, GUEST))) == 1

    async def test_who_comes_into_a_team_while_it_is_open_is_read_there(self, house: House) -> None:
        await company_checkin(house)
        await house.move_to(local(TOKYO, 23, 9))
        assert house.dm(FINN, "Read by nobody")
        await make_team(house, "Support", members=[FINN, GUS], leads=[ANA])
        await house.settle()

        assert house.dm(FINN, "Weekly check-in, Support: 4 questions")
        assert house.dm(FINN, "Read by Ana and Dana, who lead Support.")
        await answer(house, FINN, "Now with a team")
        await house.move_to(CLOSED)

        assert [user for user in CAST if house.dm(user, "Now with a team")] == [ANA, DANA]


async def test_what_is_simulated_for_everyone_is_what_is_sent(house: House) -> None:
    """Design doesn't work on Mondays, and is asked on the working day before; the others are asked on Mondays."""
    await company_checkin(house)
    until = house.now + timedelta(days=14)
    await stored(house, lambda session: no_mondays(session, house.now))
    sent, _ = await stored(house, lambda session: told(session, Span(house.now, house.now, until)))
    await house.move_to(until)

    really, _ = await stored(house, lambda session: happened(session, until))
    assert really == sent
    assert {nominal.isoformat(): at.weekday() for (user, _, nominal), at in sent.items() if user == CY} == {
        "2026-11-30": 4,
        "2026-12-07": 4,
    }
    assert {at.weekday() for (user, *_), at in sent.items() if user == ANA} == {0}


def no_mondays(session: Session, now: datetime) -> None:
    session.execute(update(Team).where(col(Team.name) == "Design").values(working_days="2345"))
    session.expire_all()
    checkins.replan_all(session, now)


async def test_leads_see_in_the_status_who_answered_of_their_own(house: House) -> None:
    await company_checkin(house)
    await house.move_to(ASKED)
    await answer(house, CY, "Done")
    await answer(house, FINN, "Done")
    await house.slack.says(EVA, "/checkin status")
    shown = sentence(house, EVA).replace("*", "")

    assert "Weekly check-in, Design, Mon, Nov 23: 1 of 3 answered" in shown
    assert "Answered: Cy" in shown
    assert "Finn" not in shown
    assert "open for you until" in shown
    await house.move_to(CLOSED)
    assert "8" in await look_up(house, DANA)


def home(house: House, user: str) -> str:
    view = house.slack.home(user)
    assert view is not None
    return " ".join(" ".join(texts_in(view["blocks"])).replace("*", "").split())


def make_admin(session: Session, person_id: int) -> None:
    session.execute(update(Person).where(col(Person.id) == person_id).values(is_admin=True))


@by_socket
async def test_who_is_in_no_team_stands_in_the_company(house: House) -> None:
    await company_checkin(house)
    await house.move_to(ASKED)

    await house.slack.says(FINN, "/checkin status")

    assert sentence(house, FINN).startswith("*Weekly check-in*, Acme, Mon, Nov 23: open for you until")
