"""What kudos get that can't be given, or not there: the sentence, once, and nothing lost."""

from __future__ import annotations

import pytest
from sqlmodel import col

from bot.playground import Company
from bot.playground.company import Person
from storage.kudos import Kudos
from storage.outbox_rows import Outbox
from tests.house import ANA, BO, CY, DANA, EVA, FINN, GUS, PLATFORM, House
from tests.stories.acts import ONE_HOUSE, open_house, rows, sentence
from tests.stories.thanking import LAUNCH, card, cards, clicks_receipt, gives, likes_private, sets, thanks

pytestmark = ONE_HOUSE


def shown(house: House, user: str = BO) -> str:
    """The form that is open, whole."""
    view = house.slack.view(user)
    assert view is not None
    return str(view["blocks"])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("for the launch", "Whom do you thank? Name at least one person."),
        ("@bo for the launch", "Thanks are for others: you can't give kudos to yourself."),
        ("@ana @bo for the launch", "Thanks are for others: you can't give kudos to yourself."),
        ("@polls for the launch", "Kudos are for the people of this workspace; apps"),
        ("@cairn for the launch", "Kudos are for the people of this workspace; apps"),
        ("@gus for the launch", "Gus has left, so nothing would reach them."),
        ("@ana for the launch #speed", "“speed” isn't one of the company's values: craft and Customer first."),
        ("@ana", "What are your thanks for? A few words are enough."),
    ],
)
async def test_what_cannot_be_given_comes_back_in_the_form(house: House, typed: str, said: str) -> None:
    await sets(house, kudos_values="craft\nCustomer first\n#craft")
    await house.slack.deactivates(GUS)

    given = await gives(house, BO, typed)
    await house.slack.redeliver(3)

    assert given.ack is None
    assert said in shown(house)
    assert "Nothing was given" in shown(house)
    if "for the launch" in typed:
        assert "for the launch" in shown(house)
    assert len(house.slack.stack(BO)) == 1
    assert await rows(house, Kudos) == []
    assert house.slack.toasts(BO) == []


async def test_what_came_back_can_be_mended_and_sent(house: House) -> None:
    await gives(house, BO, f"@bo {LAUNCH}")
    await house.slack.chooses(BO, "people", [CY])
    assert (await house.slack.submits(BO)).closed
    await house.settle()

    assert cards(house)[0].startswith(f":raised_hands: Bo thanks Cy: {LAUNCH}")


async def test_ten_thousand_characters_come_back_to_be_copied(house: House) -> None:
    words = "for " + "everything, " * 850

    given = await gives(house, BO, f"@ana {words}")

    assert given.ack is not None
    assert given.ack["text"].startswith("That is longer than the 3,000 characters that fit here. Nothing was given;")
    assert given.ack["text"].endswith(words.strip())
    assert await rows(house, Kudos) == []


async def test_nothing_in_the_words_pings_or_links(house: House) -> None:
    words = "for <!channel> <!here> <!subteam^SLEADS> <https://x.example|https://bank.example> & *all*"

    await gives(house, BO, f"@ana {words}".replace("<", "\u2039"))  # as the client sends it: not as entities of its own
    await house.slack.says(BO, "/kudos", channel="CGENERAL")
    await house.slack.chooses(BO, "people", [ANA])
    await house.slack.types(BO, "words", words)
    assert (await house.slack.submits(BO)).closed
    await house.settle()

    shown_card = card(house)
    (quote,) = [block for block in shown_card.blocks if block["type"] == "rich_text"]
    (run,) = quote["elements"][0]["elements"]
    assert run == {"type": "text", "text": words}
    for payload in (shown_card.text, house.slack.last(ANA).text):
        assert "<!" not in payload
        assert "<https" not in payload


async def test_at_most_fifty_are_thanked_at_once(database_url: str, transport: str, company: Company) -> None:
    crowd = [Person(f"UX{n}", f"x{n}", f"X{n}", "Europe/Berlin") for n in range(60)]
    company.people += crowd
    company.user_groups[0].users = [each.id for each in crowd]
    async with open_house(database_url, transport, company) as house:
        await gives(house, BO, "@leads for all of it")

        assert "Kudos go to at most 50 people at once, and these are 60. Nothing was given yet." in shown(house)
        company.user_groups[0].users = [*(each.id for each in crowd[:50]), BO, "UPOLLS"]
        assert (await house.slack.submits(BO)).closed
        await house.settle()
        assert cards(house)[0].startswith(":raised_hands: Bo thanks X0, X1,")
        assert "and 31 others" in cards(house)[0]


