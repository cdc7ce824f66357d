"""Every copy of a digest says what is true, however many there are, and whoever edits waits for none of them."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.forms import Submission
from bot.services import answers
from bot.services import channels as channel_service
from storage import channels
from storage.outbox_rows import Outbox
from storage.people import Person
from storage.rounds import Prompt
from tests.house import (
    ANA,
    BO,
    CAST,
    CY,
    EVA,
    FINN,
    GENERAL,
    NEW_YORK,
    PLATFORM,
    House,
    answer,
    local,
    make_platform,
    open_form,
)
from tests.stories.acts import fill_in, monday_in_tokyo, stored

CLOSED = local(NEW_YORK, 24, 12)


def _owed(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(Outbox).where(col(Outbox.kind) == "digest.person")).one()


async def test_an_edit_owes_nothing_to_the_copies_itself_and_a_tick_sees_to_all_of_them(house: House) -> None:
    await monday_in_tokyo(house, home_channel=GENERAL)
    await answer(house, FINN, "As I said")
    await house.move_to(CLOSED)
    assert all(house.dm(user, "As I said") for user in CAST)

    def edit(session: Session) -> int:
        finn = session.scalars(select(Person).where(col(Person.slack_id) == FINN)).one()
        prompt = session.scalars(select(Prompt).where(col(Prompt.person_id) == finn.key)).one()
        form = answers.form(session, finn, prompt.key, CLOSED)
        before = _owed(session)
        values = {**form.values, form.questions[1].id: "As I meant"}
        answers.submit(session, finn, Submission(prompt.key, values, "VEDIT"), CLOSED)
        session.flush()
        return _owed(session) - before

    assert await stored(house, edit) == 0
    await house.settle()
    assert all(house.dm(user, "As I meant") for user in CAST)


async def test_a_digest_that_grows_goes_on_in_its_thread(house: House) -> None:
    await make_platform(house)
    await house.move_to(local(NEW_YORK, 23, 9))
    await answer(house, FINN, "Short")
    await house.move_to(CLOSED)
    (digest,) = house.slack.channel(PLATFORM)
    assert house.slack.thread(PLATFORM, digest.ts) == []

    for user in (ANA, BO, CY, EVA):
        await open_form(house, user)
        await fill_in(house, user, f"{user} " + "wrote a lot " * 200)
        assert (await house.slack.submits(user)).closed
        await house.settle()

    digest = house.slack.channel(PLATFORM)[0]
    pages = [digest, *house.slack.thread(PLATFORM, digest.ts)]
    assert len(pages) > 1
    said = "\n".join(page.plain() for page in pages)
    assert all(f"{user} wrote a lot" in said for user in (ANA, BO, CY, EVA))


async def test_whoever_joined_unseen_keeps_the_digest_out_of_the_channel(house: House) -> None:
    await monday_in_tokyo(house)
    await answer(house, FINN, "Not for Gil")
    house.playground.world.conversations[PLATFORM].members.append("UGUEST")

    await house.move_to(CLOSED)

    assert house.slack.channel(PLATFORM) == []
    assert all(house.dm(user, "Not for Gil") for user in CAST)


async def test_a_member_whom_nobody_knows_keeps_the_digest_out_of_the_channel(house: House) -> None:
    await monday_in_tokyo(house)
    await answer(house, FINN, "Not for strangers")
    house.playground.world.conversations[PLATFORM].members.append("UELSEWHERE")

    await house.move_to(CLOSED)

    assert house.slack.channel(PLATFORM) == []
    assert all(house.dm(user, "Not for strangers") for user in CAST)


async def test_a_channel_that_was_made_public_gets_no_digest_for_the_team(house: House) -> None:
    await monday_in_tokyo(house)
    await answer(house, FINN, "Not for all of Acme")
    house.playground.world.conversations[PLATFORM].kind = "public"

    await house.move_to(CLOSED)

    assert house.slack.channel(PLATFORM) == []
    assert all(house.dm(user, "Not for all of Acme") for user in CAST)


async def test_an_edit_takes_the_words_out_of_a_channel_that_was_shared_meanwhile(house: House) -> None:
    await monday_in_tokyo(house)
    await answer(house, FINN, "Among us")
    await house.move_to(CLOSED)
    assert "Among us" in house.slack.channel(PLATFORM)[0].plain()
    await house.slack.doing.tell({"type": "channel_shared", "channel": PLATFORM, "connected_team_id": "T2"})
    house.playground.world.conversations[PLATFORM].is_ext_shared = True

    await answer(house, FINN, "Among us only")

    assert "Among us" not in house.slack.channel(PLATFORM)[0].plain()
    assert house.dm(ANA, "Among us only")


async def test_back_in_a_channel_cairn_knows_nobody_in_it_until_it_has_looked(house: House) -> None:
    await monday_in_tokyo(house)

    def comes_back(session: Session) -> set[int]:
        channel_service.invited(session, PLATFORM, house.now)
        return channels.member_ids(session, PLATFORM)

    assert await stored(house, comes_back) == set()
    await house.settle()
    assert len(await stored(house, lambda session: channels.member_ids(session, PLATFORM))) == len(CAST)
