"""One's own kudos page by page, who had none for their lead, and the latest on Home."""

from __future__ import annotations

from sqlmodel import col

from storage.access import Access
from tests.house import ANA, BO, CY, DANA, PLATFORM, House, platform_team
from tests.stories.acts import ONE_HOUSE, rows
from tests.stories.test_home_and_talk import opened
from tests.stories.thanking import cards, gives, likes_private, sets, thanks

pytestmark = ONE_HOUSE


def shown(house: House, user: str) -> str:
    """The form that is open, as one line of what can be read in it."""
    view = house.slack.view(user)
    assert view is not None
    return str(view["blocks"]).replace("*", "")


async def test_what_was_got_and_given_is_shown_page_by_page(house: House) -> None:
    for n in range(12):
        await gives(house, BO, f"@ana for number {n}.", None)

    await house.slack.says(ANA, "/kudos mine")
    assert "for number 11." in shown(house, ANA)
    assert "for number 2." in shown(house, ANA)
    assert "for number 1." not in shown(house, ANA)
    await house.slack.clicks_in_view(ANA, "Older")
    assert "for number 1." in shown(house, ANA)
    assert "for number 2." not in shown(house, ANA)
    assert "Older" not in shown(house, ANA)
    await house.slack.clicks_in_view(ANA, "Newer")
    assert "for number 2." in shown(house, ANA)
    assert "kudos.take_back" not in shown(house, ANA)
    await house.slack.clicks_in_view(ANA, "What you gave")
    assert "None yet." in shown(house, ANA)

    await house.slack.says(BO, "/cairn kudos mine")
    assert "None yet." in shown(house, BO)
    await house.slack.clicks_in_view(BO, "What you gave")
    await house.slack.clicks_in_view(BO, "kudos.take_back")
    await house.settle()
    assert "for number 11." not in shown(house, BO)
    assert house.dm(ANA, "for number 10.") != []
    assert house.dm(ANA, "for number 11.") == [], "from the tray too"
    await house.slack.clicks_in_view(BO, "kudos.change")
    await house.slack.types(BO, "words", "for number 10, really")
    assert (await house.slack.submits(BO)).closed
    await house.settle()
    assert house.dm(ANA, "for number 10, really") != []
    await house.slack.closes(BO, everything=True)

    await house.let_pass(hours=24)
    await house.slack.says(BO, "/kudos mine")
    await house.slack.clicks_in_view(BO, "What you gave")
    assert "kudos.take_back" not in shown(house, BO)


async def test_who_likes_it_in_private_is_named_to_the_giver_alone(house: House) -> None:
    await likes_private(house, ANA)
    await gives(house, BO, "@ana @cy for it", PLATFORM)

    await house.slack.says(CY, "/kudos mine")
    assert "Ana" not in shown(house, CY)
    await house.slack.says(BO, "/kudos mine")
    await house.slack.clicks_in_view(BO, "What you gave")
    assert "Ana" in shown(house, BO)
    assert len(cards(house, PLATFORM)) == 1


async def test_a_lead_sees_who_had_none_and_nobody_else_does(house: House) -> None:
    await platform_team(house)
    await gives(house, BO, "@cy @hana for it", PLATFORM)
    await gives(house, BO, "@ana for it", None)

    await house.slack.says(DANA, "/kudos team")
    assert "Platform: no thanks in the last 30 days for Bo, Eva, Finn and Gus." in shown(house, DANA)
    assert "Only you see this" in shown(house, DANA)
    assert len(await rows(house, Access, col(Access.what) == "kudos")) == 7

    await house.let_pass(days=31)
    await house.slack.says(DANA, "/kudos team")
    assert "for Ana, Bo, Cy, Eva, Finn, Gus and Hana." in shown(house, DANA)

    refused = await house.slack.says(ANA, "/kudos team")
    assert refused.ack is not None
    assert refused.ack["text"].startswith(
        "Leads can see who in their team had no thanks for a while, and you lead none."
    )


async def test_home_has_the_latest_three(house: House) -> None:
    await sets(house, kudos_values="craft")
    for n in range(4):
        await gives(house, BO, f"@ana for number {n} #craft")

    said = await opened(house, ANA)

    assert "Recent kudos :raised_hands: Bo thanks you · craft > for number 3" in said
    assert "number 1" in said
    assert "number 0" not in said
    await house.slack.clicks_in_home(ANA, "Your kudos")
    assert "for number 0" in shown(house, ANA)
    await house.slack.closes(ANA)
    await house.slack.clicks_in_home(ANA, "Give kudos")
    await house.slack.chooses(ANA, "people", [BO])
    await house.slack.types(ANA, "words", "for thinking of me")
    assert (await house.slack.submits(ANA)).closed
    await house.settle()
    assert len(thanks(house, BO)) == 1
