"""Who reads what is in somebody's way: the leads of then, and whom its reporter shares it with."""

from __future__ import annotations

import io

from sqlalchemy import delete, text
from sqlmodel import SQLModel, col

from bot.playground import Company
from storage.access import Access
from storage.teams import LEAD, Membership
from tests.house import BERLIN, CAST, DANA, EVA, FINN, NEW_YORK, PLATFORM, TOKYO, House, local, make_platform
from tests.stories.acts import key_of, monday_in_tokyo, open_house, prompt, rows, stored
from tests.stories.asking import LAST_WORDS, ask
from tests.stories.blocking import MARKER, NUDGE, SERVER, finn_is_blocked, in_one_house, leads_now, plain, says_blocked
from tests.stories.test_home_and_talk import opened
from tests.stories.test_privacy import quiet


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
    assert "Dana and Eva can see it." in await opened(house, FINN)
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
    await stored(house, lambda session: ask(session, house.now, LAST_WORDS))  # which the next prompt would do
    await house.move_to(local(TOKYO, 30, 9))

    (nudge,) = house.dm(FINN, NUDGE)
    assert "Share with Eva too" in dict(nudge.buttons()).values()
    await house.slack.clicks(FINN, nudge, "Share with Eva too")
    await house.move_to(local(NEW_YORK, 30, 9))

    assert house.dm(EVA, MARKER)
    (nudge,) = house.dm(FINN, NUDGE)
    assert "Share with Eva too" not in dict(nudge.buttons()).values()


@in_one_house
async def test_whoever_leads_no_more_is_told_of_it_no_more(house: House) -> None:
    await finn_is_blocked(house, MARKER)
    dana = await key_of(house, DANA)
    led = (col(Membership.person_id) == dana, col(Membership.role) == LEAD)
    await stored(house, lambda session: session.execute(delete(Membership).where(*led)))

    await says_blocked(house, FINN, f"{MARKER} again")
    await house.move_to(local(BERLIN, 27, 9))

    assert MARKER not in str(house.slack.home(DANA))
    told_of = [each for each in house.dm(DANA, MARKER) if "1 of 8 answered" not in each.plain()]
    assert told_of == [], "but the digest has what was answered while she led"
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

    assert "In your way since Mon 23 Nov. Nobody else was told." in plain(prompt(house, DANA))
    assert not any("the way of" in plain(each) for user in CAST for each in house.slack.dm(user))
    assert "Open blockers" not in await opened(house, DANA)


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
