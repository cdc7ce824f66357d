"""Who reads what one answers becomes somebody else: everybody who is asked hears of it before they are asked again."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.notices.privacy import readership
from bot.playground.world import Message
from bot.services import privacy
from storage.answers import Answer
from storage.checkins import CheckIn
from storage.people import Person, by_slack_id
from storage.privacy import ReadersChange
from tests.house import (
    ANA,
    BERLIN,
    BO,
    CAST,
    CY,
    DANA,
    EVA,
    FINN,
    GUS,
    NEW_YORK,
    PLATFORM,
    TOKYO,
    House,
    answer,
    local,
    make_platform,
    make_team,
    open_form,
    switch_on,
)
from tests.stories.acts import ONE_HOUSE, fill_in, monday_in_tokyo, prompt, rows, stored, words_in
from tests.stories.asking import LAST_WORDS, MOOD, WHY, monday_asking
from tests.stories.test_company import company_checkin
from tests.stories.test_several_teams import DESIGN_TEAM
from tests.stories.test_team_changes import edit, save

WHO_CHANGED = "Dana changed who reads"
KEEPS = "What you sent before keeps its readers."
KEEPS_IN_GERMAN = "Was du vorher abgeschickt hast, lesen nur die, die es bisher lesen."


async def reads(house: House, readers: str, **more: str | list[str]) -> None:
    """Dana changes who reads the check-in."""
    await house.slack.says(DANA, "/checkin edit")
    chosen: dict[str, str | list[str]] = {"readers": readers, **more}
    for block_id, value in chosen.items():
        await house.slack.chooses(DANA, block_id, value)
    await switch_on(house)


async def observed_by(house: House, *users: str) -> None:
    """Dana lets these people read along, and nobody else."""
    await edit(house)
    await house.slack.chooses(DANA, "observers", list(users))
    await save(house)


def notices(house: House, user: str) -> list[Message]:
    """What somebody was told of who reads them."""
    return [*house.dm(user, KEEPS), *house.dm(user, KEEPS_IN_GERMAN)]


def plain(message: Message) -> str:
    return " ".join(message.plain().replace("*", "").replace("\u200b", "").split())


async def tuesday(house: House, readers: str) -> None:
    """Everybody was asked yesterday; in Tokyo it is two in the afternoon, in New York midnight."""
    await monday_in_tokyo(house, readers=readers)
    await house.move_to(local(TOKYO, 24, 14))


async def test_everybody_hears_of_it_in_their_working_hours_with_who_reads_now(house: House) -> None:
    await monday_in_tokyo(house, readers="leads")
    await answer(house, FINN, "Moved the index")
    await house.move_to(local(TOKYO, 24, 14))

    await reads(house, "team")

    (told,) = notices(house, FINN)
    assert plain(told).startswith(
        "Dana changed who reads Weekly check-in, Platform, for all that you send from now on. "
        "Read by the 8 people in Platform. What you sent before keeps its readers."
    )
    assert words_in(told.text) <= 60
    assert list(dict(told.buttons())) == ["checkin.who_reads"]
    assert notices(house, EVA) == [], "it is midnight where she is"
    assert "Read by the 8 people in Platform." in plain(prompt(house, EVA)), "but what is open says so"
    await house.move_to(local(NEW_YORK, 24, 9))
    assert {user: len(notices(house, user)) for user in CAST} == {user: int(user != DANA) for user in CAST}
    assert notices(house, DANA) == [], "she knows"
    await house.move_to(local(NEW_YORK, 24, 12))
    assert not house.dm(BO, "Moved the index"), "what Finn answered before is for the leads"


async def test_whoever_comes_to_read_along_is_told_of_by_name(house: House) -> None:
    await monday_in_tokyo(house, readers="team")
    await edit(house)
    await house.slack.chooses(DANA, "out0", ["Eva"])
    await save(house)
    assert notices(house, FINN) == []

    await observed_by(house, EVA)

    (told,) = notices(house, FINN)
    assert plain(told).startswith(
        "Eva reads what you send to Weekly check-in, Platform from now on, since Dana changed the team. "
        "Read by the 8 people in Platform."
    )
    assert "Read by the 8 people in Platform." in plain(prompt(house, FINN))
    await house.let_pass(days=1)
    assert notices(house, EVA) == []


class TestWhoIsTold:
    """Of what, and of what not."""

    pytestmark = ONE_HOUSE

    async def test_a_new_lead_is_told_of_where_leads_read_and_an_observer_isnt(self, house: House) -> None:
        await monday_in_tokyo(house, readers="leads")
        await observed_by(house, EVA)
        assert notices(house, FINN) == [], "observers don't read what is for leads"

        await edit(house)
        await house.slack.chooses(DANA, "leads", [DANA, BO])
        await save(house)

        (told,) = notices(house, FINN)
        assert "Bo reads what you send to Weekly check-in, Platform from now on" in plain(told)
        assert "Read by Bo and Dana, who lead Platform." in plain(told)

    async def test_a_member_who_comes_to_lead_read_already(self, house: House) -> None:
        await monday_in_tokyo(house, readers="team")
        await edit(house)
        await house.slack.chooses(DANA, "leads", [DANA, EVA])
        await save(house)

        assert not any(notices(house, user) for user in CAST)
        assert await rows(house, ReadersChange) == []

    async def test_another_name_or_day_is_no_news(self, house: House) -> None:
        await monday_in_tokyo(house)
        await reads(house, "team", weekdays=["2"])

        await house.let_pass(days=1)

        assert not any(notices(house, user) for user in CAST)

    async def test_whose_welcome_is_still_to_come_hears_of_it_there(self, house: House) -> None:
        await make_platform(house, readers="leads")
        assert house.dm(ANA, "Hi Ana") == [], "it is one in the morning"

        await reads(house, "team")
        await house.move_to(local(BERLIN, 23, 10))

        assert house.dm(ANA, "Hi Ana")
        assert notices(house, ANA) == []

    async def test_whoever_paused_is_left_in_peace(self, house: House) -> None:
        await monday_in_tokyo(house, readers="leads")
        await house.slack.clicks(GUS, house.dm(GUS, "Hi Gus")[0], "checkin.pause")

        await reads(house, "team")

        assert notices(house, FINN)
        assert notices(house, GUS) == []


class TestSeveralTeams:
    """What asks more than one team is told in the team whose readers are others."""

    pytestmark = ONE_HOUSE

    async def test_of_a_check_in_for_the_company_in_the_team_that_has_a_new_lead(self, house: House) -> None:
        await company_checkin(house)
        await house.move_to(local(NEW_YORK, 23, 12))

        await edit(house)
        await house.slack.chooses(DANA, "leads", [DANA, EVA, BO])
        await save(house)
        await house.move_to(local(NEW_YORK, 24, 12))

        assert "Bo reads what you send to Weekly check-in, Design from now on" in plain(notices(house, CY)[0])
        assert {user for user in CAST if notices(house, user)} == set(DESIGN_TEAM) - {DANA, BO}

    async def test_of_a_team_that_is_asked_too_by_whoever_is_in_both(self, house: House) -> None:
        await monday_in_tokyo(house)
        await make_team(house, "Design", members=[CY, EVA])
        await house.move_to(local(NEW_YORK, 23, 12))

        await house.slack.says(DANA, "/checkin edit")
        await house.slack.chooses(DANA, "teams", ["Platform", "Design"])
        await switch_on(house)
        await house.move_to(local(NEW_YORK, 24, 12))

        assert {user for user in CAST if notices(house, user)} == {CY, EVA}
        assert WHO_CHANGED in plain(notices(house, CY)[0])


class TestOneDay:
    """Several changes are one message."""

    pytestmark = ONE_HOUSE

    async def test_it_says_what_has_come_of_them(self, house: House) -> None:
        await tuesday(house, "leads")

        await reads(house, "team")
        await reads(house, "channel", home_channel=PLATFORM)

        (told,) = notices(house, FINN)
        assert f"Read by the 8 people in <#{PLATFORM}>" in told.text
        await house.move_to(local(NEW_YORK, 24, 9))
        assert len(notices(house, EVA)) == 1

    async def test_who_comes_and_goes_on_one_day_was_there_for_nobody(self, house: House) -> None:
        await monday_in_tokyo(house)
        await edit(house)
        await house.slack.chooses(DANA, "out0", ["Eva"])
        await save(house)
        await observed_by(house, EVA)
        assert "Eva reads what you send" in plain(notices(house, FINN)[0])

        await observed_by(house)

        (told,) = notices(house, FINN)
        assert "is as it was: what was changed was changed back. Read by the 7 people in Platform." in plain(told)

    async def test_what_is_changed_back_while_somebody_sleeps_is_never_told(self, house: House) -> None:
        await tuesday(house, "leads")
        await reads(house, "team")
        await reads(house, "leads")
        await house.move_to(local(NEW_YORK, 24, 10))

        (told,) = notices(house, FINN)
        assert "is as it was: what was changed was changed back. Read by Dana" in plain(told)
        assert notices(house, EVA) == []

        await reads(house, "team")
        (told,) = notices(house, FINN)
        assert WHO_CHANGED in plain(told)
        assert WHO_CHANGED in plain(notices(house, EVA)[0])
        await house.move_to(local(TOKYO, 25, 10))
        await reads(house, "leads")
        assert len(notices(house, FINN)) == 2, "another day"


class TestNames:
    """Names hidden and shown, and how many voices it takes."""

    pytestmark = ONE_HOUSE

    @pytest.mark.parametrize(
        ("before", "after", "said"),
        [
            (False, True, "From its next round on, Weekly check-in, Platform hides names: readers don't see who"),
            (True, False, "From its next round on, Weekly check-in, Platform shows names: readers see who said what."),
        ],
    )
    async def test_hidden_or_shown(self, house: House, *, before: bool, after: bool, said: str) -> None:
        await make_platform(house)
        await stored(house, lambda session: session.execute(update(CheckIn).values(names_hidden=before)))
        await house.move_to(local(TOKYO, 23, 10))

        def change(session: Session) -> None:
            checkin, dana = session.scalars(select(CheckIn)).one(), by_slack_id(session, DANA)
            assert dana is not None
            read_by = readership(session, checkin)
            checkin.names_hidden = after
            session.flush()
            privacy.readers_changed(session, dana, checkin, read_by, house.now)

        await stored(house, change)
        await house.settle()

        (told,) = notices(house, FINN)
        assert plain(told).startswith(said)
        assert words_in(told.text) <= 60

    async def test_more_voices(self, house: House) -> None:
        await make_platform(house)
        await stored(house, lambda session: session.execute(update(CheckIn).values(names_hidden=True)))
        await house.move_to(local(TOKYO, 23, 10))

        await house.slack.says(DANA, "/cairn settings")
        await house.slack.chooses(DANA, "k", "7")
        assert (await house.slack.submits(DANA)).closed
        await house.settle()

        (told,) = notices(house, FINN)
        assert plain(told).startswith(
            "From its next round on, Weekly check-in, Platform shows what 7 or more answered; it was 5 or more."
        )
        assert words_in(told.text) <= 60


class TestBeforeTheNextPrompt:
    """The news waits for working hours, and the prompt doesn't come before it."""

    pytestmark = ONE_HOUSE

    async def test_somebody_whose_hours_begin_after_their_prompt_gets_both_then(self, house: House) -> None:
        await monday_in_tokyo(house, readers="leads")
        await stored(
            house,
            lambda session: session.execute(
                update(Person)
                .where(col(Person.slack_id) == FINN)
                .values(hours_from=local(TOKYO, 23, 14).time(), hours_to=local(TOKYO, 23, 20).time())
            ),
        )
        await house.move_to(local(TOKYO, 27, 21))

        await reads(house, "team")
        assert notices(house, FINN) == []
        await house.move_to(local(TOKYO, 30, 9))

        said = [plain(message) for message in house.slack.dm(FINN)][-2:]
        assert WHO_CHANGED in said[0]
        assert "open until" in said[1]


