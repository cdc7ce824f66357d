"""Teams: the form that makes one."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.setup import MAX_PEOPLE, TeamRequest
from bot.services import teams
from bot.views import actions
from bot.views import teams as team_views
from bot.views.teams import TeamForm
from handlers import lookups
from handlers.desk import Desk
from handlers.routes import Reply, Request, Routes


def register(routes: Routes, desk: Desk) -> None:
    """Let the routes know this feature."""
    handlers = Teams(desk)
    routes.actions[actions.NEW_TEAM] = handlers.new
    routes.views[actions.NEW_TEAM_FORM] = handlers.create


@dataclass(frozen=True)
class Teams:
    """What can be done with teams."""

    desk: Desk

    async def new(self, request: Request) -> Reply | None:
        """The form, for whoever may make teams."""
        maker = await self.desk.look(teams.may_make, request.call)
        groups = await lookups.groups(request.client)
        channel = request.call.channel if (request.call.channel or "").startswith(("C", "G")) else None
        await request.client.views_open(
            trigger_id=request.call.trigger_id, view=team_views.team_form(maker.voice, groups, channel)
        )
        return None

    async def create(self, request: Request) -> Reply | None:
        """A team is made."""
        form = team_views.parse(request.view)
        members = await _members(request.client, form)
        if len(await self.desk.strangers(request.call.workspace, members)) > MAX_PEOPLE:
            teams.refuse_crowds(len(members))
        await self.desk.meet(request.call.workspace, [*members, *form.leads, *form.observers])
        wanted = TeamRequest(form.name, tuple(members), form.leads, form.observers, form.home_channel)
        await self.desk.transact(teams.create, request.call, wanted)
        return None


async def _members(client: AsyncWebClient, form: TeamForm) -> list[str]:
    found = list(form.members)
    if form.from_channel:
        await lookups.channel(client, form.from_channel, "from_channel")
        found += await lookups.members(client, form.from_channel)
    if form.from_group:
        found += await lookups.group_members(client, form.from_group)
    return list(dict.fromkeys(found))
