"""Calls of Slack's Web API: one shared session, no call made twice, and every failure sorted.

slack_sdk's own clients repeat a `chat.postMessage` whose answer was lost, and then it is there twice.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from storage.database import Database
from storage.workspaces import Workspace

TIMEOUT = 10.0
CONNECT_TIMEOUT = 5.0

# The SDK's own logger would write whole messages at DEBUG, and takes "not set" for that.
_log = logging.getLogger("bot.runtime.slack.client")
_log.setLevel(logging.WARNING)


class Kind(Enum):
    """What an answer means for the row that it is about."""

    OK = "ok"
    TEMPORARY = "temporary"  # certainly not done: try again later
    UNREACHED = "unreached"  # not even connected: certainly not done, and nobody there
    UNKNOWN = "unknown"  # perhaps done: look before trying again
    GONE = "gone"  # the message isn't there any more
    PERMANENT_TARGET = "permanent_target"
    PERMANENT_APP = "permanent_app"
    BAD_PAYLOAD = "bad_payload"


@dataclass(frozen=True, slots=True)
class Answer:
    """Slack's answer: `error` is its code, or a word of ours where there was none; `retry_after` in seconds."""

    kind: Kind
    data: dict[str, Any] = field(default_factory=dict)
    error: str | None = None
    retry_after: float = 0.0


_OF_CODE = {
    **dict.fromkeys(("internal_error", "fatal_error"), Kind.UNKNOWN),
    **dict.fromkeys(
        ("ratelimited", "rate_limited", "service_unavailable", "request_timeout", "team_added_to_org"), Kind.TEMPORARY
    ),
    "message_not_found": Kind.GONE,
    **dict.fromkeys(
        (
            *("account_inactive", "access_denied", "app_missing_action_url", "ekm_access_denied", "invalid_auth"),
            *("enterprise_is_restricted", "missing_scope", "no_permission", "not_allowed_token_type", "not_authed"),
            *("org_login_required", "team_access_not_granted", "token_expired", "token_revoked", "unknown_method"),
            *("accesslimited", "deprecated_endpoint", "method_deprecated", "two_factor_setup_required"),
        ),
        Kind.PERMANENT_APP,
    ),
    **dict.fromkeys(
        (
            *("attachment_payload_limit_exceeded", "blocks_too_long", "invalid_arg_name", "invalid_arguments"),
            *("invalid_array_arg", "invalid_attachments", "invalid_blocks", "invalid_blocks_format", "invalid_charset"),
            *("invalid_form_data", "invalid_json", "json_not_object", "markdown_text_conflict", "msg_blocks_too_long"),
            *("msg_too_long", "no_text", "too_many_attachments", "too_many_blocks", "view_too_large"),
        ),
        Kind.BAD_PAYLOAD,
    ),
}


def classify(error: Exception) -> Kind:
    """What a failed call means. An unlisted code is a refusal for good: Slack answered, so nothing was done."""
    if isinstance(error, SlackApiError):
        return _of_response(error.response)
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return Kind.UNREACHED
    return Kind.UNKNOWN


def _of_response(response: Any) -> Kind:
    return _of_code(code_of(response), _status(response))


def _of_code(code: str | None, status: int) -> Kind:
    if code is None:
        return _of_status(status)
    if code.startswith(("metadata_", "invalid_metadata")):
        return Kind.BAD_PAYLOAD
    return _OF_CODE.get(code, Kind.PERMANENT_TARGET)


def _of_status(status: int) -> Kind:
    """An answer without Slack's code: from a proxy on the way, or from a Slack that is failing."""
    if status == 429:
        return Kind.TEMPORARY
    return Kind.TEMPORARY if 400 <= status < 500 else Kind.UNKNOWN


def code_of(response: Any) -> str | None:
    """Slack's error code, where the response has one."""
    data = getattr(response, "data", None)
    return _code_in(data) if isinstance(data, dict) else None


def _code_in(data: dict[str, Any]) -> str | None:
    code = data.get("error")
    return code if isinstance(code, str) else None


