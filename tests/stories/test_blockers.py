"""What is in somebody's way: told to the leads, ageing, until whoever raised it says that it isn't."""

from __future__ import annotations

import asyncio

from sqlalchemy import delete
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.services.blockers import nudge_due
from storage.access import Access
from storage.blockers import Blocker, BlockerWatch
from storage.outbox_rows import Outbox
from storage.teams import Membership
from tests.house import ANA, BERLIN, BO, CAST, CY, DANA, EVA, FINN, GUS, NEW_YORK, TOKYO, House, local
from tests.stories.acts import by_socket, key_of, monday_in_tokyo, on_postgres, prompt, rows, sentence, stored
from tests.stories.asking import LAST_WORDS, ask
from tests.stories.blocking import (
    DANAS_MORNING,
    NUDGE,
    SERVER,
    finn_is_blocked,
    in_one_house,
    plain,
    says_blocked,
    told,
)
from tests.stories.test_home_and_talk import opened


async def test_the_leads_hear_of_it_at_once_in_their_working_hours_and_nobody_else(house: House) -> None:
    await monday_in_tokyo(house, readers="leads")
    await says_blocked(house, FINN, SERVER)
    assert house.dm(DANA, SERVER) == [], "it is one in the morning where she is"
    assert SERVER in str(house.slack.home(DANA)), "but it is on her Home"

    await house.move_to(DANAS_MORNING)
    (message,) = house.dm(DANA, SERVER)
    assert plain(message).startswith("Something is in the way of Finn, said in Weekly check-in on Mon 23 Nov")
    assert "It stays on your Home, with its age, until Finn closes it." in plain(message)
    assert not any(house.dm(user, SERVER) for user in CAST if user not in (DANA, FINN))
    assert "In your way since Mon, Nov 23. Dana can see it." in plain(prompt(house, FINN))

    await house.move_to(local(BERLIN, 23, 10))
    await says_blocked(house, ANA, "No budget yet")
    assert house.dm(DANA, "No budget yet"), "she works now: at once"

    finn, dana = await key_of(house, FINN), await key_of(house, DANA)
    seen = [each for each in await rows(house, Access, col(Access.what) == "blocker") if each.owner_id == finn]
    assert {(each.reader_id, each.place) for each in seen} == {(dana, "dm")}


async def test_whoever_raised_it_closes_it_and_can_take_that_back_for_a_day(house: House) -> None:
    await finn_is_blocked(house, until=local(BERLIN, 25, 12))
    assert "In your way In your way for 2 days. Dana can see it." in await opened(house, FINN)
    assert "Open blockers Finn, for 2 days, from Weekly check-in" in await opened(house, DANA)

    await house.slack.clicks_in_home(FINN, "It's out of my way")
    await house.settle()
    assert told(house).startswith("It is out of the way of Finn, after 2 days.")
    assert "Only Finn can close it" not in told(house)
    assert "Open blockers" not in await opened(house, DANA)
    assert "Out of your way." in plain(prompt(house, FINN))

    await house.slack.clicks(FINN, prompt(house, FINN), "Open it again")
    await house.settle()
    assert told(house).startswith("Something is in the way of Finn")
    assert "Open blockers Finn, for 2 days" in await opened(house, DANA)

    await house.slack.clicks(FINN, prompt(house, FINN), "It's out of my way")
    await house.slack.redeliver(3)
    await house.settle()
    closed = prompt(house, FINN)
    await house.move_to(local(BERLIN, 26, 12))
    await house.slack.clicks(FINN, closed, "Open it again")
    assert sentence(house, FINN).startswith("This was closed a while ago, so it can't be opened again.")
    (blocker,) = await rows(house, Blocker)
    assert blocker.ended == "closed"
    assert await rows(house, BlockerWatch, col(BlockerWatch.due_at).is_not(None)) == [], "nobody is reminded of it"
    assert told(house).startswith("It is out of the way of Finn, after 2 days."), "one message, which says what is true"


async def test_an_edit_changes_its_words_and_taking_the_answer_back_closes_it(house: House) -> None:
    await finn_is_blocked(house)

    await says_blocked(house, FINN, "The staging server is slow")
    assert "The staging server is slow" in told(house)
    assert house.dm(DANA, SERVER) == []

    await says_blocked(house, FINN, "")
    (message,) = house.dm(DANA, "Finn took back what was in the way. There is nothing to do.")
    assert "server" not in str(message.blocks) + message.text
    assert "In your way" not in await opened(house, FINN)

    await says_blocked(house, FINN, "It is down again")
    assert "It is down again" in told(house)
    assert len(await rows(house, Blocker)) == 1


async def test_the_same_words_in_the_next_round_are_a_new_blocker_only_once_the_old_one_is_closed(house: House) -> None:
    await finn_is_blocked(house)
    await house.move_to(local(TOKYO, 30, 9))

    await says_blocked(house, FINN, "the staging  server is down")
    assert len(await rows(house, Blocker)) == 1
    await says_blocked(house, FINN, "And the build is red")
    assert len(await rows(house, Blocker)) == 2

    for button in ("It's out of my way", "It's out of my way"):
        await opened(house, FINN)
        await house.slack.clicks_in_home(FINN, button)
        await house.settle()
    await house.move_to(local(TOKYO, 7, 9, month=12))
    await says_blocked(house, FINN, SERVER)
    assert [each.ended for each in await rows(house, Blocker)] == ["closed", "closed", None]


