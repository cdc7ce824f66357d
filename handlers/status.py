"""`/checkin status`."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services import status
from bot.views import status as status_views
from handlers.desk import Desk
from handlers.routes import Reply, Request, Routes


def register(routes: Routes, desk: Desk) -> None:
    """Let the routes know this feature."""
    routes.words["checkin status"] = Status(desk).show


@dataclass(frozen=True)
class Status:
    """Who has answered and who hasn't."""

    desk: Desk

    async def show(self, request: Request) -> Reply:
        """`/checkin status`, seen by whoever typed it alone."""
        found = await self.desk.look(status.status, request.call, request.call.channel)
        return Reply(text=status_views.status(found.voice, found.result))
