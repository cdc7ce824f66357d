"""Your days: the form of one's own working days, hours, country and reminders."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services import days
from bot.services.days import OwnDays
from bot.views import actions
from bot.views import days as days_views
from bot.views.days import CurrentDays
from handlers.desk import Desk
from handlers.routes import Reply, Request, Routes


def register(routes: Routes, desk: Desk) -> None:
    """Let the routes know this feature."""
    handlers = Days(desk)
    routes.words["cairn days"] = routes.actions[actions.DAYS] = handlers.open
    routes.views[actions.DAYS_FORM] = handlers.save


@dataclass(frozen=True)
class Days:
    """When people work."""

    desk: Desk

    async def open(self, request: Request) -> Reply | None:
        """The form, from the command or from Home."""
        shown = await self.desk.look(days.show, request.call)
        view = days_views.form(shown.voice, _current(shown.result))
        await request.open(view)
        return None

    async def save(self, request: Request) -> Reply | None:
        """The form was sent."""
        voice = await self.desk.voice_of(request.call)
        await self.desk.transact(days.save, request.call, days_views.parse(voice, request.view))
        return None


def _current(own: OwnDays) -> CurrentDays:
    hours = own.calendar.hours
    return CurrentDays(own.calendar.weekdays, hours.start, hours.end, own.region, own.otherwise, own.reminders)
