"""`/cairn access`."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services import looks
from bot.views import actions
from bot.views import looks as looks_views
from handlers.desk import Desk
from handlers.routes import Request, Routes, View


def register(routes: Routes, desk: Desk) -> None:
    """Let the routes know this feature."""
    handlers = WhoLooked(desk)
    routes.words["cairn access"] = handlers.show
    routes.actions.update({actions.ACCESS_NEWER: handlers.turn, actions.ACCESS_OLDER: handlers.turn})


@dataclass(frozen=True)
class WhoLooked:
    """Who looked at my data."""

    desk: Desk

    async def show(self, request: Request) -> None:
        """The latest."""
        await request.open(await self._page(request, 0))

    async def turn(self, request: Request) -> None:
        """Older ones, or newer ones."""
        await request.update(await self._page(request, int(request.value)))

    async def _page(self, request: Request, page: int) -> View:
        found = await self.desk.look(looks.shown, request.call, page)
        return looks_views.looks(found.voice, found.result.found, found.result.page, found.result.older)
