"""A database that is slow, locked, or gone while Cairn runs: nothing is acked that isn't stored."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from bot.playground import Company
from bot.runtime import metrics
from storage.answers import Answer, Draft
from storage.database import Database
from storage.rounds import Prompt
from tests.house import FINN, GUS, TOKYO, House, local, make_platform, open_form
from tests.stories.acts import (
    NEXT,
    WENT_WELL,
    by_socket,
    fill_in,
    in_a_hurry,
    monday_in_tokyo,
    on_postgres,
    on_sqlite,
    open_house,
    prompt,
    rows,
    sentence,
)
from tests.stories.outage import Wire, somebody_else_writes

UNKNOWN = "This takes longer than usual, so we don't know yet whether it was saved. Look again in a minute."
FORM_UNKNOWN = (
    "This takes longer than usual, so we don't know yet whether it was saved. "
    "Your words stay in this form: send it again in a minute, it counts once."
)


@pytest.fixture
def wire(database_url: str, tmp_path: Path) -> Iterator[Wire]:
    """The wire to PostgreSQL."""
    wire = Wire(database_url, tmp_path)
    yield wire
    wire.close()


@pytest.fixture
async def wired(wire: Wire, transport: str, company: Company) -> AsyncIterator[House]:
    """A house whose database is at the other end of a wire."""
    async with open_house(wire.url, transport, company) as house:
        yield house
        wire.mend()


async def ready_to_send(house: House, words: str = "Fixed the build") -> None:
    """Finn has filled in his form."""
    await monday_in_tokyo(house)
    await open_form(house, FINN)
    await fill_in(house, FINN, words)
    await house.settle()


async def only_prompt(house: House) -> Prompt:
    """The one prompt that was answered."""
    (found,) = [each for each in await rows(house, Prompt) if each.answered_at is not None]
    return found


@on_sqlite
@by_socket
async def test_a_form_sent_to_a_locked_database_counts_once_when_it_is_sent_again(house: House) -> None:
    await ready_to_send(house)

    with in_a_hurry(house), somebody_else_writes(house.cairn.settings.database_url):
        result = await house.slack.submits(FINN)
    assert list(result.errors.values()) == [FORM_UNKNOWN]
    await house.cairn.desk.finish()
    assert (await house.slack.submits(FINN)).closed
    await house.settle()

    answered = await only_prompt(house)
    assert (answered.revision, answered.edited_at) == (1, None)
    assert len(await rows(house, Answer)) == 3
    assert len(house.dm(FINN, "sent. Thank you.")) == 1


@on_sqlite
@by_socket
async def test_words_changed_before_it_is_sent_again_are_not_lost(house: House) -> None:
    await ready_to_send(house, "In a hurry")

    with in_a_hurry(house), somebody_else_writes(house.cairn.settings.database_url):
        assert list((await house.slack.submits(FINN)).errors.values()) == [FORM_UNKNOWN]
    await house.cairn.desk.finish()
    await house.slack.types(FINN, NEXT, "Thought better of it")
    assert (await house.slack.submits(FINN)).closed
    await house.settle()

    assert "Thought better of it" in [each.words for each in await rows(house, Answer)]
    assert (await only_prompt(house)).revision == 2
    assert await rows(house, Draft) == []


@on_sqlite
@by_socket
async def test_a_form_that_a_locked_database_never_took_is_taken_when_it_is_sent_again(house: House) -> None:
    await ready_to_send(house)

    with in_a_hurry(house), somebody_else_writes(house.cairn.settings.database_url):
        assert list((await house.slack.submits(FINN)).errors.values()) == [FORM_UNKNOWN]
        await house.cairn.desk.finish(30)  # SQLite gives up after five seconds
    assert await rows(house, Answer) == []
    assert (await house.slack.submits(FINN)).closed

    assert (await only_prompt(house)).revision == 1


@on_sqlite
@by_socket
async def test_a_click_in_a_locked_database_says_that_nobody_knows_yet_and_forms_still_open(house: House) -> None:
    await monday_in_tokyo(house)

    with in_a_hurry(house), somebody_else_writes(house.cairn.settings.database_url):
        await house.slack.clicks(GUS, prompt(house, GUS), "checkin.skip")
    assert sentence(house, GUS) == UNKNOWN
    await house.cairn.desk.finish()
    await house.settle()
    assert house.dm(GUS, "not this time. That's fine.")

    with in_a_hurry(house), somebody_else_writes(house.cairn.settings.database_url):
        await house.slack.says(FINN, "/checkin")
    assert len(house.slack.stack(FINN)) == 1


@on_sqlite
@by_socket
async def test_a_keystroke_that_isnt_stored_isnt_acked_and_interrupts_nobody(house: House) -> None:
    await ready_to_send(house)
    house.playground.ack_seconds = 4.0

    with in_a_hurry(house), somebody_else_writes(house.cairn.settings.database_url):
        answer = await house.slack.types(FINN, WENT_WELL, "Typed into the void")

    assert answer is not None
    assert not answer.acked
    assert len(house.slack.stack(FINN)) == 1
    assert house.slack.ephemerals(FINN) == []


@on_postgres
@by_socket
async def test_a_database_that_hangs_keeps_nobody_waiting(wired: House, wire: Wire) -> None:
    house = wired
    await ready_to_send(house)

    wire.hold()
    with in_a_hurry(house):
        result = await house.slack.submits(FINN)
        assert list(result.errors.values()) == [FORM_UNKNOWN]
        assert (await house.slack.says(GUS, "/checkin")).ack == {"text": UNKNOWN}
        helped = await house.slack.says(GUS, "/cairn help")
    assert helped.ack is not None
    assert "What you can type" in helped.ack["text"], "help needs no database"

    wire.mend()
    await house.cairn.desk.finish()
    assert (await house.slack.submits(FINN)).closed
    await house.settle()
    assert (await only_prompt(house)).revision == 1


@on_postgres
@by_socket
async def test_while_the_database_is_away_each_act_says_so_and_words_stay(wired: House, wire: Wire) -> None:
    house = wired
    await ready_to_send(house)

    wire.cut()
    (error,) = (await house.slack.submits(FINN)).errors.values()
    assert error.startswith("That didn't reach us, but your words are safe: they stay in this form. Try again, or")
    command = await house.slack.says(GUS, "/checkin")
    assert command.ack is not None
    assert command.ack["text"].startswith("That didn't work, and nothing was changed. Try again, or mention ")
    await house.slack.clicks(GUS, prompt(house, GUS), "checkin.skip")
    assert sentence(house, GUS).startswith("That didn't work, and nothing was changed.")
    house.playground.ack_seconds = 4.0
    answer = await house.slack.types(FINN, WENT_WELL, "Typed into the void")
    assert answer is not None
    assert not answer.acked

    wire.mend()
    assert (await house.slack.submits(FINN)).closed
    await house.move_to(local(TOKYO, 23, 10))
    assert (await only_prompt(house)).revision == 1
    assert "Typed into the void" in [each.words for each in await rows(house, Answer)]
    assert len(house.dm(FINN, "sent. Thank you.")) == 1


@on_postgres
@by_socket
async def test_an_event_that_isnt_stored_is_sent_again_by_slack(wired: House, wire: Wire) -> None:
    house = wired
    await make_platform(house)
    house.playground.ack_seconds = 4.0

    wire.cut()
    await house.slack.user_changes(FINN, tz="Europe/Berlin")
    assert len(house.playground.transport.failed_events) == 1
    wire.mend()
    answers = await house.slack.retry_events()

    assert [answer.acked for answer in answers] == [True]
    await house.move_to(local(TOKYO, 23, 9))
    assert house.dm(GUS, "open until")
    assert house.dm(FINN, "open until") == []


@on_postgres
@by_socket
async def test_connections_that_died_unnoticed_are_made_anew(wired: House, wire: Wire) -> None:
    house = wired
    await monday_in_tokyo(house)

    wire.cut()
    wire.mend()
    assert (await house.slack.says(FINN, "/checkin")).ack is None
    assert house.slack.view(FINN) is not None
    wire.cut()
    wire.mend()
    helped = await house.slack.says(GUS, "/cairn help")
    assert helped.ack is not None
    assert "What you can type" in helped.ack["text"]
    await house.slack.opens_home(GUS)
    await house.settle()
    assert house.slack.home(GUS) is not None


@on_postgres
@by_socket
async def test_a_line_that_breaks_at_the_commit_leaves_the_outcome_unknown(wired: House, wire: Wire) -> None:
    house = wired
    await ready_to_send(house)
    breaks = [wire.cut]
    event.listen(house.cairn.database.engine, "commit", lambda _connection: breaks and breaks.pop()())

    result = await house.slack.submits(FINN)
    wire.mend()

    assert list(result.errors.values()) == [FORM_UNKNOWN]
    assert (await house.slack.submits(FINN)).closed
    assert (await only_prompt(house)).revision == 1


@on_postgres
async def test_a_connection_that_died_is_replaced_for_writing_and_for_reading(wire: Wire) -> None:
    database = Database(wire.url)
    metrics.watch(database.engine)

    def ask(session: Session) -> int:
        return int(session.execute(text("SELECT 1")).scalar_one())

    for attempt in (database.write, database.read):
        assert await attempt(ask) == 1
        wire.cut()
        wire.mend()
        assert await attempt(ask) == 1
    database.close()
