"""The next prompt mentions what has been in the way since an earlier round, and lets it be closed."""

from __future__ import annotations

from sqlmodel import col

from storage.blockers import Blocker
from tests.house import DANA, FINN, GUS, TOKYO, House, local, open_form
from tests.stories.acts import ONE_HOUSE, monday_in_tokyo, prompt, rows, stored
from tests.stories.asking import LAST_WORDS, ask
from tests.stories.blocking import SERVER, plain, says_blocked

WEEK_AFTER = local(TOKYO, 30, 9)


async def test_the_next_prompt_asks_whether_it_is_still_in_the_way(house: House) -> None:
    await monday_in_tokyo(house)
    await says_blocked(house, FINN, SERVER)
    await house.move_to(WEEK_AFTER)

    asked = prompt(house, FINN)

    assert f"Still in your way? Since Mon, Nov 23: > {SERVER}" in plain(asked)
    shown = [text for name, text in asked.buttons() if ".mood" not in name]
    assert shown == ["Answer", "Not this time", "It's out of my way"]
    assert "Still in your way" not in plain(prompt(house, GUS))
    assert len(house.dm(FINN, "Still in your way?")) == 1, "nobody is asked twice"

    await house.slack.clicks(FINN, asked, "It's out of my way")
    await house.settle()
    assert "Still in your way" not in plain(prompt(house, FINN))
    assert "Snooze 1 h" in dict(prompt(house, FINN).buttons()).values()
    (blocker,) = await rows(house, Blocker)
    assert blocker.ended == "closed"


class TestOne:
    """What neither the database nor the transport has a part in."""

    pytestmark = ONE_HOUSE

    async def test_the_oldest_first_and_only_in_few_words(self, house: House) -> None:
        await monday_in_tokyo(house)
        await says_blocked(house, FINN, "First " + "x" * 300)
        await house.move_to(WEEK_AFTER)
        await says_blocked(house, FINN, "Second")
        await house.move_to(local(TOKYO, 7, 9, month=12))
        assert "Since Mon, Nov 23: > First xxx" in plain(prompt(house, FINN))
        assert "x" * 80 not in plain(prompt(house, FINN))

        await house.slack.clicks(FINN, prompt(house, FINN), "It's out of my way")
        await house.settle()

        assert "Since Mon, Nov 30: > Second" in plain(prompt(house, FINN))

    async def test_a_round_that_asks_for_none_mentions_none(self, house: House) -> None:
        await monday_in_tokyo(house)
        await says_blocked(house, FINN, SERVER)
        await stored(house, lambda session: ask(session, house.now, LAST_WORDS))

        await house.move_to(WEEK_AFTER)

        assert "Still in your way" not in plain(prompt(house, FINN))

    async def test_it_is_for_its_authors_eyes(self, house: House) -> None:
        await monday_in_tokyo(house, readers="leads")
        await says_blocked(house, FINN, SERVER)
        await house.move_to(WEEK_AFTER)
        await house.move_to(local(TOKYO, 1, 9, month=12))

        assert "Still in your way" not in plain(prompt(house, DANA))
        assert await open_form(house, FINN)
        assert [each.ended for each in await rows(house, Blocker, col(Blocker.closed_at).is_(None))] == [None]
