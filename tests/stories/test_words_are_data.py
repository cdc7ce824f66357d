"""Names and answers ping, link and format nothing, whatever is in them; they are shown as they were typed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bot.playground import Company, acme
from bot.playground.world import Message
from tests.house import (
    ANA,
    DANA,
    FINN,
    NEW_YORK,
    PLATFORM,
    TOKYO,
    House,
    answer,
    app_config,
    begin_checkin,
    local,
    make_team,
    open_form,
    switch_on,
)
from tests.stories.acts import fill_in, one_house, words_in

NASTY = "<!channel> & <@UANA> *b* _i_ ~s~ `c` <https://evil.example|bank> @here #general"
RTL = "שלום \u202eעולם 🙂 Zoë"
LONG = "Hubert Blaine Wolfeschlegelsteinhausenbergerdorff " + "the very long " * 2


@pytest.fixture
def company() -> Company:
    """A company with names that are hard on a bot."""
    company = acme(app_config())
    names = {DANA: NASTY[:78], FINN: RTL, ANA: LONG}
    for person in company.people:
        person.real_name = person.name = names.get(person.id, person.real_name)
    return company


@pytest.fixture
async def named(house: House) -> House:
    """A team and a check-in with such names, too, and Finn has just been asked."""
    slack = house.slack
    await make_team(house, NASTY[:80], from_channel=PLATFORM)
    await begin_checkin(house)
    await slack.types(DANA, "name", f"{RTL} {NASTY}"[:80])
    await switch_on(house)
    await house.move_to(local(TOKYO, 23, 9))
    return house


def mrkdwn(node: Any) -> Iterator[tuple[str, bool]]:
    """Every text that Slack reads for formatting and mentions, and whether it may make links by itself."""
    if isinstance(node, list):
        for child in node:
            yield from mrkdwn(child)
    elif isinstance(node, dict):
        if node.get("type") == "mrkdwn":
            yield node["text"], node.get("verbatim", False)
        else:
            yield from mrkdwn(list(node.values()))


def said_by_cairn(house: House) -> list[Message]:
    """Every message of Cairn's, in every DM and channel."""
    conversations = house.playground.world.conversations.values()
    return [message for each in conversations for message in each.messages.values() if message.user == "UCAIRN"]


async def test_names_ping_and_link_nothing_in_any_message_or_form(named: House) -> None:
    house = named
    await answer(house, FINN, NASTY)
    await house.slack.opens_home(FINN)
    await house.slack.says(FINN, "/checkin")
    await house.move_to(local(NEW_YORK, 24, 12))

    bodies = [json.loads(payload) for payload in house.slack.every_payload()]
    texts = [(text, verbatim) for body in bodies for text, verbatim in mrkdwn(body)]
    assert any("&lt;!channel&gt;" in text for text, _ in texts)
    for text, is_verbatim in texts:
        assert is_verbatim, f"Slack would make links in {text!r}"
        assert not any(mention in text for mention in ("<!", "<@", "<http", "*b*", "_i_", "~s~", "`c`")), text
    for body in bodies:
        assert not any(mention in body.get("text", "") for mention in ("<!", "<@", "<http")), body["text"]


@one_house
async def test_an_answer_is_shown_in_the_digest_as_it_was_typed(named: House) -> None:
    house = named
    words = f"{NASTY}\n  indented\n{RTL}\n:tada: 🎉 {'x' * 200}"
    await open_form(house, FINN)
    await fill_in(house, FINN, words)
    assert (await house.slack.submits(FINN)).closed

    await house.move_to(local(NEW_YORK, 24, 12))

    (digest,) = house.slack.channel(PLATFORM)
    quoted = [
        part["text"]
        for block in digest.blocks
        if block["type"] == "rich_text"
        for element in block["elements"]
        for part in element["elements"]
    ]
    assert words in quoted
    assert all(
        part["type"] == "text"
        for block in digest.blocks
        if block["type"] == "rich_text"
        for element in block["elements"]
        for part in element["elements"]
    )


@one_house
async def test_what_stands_in_a_form_is_what_was_typed(named: House) -> None:
    house = named
    await answer(house, FINN, NASTY)

    view = await open_form(house, FINN)

    assert NASTY in [
        part["value"] for inputs in view["state"]["values"].values() for part in inputs.values() if "value" in part
    ]


@one_house
async def test_long_names_leave_prompts_short_and_whole(named: House) -> None:
    house = named
    await house.move_to(local(NEW_YORK, 23, 10))

    prompts = [message for message in said_by_cairn(house) if "checkin.answer" in dict(message.buttons())]
    assert len(prompts) == 8
    for message in prompts:
        assert words_in(message.text) <= 60, message.text
        # A row of moods, each of which opens the form, stands above the three.
        assert len([name for name, _ in message.buttons() if ".mood" not in name]) <= 3
    for message in said_by_cairn(house):
        assert "…" not in message.text


@one_house
async def test_a_name_cannot_turn_the_rest_of_a_sentence_around(named: House) -> None:
    house = named
    await house.move_to(local(NEW_YORK, 23, 10))

    for message in said_by_cairn(house):
        assert "\u202e" not in message.text
        assert all("\u202e" not in text for text, _ in mrkdwn(message.blocks))


@one_house
async def test_a_refusal_names_a_team_and_pings_nobody(named: House) -> None:
    house = named
    result = await house.slack.says(FINN, "/checkin new")

    assert result.ack is not None
    assert "<!" not in result.ack["text"]
    assert "&lt;!channel&gt;" in result.ack["text"]
