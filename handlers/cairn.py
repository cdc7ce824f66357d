"""`/cairn`: help and settings; and Home."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.public_holidays import Region
from bot.domain.setup import SettingsRequest
from bot.services import home, settings
from bot.views import actions
from bot.views import settings as settings_views
from bot.views.help import help_text
from handlers.desk import Desk
from handlers.routes import Reply, Request, Routes
from storage.workspaces import WorkspaceSettings


def register(routes: Routes, desk: Desk) -> None:
    """Let the routes know this feature."""
    handlers = CairnItself(desk)
    routes.commands["cairn"] = handlers.help
    routes.words.update({"cairn help": handlers.help, "cairn settings": handlers.settings})
    routes.actions[actions.SETTINGS] = handlers.settings
    routes.views[actions.SETTINGS_FORM] = handlers.save_settings
    routes.events["app_home_opened"] = handlers.home_opened


@dataclass(frozen=True)
class CairnItself:
    """What can be done with Cairn as such."""

    desk: Desk

    async def help(self, request: Request) -> Reply:
        """`/cairn help`: what can be typed."""
        return Reply(text=help_text(await self.desk.voice_of(request.call)))

    async def settings(self, request: Request) -> Reply | None:
        """The settings form, for admins."""
        shown = await self.desk.look(settings.show, request.call)
        teams = await self.desk.look(settings.teams_to_choose, request.call)
        view = settings_views.settings_form(shown.voice, _current(shown.result), teams.result)
        await request.open(view)
        return None

    async def save_settings(self, request: Request) -> Reply | None:
        """The settings form was sent."""
        voice = await self.desk.voice_of(request.call)
        await self.desk.transact(settings.save, request.call, settings_views.parse(voice, request.view))
        return None

    async def home_opened(self, request: Request) -> Reply | None:
        """Somebody opened Home."""
        if request.payload.get("tab") == "home":
            await self.desk.transact(home.opened, request.call)
        return None


def _current(row: WorkspaceSettings) -> SettingsRequest:
    return SettingsRequest(
        anyone_makes_teams=row.anyone_makes_teams,
        guests_take_part=row.guests_take_part,
        working_days=frozenset(int(digit) - 1 for digit in row.working_days),
        hours_from=row.hours_from,
        hours_to=row.hours_to,
        region=None if row.country is None else Region(row.country, row.subdivision),
        version=row.version,
        pilot_teams=frozenset(row.pilot_teams or ()),
        k=row.k,
        kudos_values=tuple(row.kudos_values or ()),
        kudos_emoji=row.kudos_emoji,
        kudos_a_day=row.kudos_a_day,
        dms_a_week=row.dms_a_week,
    )
