"""Who answers before they are asked isn't asked any more: in a round that is open elsewhere, and before it opens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.early import LASTS
from bot.domain.rhythms import Weekly, to_json
from bot.domain.simulation import Span
from bot.services import checkin_changes, checkins, early, simulation
from storage.answers import Answer, Draft
from storage.checkins import CheckIn
from storage.people import Person
from storage.rounds import AHEAD, Prompt, Round
from tests.house import ANA, BERLIN, BO, DANA, FINN, GUS, NEW_YORK, PLATFORM, TOKYO, House, answer, local, make_platform
from tests.stories.acts import (
    ONE_HOUSE,
    WENT_WELL,
    deliver,
    fill_in,
    key_of,
    last_delivery,
    monday_in_tokyo,
    prompt,
    rows,
    sentence,
    stored,
)
from tests.stories.asking import LAST_WORDS, ask, shown

FRIDAY_NOON = local(BERLIN, 27, 12)
MONDAY = date(2026, 11, 30)


async def test_ana_starts_early_and_isnt_asked_or_reminded(house: House) -> None:
    await monday_in_tokyo(house, reminders="active")
    await house.slack.says(ANA, "/checkin")
    await fill_in(house, ANA)
    assert (await house.slack.submits(ANA)).closed

    await house.move_to(local(BERLIN, 24, 11, 30))

    assert house.dm(ANA, "open until") == []
    (own,) = await rows(house, Prompt, col(Prompt.person_id) == await key_of(house, ANA))
    assert (own.state, own.sent_at, own.reminded) == ("answered", None, 0)


async def first_monday_is_over(house: House) -> None:
    """Ana and Bo have answered Monday's round, Gus hasn't, and it is Friday noon in Berlin."""
    await monday_in_tokyo(house)
    await house.move_to(local(NEW_YORK, 23, 9))
    for user in (ANA, BO):
        await answer(house, user, f"{user} on Monday")
    await house.move_to(FRIDAY_NOON)


async def start_early(house: House, user: str) -> None:
    await house.slack.says(user, "/checkin")
    await house.slack.clicks_in_view(user, "checkin.early")


async def dana_does(house: House, what: Callable[[Session, Person, int, datetime], object]) -> None:
    """What a lead can do with the one check-in there is."""

    def work(session: Session) -> None:
        dana = session.scalars(select(Person).where(col(Person.slack_id) == DANA)).one()
        what(session, dana, session.scalars(select(CheckIn)).one().key, house.now)

    await stored(house, work)
    await house.settle()


async def parts(house: House, user: str) -> list[Prompt]:
    return await rows(house, Prompt, col(Prompt.person_id) == await key_of(house, user))


async def test_the_afternoon_before_a_round_opens_it_can_be_answered_ahead(house: House, transport: str) -> None:
    await first_monday_is_over(house)
    channel_before = len(house.slack.channel(PLATFORM))
    await house.slack.says(ANA, "/checkin")
    assert "*Weekly check-in*, Mon 30 Nov: asks you Mon 09:00" in str(house.slack.view(ANA))
    assert "*Weekly check-in*, Mon 23 Nov: sent" in str(house.slack.view(ANA))
    await house.slack.clicks_in_view(ANA, "checkin.early")
    await fill_in(house, ANA, "Ahead of time")
    assert (await house.slack.submits(ANA)).closed
    await start_early(house, BO)
    await house.slack.types(BO, WENT_WELL, "Only begun")
    await house.slack.closes(BO)
    await house.restart(transport)
    await house.settle()

    assert len(house.slack.channel(PLATFORM)) == channel_before, "no digest of what isn't open"
    await answer(house, GUS, "Late, for last Monday")
    assert house.dm(GUS, "sent. It came late, and it counts."), "the round before takes late answers still"

    await house.move_to(local(TOKYO, 30, 9))
    assert house.dm(FINN, "open until Tue 12:00 PM")
    (opened,) = await rows(house, Round, col(Round.nominal) == MONDAY, col(Round.n) == 0)
    anas, bos = (await parts(house, ANA))[-1], (await parts(house, BO))[-1]
    assert (anas.round_id, anas.state) == (opened.key, "answered")
    assert (bos.round_id, bos.state) == (opened.key, "due")
    await house.move_to(local(NEW_YORK, 30, 9, 30))
    assert len(house.dm(ANA, "Weekly check-in, Platform")) == 1, "only last Monday's"
    assert "2 answers are saved as a draft" in prompt(house, BO).plain(), "last time's plan is one"
    await house.move_to(local(NEW_YORK, 1, 13, month=12))
    digest = house.slack.channel(PLATFORM)[-1].plain()
    assert "Ahead of time" in digest
    assert "1 of 8 answered" in digest


class TestOne:
    """What neither the database nor the transport has a part in."""

    pytestmark = ONE_HOUSE

    async def test_not_before_the_afternoon(self, house: House) -> None:
        await monday_in_tokyo(house)
        await house.move_to(local(BERLIN, 23, 9))
        await answer(house, ANA, "On Monday")
        await house.move_to(FRIDAY_NOON - timedelta(minutes=1))

        await house.slack.says(ANA, "/checkin")

        assert "You sent this" in str(house.slack.view(ANA)), "the form of what was sent, as ever"

    async def test_what_wont_ask_somebody_cant_be_started(self, house: House) -> None:
        await make_platform(house, rhythm="working_days", window="240")
        await house.move_to(local(BERLIN, 24, 15))
        await house.slack.says(ANA, "/checkin")
        assert "Start early" in str(house.slack.view(ANA))
        view = house.slack.view(ANA)
        assert view is not None
        await house.slack.says(ANA, "/cairn away 25 November")

        await house.slack.clicks_in_view(ANA, "checkin.early")

        said = str(house.slack.stack(ANA)[-1]["blocks"])
        assert "This check-in can't be started yet, or doesn't ask you next time. Nothing was changed." in said
        assert await rows(house, Round, col(Round.n) == AHEAD) == []

    async def test_started_twice_is_once(self, house: House) -> None:
        await first_monday_is_over(house)
        await start_early(house, ANA)
        click = last_delivery(house)
        await house.slack.types(ANA, WENT_WELL, "From one phone")

        assert (await deliver(house, ANA, click)).acked

        assert "From one phone" in str((await rows(house, Draft))[0].typed)
        assert len(await parts(house, ANA)) == 2

    async def test_simulate_says_what_is_then_sent(self, house: House) -> None:
        await first_monday_is_over(house)
        await start_early(house, ANA)
        await fill_in(house, ANA)
        assert (await house.slack.submits(ANA)).closed
        span = Span(house.now, house.now, house.now + timedelta(days=7))
        simulated = await stored(house, lambda session: simulation.simulate(session, span))
        told = {each.person.key: each.expected.at for each in simulated if each.expected.reason is None}

        await house.let_pass(days=7)

        (opened,) = await rows(house, Round, col(Round.nominal) == MONDAY, col(Round.n) == 0)
        sent = await rows(house, Prompt, col(Prompt.round_id) == opened.key, col(Prompt.sent_at).is_not(None))
        assert told == {each.person_id: each.sent_at for each in sent}
        assert len(told) == 7

    async def test_a_round_that_never_opens_asks_nobody(self, house: House) -> None:
        await first_monday_is_over(house)
        await start_early(house, ANA)
        await house.slack.types(ANA, WENT_WELL, "For nothing")
        await house.slack.closes(ANA)
        await dana_does(house, checkin_changes.pause)

        await house.move_to(local(NEW_YORK, 30, 12))
        assert len(house.dm(ANA, "Weekly check-in, Platform")) == 1
        await house.slack.says(ANA, "/cairn why")
        assert "30 Nov" not in str(house.slack.view(ANA))

    async def test_what_never_opened_takes_no_answers_that_nobody_would_read(self, house: House) -> None:
        await first_monday_is_over(house)
        await start_early(house, ANA)
        await fill_in(house, ANA, "For nothing")
        await dana_does(house, checkin_changes.pause)
        await house.move_to(FRIDAY_NOON + LASTS + timedelta(minutes=1))

        assert "never opened, so it takes no more answers" in str((await house.slack.submits(ANA)).errors)
        await house.slack.says(ANA, "/checkin")
        assert "Mon 30 Nov" not in str(house.slack.view(ANA)), "nor is it offered"
        (*_, begun) = await parts(house, ANA)
        await dana_does(house, checkin_changes.resume)
        await house.move_to(local(BERLIN, 11, 12, month=12))
        await start_early(house, ANA)
        await fill_in(house, ANA, "For Monday the 14th")
        assert (await house.slack.submits(ANA)).closed
        await house.move_to(local(TOKYO, 14, 9, month=12))

        (opened,) = await rows(house, Round, col(Round.nominal) == date(2026, 12, 14), col(Round.n) == 0)
        (*_, anas) = await parts(house, ANA)
        assert (anas.round_id, anas.state) == (opened.key, "answered")
        assert anas.key != begun.key

    async def test_ask_now_on_the_same_day_is_another_round(self, house: House) -> None:
        await first_monday_is_over(house)
        await start_early(house, ANA)
        await house.slack.closes(ANA)
        await house.move_to(local(BERLIN, 30, 0, 30))
        await dana_does(house, checkin_changes.ask_now)
        await house.move_to(local(BERLIN, 30, 9))

        numbers = {each.n for each in await rows(house, Round, col(Round.nominal) == MONDAY)}
        assert numbers == {AHEAD, 0, 1}

    async def test_it_asks_what_its_round_will_ask(self, house: House) -> None:
        await first_monday_is_over(house)
        await start_early(house, ANA)
        await house.slack.closes(ANA)

        def change(session: Session) -> None:
            ask(session, house.now, LAST_WORDS)
            early.follow(session, session.scalars(select(CheckIn)).one(), house.now)

        await stored(house, change)
        await house.slack.says(ANA, "/checkin")
        await house.slack.clicks_in_view(ANA, "checkin.answer", str((await parts(house, ANA))[-1].key))

        assert shown(house, ANA) == ["Anything else?"]

    async def test_nothing_to_start_is_what_it_was(self, house: House) -> None:
        await house.slack.says(ANA, "/checkin")

        assert sentence(house, ANA) == ("Nothing waits for you: no check-in is open. The next one comes to you by DM.")

    async def test_a_digest_that_grows_begins_with_it(self, house: House) -> None:
        await monday_in_tokyo(house, digest_when="arrival")
        await house.move_to(FRIDAY_NOON)
        await start_early(house, ANA)
        await fill_in(house, ANA, "Ahead of time")
        assert (await house.slack.submits(ANA)).closed
        await house.settle()
        assert not [each for each in house.slack.channel(PLATFORM) if "Ahead of time" in each.plain()]

        await house.move_to(local(TOKYO, 30, 9))

        assert "Ahead of time" in house.slack.channel(PLATFORM)[-1].plain()

    async def test_what_is_put_off_goes_with_its_round(self, house: House) -> None:
        await first_monday_is_over(house)
        await start_early(house, ANA)
        await fill_in(house, ANA, "A day ahead")
        assert (await house.slack.submits(ANA)).closed

        def put_off(session: Session) -> None:
            checkin = session.scalars(select(CheckIn)).one()
            checkin.rhythm = to_json(Weekly(1))
            checkins.replan_coming(session, checkin, house.now)

        await stored(house, put_off)
        await house.move_to(local(TOKYO, 1, 9, month=12))

        (opened,) = await rows(house, Round, col(Round.nominal) == date(2026, 12, 1))
        (*_, anas) = await parts(house, ANA)
        assert (anas.round_id, anas.state) == (opened.key, "answered")

    async def test_what_was_said_with_names_hidden_isnt_shown_with_names(self, house: House) -> None:
        await first_monday_is_over(house)
        await stored(house, lambda session: session.execute(update(CheckIn).values(names_hidden=True)))
        await start_early(house, ANA)
        assert "Names hidden" in str(house.slack.view(ANA))
        await fill_in(house, ANA, "Between us")
        assert (await house.slack.submits(ANA)).closed
        await stored(house, lambda session: session.execute(update(CheckIn).values(names_hidden=False)))

        await house.move_to(local(BERLIN, 30, 9))

        assert "3 answers are saved as a draft" in prompt(house, ANA).plain(), "she is asked like everybody"
        (*_, anas) = await parts(house, ANA)
        assert (anas.state, anas.answered_at) == ("sent", None)
        assert await rows(house, Answer, col(Answer.prompt_id) == anas.key) == []
        await house.move_to(local(NEW_YORK, 1, 13, month=12))
        assert not [each for each in house.slack.channel(PLATFORM) if "Between us" in each.plain()]

    async def test_a_form_that_said_names_hidden_sends_nothing_once_they_are_shown(self, house: House) -> None:
        await first_monday_is_over(house)
        await stored(house, lambda session: session.execute(update(CheckIn).values(names_hidden=True)))
        await start_early(house, ANA)
        await fill_in(house, ANA, "Between us")
        await stored(house, lambda session: session.execute(update(CheckIn).values(names_hidden=False)))
        await house.move_to(local(BERLIN, 30, 9))

        assert not (await house.slack.submits(ANA)).closed

        shown_now = str(house.slack.view(ANA))
        assert "or see whose it is.* Nothing was sent." in shown_now
        assert "Names hidden" not in shown_now
        (*_, anas) = await parts(house, ANA)
        assert (anas.state, anas.answered_at) == ("sent", None)
        assert (await house.slack.submits(ANA)).closed, "that's fine"
