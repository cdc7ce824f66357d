"""What Slack tells by itself of people and channels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from bot.services import channels, people
from handlers import lookups
from handlers.desk import Desk
from handlers.routes import Call, Reply, Request, Routes
from storage import workspaces


def register(routes: Routes, desk: Desk) -> None:
    """Let the routes know this feature."""
    handlers = People(desk)
    routes.events.update(
        {
            "team_join": handlers.changed,
            "user_change": handlers.changed,
            "member_joined_channel": handlers.joined,
            "member_left_channel": handlers.left,
            "channel_shared": partial(handlers.channel_changed, is_shared=True),
            "channel_unshared": handlers.unshared,
        }
    )
    for kind in ("channel", "group"):
        routes.events.update(
            {
                f"{kind}_left": partial(handlers.channel_changed, bot_in=False),
                f"{kind}_archive": partial(handlers.channel_changed, is_archived=True),
                f"{kind}_unarchive": partial(handlers.channel_changed, is_archived=False),
                f"{kind}_rename": handlers.renamed,
            }
        )


@dataclass(frozen=True)
class People:
    """Events about people and channels."""

    desk: Desk

    async def changed(self, request: Request) -> Reply | None:
        """Somebody joined the workspace, left it, moved, or changed their name."""
        user = people.from_slack(request.payload["user"], request.call.workspace)
        if user is not None:
            admins = self.desk.admins
            await self.desk.record(lambda session, now: people.remember(session, [user], now, admins), request.call)
        return None

    async def joined(self, request: Request) -> Reply | None:
        """Somebody joined a channel, perhaps Cairn itself."""
        call = request.call
        channel = call.channel or ""
        is_bot = await self.desk.database.read(
            lambda session: workspaces.current(session).bot_user_id == call.user, workspace=call.workspace
        )
        if is_bot:
            await self.desk.record(lambda session, now: channels.invited(session, channel, now), call)
            self.desk.later(self.look_up(call), "channel.lookup")
            return None
        await self.desk.meet(call.workspace, [call.user])
        await self.desk.record(lambda session, now: channels.joined(session, channel, call.user, now), call)
        return None

    async def look_up(self, call: Call) -> None:
        """Learn who is in a channel that Cairn was invited to."""
        client = await self.desk.clients.of(call.workspace)
        facts, members = await lookups.channel(client, call.channel or "", "channel")
        now = self.desk.clock.now()
        await self.desk.database.write(
            lambda session: channels.remember(session, facts, members, now).slack_id, workspace=call.workspace
        )

    async def left(self, request: Request) -> Reply | None:
        """Somebody left a channel."""
        call, channel = request.call, request.call.channel or ""
        await self.desk.record(lambda session, _now: channels.left(session, channel, call.user), call)
        return None

    async def channel_changed(self, request: Request, **facts: bool) -> Reply | None:
        """A channel was archived or brought back, or Cairn was removed from it."""
        channel = request.call.channel or ""
        await self.desk.record(lambda session, _now: channels.changed(session, channel, **facts), request.call)
        return None

    async def unshared(self, request: Request) -> Reply | None:
        """Another company is no longer in a channel, but perhaps a third one is."""
        channel, is_shared = request.call.channel or "", bool(request.payload.get("is_ext_shared"))
        await self.desk.record(
            lambda session, _now: channels.changed(session, channel, is_shared=is_shared), request.call
        )
        return None

    async def renamed(self, request: Request) -> Reply | None:
        """A channel has another name."""
        channel, name = request.call.channel or "", str(request.payload["channel"]["name"])
        await self.desk.record(lambda session, _now: channels.changed(session, channel, name=name), request.call)
        return None
