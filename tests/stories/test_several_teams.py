"""A check-in over several teams: everybody is read in their own, and all together come to results without words."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import update
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.playground.world import Message
from storage.people import Person
from storage.rounds import Prompt
from storage.workspaces import WorkspaceSettings
from tests.house import (
    ANA,
    BO,
    CAST,
    CY,
    DANA,
    EVA,
    FINN,
    GUS,
    HANA,
    NEW_YORK,
    House,
    answer,
    begin_checkin,
    local,
    make_team,
    open_form,
    switch_on,
)
from tests.stories.acts import ONE_HOUSE, key_of, rows, sentence, stored
from tests.stories.test_team_changes import edit, save

PLATFORM_TEAM, DESIGN_TEAM = (ANA, BO, DANA, FINN, GUS), (CY, EVA, HANA)
ASKED, CLOSED = local(NEW_YORK, 23, 9), local(NEW_YORK, 24, 12)
MARKER = "Between the lines"


async def two_teams(house: House, design: Sequence[str] = DESIGN_TEAM, **chosen: str) -> None:
    """Platform, led by Dana, and Design, led by Eva, are asked by one weekly check-in, which Dana has set up."""
    await everybody_speaks_english(house)
    await make_team(house, "Platform", members=list(PLATFORM_TEAM))
    await make_team(house, "Design", members=list(design), leads=[EVA])
    await begin_checkin(house, channel=None)
    for block_id, value in {"home_channel": "", "reminders": "light", **chosen}.items():
        await house.slack.chooses(DANA, block_id, value)
    await house.slack.chooses(DANA, "teams", ["Platform", "Design"])
    await switch_on(house)
    await edit(house, EVA)
    await house.slack.chooses(EVA, "leads", [EVA])
    await save(house, EVA)


async def everybody_speaks_english(house: House) -> None:
    """Templates ask in their readers' languages, and here everybody answers in one way."""
    await house.slack.user_changes(HANA, locale="en-GB")
    await house.settle()


async def all_answer(house: House, moods: dict[str, int]) -> None:
    for user, mood in moods.items():
        await answer(house, user, f"{MARKER} of {user}", mood)


MOODS = {ANA: 4, BO: 4, DANA: 5, FINN: 3, GUS: 4, CY: 2, EVA: 4, HANA: 2}
"""Platform's are 4.0 on average, Design's 2.7, and all together 3.5."""


def results(house: House, user: str) -> list[Message]:
    return house.dm(user, "Results of")


def said(message: Message) -> str:
    return " ".join(message.text.replace("*", "").split())


async def look_up(house: House, user: str) -> str:
    await house.slack.says(user, "/checkin results")
    return sentence(house, user).replace("*", "")


async def k_is(house: House, k: int) -> None:
    await stored(house, lambda session: session.execute(update(WorkspaceSettings).values(k=k)))


async def test_prompts_name_ones_own_team_and_its_words_stay_there(house: House) -> None:
    await two_teams(house)
    await house.move_to(ASKED)

    assert house.dm(FINN, "Weekly check-in, Platform: 4 questions")
    assert house.dm(FINN, "Read by the 5 people in Platform.")
    assert house.dm(CY, "Weekly check-in, Design: 4 questions")
    assert house.dm(CY, "Read by the 3 people in Design.")
    assert not house.dm(FINN, "Design"), "whom it asks beside them is nothing that they need"
    assert house.dm(DANA, "Each person's answers are read by the people in their own team.")
    await all_answer(house, MOODS)
    await house.move_to(CLOSED)

    assert all(house.dm(user, f"{MARKER} of {FINN}") for user in PLATFORM_TEAM)
    assert not any(house.dm(user, f"{MARKER} of {FINN}") for user in DESIGN_TEAM)
    assert all(house.dm(user, f"{MARKER} of {CY}") for user in DESIGN_TEAM)
    assert not any(house.dm(user, f"{MARKER} of {CY}") for user in PLATFORM_TEAM)


