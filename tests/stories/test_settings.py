"""`/cairn settings`: who may, what can't be, and two admins at once."""

from __future__ import annotations

from sqlalchemy import update
from sqlmodel import col

from storage.checkins import CheckIn
from storage.people import Person
from storage.workspaces import WorkspaceSettings
from tests.house import ANA, BO, DANA, FINN, TOKYO, House, local, make_platform
from tests.stories.acts import one_house, rows, stored


async def be_admin(house: House, user: str) -> None:
    """Somebody else runs Cairn too."""
    appoint = update(Person).where(col(Person.slack_id) == user).values(is_admin=True)
    await stored(house, lambda session: session.execute(appoint))


async def test_two_admins_at_once_and_the_second_is_told(house: House) -> None:
    await be_admin(house, BO)
    await house.slack.says(DANA, "/cairn settings")
    await house.slack.says(BO, "/cairn settings")
    await house.slack.chooses(DANA, "switches", ["Everyone can make teams"])
    await house.slack.chooses(BO, "working_days", ["Monday", "Tuesday"])
    assert (await house.slack.submits(DANA)).closed

    result = await house.slack.submits(BO)

    assert list(result.errors.values()) == [
        "Somebody changed the settings while this form was open. Open it again; nothing was saved."
    ]
    (settings,) = await rows(house, WorkspaceSettings)
    assert (settings.anyone_makes_teams, settings.working_days, settings.version) == (True, "12345", 1)


@one_house
async def test_whoever_doesnt_run_cairn_is_told_who_does(house: House) -> None:
    result = await house.slack.says(ANA, "/cairn settings")

    assert result.ack == {"text": "Dana can change Cairn's settings for you. Nothing was changed."}
    assert house.slack.view(ANA) is None


@one_house
async def test_whoever_lost_the_right_while_the_form_was_open_is_refused(house: House) -> None:
    await house.slack.says(DANA, "/cairn settings")
    await stored(house, lambda session: session.execute(update(Person).values(is_admin=False)))

    (error,) = (await house.slack.submits(DANA)).errors.values()

    assert error == (
        "Nobody runs Cairn here yet: whoever installed it names somebody in CAIRN_ADMINS. Nothing was changed."
    )
    (settings,) = await rows(house, WorkspaceSettings)
    assert settings.version == 0


@one_house
async def test_a_week_without_working_days_and_hours_that_end_before_they_begin_are_refused(house: House) -> None:
    await house.slack.says(DANA, "/cairn settings")
    await house.slack.chooses(DANA, "working_days", [])
    assert (await house.slack.submits(DANA, force=True)).errors == {"working_days": "Choose at least one working day."}
    await house.slack.chooses(DANA, "working_days", ["Sunday", "Monday"])
    await house.slack.chooses(DANA, "hours_from", "18:00")
    assert (await house.slack.submits(DANA)).errors == {
        "hours_to": "Working hours end after they begin, on the same day."
    }
    await house.slack.chooses(DANA, "hours_from", "8 o'clock")
    assert (await house.slack.submits(DANA)).errors == {"hours_from": "That isn't a time of day. Write it like 09:00."}
    await house.slack.chooses(DANA, "hours_from", "08:00")
    assert (await house.slack.submits(DANA)).closed
    (settings,) = await rows(house, WorkspaceSettings)
    assert (settings.working_days, f"{settings.hours_from:%H:%M}") == ("17", "08:00")


@one_house
async def test_everyone_makes_teams_where_the_setting_says_so(house: House) -> None:
    await house.slack.says(DANA, "/cairn settings")
    await house.slack.chooses(DANA, "switches", ["Everyone can make teams"])
    assert (await house.slack.submits(DANA)).closed

    await house.slack.says(ANA, "/cairn team new")

    assert house.slack.view(ANA) is not None
    guest = await house.slack.says("UGUEST", "/cairn team new", channel="CGENERAL")
    assert guest.ack is not None
    assert guest.ack["text"].endswith("Nothing was made.")


@one_house
async def test_a_day_off_for_all_moves_the_weekly_check_in_to_the_working_day_before(house: House) -> None:
    await make_platform(house, weekdays="2")
    await house.slack.says(DANA, "/cairn settings")
    await house.slack.chooses(DANA, "working_days", ["Monday", "Tuesday", "Thursday", "Friday"])
    assert (await house.slack.submits(DANA)).closed

    (checkin,) = await rows(house, CheckIn)
    assert checkin.next_due_at == local(TOKYO, 24, 9)
    await house.move_to(local(TOKYO, 24, 9))
    assert len(house.dm(FINN, "open until")) == 1
