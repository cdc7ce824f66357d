"""`/cairn away`, and its form."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services import away
from bot.services.away import Leaves
from bot.views import actions
from bot.views import away as away_views
from bot.views.away import Listed
from handlers.desk import Desk, Done
from handlers.routes import Reply, Request, Routes


def register(routes: Routes, desk: Desk) -> None:
    """Let the routes know this feature."""
    handlers = AwayDays(desk)
    routes.words["cairn away …"] = handlers.command
    routes.actions[actions.AWAY] = handlers.open
    routes.actions[actions.REMOVE_AWAY] = handlers.remove
    routes.views[actions.AWAY_FORM] = handlers.save


@dataclass(frozen=True)
class AwayDays:
    """When people are away."""

    desk: Desk

    async def command(self, request: Request) -> Reply | None:
        """`/cairn away …`, seen by whoever typed it alone."""
        if not request.text:
            return await self.open(request)
        shown = await self.desk.look(away.show, request.call)
        wanted = away_views.typed(shown.voice, request.text, shown.result.today)
        gone = await self.desk.transact(away.go, request.call, wanted)
        return Reply(text=away_views.saved(gone.voice, gone.result, shown.result.today))

    async def open(self, request: Request) -> Reply | None:
        """The form with the list, from the command or from Home."""
        shown = await self.desk.look(away.show, request.call)
        await request.open(_form(shown))
        return None

    async def save(self, request: Request) -> Reply | None:
        """The form was sent."""
        await self.desk.transact(away.go, request.call, away_views.parse(request.view))
        return None

    async def remove(self, request: Request) -> None:
        """Remove: not away after all."""
        left = await self.desk.transact(away.remove, request.call, int(request.value))
        await request.update(_form(left))


def _form(shown: Done[Leaves]) -> dict[str, object]:
    coming = [Listed(each.id, each.days) for each in shown.result.coming]
    return away_views.form(shown.voice, coming, shown.result.today)
