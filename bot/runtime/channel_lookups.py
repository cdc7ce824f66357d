"""Channels are looked up in Slack right before something of their audience is posted: events get lost, people join."""

from __future__ import annotations

import structlog
from slack_sdk.errors import SlackApiError

from bot.errors import UserError
from bot.runtime.slack import TROUBLE, retry_after
from bot.services import channels as channel_service
from bot.services import people as people_service
from bot.services.people import SlackUser
from handlers import lookups
from handlers.desk import Desk

log = structlog.get_logger(__name__)
EVERY = 2.0
AGAIN = 10.0
"""Seconds until Slack is asked again after it refused, where it doesn't say."""


class ChannelLookups:
    """Looks up the channels that are wanted; what waits for them isn't posted before."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._not_before = 0.0

    async def run(self, workspace: str) -> bool:
        """Says whether any channel is known now that wasn't before."""
        wanted = await self._desk.database.read(channel_service.wanted, workspace=workspace)
        if not wanted or self._desk.clock.uptime() < self._not_before:
            return False
        for slack_id, since in wanted:
            try:
                await self._look_up(workspace, slack_id)
            except TROUBLE as error:
                log.warning("channel.not_looked_up", workspace=workspace, error=type(error).__name__)
                self._not_before = self._desk.clock.uptime() + (retry_after(error) or AGAIN)
                return False
            await self._desk.database.write(
                lambda session: channel_service.looked_up(session, slack_id, since),  # noqa: B023 - awaited at once
                workspace=workspace,
            )
        return True

    async def _look_up(self, workspace: str, slack_id: str) -> None:
        client = await self._desk.clients.of(workspace)
        try:
            facts, members = await lookups.channel(client, slack_id, "channel")
        except UserError:
            gone = {"bot_in": False}
            await self._desk.database.write(
                lambda session: channel_service.changed(session, slack_id, **gone), workspace=workspace
            )
            return
        others = await self._meet(workspace, slack_id, members or [])
        now = self._desk.clock.now()
        await self._desk.database.write(
            lambda session: channel_service.remember(session, facts, members, now, others).slack_id,
            workspace=workspace,
        )

    async def _meet(self, workspace: str, slack_id: str, members: list[str]) -> list[str]:
        """Get to know the members whom Cairn doesn't know; gives those who don't read: bots, deactivated accounts."""
        unknown, others = await self._desk.database.read(
            lambda session: channel_service.unknown(session, slack_id, members), workspace=workspace
        )
        client = await self._desk.clients.of(workspace)
        met: list[SlackUser] = []
        for member in unknown:
            try:
                answer = await client.users_info(user=member, include_locale=True)
            except SlackApiError as error:
                if error.response["error"] in {"user_not_found", "user_not_visible"}:
                    continue  # somebody of another company: a stranger
                raise
            user = people_service.from_slack(answer["user"], workspace)
            if answer["user"].get("is_bot") or answer["user"].get("deleted"):
                others.append(member)
            elif user is not None:
                met.append(user)
        if met:
            await self._desk.remember(met, workspace)
        return others
