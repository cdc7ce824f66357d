"""Names hidden: five answer or nobody is read, shuffled, at close alone; and nothing tells whose a word is."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.playground import Company
from bot.runtime import metrics
from storage.access import Access
from storage.hidden import HiddenGroup
from storage.rounds import Round
from storage.teams import Membership, Team
from tests.house import (
    ANA,
    BO,
    CAST,
    DANA,
    FINN,
    GUS,
    HANA,
    PLATFORM,
    House,
    answer,
    begin_checkin,
    open_form,
    platform_team,
    switch_on,
)
from tests.stories.acts import ONE_HOUSE, key_of, prompt, rows, sentence, stored
from tests.stories.hiding import (
    ALL_ASKED,
    CLOSED,
    FIVE,
    MARKER,
    all_are_asked,
    changes,
    five_say_something,
    hidden_checkin,
    listed,
    names,
    prompt_of,
    prompts_of,
    says,
    status,
    to_others,
)
from tests.stories.test_team_changes import edit, save


async def test_five_answer_and_what_they_said_is_read_without_their_names(house: House) -> None:
    await all_are_asked(house)
    await five_say_something(house)
    assert house.slack.channel(PLATFORM) == [], "nothing before the close"

    await house.move_to(CLOSED)

    (digest,) = house.slack.channel(PLATFORM)
    said = digest.plain()
    assert "5 of 8 answered" in said
    assert "Names are hidden: each question's answers are shuffled by themselves." in said
    great, good, *ideas = listed(digest)
    assert (great, good) == ("😄 5/5 × 1", "🙂 4/5 × 4")
    assert sorted(ideas) == [f"Idea number {n}" for n in range(5)]
    assert [name for name in names() if name in said] == []
    assert digest.buttons() == []
    (copy,) = house.dm(DANA, "Idea number 0")
    assert listed(copy) == listed(digest), "two copies in one order tell no more than one"
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
        assert listed(digest) == ["🙂 4/5 × 4", "😣 1/5 × 1"]
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
        assert sorted(listed(digest)[1:]) == [f"Reason {n}" for n in range(5)]

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
        assert sorted(listed(digest)[2:]) == [f"Idea number {n}" for n in range(5)]
        assert "5 of 8 answered" in digest.plain()

    async def test_edits_before_the_close_are_in_it_without_a_mark(self, house: House) -> None:
        await all_are_asked(house)
        await five_say_something(house)
        assert "You sent this; what you change replaces it." in str(await open_form(house, ANA))
        await house.slack.closes(ANA)
        await says(house, ANA, "Better put")
        await house.move_to(CLOSED)

        (digest,) = house.slack.channel(PLATFORM)
        assert "Better put" in listed(digest)
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
        assert "Idea number 4" in listed(digest)
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
