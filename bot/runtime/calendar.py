"""A calendar that is moved by hand: for the demo's time control and for tests."""

from __future__ import annotations

from datetime import datetime

from bot.clock import MovableClock
from bot.runtime.app import Cairn
from bot.services.ticks import next_due


class MovableCalendar:
    """Stands still until it is moved, and then stops at each moment at which something falls due, and does it."""

    def __init__(self, clock: MovableClock) -> None:
        self._clock = clock
        self.cairn: Cairn | None = None

    def now(self) -> datetime:
        """Calendar time, UTC."""
        return self._clock.now()

    async def next_due(self) -> datetime | None:
        """The next moment at which anything falls due; None where nothing will."""
        if self.cairn is None:
            return None
        now = self.now()
        return await self.cairn.database.read(lambda session: next_due(session, now))

    async def move_to(self, moment: datetime) -> None:
        """Go to `moment` by way of everything that falls due until then, each done and sent at its own time."""
        if self.cairn is None:
            return
        while (due := await self.next_due()) is not None and due < moment:
            self._clock.move_to(due)
            await self.cairn.settle()
        self._clock.move_to(moment)
        await self.cairn.settle()
