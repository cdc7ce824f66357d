"""Slack that is slow, refuses, or doesn't say whether it did what it was asked."""

from __future__ import annotations

import io

from storage.access import Access
from tests.house import DANA, FINN, GUS, NEW_YORK, PLATFORM, TOKYO, House, answer, local, make_platform
from tests.stories.acts import fill_in, monday_in_tokyo, one_house, prompt, rows, sentence

CLOSED = local(NEW_YORK, 24, 12)
TOO_SLOW = "Slack waits three seconds for a form to open, and this took longer. Please try again."


@one_house
async def test_a_form_that_came_too_late_asks_for_another_try(house: House) -> None:
    await monday_in_tokyo(house)
    house.playground.faults.add("views.open", "error:expired_trigger_id", times=2)

    await house.slack.clicks(FINN, prompt(house, FINN), "checkin.answer")
    command = await house.slack.says(FINN, "/checkin")

    assert sentence(house, FINN) == TOO_SLOW
    assert command.ack == {"text": TOO_SLOW}
    await house.slack.clicks(FINN, prompt(house, FINN), "checkin.answer")
    assert house.slack.view(FINN) is not None


@one_house
async def test_what_nobody_expected_has_a_reference_that_the_operator_finds(house: House, logged: io.StringIO) -> None:
    await monday_in_tokyo(house)
    house.playground.faults.add("views.open", "error:internal_error")

    await house.slack.clicks(FINN, prompt(house, FINN), "checkin.answer")

    said = sentence(house, FINN)
    assert said.startswith("That didn't work, and nothing was changed. Try again, or mention ")
    reference = said.removesuffix(" to your admin.").rpartition(" ")[2]
    assert len(reference) == 6
    (line,) = [each for each in logged.getvalue().splitlines() if reference in each]
    assert "SlackApiError" in line


@one_house
async def test_a_digest_whose_outcome_nobody_knows_is_asked_about_and_seen(house: House) -> None:
    await monday_in_tokyo(house)
    await answer(house, FINN, "Lost on the way back")
    house.playground.faults.add("chat.postMessage", "lost", user_or_channel=PLATFORM)
    await house.move_to(CLOSED)

    (question,) = house.dm(DANA, "Did my message reach <#CPLATFORM>?")
    await house.slack.clicks(DANA, question, "It arrived")
    await house.settle()

    assert len(house.slack.channel(PLATFORM)) == 1
    assert house.dm(DANA, "Noted: my message reached <#CPLATFORM>. Nothing was posted again.")


@one_house
async def test_a_digest_whose_outcome_nobody_knows_is_asked_about_and_posted_again(house: House) -> None:
    await monday_in_tokyo(house)
    await answer(house, FINN, "Never got there")
    house.playground.faults.add("chat.postMessage", "reset", user_or_channel=PLATFORM)
    await house.move_to(CLOSED)
    assert house.slack.channel(PLATFORM) == []

    (question,) = house.dm(DANA, "Did my message reach <#CPLATFORM>?")
    await house.slack.clicks(DANA, question, "Post it again")
    assert (await house.slack.redeliver(4))[0].acked
    await house.settle()

    (digest,) = house.slack.channel(PLATFORM)
    assert "Never got there" in digest.plain()


async def test_a_prompt_whose_answer_was_lost_is_one_prompt(house: House) -> None:
    await make_platform(house)
    house.playground.faults.add("chat.postMessage", "lost", times=3, user_or_channel=FINN)

    await house.move_to(local(TOKYO, 23, 9))
    for _ in range(5):
        house.clock.let_pass(61)
        house.playground.machine_offset += 61
        await house.settle()

    assert len(house.dm(FINN, "open until")) == 1
    assert len(house.dm(FINN, "Hi Finn")) == 1
    await answer(house, FINN, "And it can be answered")
    assert house.dm(FINN, "sent. Thank you.")


@one_house
async def test_a_prompt_that_was_answered_meanwhile_is_taken_back(house: House) -> None:
    await make_platform(house)
    house.playground.faults.add("chat.postMessage", "reset", times=-1, user_or_channel=FINN)
    await house.move_to(local(TOKYO, 23, 9))
    assert house.slack.dm(FINN) == []

    await house.slack.says(FINN, "/checkin")
    await fill_in(house, FINN)
    assert (await house.slack.submits(FINN)).closed
    house.playground.faults.clear()
    for _ in range(5):
        house.clock.let_pass(61)
        house.playground.machine_offset += 61
        await house.settle()

    assert house.dm(FINN, "open until") == []
    assert len(house.dm(FINN, "Hi Finn")) == 1
    assert house.dm(GUS, "open until")


@one_house
async def test_a_digest_by_dm_that_was_refused_is_no_reading_of_anybody(house: House) -> None:
    await monday_in_tokyo(house, readers="leads")
    await answer(house, FINN, "Unread")
    house.playground.faults.add("chat.postMessage", "error:messages_tab_disabled", times=-1, user_or_channel=DANA)

    await house.move_to(CLOSED)

    assert house.dm(DANA, "Unread") == []
    assert await rows(house, Access) == []
