"""Keep for 1:1: the buttons below somebody's answers, and on Home."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services import keeps
from bot.views import actions
from handlers.desk import Desk
from handlers.routes import Request, Routes


def register(routes: Routes, desk: Desk) -> None:
    """Let the routes know this feature."""
    handlers = Keeps(desk)
    routes.actions.update(
        {actions.KEEP: handlers.keep, actions.UNKEEP: handlers.unkeep, actions.KEEP_DONE: handlers.done}
    )


@dataclass(frozen=True)
class Keeps:
    """What can be done with what is kept."""

    desk: Desk

    async def keep(self, request: Request) -> None:
        """Keep for 1:1."""
        await self.desk.transact(keeps.keep, request.call, int(request.value))

    async def unkeep(self, request: Request) -> None:
        """Don't keep."""
        await self.desk.transact(keeps.unkeep, request.call, int(request.value))

    async def done(self, request: Request) -> None:
        """Done, on Home."""
        await self.desk.transact(keeps.done, request.call, int(request.value))
