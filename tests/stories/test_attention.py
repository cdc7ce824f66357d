"""The attention budget as people meet it: what can wait is one message, which is edited and works like any other."""

from __future__ import annotations

from storage.workspaces import WorkspaceSettings
from tests.house import DANA, FINN, GUS, TOKYO, House, local
from tests.stories.acts import monday_in_tokyo, rows

CAN_WAIT = "can wait"


async def spend_little(house: House) -> None:
    """Dana allows one DM a week."""
    await house.slack.says(DANA, "/cairn settings")
    await house.slack.chooses(DANA, "dms_a_week", "1")
    assert (await house.slack.submits(DANA)).closed
    assert [each.dms_a_week for each in await rows(house, WorkspaceSettings)] == [1]


async def test_reminders_above_it_come_into_one_message_with_their_buttons(house: House) -> None:
    await spend_little(house)
    await monday_in_tokyo(house, reminders="active")
    await house.move_to(local(TOKYO, 24, 9))
    (tray,) = house.dm(FINN, CAN_WAIT)
    assert "2 messages that can wait." in tray.plain(), "one says that he is in the team"
    assert "Not this time" in dict(tray.buttons()).values()

    await house.move_to(local(TOKYO, 24, 11))
    (tray,) = house.dm(FINN, CAN_WAIT)
    assert "3 messages that can wait." in tray.plain()
    await house.slack.clicks(FINN, tray, "Not this time")
    await house.settle()

    assert "open until" not in house.dm(FINN, CAN_WAIT)[0].plain()
    assert len(house.dm(GUS, CAN_WAIT)) == 1
