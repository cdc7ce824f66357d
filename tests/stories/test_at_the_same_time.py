"""What Slack delivers at the same time: to Cairn it's Monday, nine o'clock, and everybody is typing."""

from __future__ import annotations

import asyncio

from sqlalchemy import delete

from storage.answers import Answer, Draft
from storage.audience import Audience
from storage.rounds import Prompt
from storage.seen import Seen
from storage.teams import Team
from tests.house import (
    ANA,
    BO,
    DANA,
    EVA,
    FINN,
    NEW_YORK,
    House,
    local,
    make_platform,
    open_form,
    platform_team,
)
from tests.stories.acts import (
    WENT_WELL,
    by_socket,
    deliver,
    fill_in,
    last_delivery,
    monday_in_tokyo,
    on_postgres,
    prompt,
    rows,
    stored,
)

ASKED = (ANA, BO, DANA, EVA)


@on_postgres
@by_socket
async def test_the_first_answers_of_a_team_come_all_at_once(house: House) -> None:
    await make_platform(house)
    await house.move_to(local(NEW_YORK, 23, 9))
    for user in ASKED:
        await open_form(house, user)
        await fill_in(house, user)

    sent = await asyncio.gather(*(house.slack.submits(user) for user in ASKED))
    await house.settle()

    assert [result.closed for result in sent] == [True] * 4, [result.errors for result in sent]
    assert len(await rows(house, Answer)) == 3 * 4
    assert len(await rows(house, Audience)) == 1
    assert all(house.dm(user, "sent. Thank you.") for user in ASKED)


@on_postgres
@by_socket
async def test_of_four_keystrokes_at_once_the_last_one_stays(house: House) -> None:
    await monday_in_tokyo(house)
    await open_form(house, FINN)
    keystrokes = []
    for words in ("F", "Fo", "Fou", "Four"):
        await house.slack.types(FINN, WENT_WELL, words)
        keystrokes.append(last_delivery(house))
    await stored(house, lambda session: session.execute(delete(Draft)))

    answers = await asyncio.gather(*(deliver(house, FINN, each) for each in keystrokes))

    assert all(answer.acked for answer in answers)
    (draft,) = await rows(house, Draft)
    assert "Four" in draft.typed.values()


@on_postgres
@by_socket
async def test_a_keystroke_beside_the_submission_leaves_no_draft_behind(house: House) -> None:
    await monday_in_tokyo(house)
    for _ in range(5):
        await open_form(house, FINN)
        await fill_in(house, FINN)
        keystroke = last_delivery(house)
        keystroke.payload["actions"][0]["action_ts"] = house.slack.world.next_ts()

        await asyncio.gather(house.slack.submits(FINN), deliver(house, FINN, keystroke))

        assert await rows(house, Draft) == []
        await house.settle()


async def test_the_same_command_delivered_five_times_opens_one_form(house: House) -> None:
    await monday_in_tokyo(house)
    await house.slack.says(FINN, "/checkin")

    answers = await house.slack.redeliver(4)
    await house.settle()

    assert all(answer.acked and not answer.payload for answer in answers)
    assert len(house.slack.stack(FINN)) == 1
    assert house.slack.ephemerals(FINN) == []


async def test_the_same_click_delivered_five_times_skips_once(house: House) -> None:
    await monday_in_tokyo(house)
    await house.slack.clicks(FINN, prompt(house, FINN), "checkin.skip")

    answers = await house.slack.redeliver(4)
    await house.settle()

    assert all(answer.acked for answer in answers)
    assert house.slack.ephemerals(FINN) == []
    assert len(house.dm(FINN, "not this time. That's fine.")) == 1


async def test_the_same_form_delivered_five_times_makes_one_team(house: House) -> None:
    await platform_team(house)

    answers = await house.slack.redeliver(4)
    await house.settle()

    assert all(answer.acked and not answer.payload for answer in answers)
    assert len(await rows(house, Team)) == 1
    await house.move_to(local(NEW_YORK, 23, 9))
    assert len(house.dm(ANA, "added you to the team")) == 1


async def test_the_same_answers_delivered_five_times_are_no_edit(house: House) -> None:
    await monday_in_tokyo(house)
    await open_form(house, FINN)
    await fill_in(house, FINN)
    assert (await house.slack.submits(FINN)).closed

    answers = await house.slack.redeliver(4)
    await house.settle()

    assert all(answer.acked and not answer.payload for answer in answers)
    (prompt_row,) = [each for each in await rows(house, Prompt) if each.state == "answered"]
    assert (prompt_row.revision, prompt_row.edited_at) == (1, None)
    assert len(await rows(house, Answer)) == 3


async def test_the_same_event_delivered_five_times_gets_one_reply(house: House) -> None:
    await house.slack.writes(FINN, "Hello?")
    before = len(await rows(house, Seen))

    answers = await house.slack.redeliver(4)
    await house.settle()

    assert all(answer.acked for answer in answers)
    assert len(await rows(house, Seen)) == before
    assert len(house.dm(FINN, "I can't answer that")) == 1
