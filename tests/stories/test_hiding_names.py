"""Hiding names: where it is refused, what is said of it, for several teams, and when somebody changes their mind."""

from __future__ import annotations

from sqlalchemy import update

from storage.checkins import CheckIn
from storage.rounds import Round
from storage.workspaces import WorkspaceSettings
from tests.house import (
    ANA,
    BO,
    CAST,
    CY,
    DANA,
    EVA,
    FINN,
    GENERAL,
    GUS,
    HANA,
    NEW_YORK,
    PLATFORM,
    House,
    begin_checkin,
    local,
    make_team,
    open_form,
    platform_team,
    switch_on,
)
from tests.stories.acts import ONE_HOUSE, prompt, rows, stored, words_in
from tests.stories.asking import MOOD, WHY, ask
from tests.stories.hiding import (
    ALL_ASKED,
    CLOSED,
    FIVE,
    WORDS,
    all_are_asked,
    chooses_hidden,
    edits,
    errors,
    hidden_checkin,
    listed,
    names,
    says,
    status,
)
from tests.stories.test_checkin_setup import adds, does


class TestSettled:
    """Whether names are hidden, and from how many voices on, is settled as a round opens."""

    pytestmark = ONE_HOUSE

    async def test_showing_names_later_shows_none_of_a_round_that_asked_without(self, house: House) -> None:
        await all_are_asked(house)
        for n, user in enumerate(FIVE[:4]):
            await says(house, user, f"Idea number {n}")
        await edits(house, names="shown")
        assert "Names hidden: shown only together with 5 or more" in prompt(house, FINN).plain()
        await says(house, FINN, "Idea number 4")

        await house.move_to(CLOSED)

        (digest,) = house.slack.channel(PLATFORM)
        assert [name for name in names() if name in digest.plain()] == []
        await says(house, GUS, "Late")
        assert [name for name in names() if name in digest.plain()] == []
        await house.move_to(local(NEW_YORK, 30, 9, month=11))
        assert "Names hidden" not in prompt(house, FINN).plain()

    async def test_hiding_names_later_doesnt_promise_it_to_who_was_asked_before(self, house: House) -> None:
        await all_are_asked(house, names="shown")
        await edits(house, names="hidden")

        assert "Names hidden" not in prompt(house, FINN).plain()
        await says(house, FINN, "Signed")
        await house.move_to(CLOSED)
        assert "Finn" in house.slack.channel(PLATFORM)[0].plain()
        await house.move_to(local(NEW_YORK, 30, 9, month=11))
        assert "Names hidden: shown only together with 5 or more, shuffled." in prompt(house, FINN).plain()

    async def test_a_round_that_is_asked_at_once_hides_names_too(self, house: House) -> None:
        await hidden_checkin(house)
        await house.slack.clicks(DANA, house.dm(DANA, "is on")[0], "Ask now")
        await house.move_to(local(NEW_YORK, 23, 10))
        asked = [each for each in house.dm(BO, "Names hidden") if "checkin.answer" in dict(each.buttons())]

        assert len(asked) == len(await rows(house, Round)) == 2
        assert {each.k for each in await rows(house, Round)} == {5}

    async def test_an_admin_asks_for_fewer_voices_and_the_round_that_is_open_keeps_its_own(self, house: House) -> None:
        await all_are_asked(house)
        await house.slack.says(DANA, "/cairn settings")
        await house.slack.chooses(DANA, "k", "3")
        assert (await house.slack.submits(DANA)).closed
        for n, user in enumerate(FIVE[:3]):
            await says(house, user, f"Idea number {n}")
        await house.move_to(CLOSED)
        assert house.slack.channel(PLATFORM) == []
        assert house.dm(DANA, "Fewer than 5 answered")

        await house.move_to(local(NEW_YORK, 30, 9, month=11))
        assert "3 or more, shuffled" in prompt(house, ANA).plain()
        for n, user in enumerate(FIVE[:3]):
            await says(house, user, f"Another idea {n}")
        await house.move_to(local(NEW_YORK, 1, 12, month=12))
        (digest,) = house.slack.channel(PLATFORM)
        assert sorted(listed(digest)[1:]) == [f"Another idea {n}" for n in range(3)]