async def test_from_a_dm_it_stays_a_dm_until_somebody_clicks(house: House) -> None:
    await gives(house, BO, f"@ana @cy {LAUNCH}", None)

    assert thanks(house, ANA)[0].endswith("Only Bo and those who are thanked can read this in Cairn.")
    assert sentence(house, BO).startswith(
        "Your thanks reach Ana and Cy by DM. Nobody else reads them unless you post them in a channel."
    )
    await clicks_receipt(house, BO, "Post in a channel")
    await house.slack.chooses(BO, "channel", "CGENERAL")
    assert (await house.slack.submits(BO)).closed
    await house.settle()
    assert cards(house)[0].startswith(f":raised_hands: Bo thanks Ana and Cy: {LAUNCH}")
    assert "There is a card in <#CGENERAL>" in thanks(house, ANA)[0]
    assert "edited" not in cards(house)[0]


async def test_where_cairn_is_not_it_is_a_dm_and_nothing_is_lost(house: House) -> None:
    await gives(house, EVA, f"@cy {LAUNCH}", "CDESIGN")

    assert len(thanks(house, CY)) == 1
    assert "Cairn can't post in this channel: type `/invite @Cairn`" in sentence(house, EVA)
    await clicks_receipt(house, EVA, "Post in a channel")
    await house.slack.chooses(EVA, "channel", "CDESIGN")
    refused = await house.slack.submits(EVA)
    assert list(refused.errors) == ["channel"]
    assert refused.errors["channel"].startswith("Cairn can't post in that channel.")
    await house.slack.invites_bot("CDESIGN")
    await house.settle()
    assert (await house.slack.submits(EVA)).closed
    await house.settle()
    assert len(cards(house, "CDESIGN")) == 1


async def test_a_card_that_slack_refuses_is_told_and_posted_elsewhere(house: House) -> None:
    house.playground.faults.add("chat.postMessage", "error:not_in_channel", user_or_channel="CGENERAL")

    await gives(house, BO, f"@ana {LAUNCH}")

    (told,) = house.dm(BO, "Your thanks reach Ana by DM alone: Cairn can't post in")
    assert thanks(house, ANA)[0].endswith("Only you and Bo can read this in Cairn.")
    await house.slack.clicks(BO, told, "Post in a channel")
    await house.slack.chooses(BO, "channel", PLATFORM)
    assert (await house.slack.submits(BO)).closed
    await house.settle()
    assert len(cards(house, PLATFORM)) == 1
    (row,) = await rows(house, Outbox, col(Outbox.kind) == "kudos.card", col(Outbox.channel) == PLATFORM)
    assert row.owner_id is not None, "whoever posted it is asked where nobody knows whether it arrived"


async def test_whoever_cannot_be_reached_is_told_of(house: House) -> None:
    house.playground.faults.add("chat.postMessage", "error:messages_tab_disabled", user_or_channel="DANA")

    await gives(house, BO, f"@ana {LAUNCH}")

    assert house.dm(BO, "Your thanks couldn't reach Ana by DM") != []
    assert len(cards(house)) == 1


class TestInPrivate:
    """Who likes thanks in private gets a DM alone."""

    async def test_no_card_and_no_other_dm_names_them(self, house: House) -> None:
        await likes_private(house, ANA)

        await gives(house, BO, f"@ana @cy {LAUNCH}", PLATFORM)

        assert cards(house, PLATFORM)[0].startswith(f":raised_hands: Bo thanks Cy: {LAUNCH}")
        assert "Ana" not in str(house.slack.channel(PLATFORM)) + str(house.slack.dm(CY))
        assert "the card in <#CPLATFORM> doesn't name you" in thanks(house, ANA)[0]
        assert "By DM alone, as they like it: Ana." in sentence(house, BO)

    async def test_to_them_alone_there_is_no_card(self, house: House) -> None:
        await likes_private(house, ANA)

        await gives(house, BO, f"@ana {LAUNCH}", PLATFORM)

        assert cards(house, PLATFORM) == []
        assert thanks(house, ANA)[0].endswith("Only you and Bo can read this in Cairn.")
        await clicks_receipt(house, BO, "Change")
        await house.slack.chooses(BO, "channel", "CGENERAL")
        refused = await house.slack.submits(BO)
        assert refused.errors == {
            "channel": "Whoever you thank likes that in private, so there is no card. Nothing was changed."
        }

    async def test_the_form_says_so_before_it_closes(self, house: House) -> None:
        await likes_private(house, ANA)
        await house.slack.says(BO, "/kudos", channel=PLATFORM)
        await house.slack.chooses(BO, "people", [ANA, CY])
        await house.slack.types(BO, "words", LAUNCH)

        await house.slack.submits(BO)

        assert "By DM alone, as they like it: Ana." in shown(house)


