"""A marker stands for what a person wrote, and is looked for wherever it must not be."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel

from bot.playground import Company
from bot.playground.methods import Call
from bot.runtime import metrics
from storage.access import Access
from storage.answers import Answer, Draft
from tests.house import ANA, CAST, CY, DANA, FINN, GUS, NEW_YORK, PLATFORM, TOKYO, House, answer, local, open_form
from tests.stories.acts import (
    WENT_WELL,
    by_socket,
    key_of,
    monday_in_tokyo,
    on_sqlite,
    open_house,
    prompt,
    rows,
    stored,
)

MARKER = "zebra-crossing"
WORDS_LIVE_IN = {"answer", "draft"}
QUIET = {"private_metadata", "value", "metadata", "callback_id", "block_id", "action_id", "external_id"}
"""Where Slack keeps what nobody sees; every app in the workspace reads a message's metadata."""


async def a_week_of_secrets(house: House, readers: str) -> None:
    """Finn answers, and Gus types something that he doesn't send; then the round closes, and Finn thinks again."""
    await monday_in_tokyo(house, readers=readers)
    for user in (FINN, GUS, DANA):
        await house.slack.opens_home(user)
    await answer(house, FINN, f"{MARKER} sent")
    await open_form(house, GUS)
    await house.slack.types(GUS, WENT_WELL, f"{MARKER} typed")
    await house.slack.closes(GUS)
    await house.settle()
    await open_form(house, GUS)
    await house.slack.closes(GUS)
    await house.move_to(local(NEW_YORK, 24, 12))
    await answer(house, FINN, f"{MARKER} edited")
    for user in CAST:
        await house.slack.opens_home(user)
        await house.slack.says(user, "/checkin")
        if house.slack.stack(user):
            await house.slack.closes(user)
    await house.settle()


def receivers(house: House) -> Iterator[tuple[str, Call]]:
    """Who gets each thing that Cairn says with the marker in it, by Slack id of the person or channel."""
    opened: dict[str, str] = {}
    for call in house.slack.calls:
        args, response = call.args, call.response or {}
        if call.method == "views.open":
            opened[response["view"]["id"]] = house.playground.world.triggers[args["trigger_id"]].user
        if MARKER in str(args):
            view = response.get("view", {}).get("id", "")
            yield args.get("channel") or args.get("user_id") or opened[view], call


@pytest.mark.parametrize("readers", ["leads", "team"])
@on_sqlite
@by_socket
async def test_words_reach_their_author_and_their_readers_and_nobody_else(house: House, readers: str) -> None:
    await a_week_of_secrets(house, readers)

    reached: dict[str, set[str]] = {"sent": set(), "typed": set(), "edited": set()}
    found = list(receivers(house))
    for receiver, call in found:
        for words, those in reached.items():
            if f"{MARKER} {words}" in str(call.args):
                those.add(receiver)

    digest = {"DDANA"} if readers == "leads" else {PLATFORM, "DDANA"}
    assert reached["sent"] == {FINN, *digest}, "his own form when he edits, the digest, and the lead's copy"
    assert reached["edited"] == {FINN, *digest}
    assert reached["typed"] == {GUS}, "a draft is its author's alone"
    payloads = [payload for payload in house.slack.every_payload() if MARKER in payload]
    assert len(payloads) == len(found), "nothing went out by another way"


@on_sqlite
@by_socket
async def test_words_are_in_no_log_no_metric_no_button_and_no_table_but_their_own(
    house: House, logged: io.StringIO
) -> None:
    await a_week_of_secrets(house, "team")
    house.playground.faults.add("views.open", "error:internal_error")
    await house.slack.clicks(FINN, prompt(house, FINN), "checkin.answer")

    assert "request.failed" in logged.getvalue(), "the operator sees that something failed"
    assert MARKER not in logged.getvalue()
    assert MARKER not in metrics.render().decode()
    for call in house.slack.calls:
        assert not any(MARKER in str(value) for value in quiet(call.args)), call.method
    for table in set(SQLModel.metadata.tables) - WORDS_LIVE_IN:
        dump = await stored(house, lambda session: str(session.execute(text(f"SELECT * FROM {table}")).all()))  # noqa: B023
        assert MARKER not in dump, table
    assert MARKER in str(await rows(house, Answer))
    assert MARKER in str(await rows(house, Draft))


def quiet(node: Any) -> Iterator[Any]:
    """What is in a payload and on nobody's screen."""
    if isinstance(node, list):
        for child in node:
            yield from quiet(child)
    elif isinstance(node, dict):
        for name, child in node.items():
            if name in QUIET:
                yield child
            else:
                yield from quiet(child)


@on_sqlite
@by_socket
async def test_whoever_reads_somebody_elses_words_is_in_the_access_log(house: House) -> None:
    await a_week_of_secrets(house, "leads")
    finn, dana = await key_of(house, FINN), await key_of(house, DANA)

    logged = {(each.reader_id, each.owner_id, each.place) for each in await rows(house, Access)}

    assert logged == {(dana, finn, "digest")}


@on_sqlite
@by_socket
async def test_with_a_key_no_word_is_in_the_database_file_in_plain(
    database_url: str, transport: str, company: Company
) -> None:
    key = Fernet.generate_key().decode()
    async with open_house(database_url, transport, company, cairn_secret_key=key) as house:
        await a_week_of_secrets(house, "team")
        assert MARKER in house.slack.channel(PLATFORM)[0].plain(), "and Cairn can read them"
        assert MARKER.encode() not in on_disk(database_url)
        assert b"How did the week feel?" not in on_disk(database_url)

    assert MARKER.encode() not in on_disk(database_url)


@on_sqlite
@by_socket
async def test_without_a_key_words_that_were_taken_back_are_overwritten(
    database_url: str, transport: str, company: Company
) -> None:
    async with open_house(database_url, transport, company) as house:
        await a_week_of_secrets(house, "team")
        await house.move_to(local(TOKYO, 30, 9))

    assert f"{MARKER} edited".encode() in on_disk(database_url)
    assert f"{MARKER} sent".encode() not in on_disk(database_url)


def on_disk(url: str) -> bytes:
    """The database file, and what SQLite keeps beside it."""
    path = Path(str(make_url(url).database))
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


@on_sqlite
@by_socket
async def test_home_and_prompts_say_that_there_is_a_draft_and_not_what_is_in_it(house: House) -> None:
    await a_week_of_secrets(house, "team")

    assert "Your drafts" in str(house.slack.home(GUS))
    assert MARKER not in str(house.slack.home(GUS))
    assert all(MARKER not in message.plain() for user in (ANA, CY, GUS) for message in house.slack.dm(user))
