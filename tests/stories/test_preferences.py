"""The preference card: set by its owner, in their own words and days, and kept."""

from __future__ import annotations

from storage.preferences import PreferenceRow
from tests.house import ANA, House
from tests.stories.acts import ONE_HOUSE, key_of, rows
from tests.stories.test_home_and_talk import opened


async def card(house: House, user: str) -> PreferenceRow:
    (found,) = await rows(house, PreferenceRow, PreferenceRow.person_id == await key_of(house, user))
    return found


async def test_ana_says_how_she_likes_it(house: House) -> None:
    await opened(house, ANA)
    await house.slack.clicks_in_home(ANA, "How you like feedback")
    await house.slack.chooses(ANA, "praise", "By DM, to me alone")
    await house.slack.chooses(ANA, "weekdays", ["Tuesday", "Thursday"])
    await house.slack.chooses(ANA, "hours_from", "10:00")
    await house.slack.chooses(ANA, "switches", ["Ask me before you criticise"])
    assert (await house.slack.submits(ANA)).closed

    kept = await card(house, ANA)
    assert (kept.praise_in_private, kept.weekdays, kept.asks_first, kept.refuses_confidential) == (
        True,
        "24",
        True,
        False,
    )
    await house.slack.says(ANA, "/cairn preferences")
    await house.slack.chooses(ANA, "praise", "In the channel where they are given")
    assert (await house.slack.submits(ANA)).closed
    again = await card(house, ANA)
    assert (again.praise_in_private, again.weekdays, again.asks_first) == (False, "24", True)


class TestAlone:
    pytestmark = ONE_HOUSE

    async def test_what_follows_ones_days_goes_on_following_them(self, house: House) -> None:
        await house.slack.says(ANA, "/cairn preferences")
        assert (await house.slack.submits(ANA)).closed

        kept = await card(house, ANA)
        assert (kept.weekdays, kept.hours_from, kept.hours_to) == (None, None, None)

    async def test_what_makes_no_window_stays_in_the_form(self, house: House) -> None:
        await house.slack.says(ANA, "/cairn preferences")
        await house.slack.chooses(ANA, "weekdays", [])
        assert (await house.slack.submits(ANA, force=True)).errors == {"weekdays": "Choose at least one day."}
        await house.slack.chooses(ANA, "weekdays", ["Monday"])
        await house.slack.chooses(ANA, "hours_to", "08:00")
        assert (await house.slack.submits(ANA)).errors == {
            "hours_to": "These hours end after they begin, on the same day."
        }
        await house.slack.chooses(ANA, "hours_to", "10:00")
        assert (await house.slack.submits(ANA)).closed