class TestChanging:
    """Only by their giver, for 24 hours."""

    async def test_nobody_else_and_not_later(self, house: House) -> None:
        await gives(house, BO, f"@ana {LAUNCH}")
        receipt = house.slack.ephemerals(BO)[-1]
        buttons = [block for block in receipt.blocks if block["type"] == "actions"]
        on_card = card(house)
        on_card.blocks = [*on_card.blocks, *buttons]
        await house.slack.clicks(CY, on_card, "kudos.take_back")
        assert (
            sentence(house, CY) == "Bo gave these thanks, and can change them or take them back. Nothing was changed."
        )

        await house.let_pass(hours=24)
        for button in ("kudos.change", "kudos.take_back"):
            await house.slack.clicks(BO, on_card, button)
            assert sentence(house, BO).startswith(
                "Thanks can be changed and taken back for 24 hours, and these are older."
            )

        assert len(cards(house)) == 1

    async def test_who_is_thanked_and_who_thanks_cannot_join(self, house: House) -> None:
        await gives(house, BO, f"@ana {LAUNCH}")

        await house.slack.clicks(ANA, card(house), "+1")
        assert sentence(house, ANA) == "These thanks are for you: enjoy them. Nothing was changed."
        await house.slack.clicks(BO, card(house), "+1")
        assert sentence(house, BO) == "These are your own thanks already. Nothing was changed."
        assert "+1 from" not in cards(house)[0]

    async def test_plus_one_counts_once_and_can_be_taken_back(self, house: House) -> None:
        await gives(house, BO, f"@ana {LAUNCH}")
        for user in (DANA, FINN):
            await house.slack.clicks(user, card(house), "+1")
            await house.slack.redeliver(3)
        await house.settle()
        assert "+1 from Dana and Finn" in cards(house)[0]

        await house.slack.clicks(FINN, card(house), "+1")
        assert "You have joined these thanks" in shown(house, FINN)
        await house.slack.clicks_in_view(FINN, "Take my +1 back")
        await house.settle()

        assert "+1 from Dana" in cards(house)[0]
        assert "Finn" not in cards(house)[0]
        assert "Your +1 is gone from the card." in shown(house, FINN)

    async def test_taken_back_the_words_are_nowhere(self, house: House) -> None:
        await gives(house, BO, "@ana for the zebra-crossing")
        await clicks_receipt(house, BO, "kudos.take_back")

        (given,) = await rows(house, Kudos)
        assert given.words is None
        assert "zebra" not in str(house.slack.channel("CGENERAL")) + str(house.slack.dm(ANA))


async def test_a_value_that_went_is_kept_and_one_that_is_none_is_not_taken(house: House) -> None:
    await sets(house, kudos_values="craft\ncare")
    await gives(house, BO, f"@ana {LAUNCH} #craft")
    await sets(house, kudos_values="care")
    await clicks_receipt(house, BO, "kudos.change")
    await house.slack.types(BO, "words", "for all of it")
    assert (await house.slack.submits(BO)).closed
    await house.settle()
    assert cards(house)[0].startswith(
        ":raised_hands: Bo thanks Ana · craft · edited: for all of it".replace("edited", "_edited_")
    )

    await house.slack.says(BO, "/kudos", channel="CGENERAL")
    await house.slack.chooses(BO, "people", [CY])
    await house.slack.types(BO, "words", "for caring")
    await house.slack.chooses(BO, "values", ["care"])
    await sets(house, kudos_values="")
    refused = await house.slack.submits(BO)
    assert refused.errors == {"values": "“care” isn't one of the company's values any more. Nothing was given yet."}


async def test_without_values_a_tag_is_only_words(house: House) -> None:
    await gives(house, BO, "@ana for #123 and #speed")

    assert cards(house)[0].startswith(":raised_hands: Bo thanks Ana: for #123 and #speed")


async def test_settings_that_make_no_sense_are_refused(house: House) -> None:
    await house.slack.says(DANA, "/cairn settings")
    for field, value, said in (
        ("kudos_emoji", "two words", "Write the emoji's short name, like raised_hands."),
        ("kudos_a_day", "none", "Write a whole number from 1 to 1,000, or nothing."),
        ("kudos_a_day", "0", "Write a whole number from 1 to 1,000, or nothing."),
        ("kudos_values", "x" * 41, "A value is at most 40 characters long."),
        (
            "kudos_values",
            "\n".join(f"v{n}" for n in range(21)),
            "That is more than 20 values. Choose those that matter.",
        ),
    ):
        await house.slack.types(DANA, field, value)
        assert (await house.slack.submits(DANA)).errors == {field: said}
        await house.slack.types(DANA, field, "")
    assert (await house.slack.submits(DANA)).closed
