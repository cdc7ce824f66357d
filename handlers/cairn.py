"""`/cairn`: help, teams, settings; and Home, and words typed to Cairn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.public_holidays import Region
from bot.services import home, settings
from bot.views import actions
from bot.views import settings as settings_views
from bot.views.help import help_text, unknown
from bot.views.settings import CurrentSettings
from handlers.desk import Desk
from handlers.routes import Handler, Reply, Request, Routes
from handlers.teams import Teams
from storage.workspaces import WorkspaceSettings


def register(routes: Routes, desk: Desk) -> None:
    """Let the routes know this feature."""
    handlers = CairnItself(desk, Teams(desk), routes.words)
    routes.commands["cairn"] = handlers.command
    routes.actions[actions.SETTINGS] = handlers.settings
    routes.views[actions.SETTINGS_FORM] = handlers.save_settings
    routes.events["app_home_opened"] = handlers.home_opened
    routes.events["message"] = handlers.talked


@dataclass(frozen=True)
class CairnItself:
    """What can be done with Cairn as such; `words` are other features', as in Routes."""

    desk: Desk
    teams: Teams
    words: Mapping[str, Handler]

    async def command(self, request: Request) -> Reply | None:
        """`/cairn …`."""
        words = request.text.casefold().split()
        if words in ([], ["help"]):
            return Reply(text=help_text(await self.desk.voice_of(request.call)))
        if words == ["team", "new"]:
            return await self.teams.new(request)
        if words == ["settings"]:
            return await self.settings(request)
        if (handler := self.words.get(" ".join(["cairn", *words]))) is not None:
            return await handler(request)
        return Reply(text=unknown(await self.desk.voice_of(request.call), request.text))

    async def settings(self, request: Request) -> Reply | None:
        """The settings form, for admins."""
        shown = await self.desk.look(settings.show, request.call)
        teams = await self.desk.look(settings.teams_to_choose, request.call)
        view = settings_views.settings_form(shown.voice, _current(shown.result, teams.result))
        await request.client.views_open(trigger_id=request.call.trigger_id, view=view)
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

    async def talked(self, request: Request) -> Reply | None:
        """Somebody wrote to Cairn."""
        message = request.payload
        if message.get("channel_type") == "im" and not message.get("subtype") and not message.get("bot_id"):
            await self.desk.transact(home.talked, request.call)
        return None


def _current(row: WorkspaceSettings, teams: Mapping[int, str]) -> CurrentSettings:
    return CurrentSettings(
        anyone_makes_teams=row.anyone_makes_teams,
        guests_take_part=row.guests_take_part,
        working_days=frozenset(int(digit) - 1 for digit in row.working_days),
        hours_from=row.hours_from,
        hours_to=row.hours_to,
        region=None if row.country is None else Region(row.country, row.subdivision),
        version=row.version,
        teams=teams,
        pilot_teams=row.pilot_teams or [],
    )
