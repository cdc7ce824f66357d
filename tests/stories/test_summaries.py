"""`/team-summary`: looked at by a lead, posted for everybody who reads the channel, and nothing more."""

from __future__ import annotations

import pytest
from sqlmodel import col

from storage.access import Access
from storage.summaries import PostedSummary, SummaryCell
from tests.house import (
    ANA,
    BO,
    CAST,
    CY,
    DANA,
    FINN,
    GENERAL,
    GUS,
    HANA,
    NEW_YORK,
    PLATFORM,
    House,
    answer,
    local,
    make_platform,
    make_team,
)
from tests.stories.acts import key_of, rows, sentence
from tests.stories.test_several_teams import everybody_speaks_english

MARKER = "Between the lines"
MOODS = {ANA: 4, BO: 4, DANA: 5, FINN: 3, GUS: 4}
ASKED, CLOSED = local(NEW_YORK, 23, 9), local(NEW_YORK, 24, 12)


async def a_week(house: House, moods: dict[str, int] = MOODS, **chosen: str) -> None:
    """Platform was asked on Monday and some answered; by Wednesday it is over."""
    await everybody_speaks_english(house)
    await make_platform(house, **chosen)
    await house.move_to(ASKED)
    for user, mood in moods.items():
        await answer(house, user, f"{MARKER} of {user}", mood)
    await house.move_to(local(NEW_YORK, 25, 12))
    await house.settle()


async def asks(house: House, user: str, typed: str = "this week", channel: str | None = PLATFORM) -> str:
    await house.slack.says(user, f"/team-summary {typed}", channel=channel)
    return sentence(house, user).replace("*", "")


def in_channel(house: House, channel: str = PLATFORM) -> list[str]:
    return [each.text.replace("*", "") for each in house.slack.channel(channel) if "Platform, 23" in each.text]


async def clicks(house: House, user: str, action: str) -> None:
    await house.slack.clicks(user, house.slack.ephemerals(user)[-1], action)
    await house.settle()


async def test_a_lead_looks_and_posts_and_is_asked_before_it_is_posted_twice(house: House) -> None:
    await a_week(house)

    seen = await asks(house, DANA)
    assert seen.startswith("Platform, 23–29 Nov 2026 (only you see this) 5 of 8 answered, 3 without an answer")
    assert "mood 4" in seen
    assert in_channel(house) == []
    assert MARKER not in seen

    preview = house.slack.ephemerals(DANA)[-1]
    await house.slack.clicks(DANA, preview, "summary.post")
    await house.settle()
    (posted,) = in_channel(house)
    assert "5 of 8 answered" in posted
    assert "How did the week feel?" in posted
    assert "3 4/5" in posted
    assert MARKER not in posted
    assert "Dana asked for this" in posted

    await house.slack.clicks(DANA, preview, "summary.post")
    await house.settle()
    (asked,) = [each for each in house.slack.ephemerals(DANA) if "had this summary posted" in each.text]
    assert len(in_channel(house)) == 1
    await house.slack.clicks(DANA, asked, "summary.post_again")
    await house.settle()
    assert len(in_channel(house)) == 2
    assert [each.nth for each in await rows(house, PostedSummary)] == [1, 2]


@pytest.mark.parametrize(("database_url", "transport"), [("sqlite", "socket")], indirect=True)
async def test_whoever_may_not_is_told_who_can(house: House) -> None:
    await a_week(house)
    assert await asks(house, CY) == (
        "Dana can open this team's summary, and so can those they report to. What you answered yourself stays on your "
        "check-ins in your DM with Cairn. Nothing was posted."
    )
    assert await asks(house, CY, "platform") == sentence(house, CY)
    assert "(only you see this)" not in sentence(house, CY)
    assert in_channel(house) == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Q5", "isn't a period"),
        ("yesterweek", "neither a team of yours nor a period"),
        ("2026-13", "isn't a period"),
        ("2027-01", "still to come"),
        ("marketing last week", "neither a team of yours nor a period"),
        ("platform yesterweek", "isn't a period"),
        ("<!channel>", "neither a team"),
    ],
)
@pytest.mark.parametrize(("database_url", "transport"), [("sqlite", "socket")], indirect=True)
async def test_what_isnt_a_team_or_a_period_gets_a_sentence(house: House, typed: str, said: str) -> None:
    await make_team(house, "Platform", members=[ANA, BO])
    assert said in await asks(house, DANA, typed)
    assert "othing was posted" in sentence(house, DANA)


async def test_words_and_moods_of_a_team_never_reach_a_public_channel(house: House) -> None:
    await a_week(house)
    seen = await asks(house, DANA, "platform this week", GENERAL)
    assert "Left out, because everyone at Acme can read #general:" in seen
    assert "the answers of Weekly check-in" in seen
    assert "mood not shown" in seen
    await clicks(house, DANA, "summary.post")
    (posted,) = in_channel(house, GENERAL)
    assert "5 of 8 answered" in posted
    assert "How did the week feel?" not in posted
    assert "Left out" not in posted


@pytest.mark.parametrize(("database_url", "transport"), [("sqlite", "socket")], indirect=True)
async def test_fewer_than_k_voices_stay_unheard(house: House) -> None:
    await a_week(house, {ANA: 4, BO: 4, DANA: 5, FINN: 3})
    seen = await asks(house, DANA)
    assert "4 of 8 answered" in seen
    assert "mood not shown" in seen
    (cell,) = await rows(house, SummaryCell)
    assert cell.questions == {}


@pytest.mark.parametrize(("database_url", "transport"), [("sqlite", "socket")], indirect=True)
async def test_a_late_answer_changes_no_summary(house: House) -> None:
    await a_week(house)
    before = await asks(house, DANA)
    await answer(house, HANA, "late", 1)
    assert await asks(house, DANA) == before


@pytest.mark.parametrize(("database_url", "transport"), [("sqlite", "socket")], indirect=True)
async def test_the_full_copy_comes_by_dm_and_reading_is_remembered(house: House) -> None:
    await a_week(house)
    await asks(house, DANA, "platform this week", GENERAL)
    await clicks(house, DANA, "summary.copy")
    copy = house.dm(DANA, "it has what you may read")[-1]
    assert "How did the week feel?" in copy.text
    read = await rows(house, Access, col(Access.owner_id) == await key_of(house, ANA))
    assert {each.place for each in read if each.what == "team_summary"} == {"summary", "summary.copy"}


@pytest.mark.parametrize(("database_url", "transport"), [("sqlite", "socket")], indirect=True)
async def test_another_period_comes_in_place_of_the_first(house: House) -> None:
    await a_week(house)
    await asks(house, DANA, "")
    assert "No check-in closed in these days" in sentence(house, DANA)
    preview = house.slack.ephemerals(DANA)[-1]
    await house.slack.clicks(DANA, preview, "summary.period", "This week")
    await house.settle()
    assert any("5 of 8 answered" in each.text for each in house.slack.ephemerals(DANA))


@pytest.mark.parametrize(("database_url", "transport"), [("postgresql", "http")], indirect=True)
async def test_of_several_teams_one_is_chosen(house: House) -> None:
    await make_team(house, "Platform", None, members=list(CAST))
    await make_team(house, "Design", None, members=[CY])
    assert "Which team?" in await asks(house, DANA, "", GENERAL)
    await house.slack.clicks(DANA, house.slack.ephemerals(DANA)[-1], "Design")
    await house.settle()
    assert any(each.text.startswith("*Design, ") for each in house.slack.ephemerals(DANA))
