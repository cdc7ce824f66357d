"""`/give-feedback` alone: what somebody got, gave and owes."""

from __future__ import annotations

from bot.playground.world import Message
from tests.house import ANA, BERLIN, BO, CY, House, local
from tests.stories.acts import ONE_HOUSE
from tests.stories.feedback import TEN, WORDS, fills_in, gives, lines
from tests.stories.test_confidential import ELEVEN, becomes_zebra, confidential
from tests.stories.test_feedback_requests import answers, asked

pytestmark = ONE_HOUSE


async def inbox(house: House, user: str) -> str:
    await house.slack.says(user, "/give-feedback")
    return shown(house, user)


def shown(house: House, user: str) -> str:
    view = house.slack.view(user)
    assert view is not None
    return str(view["blocks"]).replace("\u200b", "")


async def test_empty_lists_say_how_to_begin(house: House) -> None:
    assert "Nobody has written to you yet." in await inbox(house, ANA)
    await house.slack.clicks_in_view(ANA, "What you gave")
    assert "You have given none yet." in shown(house, ANA)
    await house.slack.clicks_in_view(ANA, "What you owe")
    assert "Nothing: nobody waits for you." in shown(house, ANA)


async def test_what_was_got_is_read_and_answered_from_there(house: House) -> None:
    await becomes_zebra(house)
    await house.move_to(TEN)
    own = await confidential(house)
    await house.move_to(ELEVEN)
    first = await inbox(house, ANA)
    assert "What you got (1)" in first
    assert "*a colleague* · constructive · Tue 24 Nov · not read yet" in first
    await house.slack.clicks_in_view(ANA, "Read")
    opened = shown(house, ANA)
    assert "From a colleague:" in opened
    assert WORDS in opened
    assert "Zebrabo" not in opened + first
    assert "UBO" not in opened + first
    await house.slack.clicks_in_view(ANA, "Reply")
    await house.slack.types(ANA, "words", "From the list")
    assert (await house.slack.submits(ANA)).closed
    await house.settle()
    await inbox(house, ANA)
    await house.slack.clicks_in_view(ANA, "Open")
    again = shown(house, ANA)
    assert "From the list" in again
    assert "on its way" not in again, "when it reaches them would tell of their clocks and days off"
    await house.slack.closes(ANA)
    (root,) = house.dm(ANA, "You opened feedback")
    assert WORDS in lines(house, root)[0], "it stands in the thread, too"
    await house.move_to(local(BERLIN, 24, 15))
    assert "From the list" in lines(house, own)[-1]


async def test_a_page_at_a_time(house: House) -> None:
    await house.move_to(TEN)
    for n in range(10):
        await gives(house, f"Number {n}")
    await house.slack.says(BO, "/give-feedback")
    await house.slack.clicks_in_view(BO, "What you gave")
    assert shown(house, BO).count("on its way") == 8
    await house.slack.clicks_in_view(BO, "Older")
    assert shown(house, BO).count("on its way") == 2
    await house.slack.clicks_in_view(BO, "Newer")
    await house.slack.clicks_in_view(BO, "Open")
    assert "From you, on its way:" in shown(house, BO)
    assert "Number 9" in shown(house, BO)


async def test_what_is_owed_is_on_home_and_begins_there(house: House) -> None:
    await house.move_to(TEN)
    await asked(house, BO)
    await fills_in(house, to=CY)
    await house.slack.closes(BO)
    await house.slack.opens_home(BO)
    await house.settle()
    home = str(house.slack.home(BO))
    assert "*Ana* asks until Fri 17:00: The launch" in home
    assert "A draft for *Cy*, which only you can open" in home

    await house.slack.clicks_in_home(BO, "Your feedback")
    await house.slack.clicks_in_view(BO, "What you owe (2)")
    await house.slack.clicks_in_view(BO, "Continue your draft")
    assert WORDS in shown(house, BO)
    await house.slack.closes(BO)
    await house.slack.clicks_in_view(BO, "Give feedback")
    await house.slack.chooses(BO, "receiver", [CY])
    await house.slack.submits(BO)
    assert WORDS in shown(house, BO)


async def test_an_answer_taken_back_before_the_slot_leaves_the_others_waiting(house: House) -> None:
    await house.move_to(TEN)
    await asked(house, BO, CY, "UDANA", signed="confidential")
    for user in (BO, "UDANA"):
        await answers(house, user, f"From {user}")
    await house.move_to(local(BERLIN, 24, 16))  # Cy works in New York
    await answers(house, CY, "The third")
    own: Message = house.dm(BO, "Your feedback for")[-1]
    await house.slack.clicks(BO, own, "Undo")
    await house.move_to(local(BERLIN, 26, 12))
    assert not house.dm(ANA, "has feedback for you"), "two would be too few"
