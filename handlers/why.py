"""`/cairn why`."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services import why
from bot.views import actions
from bot.views import why as why_views
from handlers.desk import Desk
from handlers.routes import Request, Routes


def register(routes: Routes, desk: Desk) -> None:
    """Let the routes know this feature."""
    handlers = WhyAsked(desk)
    routes.words["cairn why"] = handlers.show
    routes.actions.update({actions.WHY_NEWER: handlers.turn, actions.WHY_OLDER: handlers.turn})


@dataclass(frozen=True)
class WhyAsked:
    """Why I was, or wasn't, asked."""

    desk: Desk

    async def show(self, request: Request) -> None:
        """The newest prompts, and what comes next."""
        found = await self.desk.look(why.asked, request.call, 0)
        view = why_views.why(found.voice, found.result)
        await request.open(view)

    async def turn(self, request: Request) -> None:
        """Older prompts, or newer ones."""
        found = await self.desk.look(why.asked, request.call, int(request.value))
        view = why_views.why(found.voice, found.result)
        await request.update(view)