async def test_a_lead_gets_one_dm_at_close_with_the_results_in_its_thread(house: House) -> None:
    await two_teams(house)
    await house.move_to(ASKED)
    await all_answer(house, MOODS)
    before = {user: len(top_level(house, user)) for user in (DANA, EVA)}
    await house.move_to(CLOSED)

    for user, words in ((DANA, f"{MARKER} of {FINN}"), (EVA, f"{MARKER} of {CY}")):
        (digest,) = top_level(house, user)[before[user] :]
        (told,) = results(house, user)
        assert words in said_in(digest)
        assert told.thread_ts == digest.ts


def top_level(house: House, user: str) -> list[Message]:
    return [message for message in house.dm(user) if message.thread_ts is None]


def said_in(message: Message) -> str:
    return " ".join(message.plain().split())


class TestResults:
    """What comes of it, and for whom."""

    pytestmark = ONE_HOUSE

    async def test_a_lead_sees_their_own_team_and_the_whole_where_nobody_can_be_told_apart(self, house: House) -> None:
        await two_teams(house)
        await house.move_to(ASKED)
        await all_answer(house, MOODS)
        await house.move_to(CLOSED)

        (danas,), (evas,) = results(house, DANA), results(house, EVA)
        assert said(danas) == (
            "Results of Weekly check-in, Design + Platform, Mon 23 Nov: 8 of 8 answered "
            "Only you see this: counts and means of 5 answers or more, never words. "
            "2 teams aren't shown by themselves: some have too few people. "
            "It asks about 2 minutes of each, 16 minutes in all. "
            "How did the week feel? Platform: 4/5 on average (5 answers)"
        ), "with the whole she could work out what three people in Design said"
        assert "How did the week feel? All together: 3.5/5 on average (8 answers)" in said(evas)
        assert "Platform:" not in said(evas)
        assert "Design:" not in said(evas)
        assert "minutes" not in said(evas), "she didn't set it up"
        assert all(MARKER not in said(each) for each in (danas, evas))
        assert not any(results(house, user) for user in CAST if user not in (DANA, EVA))

    async def test_with_a_smaller_k_both_are_shown(self, house: House) -> None:
        await two_teams(house)
        await k_is(house, 3)
        await house.move_to(ASKED)
        await all_answer(house, MOODS)
        await house.move_to(CLOSED)

        danas = said(results(house, DANA)[0])
        assert "Design: 3 of 3 answered Platform: 5 of 5 answered" in danas
        assert "Platform: 4/5 on average (5 answers) All together: 3.5/5 on average (8 answers)" in danas
        evas = said(results(house, EVA)[0])
        assert "Design: 2.7/5 on average (3 answers) All together: 3.5/5 on average (8 answers)" in evas

    async def test_who_reads_all_of_another_team_but_one_isnt_told_what_that_one_said(self, house: House) -> None:
        await two_teams(house, design=(*DESIGN_TEAM, ANA, BO, FINN, GUS))
        await house.move_to(ASKED)
        await all_answer(house, MOODS)
        await house.move_to(CLOSED)

        evas = said(results(house, EVA)[0])
        assert "8 of 8 answered" in evas
        assert "How did the week feel? Not shown: it takes 5 answers" in evas, "or she could work out what Dana said"
        assert not house.dm(EVA, f"{MARKER} of {DANA}")

    async def test_who_leads_since_somebody_answered_isnt_told_what_that_one_said(self, house: House) -> None:
        await two_teams(house, readers="leads")
        await house.move_to(ASKED)
        await answer(house, ANA, f"{MARKER} of {ANA}", 1)
        await edit(house, DANA)
        await house.slack.chooses(DANA, "leads", [DANA, FINN])
        await save(house, DANA)
        await all_answer(house, {user: mood for user, mood in MOODS.items() if user != ANA})
        await house.move_to(CLOSED)

        assert "Platform: 3.4/5 on average (5 answers)" in said(results(house, DANA)[0])
        finns = said(results(house, FINN)[0])
        assert "on average" not in finns, "he reads the four others, and could subtract them"
        assert not house.dm(FINN, f"{MARKER} of {ANA}")

    async def test_too_few_answers_stay_sealed(self, house: House) -> None:
        await two_teams(house)
        await house.move_to(ASKED)
        await all_answer(house, {ANA: 1, CY: 1, FINN: 1, GUS: 1})
        await house.move_to(CLOSED)

        for user in (DANA, EVA):
            shown = said(results(house, user)[0])
            assert "4 of 8 answered" in shown
            assert "Not shown: it takes 5 answers, so that nobody can be told apart." in shown
            assert "on average" not in shown

    async def test_what_comes_after_the_close_changes_nothing(self, house: House) -> None:
        """A late answer would show by subtracting the numbers of before."""
        await two_teams(house)
        await house.move_to(ASKED)
        await all_answer(house, {user: mood for user, mood in MOODS.items() if user != HANA})
        await house.move_to(CLOSED)
        before = await look_up(house, EVA)
        assert "7 of 8 answered" in before
        assert before == said(results(house, EVA)[0])

        await answer(house, HANA, "Late", mood=1)
        await open_form(house, CY)
        await house.slack.chooses(CY, "How did the week feel?", "5")
        assert (await house.slack.submits(CY)).closed
        await house.settle()

        assert await look_up(house, EVA) == before
        assert said(results(house, EVA)[0]) == before

    async def test_who_is_above_a_lead_can_look_it_up(self, house: House) -> None:
        await two_teams(house)
        await k_is(house, 3)
        eva, bo = await key_of(house, EVA), await key_of(house, BO)
        await stored(house, lambda session: set_manager(session, eva, bo))
        await house.move_to(ASKED)
        await all_answer(house, MOODS)
        await house.move_to(CLOSED)

        shown = await look_up(house, BO)
        assert "Design: 2.7/5 on average (3 answers)" in shown
        assert "Platform: 4/5" not in shown
        assert MARKER not in shown
        assert not results(house, BO), "it isn't pressed on them"

    async def test_nobody_else_can(self, house: House) -> None:
        await two_teams(house)
        await house.move_to(ASKED)
        await all_answer(house, MOODS)
        await house.move_to(CLOSED)

        assert await look_up(house, ANA) == (
            "There are results where a check-in asks several teams, once one of its rounds has closed: for their "
            "leads, who is above them, and who set it up. There are none for you yet."
        )

    async def test_a_round_that_nobody_answered_has_none(self, house: House) -> None:
        await two_teams(house)
        await house.move_to(CLOSED)

        assert not any(results(house, user) for user in CAST)

    async def test_one_team_alone_has_none(self, house: House) -> None:
        await make_team(house, "Platform", members=list(PLATFORM_TEAM))
        await begin_checkin(house, channel=None)
        await switch_on(house)
        await house.move_to(ASKED)
        await all_answer(house, dict.fromkeys(PLATFORM_TEAM, 3))
        await house.move_to(CLOSED)

        assert not results(house, DANA)


async def test_who_is_in_both_is_asked_once_read_in_both_and_counted_once(house: House) -> None:
    await everybody_speaks_english(house)
    await make_team(house, "Platform", members=list(PLATFORM_TEAM))
    await make_team(house, "Design", members=[*DESIGN_TEAM, GUS], leads=[EVA])
    await begin_checkin(house, channel=None)
    await house.slack.chooses(DANA, "readers", "leads")
    await house.slack.chooses(DANA, "teams", ["Platform", "Design"])
    await switch_on(house)
    await house.move_to(ASKED)
    assert len(house.dm(GUS, "open until")) == 1
    assert house.dm(GUS, "Read by Dana and Eva, who lead Design + Platform.")
    await all_answer(house, MOODS)
    await house.move_to(CLOSED)

    assert len(await rows(house, Prompt)) == len(CAST)
    assert all(house.dm(user, f"{MARKER} of {GUS}") for user in (DANA, EVA))
    assert "8 of 8 answered" in said(results(house, EVA)[0])


def set_manager(session: Session, person: int, manager: int) -> None:
    session.execute(update(Person).where(col(Person.id) == person).values(manager_id=manager))