def _status(response: Any) -> int:
    return int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)


def retry_after(error: Exception) -> float | None:
    """Seconds for which Slack wants no more of this method; None where the error isn't about that."""
    if not isinstance(error, SlackApiError) or _status(error.response) != 429:
        return None
    return _seconds(getattr(error.response, "headers", {}))


def _seconds(headers: Mapping[str, str]) -> float:
    try:
        return float(headers.get("Retry-After", 1))
    except ValueError:
        return 1.0


# What a call can raise. AttributeError: the SDK takes every answer for a JSON object, and a proxy's may be text.
TROUBLE = (aiohttp.ClientError, SlackClientError, OSError, ValueError, AttributeError)


async def call(client: AsyncWebClient, method: str, body: dict[str, Any], *, is_read: bool = False) -> Answer:
    """Call a method once, whatever happens. Reads go as GET, since Slack takes no JSON for them.

    It goes around `client.api_call`, whose checks, copies and log lines take as long as the call itself.
    """
    try:
        status, headers, data = await _exchange(client, method, body, is_read=is_read)
    except TROUBLE as error:
        return Answer(classify(error), error=type(error).__name__)
    if status == 200 and data.get("ok"):
        return Answer(Kind.OK, data)
    code = _code_in(data)
    kind = _of_code(code, status)
    wait = _seconds(headers) if status == 429 and kind is Kind.TEMPORARY else 0.0
    return Answer(kind, data, code or f"http_{status}", wait)


async def _exchange(
    client: AsyncWebClient, method: str, body: dict[str, Any], *, is_read: bool
) -> tuple[int, Mapping[str, str], dict[str, Any]]:
    """Status, headers and JSON of one answer; an empty dict where it has none."""
    session = client.session
    if session is None or session.closed:
        raise aiohttp.ClientConnectionError
    headers = {"User-Agent": client.headers["User-Agent"]}
    if client.token:
        headers["Authorization"] = f"Bearer {client.token}"
    address = client.base_url + method
    if is_read:
        query = {name: int(value) if isinstance(value, bool) else value for name, value in body.items()}
        sent = session.get(address, params=query, headers=headers, proxy=client.proxy)
    else:
        headers["Content-Type"] = "application/json;charset=utf-8"
        sent = session.post(address, json=body, headers=headers, proxy=client.proxy)
    async with sent as answer:
        return answer.status, answer.headers, _object(await answer.read())


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:  # a proxy's page, or nothing
        return {}
    return found if isinstance(found, dict) else {}


class Clients:
    """One Web API client a workspace, all on one session.

    `token` is the settings' bot token, for a workspace that has none of its own; `base_url` ends in "/api/".
    """

    def __init__(self, database: Database, *, base_url: str, token: str | None = None) -> None:
        self._database = database
        self._base_url = base_url
        self._token = token
        self._session: aiohttp.ClientSession | None = None
        self._clients: dict[str, AsyncWebClient] = {}

    async def of(self, workspace_id: str) -> AsyncWebClient:
        """The client for a workspace; its token is read once, until `forget`."""
        found = self._clients.get(workspace_id)
        if found is None:
            token = await self._database.read(lambda session: _token_of(session.get(Workspace, workspace_id)))
            found = self._clients[workspace_id] = self.with_token(token or self._token)
        return found

    def with_token(self, token: str | None) -> AsyncWebClient:
        """A client on the shared session that never tries a call again by itself."""
        client = AsyncWebClient(token, self._base_url, session=self._shared(), retry_handlers=[], logger=_log)
        client.timeout = int(TIMEOUT)
        return client

    def forget(self, workspace_id: str) -> None:
        """The workspace's token may be another one now."""
        self._clients.pop(workspace_id, None)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    @property
    def session(self) -> aiohttp.ClientSession:
        """The one session that all clients share."""
        return self._shared()

    def _shared(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=TIMEOUT, connect=CONNECT_TIMEOUT),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


def _token_of(workspace: Workspace | None) -> str | None:
    return workspace.bot_token if workspace else None
