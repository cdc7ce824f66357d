"""What is in somebody's way: told to the leads, ageing, until whoever raised it says that it isn't."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import delete, text
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from bot.playground import Company
from bot.playground.world import Message
from bot.services.blockers import nudge_due
from storage.access import Access
from storage.blockers import Blocker, BlockerWatch
from storage.outbox_rows import Outbox
from storage.teams import LEAD, Membership
from tests.house import (
    ANA,
    BERLIN,
    BO,
    CAST,
    CY,
    DANA,
    EVA,
    FINN,
    GUS,
    NEW_YORK,
    PLATFORM,
    TOKYO,
    House,
    local,
    make_platform,
    open_form,
)
from tests.stories.acts import (
    by_socket,
    fill_in,
    key_of,
    monday_in_tokyo,
    on_postgres,
    on_sqlite,
    open_house,
    prompt,
    rows,
    sentence,
    stored,
)
from tests.stories.test_home_and_talk import opened
from tests.stories.test_privacy import quiet

IN_THE_WAY = "Is anything in your way?"
SERVER = "The staging server is down"
MARKER = "zebra-crossing"
DANAS_MORNING = local(BERLIN, 23, 9)
Story = TypeVar("Story", bound=Callable[..., Any])


def in_one_house(story: Story) -> Story:
    """Mark a story in which neither the database nor the transport has a part."""
    marked: Story = on_sqlite(by_socket(story))
    return marked


async def says_blocked(house: House, user: str, words: str) -> None:
    """Somebody answers their latest prompt, or edits what they answered, and says what is in their way."""
    await open_form(house, user)
    await fill_in(house, user)
    await house.slack.types(user, IN_THE_WAY, words)
    assert (await house.slack.submits(user)).closed
    await house.settle()


async def finn_is_blocked(house: House, words: str = SERVER, until: datetime = DANAS_MORNING) -> None:
    """It is 9:00 in Tokyo, Finn's way is blocked, and Dana's Monday begins."""
    await monday_in_tokyo(house, readers="leads")
    await says_blocked(house, FINN, words)
    await house.move_to(until)


def plain(message: Message) -> str:
    return " ".join(message.plain().replace("*", "").replace("\u200b", "").split())


def told(house: House, user: str = DANA) -> str:
    """The message that tells a lead."""
    (message,) = [
        each for each in house.slack.dm(user) if "the way of" in plain(each) and "Still in" not in plain(each)
    ]
    return plain(message)


async def leads_now(house: House, user: str) -> None:
    """Somebody leads Platform too, from now on."""
    person = await key_of(house, user)
    (team,) = {each.team_id for each in await rows(house, Membership)}

    await stored(
        house,
        lambda session: session.add(Membership(team_id=team, person_id=person, role=LEAD, joined_at=house.now)),
    )


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
    assert "In your way since today. Dana knows." in plain(prompt(house, FINN))

    await house.move_to(local(BERLIN, 23, 10))
    await says_blocked(house, ANA, "No budget yet")
    assert house.dm(DANA, "No budget yet"), "she works now: at once"

    finn, dana = await key_of(house, FINN), await key_of(house, DANA)
    seen = [each for each in await rows(house, Access, col(Access.what) == "blocker") if each.owner_id == finn]
    assert {(each.reader_id, each.place) for each in seen} == {(dana, "dm")}


async def test_whoever_raised_it_closes_it_and_can_take_that_back_for_a_day(house: House) -> None:
    await finn_is_blocked(house, until=local(BERLIN, 25, 12))
    assert "In your way In your way for 2 days. Dana knows." in await opened(house, FINN)
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
    assert len(keys) == len(set(keys)) == 3, "two for Dana, and Finn's own"


async def test_whoever_raised_it_is_asked_once_a_week(house: House) -> None:
    await finn_is_blocked(house)
    await house.move_to(local(TOKYO, 30, 8, 59))
    assert house.dm(FINN, "Still in your way?") == []

    await house.move_to(local(TOKYO, 30, 9))
    (nudge,) = house.dm(FINN, "Still in your way?")
    assert "In your way for 7 days. Dana knows. > The staging server is down" in plain(nudge)

    await house.slack.clicks(FINN, nudge, "It's out of my way")
    await house.settle()
    (nudge,) = house.dm(FINN, "Still in your way?")
    assert "Out of your way." in plain(nudge)
    await house.move_to(local(TOKYO, 8, 9, month=12))
    assert len(house.dm(FINN, "Still in your way?")) == 1


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


async def test_a_lead_who_comes_later_sees_that_it_is_open_and_its_words_after_a_click(house: House) -> None:
    await finn_is_blocked(house, MARKER)
    await leads_now(house, EVA)

    shown = await opened(house, EVA)
    assert "Open blockers Open for 1 day, from Weekly check-in. Its words were for the leads of then" in shown
    assert MARKER not in str(house.slack.dm(EVA)) + str(house.slack.home(EVA))
    assert "Finn" not in shown

    assert "Eva leads the team now, and sees that it is open and how long, but not your words." in await opened(
        house, FINN
    )
    await house.slack.clicks_in_home(FINN, "Share with Eva too")
    await house.move_to(local(NEW_YORK, 23, 9))
    (message,) = house.dm(EVA, MARKER)
    assert "Something is in the way of Finn" in plain(message)
    assert "Dana and Eva know." in await opened(house, FINN)
    await house.slack.redeliver(2)
    assert len(house.dm(EVA, MARKER)) == 1

    finn, eva = await key_of(house, FINN), await key_of(house, EVA)
    await opened(house, EVA)
    seen = [each for each in await rows(house, Access) if (each.reader_id, each.owner_id) == (eva, finn)]
    assert [each.place for each in seen] == ["dm", "home"]


@in_one_house
async def test_the_weekly_reminder_asks_whether_to_share_with_a_lead_who_came_later(house: House) -> None:
    await finn_is_blocked(house, MARKER)
    await leads_now(house, EVA)
    await house.move_to(local(TOKYO, 30, 9))

    (nudge,) = house.dm(FINN, "Still in your way?")
    assert [text for _, text in nudge.buttons()] == ["It's out of my way", "Share with Eva too"]
    await house.slack.clicks(FINN, nudge, "Share with Eva too")
    await house.move_to(local(NEW_YORK, 30, 9))

    assert house.dm(EVA, MARKER)
    (nudge,) = house.dm(FINN, "Still in your way?")
    assert [text for _, text in nudge.buttons()] == ["It's out of my way"]


@in_one_house
async def test_whoever_leads_no_more_reads_no_more(house: House) -> None:
    await finn_is_blocked(house, MARKER)
    dana = await key_of(house, DANA)
    led = (col(Membership.person_id) == dana, col(Membership.role) == LEAD)
    await stored(house, lambda session: session.execute(delete(Membership).where(*led)))

    await says_blocked(house, FINN, f"{MARKER} again")
    await house.move_to(local(BERLIN, 27, 9))

    assert MARKER not in str(house.slack.home(DANA))
    assert house.dm(DANA, MARKER) == []
    assert house.dm(DANA, "It isn't yours to see to any more.")


@in_one_house
async def test_its_words_are_escaped_and_stand_in_no_table_log_or_button(house: House, logged: io.StringIO) -> None:
    await finn_is_blocked(house, f"{MARKER} <!channel> *now*")
    await opened(house, FINN)
    await opened(house, DANA)
    await house.move_to(local(BERLIN, 26, 9))
    await house.slack.clicks(FINN, prompt(house, FINN), "It's out of my way")
    await house.settle()

    assert house.dm(DANA, MARKER)
    marked_up = [block for each in house.slack.dm(DANA) for block in each.blocks if block["type"] != "rich_text"]
    assert "<!channel>" not in str(marked_up)
    assert MARKER not in logged.getvalue()
    for call in house.slack.calls:
        assert not any(MARKER in str(value) for value in quiet(call.args)), call.method
    for table in set(SQLModel.metadata.tables) - {"answer", "draft"}:
        dump = await stored(house, lambda session: str(session.execute(text(f"SELECT * FROM {table}")).all()))  # noqa: B023
        assert MARKER not in dump, table


@in_one_house
async def test_a_lead_who_is_asked_too_tells_nobody_of_their_own(house: House) -> None:
    await make_platform(house)
    await house.move_to(local(BERLIN, 23, 9))

    await says_blocked(house, DANA, SERVER)

    assert "In your way since today. Nobody else was told." in plain(prompt(house, DANA))
    assert not any("the way of" in plain(each) for user in CAST for each in house.slack.dm(user))
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


@in_one_house
async def test_a_lead_outside_the_channel_that_reads_sees_that_it_is_open_and_no_more(
    database_url: str, transport: str, company: Company
) -> None:
    (platform,) = [channel for channel in company.channels if channel.id == PLATFORM]
    platform.private = True
    async with open_house(database_url, transport, company) as house:
        await monday_in_tokyo(house, readers="channel", home_channel=PLATFORM)
        await house.slack.leaves(DANA, PLATFORM)
        await house.settle()

        await says_blocked(house, FINN, MARKER)
        await house.move_to(local(BERLIN, 24, 9))

        shown = await opened(house, DANA)
        assert "Open blockers Open for 1 day, from Weekly check-in." in shown
        assert MARKER not in shown
        assert house.dm(DANA, MARKER) == []
        assert "Nobody else was told." in await opened(house, FINN)
        assert "Share with" not in await opened(house, FINN), "who is in the channel is settled in Slack"


@in_one_house
async def test_what_is_shared_is_shared_with_leads_alone(house: House) -> None:
    await finn_is_blocked(house, MARKER)
    await leads_now(house, EVA)
    await opened(house, FINN)
    eva = await key_of(house, EVA)
    led = (col(Membership.person_id) == eva, col(Membership.role) == LEAD)
    await stored(house, lambda session: session.execute(delete(Membership).where(*led)))

    await house.slack.clicks_in_home(FINN, "Share with Eva too")

    view = house.slack.view(FINN)
    assert view is not None
    assert view["blocks"][0]["text"]["text"] == "They don't lead your team any more, so nothing was shared."
    await house.move_to(local(NEW_YORK, 23, 12))
    assert house.dm(EVA, MARKER) == []
