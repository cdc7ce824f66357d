"""Who answers before they are asked isn't asked any more."""

from __future__ import annotations

from sqlmodel import col

from storage.rounds import Prompt
from tests.house import ANA, BERLIN, House, local
from tests.stories.acts import fill_in, key_of, monday_in_tokyo, rows


async def test_ana_starts_early_and_isnt_asked_or_reminded(house: House) -> None:
    await monday_in_tokyo(house, reminders="active")
    await house.slack.says(ANA, "/checkin")
    await fill_in(house, ANA)
    assert (await house.slack.submits(ANA)).closed

    await house.move_to(local(BERLIN, 24, 11, 30))

    assert house.dm(ANA, "open until") == []
    (own,) = await rows(house, Prompt, col(Prompt.person_id) == await key_of(house, ANA))
    assert (own.state, own.sent_at, own.reminded) == ("answered", None, 0)
