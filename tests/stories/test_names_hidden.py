"""Names hidden: five answer or nobody is read, shuffled, at close alone; and nothing tells whose a word is."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.checkins import QuestionKind
from bot.domain.setup import QuestionRequest
from bot.playground import Company
from bot.playground.world import Message
from bot.runtime import metrics
from storage.access import Access
from storage.checkins import CheckIn
from storage.hidden import HiddenGroup
from storage.rounds import Prompt, Round
from storage.teams import Membership, Team
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
    PLATFORM,
    House,
    answer,
    begin_checkin,
    local,
    make_team,
    open_form,
    platform_team,
    switch_on,
)
from tests.stories.acts import ONE_HOUSE, key_of, prompt, rows, sentence, stored, words_in
from tests.stories.asking import MOOD, WHY, ask
from tests.stories.test_checkin_setup import adds, does
from tests.stories.test_team_changes import edit, save

WORDS = QuestionRequest(QuestionKind.LONG_TEXT, "What should we change?", required=False)
ALL_ASKED, CLOSED = local(NEW_YORK, 23, 9), local(NEW_YORK, 24, 12)
FIVE = (ANA, BO, CY, EVA, FINN)
OTHERS = {PLATFORM, *(f"D{user[1:]}" for user in CAST if user not in (ANA, GUS))}
MARKER = "Zebrafinn"


async def chooses_hidden(house: House, **chosen: str | list[str]) -> None:
    """Dana fills in a pulse every Monday at nine, with names hidden; `chosen` by block_id."""
    await begin_checkin(house, template="pulse")
    usual = {"rhythm": "weekly", "at": "09:00", "window": "1620", "reminders": "light", "names": "hidden"}
    for block_id, value in {**usual, **chosen}.items():
        await house.slack.chooses(DANA, block_id, value)


async def hidden_checkin(house: House, **chosen: str | list[str]) -> None:
    """Platform is asked on Mondays how it was, why where it wasn't good, and what to change; names are hidden."""
    await platform_team(house)
    await chooses_hidden(house, **chosen)
    await switch_on(house)
    await stored(house, lambda session: ask(session, house.now, MOOD, WHY, WORDS))


async def all_are_asked(house: House, **chosen: str | list[str]) -> None:
    """It is nine on Monday in New York, so that all of Platform has been asked."""
    await hidden_checkin(house, **chosen)
    await house.move_to(ALL_ASKED)


async def says(house: House, user: str, words: str | None, mood: int = 4, why: str | None = None) -> None:
    await open_form(house, user)
    await house.slack.chooses(user, "How was it?", str(mood))
    if why is not None:
        await house.slack.types(user, "Why?", why)
    if words is not None:
        await house.slack.types(user, "What should we change?", words)
    assert (await house.slack.submits(user)).closed
    await house.settle()


async def five_say_something(house: House) -> None:
    for n, user in enumerate(FIVE):
        await says(house, user, f"Idea number {n}", mood=4 if n else 5)


def names() -> list[str]:
    return [*(user.removeprefix("U").title() for user in CAST), *CAST]


def quotes(message: Message) -> list[str]:
    """What is quoted in a digest, in its order."""
    return [
        run["text"]
        for block in message.blocks
        for element in block.get("elements", [])
        if element["type"] == "rich_text_quote"
        for run in element["elements"]
    ]


async def test_five_answer_and_what_they_said_is_read_without_their_names(house: House) -> None:
    await all_are_asked(house)
    await five_say_something(house)
    assert house.slack.channel(PLATFORM) == [], "nothing before the close"

    await house.move_to(CLOSED)

    (digest,) = house.slack.channel(PLATFORM)
    said = digest.plain()
    assert "5 of 8 answered" in said
    assert "Names are hidden: each question's answers are shuffled by themselves." in said
    moods, *ideas = quotes(digest)
    assert moods == "😄 5/5 × 1\n🙂 4/5 × 4"
    assert sorted(ideas) == [f"Idea number {n}" for n in range(5)]
    assert [name for name in names() if name in said] == []
    assert digest.buttons() == []
    (copy,) = house.dm(DANA, "Idea number 0")
    assert quotes(copy) == quotes(digest), "two copies in one order tell no more than one"
    assert copy.buttons() == []