@in_one_house
async def test_what_is_over_before_the_leads_day_begins_is_not_told(house: House) -> None:
    await monday_in_tokyo(house)
    await says_blocked(house, FINN, SERVER)
    await house.slack.clicks(FINN, prompt(house, FINN), "It's out of my way")
    await house.move_to(local(BERLIN, 23, 9))
    assert house.dm(DANA, SERVER) == []

    await house.slack.clicks(FINN, prompt(house, FINN), "Open it again")
    await house.settle()
    assert house.dm(DANA, SERVER), "and is where it turns out not to be over"


@in_one_house
async def test_nobody_else_closes_it(house: House) -> None:
    await finn_is_blocked(house)
    close = [block for block in prompt(house, FINN).blocks if "blocker.close" in str(block)]
    for user in (DANA, BO):
        welcome = house.dm(user, "heck-in")[0]
        welcome.blocks = [*welcome.blocks, *close]
        await house.slack.clicks(user, welcome, "It's out of my way")
        await house.settle()

    assert sentence(house, DANA) == (
        "Only Finn can close this, knowing best when it is out of the way. You can write to Finn. Nothing was changed."
    )
    assert sentence(house, BO) == "Only whoever raised this can close it or share it. Nothing was changed."
    assert [each.ended for each in await rows(house, Blocker)] == [None]


async def test_leads_are_nudged_after_three_working_days_then_weekly_in_one_message(house: House) -> None:
    await finn_is_blocked(house)
    await says_blocked(house, GUS, "No access")
    await house.move_to(local(BERLIN, 26, 8, 59))
    assert house.dm(DANA, "Still in the way") == []

    await house.move_to(local(BERLIN, 26, 9))
    (nudge,) = house.dm(DANA, "Still in the way of your team")
    assert "Finn, for 3 days, from Weekly check-in > The staging server is down" in plain(nudge)
    assert "Gus, for 3 days, from Weekly check-in > No access" in plain(nudge)

    await house.slack.clicks(GUS, prompt(house, GUS), "It's out of my way")
    await house.settle()
    (nudge,) = house.dm(DANA, "Still in the way of your team")
    assert "It is out of the way of Gus, after 3 days." in plain(nudge)

    await house.move_to(local(BERLIN, 3, 9, month=12))
    _, second = house.dm(DANA, "Still in the way of your team")
    assert "Finn, for 10 days" in plain(second)
    assert "Gus" not in plain(second)
    keys = [
        each.key
        for each in await rows(house, Outbox, col(Outbox.kind) == "blocker.nudge", col(Outbox.action) == "post")
    ]
    assert len(keys) == len(set(keys)) == 2, "two for Dana; Finn is asked by his next prompt"


async def test_whoever_raised_it_is_asked_once_a_week(house: House) -> None:
    await finn_is_blocked(house)
    await stored(house, lambda session: ask(session, house.now, LAST_WORDS))  # which the next prompt would do
    await house.move_to(local(TOKYO, 30, 8, 59))
    assert house.dm(FINN, NUDGE) == []

    await house.move_to(local(TOKYO, 30, 9))
    (nudge,) = house.dm(FINN, NUDGE)
    assert "In your way for 7 days. Dana can see it. > The staging server is down" in plain(nudge)

    await house.slack.clicks(FINN, nudge, "It's out of my way")
    await house.settle()
    (nudge,) = house.dm(FINN, NUDGE)
    assert "Out of your way." in plain(nudge)
    await house.move_to(local(TOKYO, 8, 9, month=12))
    assert len(house.dm(FINN, NUDGE)) == 1


@in_one_house
async def test_home_has_the_oldest_first_and_says_how_many_more(house: House) -> None:
    await finn_is_blocked(house)
    await house.move_to(local(NEW_YORK, 24, 9))
    for n, user in enumerate((ANA, BO, CY, EVA, GUS)):
        await says_blocked(house, user, f"Reason {n}")

    shown = await opened(house, DANA)

    assert shown.index("Finn, for 1 day") < shown.index("Ana, since today") < shown.index("Eva, since today")
    assert "and 1 more blocker" in shown
    assert "Reason 4" not in shown


async def test_it_is_closed_when_whoever_raised_it_leaves(house: House) -> None:
    await finn_is_blocked(house)
    await says_blocked(house, GUS, "No access")
    gus = await key_of(house, GUS)
    await house.slack.deactivates(FINN)
    await stored(house, lambda session: session.execute(delete(Membership).where(col(Membership.person_id) == gus)))

    await house.settle()

    assert {each.ended for each in await rows(house, Blocker)} == {"left_company", "left_team"}
    said = [plain(each) for each in house.slack.dm(DANA)]
    assert any(each.startswith("Finn has left, so this is closed.") for each in said)
    assert any(each.startswith("Gus isn't in the team any more, so this is closed.") for each in said)
    assert "Open blockers" not in await opened(house, DANA)


@on_postgres
@by_socket
async def test_processes_that_tick_at_once_remind_a_person_once_of_everything(house: House) -> None:
    await finn_is_blocked(house)
    await says_blocked(house, GUS, "No access")
    dana, due = await key_of(house, DANA), local(BERLIN, 26, 9)

    def tick(session: Session) -> bool:
        return nudge_due(session, due)

    assert any(await asyncio.gather(*(house.cairn.database.write(tick) for _ in range(8))))
    await house.move_to(due)

    (nudge,) = house.dm(DANA, "Still in the way of your team")
    assert "Finn, for 3 days" in plain(nudge)
    assert "Gus, for 3 days" in plain(nudge)
    owed = await rows(house, Outbox, col(Outbox.kind) == "blocker.nudge", col(Outbox.person_id) == dana)
    assert [each.action for each in owed].count("post") == 1