async def test_words_go_no_further_than_the_form_said_when_they_were_typed(house: House) -> None:
    await monday_in_tokyo(house, readers="leads")
    await open_form(house, FINN)
    assert "Read by Dana, who leads Platform." in str(house.slack.view(FINN))
    await reads(house, "team")
    await fill_in(house, FINN, "Only for Dana")

    assert not (await house.slack.submits(FINN)).closed
    await house.settle()

    shown = str(house.slack.view(FINN))
    assert "Others read this now than when you opened it, or see whose it is." in shown
    assert "Read by the 8 people in Platform." in shown
    assert await rows(house, Answer) == []
    assert "draft that only you can open" in plain(prompt(house, FINN)), "nothing is lost"
    assert (await house.slack.submits(FINN)).closed
    await house.settle()
    assert "sent. Thank you." in plain(prompt(house, FINN))


class TestFormsThatAreOpen:
    """Fewer readers, and what was sent before, ask for no second click."""

    pytestmark = ONE_HOUSE

    async def test_fewer_readers_are_no_news(self, house: House) -> None:
        await monday_in_tokyo(house, readers="team")
        await open_form(house, FINN)
        await edit(house)
        await house.slack.chooses(DANA, "out0", ["Eva"])
        await save(house)
        await fill_in(house, FINN)

        assert (await house.slack.submits(FINN)).closed

    async def test_a_form_that_shows_another_question_meanwhile_asks_all_the_same(self, house: House) -> None:
        await monday_asking(house, MOOD, WHY, LAST_WORDS)
        await stored(house, lambda session: session.execute(update(CheckIn).values(readers="leads")))
        await open_form(house, FINN)
        await house.slack.types(FINN, "Anything else?", "Only for Dana")
        await stored(house, lambda session: session.execute(update(CheckIn).values(readers="team")))
        await house.slack.chooses(FINN, "How was it?", "2")
        await house.slack.types(FINN, "Why?", "For Dana, too")

        assert not (await house.slack.submits(FINN)).closed
        assert "Others read this now than when you opened it" in str(house.slack.view(FINN))
        assert (await house.slack.submits(FINN)).closed

    async def test_an_edit_keeps_its_readers(self, house: House) -> None:
        await monday_in_tokyo(house, readers="leads")
        await answer(house, FINN, "Only for Dana")
        await open_form(house, FINN)
        await reads(house, "team")
        await fill_in(house, FINN, "Still only for Dana")

        assert (await house.slack.submits(FINN)).closed
        await house.move_to(local(NEW_YORK, 24, 12))
        assert not house.dm(BO, "only for Dana")
        assert house.dm(DANA, "Still only for Dana")