async def test_what_fewer_than_five_answered_stays_sealed(house: House) -> None:
    await all_are_asked(house)
    for user in FIVE[:4]:
        await says(house, user, "Just the four of us", mood=1, why="Sealed with it")

    await house.move_to(CLOSED)

    assert house.slack.channel(PLATFORM) == []
    (told,) = house.dm(DANA, "stay sealed")
    assert "Fewer than 5 answered, so the answers stay sealed: nobody reads them." in told.plain()
    assert "of 8" not in told.plain()
    assert not any(house.dm(user, "stay sealed") for user in CAST if user != DANA)
    assert not any("the four of us" in str(each.blocks) for user in CAST for each in house.slack.dm(user))
    assert await rows(house, Access) == []
    (group,) = await rows(house, HiddenGroup)
    assert group.said == [], "not even kept anew"


class TestOneByOne:
    pytestmark = ONE_HOUSE

    async def test_a_round_that_nobody_answered_looks_like_one_that_few_did(self, house: House) -> None:
        await all_are_asked(house)
        await house.move_to(CLOSED)

        assert "Fewer than 5 answered" in house.dm(DANA, "stay sealed")[0].plain()

    async def test_a_single_question_stays_sealed_that_fewer_than_five_answered(self, house: House) -> None:
        await all_are_asked(house)
        for n, user in enumerate(FIVE):
            await says(house, user, "One of four" if n else None, mood=4 if n else 1, why=None if n else "Only me")
        await house.move_to(CLOSED)

        (digest,) = house.slack.channel(PLATFORM)
        assert quotes(digest) == ["🙂 4/5 × 4\n😣 1/5 × 1"]
        assert digest.plain().count("Fewer than 5 answered this, so it stays sealed.") >= 2
        assert "One of four" not in digest.plain()
        assert "Only me" not in digest.plain()

    async def test_a_question_that_is_asked_after_some_answers_is_shown_where_five_answered_it(
        self, house: House
    ) -> None:
        await all_are_asked(house)
        for n, user in enumerate(FIVE):
            await says(house, user, None, mood=1, why=f"Reason {n}")
        await house.move_to(CLOSED)

        (digest,) = house.slack.channel(PLATFORM)
        assert sorted(quotes(digest)[1:]) == [f"Reason {n}" for n in range(5)]

    async def test_what_comes_after_the_close_changes_no_digest_and_no_count(self, house: House) -> None:
        await all_are_asked(house)
        await five_say_something(house)
        await house.move_to(CLOSED)
        (digest,), (copy,) = house.slack.channel(PLATFORM), house.dm(DANA, "Idea number 0")
        before, counted = (digest.plain(), copy.plain()), await status(house, DANA)
        sent = len(changes(house))
        assert "Once the digest is out, it stays as it is: what comes later isn't in it." in prompt(house, GUS).plain()

        await says(house, GUS, "Too late to hide")
        await says(house, ANA, "On second thoughts")
        await house.let_pass(hours=1)

        assert (digest.plain(), copy.plain()) == before
        assert await status(house, DANA) == counted
        assert len(changes(house)) == sent
        assert not any("Too late" in each or "second thoughts" in each for each in to_others(house))

    async def test_a_digest_that_is_posted_again_says_what_it_said_at_the_close(self, house: House) -> None:
        await all_are_asked(house)
        await five_say_something(house)
        await house.slack.kicks_bot(PLATFORM)
        await house.move_to(CLOSED)
        await says(house, ANA, "On second thoughts")
        await says(house, GUS, "The sixth")

        await house.slack.invites_bot(PLATFORM)
        await house.slack.clicks(DANA, house.dm(DANA, "wasn't posted")[0], "Post the digest")
        await house.settle()

        digest = house.slack.channel(PLATFORM)[-1]
        assert sorted(quotes(digest)[1:]) == [f"Idea number {n}" for n in range(5)]
        assert "5 of 8 answered" in digest.plain()

    async def test_edits_before_the_close_are_in_it_without_a_mark(self, house: House) -> None:
        await all_are_asked(house)
        await five_say_something(house)
        await says(house, ANA, "Better put")
        await house.move_to(CLOSED)

        (digest,) = house.slack.channel(PLATFORM)
        assert "Better put" in quotes(digest)
        assert "edited" not in digest.plain()
        assert "late" not in digest.plain()

    async def test_a_long_digest_goes_on_in_its_thread(self, house: House) -> None:
        await all_are_asked(house)
        for n, user in enumerate(FIVE):
            await says(house, user, f"{n} " + "and so on " * 290)
        await house.move_to(CLOSED)

        digest = house.slack.channel(PLATFORM)[0]
        everything = "\n".join(each.plain() for each in (digest, *house.slack.thread(PLATFORM, digest.ts)))
        assert all(f"{n} and so on" in everything for n in range(5))
        assert "What should we change?, continued" in everything
        assert [name for name in names() if name in everything] == []


