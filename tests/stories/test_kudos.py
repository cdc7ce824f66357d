"""Kudos by a command: given at once, changed and taken back on every copy, joined by +1."""

from __future__ import annotations

from storage.kudos import Kudos
from tests.house import ANA, BO, CY, DANA, EVA, PLATFORM, House
from tests.stories.acts import rows, sentence
from tests.stories.thanking import LAUNCH, card, cards, clicks_receipt, gives, sets, thanks


async def test_bo_thanks_two_changes_it_and_takes_it_back(house: House) -> None:
    await sets(house, kudos_values="craft\nCustomer first")

    await gives(house, BO, f"@ana @cy {LAUNCH} #craft", PLATFORM)

    (said,) = cards(house, PLATFORM)
    assert said.startswith(f":raised_hands: Bo thanks Ana and Cy · craft: {LAUNCH}")
    assert thanks(house, ANA)[0].startswith(f":raised_hands: Bo thanks you, with Cy · craft: {LAUNCH}")
    assert thanks(house, CY)[0].endswith("There is a card in <#CPLATFORM>, for whoever reads there.")
    assert thanks(house, BO) == []
    assert sentence(house, BO).startswith("Your thanks reach Ana and Cy in <#CPLATFORM> and by DM. You can change them")
    await house.slack.redeliver(3)
    await house.settle()
    assert (len(cards(house, PLATFORM)), len(thanks(house, ANA))) == (1, 1)

    await clicks_receipt(house, BO, "kudos.change")
    await house.slack.types(BO, "words", "for the checklist: nobody had to ask twice")
    await house.slack.chooses(BO, "values", ["Customer first"])
    assert (await house.slack.submits(BO)).closed
    await house.settle()
    for copy in (cards(house, PLATFORM)[0], thanks(house, ANA)[0], thanks(house, CY)[0]):
        assert "nobody had to ask twice" in copy
        assert "· Customer first · _edited_" in copy
        assert LAUNCH not in copy

    await house.slack.clicks(DANA, card(house, PLATFORM), "kudos.join")
    await house.settle()
    assert "+1 from Dana" in cards(house, PLATFORM)[0]
    assert "+1 from Dana" in thanks(house, ANA)[0]

    pressed = card(house, PLATFORM)
    await clicks_receipt(house, BO, "kudos.take_back")
    assert (cards(house, PLATFORM), thanks(house, ANA), thanks(house, CY)) == ([], [], [])
    assert "nobody had to ask twice" not in str(house.slack.channel(PLATFORM)) + str(house.slack.dm(ANA))
    pressed.deleted = False
    await house.slack.clicks(DANA, pressed, "kudos.join")
    assert sentence(house, DANA) == "These thanks were taken back. Nothing was changed."


async def test_the_form_gives_kudos_in_the_channel_where_it_was_opened(house: House) -> None:
    await sets(house, kudos_values="craft")
    await house.slack.says(BO, "/kudos", channel="CGENERAL")
    await house.slack.chooses(BO, "people", [ANA])
    await house.slack.chooses(BO, "group", "SLEADS")
    await house.slack.types(BO, "words", "for asking the right question")
    await house.slack.chooses(BO, "values", ["craft"])

    assert (await house.slack.submits(BO)).closed
    await house.settle()
    await house.slack.redeliver(3)
    await house.settle()

    (said,) = cards(house)
    assert said.startswith(":raised_hands: Bo thanks Ana, Dana, and Eva · craft: for asking the right question")
    assert [len(thanks(house, user)) for user in (ANA, DANA, EVA)] == [1, 1, 1]


async def test_a_messages_menu_gives_kudos_that_quote_it(house: House) -> None:
    message = await house.slack.writes(ANA, "The index is rebuilt, <!channel> & all", channel=PLATFORM)
    await house.slack.shortcut(BO, "kudos.message", message)
    view = house.slack.view(BO)
    assert view is not None
    assert "The index is rebuilt" in str(view["blocks"])
    await house.slack.types(BO, "words", "for staying late")
    assert (await house.slack.submits(BO)).closed
    await house.settle()

    (said,) = cards(house, PLATFORM)
    assert said.startswith(":raised_hands: Bo thanks Ana: for staying late")
    assert "The index is rebuilt" in said
    link = f"https://acme.slack.com/archives/CPLATFORM/p{message.ts.replace('.', '')}"
    (dm,) = thanks(house, ANA)
    assert link in dm
    assert "The index is rebuilt" not in dm, "quotes stay in their channel"

    await house.slack.shortcut(BO, "kudos.message", message)
    await house.slack.types(BO, "words", "once more, for everybody")
    await house.slack.chooses(BO, "channel", "CGENERAL")
    assert (await house.slack.submits(BO)).closed
    await house.settle()
    (elsewhere,) = cards(house)
    assert [given.quote is None for given in await rows(house, Kudos)] == [False, True]
    assert "once more" in elsewhere
    assert "The index is rebuilt" not in elsewhere
    assert "archives" not in elsewhere
