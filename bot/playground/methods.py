"""What all Web API methods share: the call, its arguments, the table of methods, paging."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.playground.world import BOT_USER, Conversation, Message, SlackError, World

if TYPE_CHECKING:
    from bot.playground.views import Views
    from bot.playground.web_api import WebApi

Args = dict[str, Any]
Handler = Callable[["Call"], dict[str, Any]]


@dataclass
class Call:
    """One Web API call: given to the method, and kept in `Workspace.calls` with its answer."""

    method: str
    args: Args
    at: float
    api: WebApi = field(repr=False)
    response: dict[str, Any] = field(default_factory=dict)

    @property
    def world(self) -> World:
        return self.api.world

    @property
    def views(self) -> Views:
        return self.api.views

    def need_scope(self, scope: str) -> None:
        """Raise missing_scope when the manifest doesn't ask for `scope`."""
        if not self.api.has_scope(scope):
            raise SlackError("missing_scope", needed=scope, provided=",".join(self.api.scopes or []))


@dataclass(frozen=True)
class Method:
    handler: Handler
    scope: str | None
    tier: int


METHODS: dict[str, Method] = {}


def method(name: str, *, scope: str | None = None, tier: int) -> Callable[[Handler], Handler]:
    """Register a handler; `tier` is Slack's calls per minute and workspace for it."""

    def register(handler: Handler) -> Handler:
        METHODS[name] = Method(handler, scope, tier)
        return handler

    return register


def need(args: Args, name: str) -> Any:
    value = args.get(name)
    if value is None or value == "":
        raise SlackError("invalid_arguments", [f"[ERROR] missing required field: {name}"])
    return value


def flag(args: Args, name: str) -> bool:
    """SDKs send booleans as JSON, "1" or "true"."""
    return str(args.get(name, "")).lower() in ("1", "true")


def ids(args: Args, name: str) -> list[str]:
    """A comma-separated list or a JSON array."""
    value = args.get(name) or []
    return [v.strip() for v in value.split(",")] if isinstance(value, str) else list(value)


def paged(call: Call, key: str, items: Sequence[Any]) -> dict[str, Any]:
    """One page of at most `page_size`: Slack may always give fewer than asked for."""
    cursor = call.args.get("cursor") or "p:0"
    if not (cursor.startswith("p:") and cursor[2:].isdigit()):
        raise SlackError("invalid_cursor")
    start = int(cursor[2:])
    size = min(int(call.args.get("limit") or call.api.page_size), call.api.page_size)
    after = start + size
    following = f"p:{after}" if after < len(items) else ""
    return {key: list(items[start:after]), "response_metadata": {"next_cursor": following}}


READ_SCOPES = {"public": "channels", "private": "groups", "im": "im"}


def visible_to_bot(call: Call, channel_id: str) -> Conversation:
    """The conversation, as far as the bot may know of it: private ones it isn't in are not found."""
    found = call.world.conversations.get(channel_id)
    if found is None or (found.kind == "private" and BOT_USER not in found.members):
        raise SlackError("channel_not_found")
    return found


def own_message(call: Call, ts_name: str, refusal: str) -> Message:
    """The bot's own message that `chat.update` and `chat.delete` are about."""
    channel = visible_to_bot(call, need(call.args, "channel"))
    message = channel.messages.get(need(call.args, ts_name))
    if message is None or message.deleted:
        raise SlackError("message_not_found")
    if message.user != BOT_USER:
        raise SlackError(refusal)
    return message