class TestWhoReads:
    pytestmark = ONE_HOUSE

    async def test_leads_alone_read_by_dm_and_it_is_in_the_log_of_whoever_wrote(self, house: House) -> None:
        await all_are_asked(house, readers="leads")
        await five_say_something(house)
        await house.move_to(CLOSED)

        assert house.slack.channel(PLATFORM) == []
        assert [user for user in CAST if house.dm(user, "Idea number 0")] == [DANA]
        logged = {(each.reader_id, each.owner_id, each.place) for each in await rows(house, Access)}
        dana = await key_of(house, DANA)
        assert logged == {(dana, await key_of(house, user), "digest") for user in FIVE}

    async def test_whoever_may_not_read_all_of_it_reads_nothing(self, house: House) -> None:
        await hidden_checkin(house, home_channel="")
        hana = await key_of(house, HANA)
        await stored(
            house, lambda session: session.execute(delete(Membership).where(col(Membership.person_id) == hana))
        )
        await house.move_to(ALL_ASKED)
        await says(house, ANA, "Before Hana came")

        def observe(session: Session) -> None:
            team = session.scalars(select(Team).where(col(Team.name) == "Platform")).one()
            session.add(Membership(team_id=team.key, person_id=hana, role="observer", joined_at=house.now))

        await stored(house, observe)
        for n, user in enumerate((*FIVE[1:], GUS)):
            await says(house, user, f"Hana may read this {n}")
        await house.move_to(CLOSED)

        assert house.dm(BO, "Before Hana came")
        assert house.dm(BO, "Hana may read this 4")
        assert not house.dm(HANA, "Hana may read this"), "what one digest has more than the other would be Ana's"

    async def test_whoever_leaves_the_team_keeps_no_copy_of_it(self, house: House) -> None:
        await all_are_asked(house, home_channel="")
        await five_say_something(house)
        await house.move_to(CLOSED)
        assert house.dm(HANA, "Idea number 0")

        await edit(house)
        await house.slack.chooses(DANA, "out0", ["Hana"])
        await save(house)

        assert not house.dm(HANA, "Idea number")
        assert house.dm(HANA, "wird hier nicht mehr gezeigt")
        assert "5 of 8 answered" in house.dm(BO, "Idea number 0")[0].plain(), "the others' stay as they are"

    async def test_a_lead_who_writes_below_it_isnt_told_to_press_a_button_that_isnt_there(self, house: House) -> None:
        await all_are_asked(house)
        await five_say_something(house)
        await house.move_to(CLOSED)
        (copy,) = house.dm(DANA, "Idea number 0")

        await house.slack.writes(DANA, "Who said that?", thread_ts=copy.ts)
        await house.settle()

        assert "Reply" not in "".join(each.plain() for each in house.slack.thread(copy.channel, copy.ts))

    async def test_nobody_replies_to_an_answer_or_keeps_it(self, house: House) -> None:
        await platform_team(house)
        await begin_checkin(house)
        await house.slack.chooses(DANA, "reminders", "light")
        await switch_on(house)
        await house.move_to(ALL_ASKED)
        for user in FIVE:
            await answer(house, user, "With my name")
        await house.move_to(CLOSED)
        (copy,) = house.dm(DANA, "With my name")

        # The buttons are those of a digest with names; the answers, behind everybody's back, aren't.
        await stored(house, lambda session: session.execute(update(Round).values(k=5)))
        await house.slack.clicks(DANA, copy, "reply", await prompt_of(house, ANA))
        assert sentence(house, DANA) == "These words aren't there any more. Nothing was sent."
        await house.slack.clicks(DANA, copy, "keep", await prompt_of(house, ANA))
        assert sentence(house, DANA) == "These answers aren't there for you any more. Nothing was kept."


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
        assert sorted(quotes(digest)[1:]) == [f"Another idea {n}" for n in range(3)]


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

    async def two_teams(self, house: House) -> None:
        """Icons has Finn, Gus, Hana and Ana, and Eva leads it too; Letters has Ana, Bo, Cy, Dana and Eva."""
        await stored(house, lambda session: session.execute(update(WorkspaceSettings).values(k=3)))
        await make_team(house, "Icons", members=[FINN, GUS, HANA, ANA], leads=[EVA])
        await make_team(house, "Letters", members=[ANA, BO, CY, DANA, EVA])
        await chooses_hidden(house, teams=["Icons", "Letters"], readers="leads", home_channel="")
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
        assert sorted(quotes(copy)[1:]) == ["Letter 0", "Letter 1", "Letter 2"]
        assert "Letters: 3 of 4 answered" in copy.plain().replace("*", "")
        assert "Icons: Fewer than 3 answered, so the answers stay sealed: nobody reads them." in copy.plain()
        (told,) = house.dm(EVA, "stay sealed")
        assert "Letter" not in told.plain(), "Eva leads Icons alone"
        everything = "\n".join(each.plain() for user in CAST for each in house.slack.dm(user))
        assert "Icons alone" not in everything
        for said in (counted, await status(house, DANA)):
            assert "Icons, Mon 23 Nov: fewer than 3 answered" in said
            assert "Letters, Mon 23 Nov: 3 of 4 answered" in said

    async def test_an_answer_of_somebody_in_both_is_in_one_digest(self, house: House) -> None:
        await self.two_teams(house)
        for n, user in enumerate((ANA, FINN, GUS, BO, CY, DANA)):
            await says(house, user, f"Idea {n}")
        await house.move_to(CLOSED)

        (icons,) = house.dm(EVA, "Idea")
        assert sorted(quotes(icons)[1:]) == ["Idea 0", "Idea 1", "Idea 2"]
        (both,) = house.dm(DANA, "Idea")
        assert both.plain().count("Idea 0") == 2, "once in its blocks, once in what screen readers say"


