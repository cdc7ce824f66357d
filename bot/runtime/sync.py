"""People and channels as Slack has them, brought up to date at start and every hour."""

from __future__ import annotations

import structlog
from slack_sdk.errors import SlackApiError

from bot.errors import UserError
from bot.services import channels as channel_service
from bot.services import people as people_service
from handlers import lookups
from handlers.desk import Desk

log = structlog.get_logger()


async def sync_people(desk: Desk, workspace: str) -> int:
    """Page through everybody; whoever Slack no longer names has left. Gives how many are here."""
    client = await desk.clients.of(workspace)
    present: set[str] = set()
    since = desk.clock.now()
    async for page in lookups.users(client, workspace):
        present.update(user.slack_id for user in page)
        await desk.remember(page, workspace)
    if not present:
        log.warning("people.none", workspace=workspace)  # an empty answer is no reason to let everybody go
        return 0
    now = desk.clock.now()
    await desk.database.write(
        lambda session: people_service.left_all_but(session, present, since, now), workspace=workspace
    )
    log.info("people.synced", workspace=workspace, people=len(present))
    return len(present)


async def sync_channels(desk: Desk, workspace: str) -> None:
    """Look up again the channels that Cairn keeps; one that it can't see any more is one it isn't in."""
    client = await desk.clients.of(workspace)
    kept = await desk.database.read(channel_service.watched, workspace=workspace)
    for slack_id in kept:
        try:
            facts, members = await lookups.channel(client, slack_id, "channel")
        except UserError:
            await desk.database.write(
                lambda session: channel_service.changed(session, slack_id, bot_in=False),  # noqa: B023 - awaited at once
                workspace=workspace,
            )
            continue
        except SlackApiError as error:
            log.warning("channel.sync_failed", workspace=workspace, error=error.response["error"])
            return
        now = desk.clock.now()
        await desk.database.write(
            lambda session: channel_service.remember(session, facts, members, now).slack_id,  # noqa: B023 - awaited at once
            workspace=workspace,
        )
