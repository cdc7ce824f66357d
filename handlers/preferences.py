"""The preference card: how and when somebody likes praise and criticism."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services import preferences
from bot.views import actions
from bot.views import preferences as preference_views
from handlers.desk import Desk
from handlers.routes import Reply, Request, Routes


def register(routes: Routes, desk: Desk) -> None:
    """Let the routes know this feature."""
    handlers = PreferenceCard(desk)
    routes.words["cairn preferences"] = routes.actions[actions.PREFERENCES] = handlers.open
    routes.views[actions.PREFERENCES_FORM] = handlers.save


@dataclass(frozen=True)
class PreferenceCard:
    """One's own card."""

    desk: Desk

    async def open(self, request: Request) -> Reply | None:
        """The form, from the command or from Home."""
        shown = await self.desk.look(preferences.show, request.call)
        view = preference_views.form(shown.voice, shown.result.preferences, shown.result.calendar)
        await request.open(view)
        return None

    async def save(self, request: Request) -> Reply | None:
        """The form was sent."""
        await self.desk.transact(preferences.save, request.call, preference_views.parse(request.view))
        return None