class TestStatus:
    pytestmark = ONE_HOUSE

    async def test_below_five_leads_arent_told_how_many(self, house: House) -> None:
        await all_are_asked(house)
        for n, user in enumerate(FIVE):
            said = await status(house, DANA)
            assert "fewer than 5 answered, open until" in said, n
            assert "of 8" not in said
            await says(house, user, "Counted")

        said = await status(house, DANA)
        assert "5 of 8 answered, open until" in said
        assert [name for name in names() if name in said] == []


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


class TestMarker:
    pytestmark = ONE_HOUSE

    @pytest.fixture
    def company(self, company: Company) -> Company:
        (finn,) = [each for each in company.people if each.id == FINN]
        finn.real_name = f"{MARKER} Fukuda"
        return company

    async def test_an_authors_name_is_in_nothing_that_others_get(self, house: House, logged: io.StringIO) -> None:
        await all_are_asked(house)
        already = len(house.slack.calls)
        await five_say_something(house)
        await status(house, DANA)
        for user in CAST:
            await house.slack.opens_home(user)
        await house.move_to(CLOSED)
        await says(house, FINN, "And another thing")
        await house.slack.says(DANA, "/cairn why")
        await status(house, DANA)
        await house.settle()

        digest = house.slack.channel(PLATFORM)[0]
        assert "Idea number 4" in quotes(digest)
        finn = await key_of(house, FINN)
        his = set(await prompts_of(house, finn))
        for call in house.slack.calls[already:]:
            if call.args.get("channel") == "DFINN" or call.args.get("user_id") == FINN or "view" in call.args:
                continue
            assert MARKER not in str(call.args), call
            assert FINN not in str(call.args), call
            if "Idea number" in str(call.args):
                assert not any(f'"{prompt_id}"' in str(call.args) for prompt_id in his), call
        assert MARKER not in sentence(house, DANA)
        assert MARKER not in logged.getvalue()
        assert MARKER not in metrics.render().decode()
        dump = await stored(house, lambda session: str(session.execute(text("SELECT * FROM hidden_group")).all()))
        assert MARKER not in dump


async def edits(house: House, **chosen: str) -> None:
    """Dana changes the one check-in there is."""
    await house.slack.says(DANA, "/checkin edit")
    for block_id, value in chosen.items():
        await house.slack.chooses(DANA, block_id, value)
    await switch_on(house)


async def errors(house: House) -> list[str]:
    """What Dana's form says when she sends it."""
    return list((await house.slack.submits(DANA)).errors.values())


async def status(house: House, user: str) -> str:
    await house.slack.says(user, "/checkin status")
    return sentence(house, user).replace("*", "")


async def prompts_of(house: House, person_id: int) -> list[int]:
    return [each.key for each in await rows(house, Prompt, col(Prompt.person_id) == person_id)]


async def prompt_of(house: House, user: str) -> str:
    (found,) = await prompts_of(house, await key_of(house, user))
    return str(found)


def changes(house: House) -> list[Any]:
    """Whatever Cairn posted or changed where others than Ana and Gus read."""
    return [call for call in house.slack.calls if call.method.startswith("chat.") and call.args["channel"] in OTHERS]


def to_others(house: House) -> list[str]:
    return [str(call.args) for call in changes(house)]
