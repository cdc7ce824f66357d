"""`/cairn why`: prompt by prompt, in one's own time, for one's own eyes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update
from sqlmodel import col

from bot.playground.world import texts_in
from bot.services import pausing
from storage.checkins import CheckIn
from storage.rounds import Prompt
from tests.house import ANA, BERLIN, BO, DANA, FINN, GUS, NEW_YORK, TOKYO, House, answer, local, make_platform
from tests.stories.acts import ONE_HOUSE, key_of, monday_in_tokyo, prompt, rows, stored


def shown(house: House, user: str) -> str:
    """All that the form on somebody's screen says, as one line."""
    view = house.slack.view(user)
    assert view is not None
    return " ".join(" ".join(texts_in(view["blocks"])).replace("*", "").split())


async def why(house: House, user: str) -> str:
    await house.slack.says(user, "/cairn why")
    return shown(house, user)


async def test_asked_answered_and_what_comes_next(house: House) -> None:
    await monday_in_tokyo(house)
    assert "You were asked Mon, Nov 23, 9:00 AM. It is open until Tue, Nov 24, 12:00 PM: `/checkin`." in await why(
        house, FINN
    )
    await answer(house, FINN, "Done")

    finn, ana = await why(house, FINN), await why(house, ANA)

    assert "What comes next Weekly check-in: Mon, Nov 30, 9:00 AM Weekly check-in: Mon, Dec 7, 9:00 AM So far" in finn
    assert "You were asked Mon, Nov 23, 9:00 AM, and answered Mon, Nov 23, 9:00 AM." in finn
    assert "Weekly check-in: Mon 23 Nov, 09:00 Weekly check-in: Mon 30 Nov, 09:00 So far" in ana
    assert "No check-in has asked you yet." in ana
    assert "Done" not in finn, "it is about when, not about what was said"


async def test_what_was_planned_is_what_comes(house: House) -> None:
    await make_platform(house)
    before = await why(house, GUS)

    await house.move_to(local(TOKYO, 23, 9))

    assert "What comes next Weekly check-in: Mon, Nov 23, 9:00 AM" in before
    (asked,) = await rows(house, Prompt, col(Prompt.person_id) == await key_of(house, GUS))
    assert asked.sent_at == local(TOKYO, 23, 9)


class TestReasons:
    """Each with what can be done about it."""

    pytestmark = ONE_HOUSE

    async def test_not_this_time_and_no_answer_blame_nobody(self, house: House) -> None:
        await monday_in_tokyo(house)
        await house.slack.clicks(GUS, prompt(house, GUS), "checkin.skip")
        await house.move_to(local(NEW_YORK, 24, 13))

        assert "You said: not this time. That's fine." in await why(house, GUS)
        assert "`/checkin` takes a late answer until the next round opens." in await why(house, FINN)

    async def test_an_answer_that_is_taken_no_more_is_expected_no_more(self, house: House) -> None:
        await monday_in_tokyo(house)
        await house.move_to(local(TOKYO, 30, 9))

        said = await why(house, FINN)

        assert "Nov 23, 9:00 AM, and it was open until Tue, Nov 24, 12:00 PM. Nothing is expected of you" in said
        assert "takes a late answer" not in said

    async def test_what_is_over_for_oneself_is_over_though_others_have_time(self, house: House) -> None:
        await monday_in_tokyo(house)
        await house.move_to(local(TOKYO, 24, 12))

        assert "it was open until Tue, Nov 24, 12:00 PM. `/checkin` takes a late answer" in await why(house, FINN)

    async def test_weekends_of_every_working_day_go_without_saying(self, house: House) -> None:
        await make_platform(house, rhythm="working_days", window="480")

        said = await why(house, ANA)

        assert "Weekly check-in: Fri 27 Nov, 09:00 So far" in said
        assert "not a working day" not in said

    async def test_a_pause_of_ones_own_says_how_to_end_it(self, house: House) -> None:
        await monday_in_tokyo(house)
        await house.slack.clicks(GUS, house.dm(GUS, "Weekly")[0], "checkin.pause")

        said = await why(house, GUS)

        assert said.count("Not asked: you paused it for yourself. Cairn's Home has Ask me again.") == 3, (
            "now, and twice in the next 14 days"
        )

    async def test_a_pause_of_everything_names_who_can_say_more(self, house: House) -> None:
        await make_platform(house)
        await stored(house, lambda session: pausing.pause(session, None, house.now))
        assert "Not asked: Cairn is or was paused for everybody. Ask Dana to learn more." in await why(house, ANA)
        await house.move_to(local(BERLIN, 23, 12))

        assert "So far Weekly check-in, Mon 23 Nov Not asked: Cairn is or was paused" in await why(house, ANA)

    async def test_a_lead_who_paused_it_for_everybody_is_named(self, house: House) -> None:
        await make_platform(house)
        halt = update(CheckIn).values(paused_at=house.now, next_due_at=None, next_nominal=None)
        await stored(house, lambda session: session.execute(halt))

        assert "Weekly check-in is paused for everybody; Dana can resume it." in await why(house, BO)

    async def test_an_end_is_told_to_those_it_was_open_for(self, house: House) -> None:
        await monday_in_tokyo(house)
        await house.slack.clicks(DANA, house.dm(DANA, "is on")[0], "checkin.delete")

        assert "It was ended for everybody before its time was over." in await why(house, FINN)

    async def test_whoever_is_in_no_team_is_told_who_changes_that(self, house: House) -> None:
        assert "You are in no team, so nothing is asked of you." in await why(house, ANA)


async def test_ten_at_a_time(house: House) -> None:
    await make_platform(house)
    for week in range(12):
        await house.move_to(local(TOKYO, 23, 9) + timedelta(weeks=week))

    newest = await why(house, FINN)
    await house.slack.clicks_in_view(FINN, "why.older")
    oldest = shown(house, FINN)
    await house.slack.clicks_in_view(FINN, "why.newer")

    assert (newest.count("You were asked"), oldest.count("You were asked")) == (10, 2)
    assert "Mon, Nov 23" in oldest
    assert "Mon, Nov 23" not in newest
    assert "What comes next" not in oldest
    assert shown(house, FINN) == newest
