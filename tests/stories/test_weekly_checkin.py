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


async def test_a_week_with_a_draft_an_edit_a_late_answer_and_a_restart(house: House, transport: str) -> None:
    slack = house.slack

    await make_platform(house)
    assert house.dm(DANA, "Weekly check-in, Platform is on")
    assert not house.dm(ANA), "Berlin sleeps still"

    await house.move_to(local(TOKYO, 23, 9))
    assert len(house.dm(FINN, "Weekly check-in, Platform: 4 questions, about 2 minutes, open until Tue 12:00")) == 1
    assert not house.dm(ANA, "open until")
    welcome, prompt = house.dm(FINN, "Hi Finn"), house.dm(FINN, "open until")
    assert [message.ts for message in welcome] < [message.ts for message in prompt]

    await answer(house, FINN, "The index is rebuilt")
    await slack.clicks(GUS, house.dm(GUS, "open until")[0], "checkin.skip")
    await house.settle()
    assert house.dm(GUS, "not this time. That's fine.")

    await house.move_to(local(BERLIN, 23, 9))
    assert all(len(house.dm(user, "open until")) == 1 for user in (ANA, BO, DANA))
    assert all(house.dm(user, "added you to the team") for user in (ANA, BO))
    assert house.dm(HANA, "hat dich ins Team"), "Hana reads German"
    assert not house.dm(CY, "open until"), "New York sleeps still"

    await open_form(house, ANA)
    await slack.types(ANA, "What went well or moved forward?", "Half a thou")
    await slack.types(ANA, "What went well or moved forward?", "Half a thought")
    await slack.closes(ANA)
    await house.settle()
    assert house.dm(ANA, "Continue your draft")

    await house.restart(transport)

    view = await open_form(house, ANA)
    assert "Half a thought" in str(view["state"]["values"])
    await slack.chooses(ANA, "How did the week feel?", "5")
    await slack.types(ANA, "What went well or moved forward?", "A whole thought")
    await slack.types(ANA, "What will you do next?", "Sleep")
    assert (await slack.submits(ANA)).closed
    await house.settle()
    assert house.dm(ANA, "sent. Thank you.")

    await open_form(house, ANA)
    await slack.types(ANA, "What will you do next?", "Sleep longer")
    assert (await slack.submits(ANA)).closed
    await house.settle()
    assert house.dm(ANA, "sent, and edited.")

    for user in (BO, DANA):
        await answer(house, user, f"{user} did it")
    await house.move_to(local(NEW_YORK, 23, 9))
    await answer(house, CY, "Signed off the icons")
    assert slack.channel(PLATFORM) == [], "nothing is posted before the last window ends"

    await house.move_to(local(NEW_YORK, 24, 12))
    digest = slack.channel(PLATFORM)[-1]
    assert "5 of 7 answered" in digest.plain()
    assert "Sleep longer" in digest.plain()
    assert "Half a thought" not in digest.plain()
    assert "(edited)" in digest.plain()
    assert "Eva" not in digest.plain()

    await answer(house, EVA, "Was at a conference")
    digest = slack.channel(PLATFORM)[-1]
    assert len(slack.channel(PLATFORM)) == 1
    assert "6 of 7 answered · updated after it was posted" in digest.plain()
    assert "Was at a conference" in digest.plain()
    assert "(late)" in digest.plain()

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