class TestRefused:
    pytestmark = ONE_HOUSE

    async def test_what_would_tell_whose_it_is_with_the_sentence_that_says_why(self, house: House) -> None:
        await platform_team(house)
        await begin_checkin(house)
        await house.slack.chooses(DANA, "names", "hidden")
        assert await errors(house) == [
            "Question 3 brings last time's plan back, and the same words in two digests tell that they are one "
            "person's. Untick that in the question, or show names."
        ]
        await does(house, "Remove", 3)
        assert await errors(house) == [
            "Question 3 asks what is in the way. Leads hear of a blocker with the name of whoever raised it, so it "
            "can't be asked with names hidden. Remove it, or show names."
        ]
        await does(house, "Remove", 3)
        await adds(house, "Number", "How many hours?", unit="hours")
        await house.slack.chooses(DANA, "digest_when", "arrival")
        assert await errors(house) == [
            "With names hidden, the digest comes when everybody's time has ended: an answer that appears alone tells "
            "whose it is. Choose that, or show names.",
            "Question 3 asks for a number, and an exact number can tell whose it is. Ask for a step from 1 to 5 or a "
            "choice instead, or show names.",
        ]
        await does(house, "Remove", 3)
        await house.slack.chooses(DANA, "digest_when", "close")
        await switch_on(house)
        (checkin,) = await rows(house, CheckIn)
        assert checkin.names_hidden

    async def test_a_team_in_which_everybody_would_be_told_apart(self, house: House) -> None:
        await make_team(house, "Four", members=[ANA, BO, CY, EVA])
        await chooses_hidden(house)
        assert await errors(house) == [
            "Four has 4 people who can be asked, and with names hidden it takes 5, so that nobody can be told apart. "
            "Add members, choose another team, or show names."
        ]
        assert await rows(house, CheckIn) == []

    async def test_editing_is_refused_as_setting_up_is(self, house: House) -> None:
        await make_team(house, "Four", members=[ANA, BO, CY, EVA])
        await chooses_hidden(house, names="shown")
        await switch_on(house)
        await house.slack.says(DANA, "/checkin edit")
        await house.slack.chooses(DANA, "names", "hidden")

        assert "Four has 4 people" in (await errors(house))[0]

    async def test_of_several_teams_each_takes_five_of_its_own(self, house: House) -> None:
        await platform_team(house)
        await make_team(house, "Inner", members=list(FIVE))
        await chooses_hidden(house, teams=["Inner", "Platform"])
        assert await errors(house) == [
            "With names hidden, each team is read by itself and takes 5 people, and who is in several counts in one. "
            "Inner has 0. Add members, leave it out, or show names."
        ]


