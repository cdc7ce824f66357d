"""`/checkin results`."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services import results
from bot.views import results as result_views
from handlers.desk import Desk
from handlers.routes import Reply, Request, Routes


def register(routes: Routes, desk: Desk) -> None:
    """Let the routes know this feature."""
    routes.words["checkin results"] = Results(desk).show


@dataclass(frozen=True)
class Results:
    """What check-ins over several teams came to."""

    desk: Desk

    async def show(self, request: Request) -> Reply:
        """The latest of each, seen by whoever typed it alone."""
        found = await self.desk.look(results.newest, request.call)
        return Reply(text=result_views.listed(found.voice, found.result))
