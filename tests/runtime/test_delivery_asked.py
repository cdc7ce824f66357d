"""A channel post whose outcome nobody knows: Cairn can't look there, so its owner is asked."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import UserError
from bot.playground import Message
from bot.runtime.delivery import Delivery
from bot.services import delivery as services
from bot.views.delivery import ACTION_ARRIVED, ACTION_POST_AGAIN
from storage.people import Person
from tests.runtime.office import TEAM, Office, Script


async def asked(office: Office, fault: str = "reset") -> Delivery:
    """Note 1 goes to #general, Slack doesn't answer, and Dana is asked."""
    office.playground.faults.add("chat.postMessage", fault, user_or_channel="CGENERAL")
    office.post(1, "CGENERAL", owner=office.ids["UDANA"])
    delivery = office.delivery()
    await delivery.drain()
    await delivery.drain()
    return delivery


def question(office: Office) -> Message:
    return office.playground.slack.last("UDANA")


def answers(office: Office, service: str, user: str = "UDANA") -> bool:
    """Somebody presses a button of the question."""
    row_id = office.row(1).id or 0
    with office.database.session(TEAM) as session:
        person = session.get_one(Person, office.ids[user])
        return bool(getattr(services, service)(session, person, row_id, office.clock.now()))


async def test_the_owner_is_asked_and_nothing_is_repeated(office: Office) -> None:
    delivery = await asked(office)
    for _ in range(3):
        office.let_pass(61)
        await delivery.drain()

    assert office.state(1) == "asked"
    assert len([call for call in office.calls("chat.postMessage") if call.args["channel"] == "CGENERAL"]) == 1
    assert question(office).text.startswith("Did my message reach <#CGENERAL>?")
    row_id = str(office.row(1).id)
    assert [action for action, _ in question(office).buttons()] == [ACTION_ARRIVED, ACTION_POST_AGAIN]
    assert [element["value"] for element in question(office).blocks[-1]["elements"]] == [row_id, row_id]
    assert office.calls("conversations.history") == []


async def test_it_arrived(office: Office) -> None:
    delivery = await asked(office, "lost")

    assert answers(office, "arrived")
    await delivery.drain()

    assert office.channel_texts() == ["note 1"]
    assert (office.state(1), Script.states(1)) == ("sent", ["sent"])
    assert (question(office).text, question(office).buttons()) == (
        "Noted: my message reached <#CGENERAL>. Nothing was posted again.",
        [],
    )


async def test_post_again(office: Office) -> None:
    delivery = await asked(office)

    assert answers(office, "post_again")
    await delivery.drain()

    assert office.channel_texts() == ["note 1"]
    assert (office.state(1), Script.states(1)) == ("sent", ["sent"])
    assert (question(office).text, question(office).buttons()) == ("I'm posting my message to <#CGENERAL> again.", [])


async def test_a_second_silence_is_asked_about_anew(office: Office) -> None:
    delivery = await asked(office)
    office.playground.faults.add("chat.postMessage", "reset", user_or_channel="CGENERAL")

    answers(office, "post_again")
    await delivery.drain()
    await delivery.drain()

    assert office.state(1) == "asked"
    assert [bool(message.buttons()) for message in office.playground.slack.dm("UDANA")] == [False, True]


async def test_a_question_is_answered_once_and_by_its_owner(office: Office) -> None:
    await asked(office)
    with pytest.raises(UserError):
        answers(office, "post_again", "UANA")

    assert answers(office, "arrived")
    assert not answers(office, "post_again")
    assert not answers(office, "arrived")

    assert office.state(1) == "sent"


async def test_what_was_taken_back_meanwhile_is_not_posted_again(office: Office) -> None:
    delivery = await asked(office)
    office.delete(of=1)

    assert not answers(office, "post_again")
    await delivery.drain()

    assert (office.state(1), office.channel_texts()) == ("dropped", [])


async def test_without_an_owner_it_stays_open_and_is_logged(office: Office) -> None:
    office.playground.faults.add("chat.postMessage", "reset", user_or_channel="CGENERAL")
    office.post(1, "CGENERAL")
    delivery = office.delivery()
    await delivery.drain()

    assert office.state(1) == "asked"
    (line,) = [line for line in office.logs if line["event"] == "delivery.nobody_to_ask"]
    assert (line["row"], line["kind"]) == (office.row(1).id, "test.note")


async def test_a_process_that_dies_while_it_posts_to_a_channel_leaves_a_question(office: Office) -> None:
    fault = office.playground.faults.add("chat.postMessage", "hang:acted", user_or_channel="CGENERAL")
    office.post(1, "CGENERAL", owner=office.ids["UDANA"])
    dying = office.delivery()
    draining = asyncio.create_task(dying.drain())
    await fault.reached.wait()
    await office.kill(dying)
    await draining

    office.let_pass(31)
    heir = office.delivery()
    await heir.drain()
    await heir.drain()

    assert (office.state(1), office.channel_texts()) == ("asked", ["note 1"])
    assert question(office).text.startswith("Did my message reach")
