"""`/checkin status`."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services import status
from bot.views import status as status_views
from handlers.desk import Desk
from handlers.routes import Handler, Reply, Request, Routes


def register(routes: Routes, desk: Desk) -> None:
    """Let the routes know this feature; whatever else is typed goes on to whoever had the command before."""
    routes.commands["checkin"] = Status(desk, otherwise=routes.commands["checkin"]).command


@dataclass(frozen=True)
class Status:
    """Who has answered and who hasn't."""

    desk: Desk
    otherwise: Handler

    async def command(self, request: Request) -> Reply | None:
        """`/checkin status`, seen by whoever typed it alone."""
        if request.text.casefold() != "status":
            return await self.otherwise(request)
        found = await self.desk.look(status.status, request.call, request.call.channel)
        return Reply(text=status_views.status(found.voice, found.result))
