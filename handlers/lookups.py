"""What Slack knows and Cairn needs: people, channels and groups, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import UserError
from bot.i18n import mark
from bot.services import channels as channel_service
from bot.services import people as people_service
from bot.services.channels import ChannelFacts
from bot.services.people import SlackUser

PAGE = 200
NOBODY = {"user_not_found", "user_not_visible", "users_not_found"}
NOT_IN_CHANNEL = mark("Cairn isn't in that channel. Type `/invite @Cairn` there, then send this form again.")


async def user(client: AsyncWebClient, slack_id: str, workspace: str) -> SlackUser | None:
    """One person; None for bots and for people whom Slack doesn't know. Raises what else Slack says: ask again."""
    try:
        answer = await client.users_info(user=slack_id, include_locale=True)
    except SlackApiError as error:
        if error.response.get("error") in NOBODY:
            return None
        raise
    return people_service.from_slack(answer["user"], workspace)


async def users(
    client: AsyncWebClient, workspace: str, cursor: str | None = None
) -> tuple[list[SlackUser], str | None]:
    """A page of everybody, and where the next one begins; None after the last."""
    page = await client.users_list(limit=PAGE, cursor=cursor, include_locale=True)
    found = (people_service.from_slack(each, workspace) for each in page["members"])
    return [each for each in found if each is not None], next_cursor(page.data)


async def channel(client: AsyncWebClient, slack_id: str, field: str) -> tuple[ChannelFacts, list[str] | None]:
    """A channel, and who is in it where it is private; a UserError at `field` where Cairn isn't in it."""
    try:
        answer = await client.conversations_info(channel=slack_id)
        facts = channel_service.from_slack(answer["channel"])
        return facts, await members(client, slack_id) if facts.is_private else None
    except SlackApiError as error:
        if error.response["error"] in {"channel_not_found", "not_in_channel"}:
            raise UserError(NOT_IN_CHANNEL, field=field) from None
        raise


async def members(client: AsyncWebClient, channel_id: str) -> list[str]:
    """Slack ids of everybody in a channel."""
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = await client.conversations_members(channel=channel_id, limit=PAGE, cursor=cursor)
        found += page["members"]
        cursor = next_cursor(page.data)
        if cursor is None:
            return found


async def groups(client: AsyncWebClient) -> dict[str, str]:
    """The workspace's user groups: names by Slack id, none where Slack doesn't say."""
    try:
        answer = await client.usergroups_list()
    except SlackApiError:
        return {}
    listed = sorted(answer["usergroups"], key=lambda group: str(group["name"]).casefold())
    return {group["id"]: group["name"] for group in listed[:100]}


async def group_members(client: AsyncWebClient, group: str, field: str = "from_group") -> list[str]:
    """Slack ids of everybody in a user group; a UserError at `field` where it was deleted meanwhile."""
    try:
        answer = await client.usergroups_users_list(usergroup=group)
    except SlackApiError:
        raise UserError(mark("That user group isn't there any more. Choose another one."), field=field) from None
    return list(answer["users"])


async def domain(client: AsyncWebClient) -> str:
    """The workspace's, as in the addresses of its messages: `acme` of acme.slack.com."""
    answer = await client.auth_test()
    return (urlsplit(answer["url"]).hostname or "").removesuffix(".slack.com")


def next_cursor(page: Any) -> str | None:
    """Where the next page begins; None after the last."""
    metadata: Mapping[str, Any] = (page or {}).get("response_metadata") or {}
    return metadata.get("next_cursor") or None
