"""A weekly check-in from `/checkin new` to its digest, in three time zones."""

from __future__ import annotations

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
    HANA,
    NEW_YORK,
    PLATFORM,
    TOKYO,
    House,
    answer,
    local,
    make_platform,
    open_form,
)
from tests.stories.acts import MOOD, NEXT, WENT_WELL


async def test_a_week_with_a_draft_an_edit_a_late_answer_and_a_restart(house: House, transport: str) -> None:
    await make_platform(house)
    await _each_is_asked_in_their_own_morning(house)
    await _a_draft_outlives_a_restart(house, transport)
    await _an_answer_is_sent_and_edited(house)
    await _the_digest_comes_when_the_last_window_ends(house)
    await _a_late_answer_brings_it_up_to_date(house)
    await _the_next_round_ends_the_last(house)


async def _each_is_asked_in_their_own_morning(house: House) -> None:
    assert house.dm(DANA, "Weekly check-in, Platform is on")
    assert not house.dm(ANA), "Berlin sleeps still"

    await house.move_to(local(TOKYO, 23, 9))
    assert len(house.dm(FINN, "Weekly check-in, Platform: 4 questions, about 2 minutes, open until Tue 12:00")) == 1
    assert not house.dm(ANA, "open until")
    welcome, prompt = house.dm(FINN, "Hi Finn"), house.dm(FINN, "open until")
    assert [message.ts for message in welcome] < [message.ts for message in prompt]

    await answer(house, FINN, "The index is rebuilt")
    await house.slack.clicks(GUS, house.dm(GUS, "open until")[0], "checkin.skip")
    await house.settle()
    assert house.dm(GUS, "not this time. That's fine.")

    await house.move_to(local(BERLIN, 23, 9))
    assert all(len(house.dm(user, "open until")) == 1 for user in (ANA, BO, DANA))
    assert all(house.dm(user, "added you to the team") for user in (ANA, BO))
    assert house.dm(HANA, "hat dich ins Team"), "Hana reads German"
    assert not house.dm(CY, "open until"), "New York sleeps still"


async def _a_draft_outlives_a_restart(house: House, transport: str) -> None:
    await open_form(house, ANA)
    await house.slack.types(ANA, WENT_WELL, "Half a thou")
    await house.slack.types(ANA, WENT_WELL, "Half a thought")
    await house.slack.closes(ANA)
    await house.settle()
    assert house.dm(ANA, "Continue your draft")

    await house.restart(transport)

    view = await open_form(house, ANA)
    assert "Half a thought" in str(view["state"]["values"])


async def _an_answer_is_sent_and_edited(house: House) -> None:
    slack = house.slack
    await slack.chooses(ANA, MOOD, "5")
    await slack.types(ANA, WENT_WELL, "A whole thought")
    await slack.types(ANA, NEXT, "Sleep")
    assert (await slack.submits(ANA)).closed
    await house.settle()
    assert house.dm(ANA, "sent. Thank you.")

    await open_form(house, ANA)
    await slack.types(ANA, NEXT, "Sleep longer")
    assert (await slack.submits(ANA)).closed
    await house.settle()
    assert house.dm(ANA, "sent, and edited.")


async def _the_digest_comes_when_the_last_window_ends(house: House) -> None:
    for user in (BO, DANA):
        await answer(house, user, f"{user} did it")
    await house.move_to(local(NEW_YORK, 23, 9))
    await answer(house, CY, "Signed off the icons")
    assert house.slack.channel(PLATFORM) == [], "nothing is posted before the last window ends"

    await house.move_to(local(NEW_YORK, 24, 12))
    digest = house.slack.channel(PLATFORM)[-1]
    assert "5 of 7 answered" in digest.plain()
    assert "Sleep longer" in digest.plain()
    assert "Half a thought" not in digest.plain()
    assert "(edited)" in digest.plain()
    assert "Eva" not in digest.plain()


async def _a_late_answer_brings_it_up_to_date(house: House) -> None:
    await answer(house, EVA, "Was at a conference")
    (digest,) = house.slack.channel(PLATFORM)
    assert "6 of 7 answered · updated after it was posted" in digest.plain()
    assert "Was at a conference" in digest.plain()
    assert "(late)" in digest.plain()


async def _the_next_round_ends_the_last(house: House) -> None:
    slack = house.slack
    old = house.dm(HANA, "Platform")[-1]
    blocks = old.blocks
    await house.move_to(local(NEW_YORK, 30, 9))
    assert all(len(house.dm(user, "Platform")) >= 2 for user in CAST)
    assert "vorbei, denn die nächste Runde hat begonnen" in old.plain()
    assert not old.buttons()
    old.blocks = blocks  # on a phone that has been off since
    await slack.clicks(HANA, old, "checkin.answer")
    assert slack.view(HANA) is None
    assert "Die nächste Runde dieses Check-ins läuft schon" in slack.ephemerals(HANA)[-1].plain()