class TestSeveralTeams:
    pytestmark = ONE_HOUSE

    async def two_teams(self, house: House, readers: str = "leads", home_channel: str = "") -> None:
        """Icons has Finn, Gus, Hana and Ana, and Eva leads it too; Letters has Ana, Bo, Cy, Dana and Eva."""
        await stored(house, lambda session: session.execute(update(WorkspaceSettings).values(k=3)))
        await make_team(house, "Icons", members=[FINN, GUS, HANA, ANA], leads=[EVA])
        await make_team(house, "Letters", members=[ANA, BO, CY, DANA, EVA])
        await chooses_hidden(house, teams=["Icons", "Letters"], readers=readers, home_channel=home_channel)
        await switch_on(house)
        await stored(house, lambda session: ask(session, house.now, MOOD, WHY, WORDS))
        await house.move_to(ALL_ASKED)

    async def test_each_is_read_by_itself_and_a_small_one_isnt_told_by_subtraction(self, house: House) -> None:
        await self.two_teams(house)
        for user in (ANA, FINN):
            await says(house, user, "Icons alone")
        for n, user in enumerate((BO, CY, DANA)):
            await says(house, user, f"Letter {n}")
        counted = await status(house, DANA)
        await house.move_to(CLOSED)

        (copy,) = house.dm(DANA, "Letter 0")
        assert sorted(listed(copy)[1:]) == ["Letter 0", "Letter 1", "Letter 2"]
        assert "Letters: 3 of 4 answered" in copy.plain().replace("*", "")
        assert "Icons: Fewer than 3 answered, so the answers stay sealed: nobody reads them." in copy.plain()
        (told,) = house.dm(EVA, "stay sealed")
        assert "Letter" not in told.plain(), "Eva leads Icons alone"
        everything = "\n".join(each.plain() for user in CAST for each in house.slack.dm(user))
        assert "Icons alone" not in everything
        for said in (counted, await status(house, DANA)):
            assert "Icons, Mon 23 Nov: fewer than 3 answered" in said
            assert "Letters, Mon 23 Nov: 3 of 4 answered" in said

    async def test_where_all_read_in_one_channel_they_are_read_together_and_nothing_is_told_by_team(
        self, house: House
    ) -> None:
        await self.two_teams(house, readers="channel", home_channel=GENERAL)
        for n, user in enumerate((ANA, FINN, BO, CY, DANA)):
            await says(house, user, f"Idea {n}")
        await house.move_to(CLOSED)

        (digest,) = house.slack.channel(GENERAL)
        assert sorted(listed(digest)[1:]) == [f"Idea {n}" for n in range(5)]
        assert "5 of 8 answered" in digest.plain()
        assert not house.dm(DANA, "Results of"), "less those of Letters, the two of Icons would be left"
        assert "5 of 8 answered" in await status(house, EVA)

    async def test_the_results_of_all_teams_count_nothing_that_a_digest_keeps_sealed(self, house: House) -> None:
        await self.two_teams(house)
        for user in (ANA, FINN):
            await says(house, user, "Icons alone", mood=3)
        for user in (BO, CY, DANA):
            await says(house, user, None, mood=5)
        await house.move_to(CLOSED)

        (told,) = house.dm(DANA, "Results of")
        said = " ".join(told.plain().replace("*", "").split())
        assert "3 of 4 answered" in said
        assert "Names are hidden: teams of which fewer than 3 answered aren't counted here." in said
        assert "5 of" not in said
        assert "2 of" not in said
        assert "All together: 5/5 on average (3 answers)" in said, "with Icons it would be 4.2, and theirs 3"

    async def test_an_answer_of_somebody_in_both_is_in_one_digest(self, house: House) -> None:
        await self.two_teams(house)
        for n, user in enumerate((ANA, FINN, GUS, BO, CY, DANA)):
            await says(house, user, f"Idea {n}")
        await house.move_to(CLOSED)

        (icons,) = house.dm(EVA, "Idea")
        assert sorted(listed(icons)[1:]) == ["Idea 0", "Idea 1", "Idea 2"]
        (both,) = house.dm(DANA, "Idea")
        assert both.plain().count("Idea 0") == 2, "once in its blocks, once in what screen readers say"


class TestTold:
    pytestmark = ONE_HOUSE

    async def test_welcome_prompt_and_form_say_what_hidden_means(self, house: House) -> None:
        await all_are_asked(house)
        promise = (
            "Read by the 8 people in Platform. Names hidden: shown only together with 5 or more, shuffled. "
            "Cairn itself still knows who said what, to remind you and let you edit."
        )

        assert promise in house.dm(ANA, "switched on")[0].plain()
        assert promise in prompt(house, ANA).text
        assert words_in(prompt(house, ANA).text) <= 60
        form = str(await open_form(house, ANA))
        assert promise in form
        assert "Once the digest is out, it stays as it is: what comes later isn't in it." in form
        assert promise in house.dm(DANA, "is on")[0].plain()
