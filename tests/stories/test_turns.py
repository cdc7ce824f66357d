"""A check-in that fails doesn't keep the others from their turn."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy.orm import Session

from bot.services import digests
from storage.checkins import CheckIn
from storage.rounds import Round
from tests.house import (
    DANA,
    FINN,
    NEW_YORK,
    PLATFORM,
    TOKYO,
    House,
    answer,
    begin_checkin,
    local,
    make_platform,
    switch_on,
)


@pytest.mark.parametrize("transport", ["socket"], indirect=True)
async def test_what_fails_is_set_aside_and_tried_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await make_platform(house)
    await begin_checkin(house)
    await house.slack.types(DANA, "name", "Second")
    await switch_on(house)
    await house.move_to(local(TOKYO, 23, 9))
    for name in ("Second", "Weekly check-in"):
        await answer(house, FINN, f"To {name}", containing=f"{name}, Platform: 4")
    right = digests.send

    def fail(session: Session, checkin: CheckIn, round_: Round, readers: Sequence[int]) -> None:
        if checkin.name != "Second":
            raise ValueError("a row that nobody expected")
        right(session, checkin, round_, readers)

    with monkeypatch.context() as broken:
        broken.setattr(digests, "send", fail)
        await house.move_to(local(NEW_YORK, 24, 12))
        assert [message.plain().partition(",")[0] for message in house.slack.channel(PLATFORM)] == ["Second"]

    await house.let_pass(minutes=9)
    assert len(house.slack.channel(PLATFORM)) == 1
    await house.let_pass(minutes=1)
    assert "Weekly check-in" in house.slack.channel(PLATFORM)[-1].plain()
    assert len(house.slack.channel(PLATFORM)) == 2
