"""Every copy of a digest says what is true, however many there are, and whoever edits waits for none of them."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.forms import Submission
from bot.services import answers
from storage.outbox import Outbox
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
from tests.stories.acts import ONE_HOUSE, fill_in, monday_in_tokyo, stored

pytestmark = ONE_HOUSE
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
