"""A digest that is there with the first answer, and grows as more arrive."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from storage.checkins import CheckIn
from storage.rounds import Round
from tests.house import ANA, BERLIN, BO, DANA, FINN, GENERAL, GUS, NEW_YORK, PLATFORM, House, answer, local
from tests.stories.acts import ONE_HOUSE, monday_in_tokyo, stored

CLOSED = local(NEW_YORK, 24, 12)


async def as_they_arrive(house: House, **chosen: str) -> None:
    """Platform's check-in, with its digest as answers arrive; Finn and Gus have been asked."""
    await monday_in_tokyo(house, **chosen)

    def choose(session: Session) -> None:
        session.execute(update(CheckIn).values(digest_when="arrival"))

    await stored(house, choose)


async def test_it_is_there_with_the_first_answer_and_grows(house: House) -> None:
    await as_they_arrive(house)
    assert house.slack.channel(PLATFORM) == []

    await answer(house, FINN, "First in")
    (digest,) = house.slack.channel(PLATFORM)
    assert "1 of 2 answered so far" in digest.plain()
    assert not house.dm(DANA, "First in"), "leads get theirs at close, whole"

    await answer(house, GUS, "Second in")
    await house.move_to(local(BERLIN, 23, 9))
    await answer(house, ANA, "Third in")
    assert len(house.slack.channel(PLATFORM)) == 1
    assert all(words in digest.plain() for words in ("First in", "Second in", "Third in"))

    await house.move_to(CLOSED)
    assert len(house.slack.channel(PLATFORM)) == 1
    assert "3 of 8 answered" in digest.plain()
    assert "so far" not in digest.plain()
    (copy,) = house.dm(DANA, "First in")
    assert ("reply", "Reply") in copy.buttons()


async def test_it_is_final_when_the_check_in_is_deleted(house: House) -> None:
    await as_they_arrive(house)
    await answer(house, FINN, "First in")

    await house.slack.clicks(DANA, house.dm(DANA, "is on")[0], "checkin.delete")
    await house.settle()

    (digest,) = house.slack.channel(PLATFORM)
    assert "First in" in digest.plain()
    assert "so far" not in digest.plain()


class TestWhereItMayNotBePosted:
    pytestmark = ONE_HOUSE

    async def test_its_readers_get_it_by_dm_once_and_it_grows_there(self, house: House) -> None:
        await as_they_arrive(house, home_channel=GENERAL)

        await answer(house, FINN, "Between us")
        assert house.slack.channel(GENERAL) == []
        (copy,) = house.dm(BO, "Between us")
        (lead,) = house.dm(DANA, "Between us")
        await answer(house, GUS, "And us")
        await house.move_to(CLOSED)

        assert "And us" in copy.plain()
        assert ("reply", "Reply") in lead.buttons()
        assert len(house.dm(BO, "Between us")) == len(house.dm(DANA, "Between us")) == 1

    async def test_with_names_hidden_nothing_comes_before_the_close(self, house: House) -> None:
        await as_they_arrive(house)
        # The form refuses to ask for both.
        await stored(house, lambda session: session.execute(update(Round).values(k=5)))

        await answer(house, FINN, "Who said it")

        assert house.slack.channel(PLATFORM) == []
