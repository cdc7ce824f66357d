"""Teams: the form that makes one, `/cairn team`, and the form that changes one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.setup import MAX_PEOPLE, TeamRequest
from bot.services import team_changes, teams
from bot.views import actions, team_forms
from bot.views import teams as team_views
from handlers import lookups
from handlers.desk import Desk
from handlers.routes import Reply, Request, Routes


def register(routes: Routes, desk: Desk) -> None:
    """Let the routes know this feature."""
    handlers = Teams(desk)
    routes.words["cairn team new"] = routes.actions[actions.NEW_TEAM] = handlers.new
    routes.views[actions.NEW_TEAM_FORM] = handlers.create
    changing = Changes(desk)
    routes.words["cairn team"] = changing.mine
    routes.actions.update(
        {
            actions.SHOW_TEAM: changing.show,
            actions.TEAM_PAGE: changing.turn,
            actions.TEAM_PAGE_BACK: changing.turn,
            actions.EDIT_TEAM: changing.edit,
            actions.DELETE_TEAM: changing.delete,
        }
    )
    routes.views[actions.EDIT_TEAM_FORM] = changing.save


@dataclass(frozen=True)
class Teams:
    """What can be done with teams."""

    desk: Desk

    async def new(self, request: Request) -> Reply | None:
        """The form, for whoever may make teams."""
        maker = await self.desk.look(teams.may_make, request.call)
        groups = await lookups.groups(request.client)
        channel = request.call.channel if (request.call.channel or "").startswith(("C", "G")) else None
        await request.open(team_views.team_form(maker.voice, groups, channel))
        return None

    async def create(self, request: Request) -> Reply | None:
        """A team is made."""
        form = team_views.parse(request.view)
        members = await _members(request.client, form.members, form.from_channel, form.from_group)
        if len(await self.desk.strangers(request.call.workspace, members)) > MAX_PEOPLE:
            teams.refuse_crowds(len(members))
        await self.desk.meet(request.call.workspace, [*members, *form.leads, *form.observers])
        wanted = TeamRequest(form.name, tuple(members), form.leads, form.observers, form.home_channel)
        await self.desk.transact(teams.create, request.call, wanted)
        return None


@dataclass(frozen=True)
class Changes:
    """What can be done with a team that there is."""

    desk: Desk

    async def mine(self, request: Request) -> None:
        """`/cairn team`: somebody's teams."""
        found = await self.desk.look(team_changes.mine, request.call)
        view = team_forms.mine(found.voice, found.result)
        await request.open(view)

    async def show(self, request: Request) -> None:
        """One of them, on top."""
        found = await self.desk.look(team_changes.show, request.call, int(request.value), 0)
        view = team_forms.team(found.voice, found.result)
        await request.push(view)

    async def turn(self, request: Request) -> None:
        """More of its members."""
        team_id, page = map(int, request.value.split())
        found = await self.desk.look(team_changes.show, request.call, team_id, page)
        await request.update(team_forms.team(found.voice, found.result))

    async def edit(self, request: Request) -> None:
        """The form, in place of the team."""
        found = await self.desk.look(team_changes.editable, request.call, int(request.value))
        groups = await lookups.groups(request.client)
        await request.update(team_forms.edit_form(found.voice, found.result, groups))

    async def save(self, request: Request) -> Reply | None:
        """The form was sent."""
        voice = await self.desk.voice_of(request.call)
        change, from_channel, from_group = team_forms.parse(voice, request.view)
        added = await _members(request.client, change.added, from_channel, from_group)
        if len(await self.desk.strangers(request.call.workspace, added)) > MAX_PEOPLE:
            teams.refuse_crowds(len(added))
        if change.home_channel:
            await lookups.channel(request.client, change.home_channel, "home_channel")
        await self.desk.meet(request.call.workspace, [*added, *change.leads, *change.observers])
        await self.desk.transact(team_changes.change, request.call, replace(change, added=tuple(added)))
        return Reply(closes_all=True)

    async def delete(self, request: Request) -> None:
        """Delete it."""
        done = await self.desk.transact(team_changes.delete, request.call, int(request.value))
        await request.update(team_forms.deleted(done.voice, done.result.name))


async def _members(
    client: AsyncWebClient, by_hand: tuple[str, ...], from_channel: str | None, from_group: str | None
) -> list[str]:
    found = list(by_hand)
    if from_channel:
        await lookups.channel(client, from_channel, "from_channel")
        found += await lookups.members(client, from_channel)
    if from_group:
        found += await lookups.group_members(client, from_group)
    return list(dict.fromkeys(found))
