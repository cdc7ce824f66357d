"""Many at the same moment: each kudos once, and no more of them than the workspace lets anybody give."""

from __future__ import annotations

import asyncio

from sqlmodel import col

from bot.playground import Company, payloads
from bot.playground.company import Person
from bot.playground.transport import Delivery, again
from storage.kudos import Kudos, KudosJoiner, KudosReceiver
from storage.outbox_rows import SENT, Outbox
from tests.house import ANA, BO, CY, DANA, EVA, FINN, GUS, HANA, House
from tests.stories.acts import by_http, open_house, rows
from tests.stories.thanking import card, cards, gives, sets


@by_http
async def test_a_hundred_at_once_are_a_hundred_and_delivered_ten_times_still(
    database_url: str, transport: str, company: Company
) -> None:
    crowd = [Person(f"UX{n}", f"x{n}", f"X{n}", "Europe/Berlin") for n in range(100)]
    company.people += crowd
    company.channels[0].members += [each.id for each in crowd]
    async with open_house(database_url, transport, company) as house:
        commands = [typed_by(house, giver.id) for giver in crowd]
        deliveries = [again(each, "timeout", n) for each in commands for n in range(1, 11)]
        send = house.slack.doing.transport.send

        await asyncio.gather(*map(send, [*commands, *deliveries[:200]]))
        assert await counted(house) == (100, 100)
        await asyncio.gather(*map(send, deliveries[200:]))
        await house.settle()

        assert await counted(house) == (100, 100)
        assert len(cards(house)) == 100
        sent = await rows(house, Outbox, col(Outbox.kind) == "kudos.received", col(Outbox.state) == SENT)
        assert len(sent) == 100
        assert len(house.dm(ANA, "thanks you")) == 10, "a week's DMs, the last of which has all others"


def typed_by(house: House, user: str) -> Delivery:
    """`/kudos`, typed in #general, and not sent yet."""
    world, url = house.slack.world, "http://127.0.0.1:9/response"
    channel = world.conversations["CGENERAL"]
    return Delivery("command", payloads.command(world, user, ("/kudos", "<@UANA|ana> for it"), channel, url))


async def counted(house: House) -> tuple[int, int]:
    """How many kudos there are, and whom they thank."""
    return len(await rows(house, Kudos)), len(await rows(house, KudosReceiver))


@by_http
async def test_twelve_at_once_against_a_limit_of_five_are_five(house: House) -> None:
    await sets(house, kudos_a_day="5")

    typed = (house.slack.says(BO, f"/kudos @ana for number {n}", channel="CGENERAL") for n in range(12))
    await asyncio.gather(*typed)
    await house.settle()

    assert await counted(house) == (5, 5)
    assert len(house.slack.stack(BO)) > 0
    assert "You have given your 5 kudos of today." in str(house.slack.view(BO))
    await house.slack.closes(BO, everything=True)

    await house.slack.says(BO, "/kudos mine", channel="CGENERAL")
    await house.slack.clicks_in_view(BO, "kudos.gave")
    await house.slack.clicks_in_view(BO, "kudos.take_back")
    await house.slack.closes(BO, everything=True)
    await gives(house, BO, "@ana for another one")
    assert len(await rows(house, Kudos, col(Kudos.taken_back_at).is_(None))) == 5
    await house.let_pass(days=1)
    await gives(house, BO, "@ana for a new day")
    assert len(await rows(house, Kudos, col(Kudos.taken_back_at).is_(None))) == 6


@by_http
async def test_everybody_joins_at_once(house: House) -> None:
    await gives(house, BO, "@ana for it")
    shown = card(house)

    await asyncio.gather(*(house.slack.clicks(user, shown, "+1") for user in (CY, DANA, EVA, FINN, GUS, HANA)))
    await house.settle()

    assert len(await rows(house, KudosJoiner)) == 6
    assert all(f"{name}" in cards(house)[0] for name in ("Cy", "Dana", "Eva", "Finn", "Gus", "Hana"))
