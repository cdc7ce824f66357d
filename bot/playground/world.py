"""What the workspace remembers: people, conversations, messages, triggers, toasts; and its two clocks."""

import asyncio
import json
import secrets
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Protocol

from bot.playground.company import TEAM_ID, Company, Person

BOT_USER, BOT_ID, APP_ID = "UCAIRN", "BCAIRN", "ACAIRN"
TRIGGER_SECONDS = 3.0
RESPONSE_URL_SECONDS, RESPONSE_URL_USES = 1800.0, 5


class Calendar(Protocol):
    """The time that the demo moves. It is handed in; the playground only reads it and asks it to move."""

    def now(self) -> datetime: ...

    async def next_due(self) -> datetime | None: ...

    async def move_to(self, moment: datetime) -> None: ...


class SlackError(Exception):
    """An error as the Web API answers it. `messages` land in `response_metadata`."""

    def __init__(self, error: str, messages: list[str] | None = None, **extra: Any) -> None:
        super().__init__(error, *(messages or []))
        self.error = error
        self.messages = messages or []
        self.extra = extra


@dataclass(eq=False)
class Message:
    ts: str
    channel: str
    user: str
    text: str
    blocks: list[dict[str, Any]]
    shown_at: str
    metadata: dict[str, Any] | None = None
    thread_ts: str | None = None
    ephemeral_to: str | None = None
    files: list[dict[str, Any]] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    edited: dict[str, str] | None = None
    deleted: bool = False

    def plain(self) -> str:
        """All that can be read: the text (screen readers, lock screens), then every text in the blocks."""
        return "\n".join([self.text, *texts_in(self.blocks)])

    def buttons(self) -> list[tuple[str, str]]:
        """(action_id, text) of each button, in reading order."""
        return [(e["action_id"], e["text"]["text"]) for _, e in elements_of(self.blocks) if e["type"] == "button"]

    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    def json(self, *, with_metadata: bool = True) -> dict[str, Any]:
        body: dict[str, Any] = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text, "team": TEAM_ID}
        if self.user == BOT_USER:
            body |= {"bot_id": BOT_ID, "app_id": APP_ID}
        if self.reactions:
            body["reactions"] = [{"name": n, "users": u, "count": len(u)} for n, u in self.reactions.items() if u]
        for key in ("blocks", "thread_ts", "edited", "files"):
            if value := getattr(self, key):
                body[key] = value
        if with_metadata and self.metadata:
            body["metadata"] = self.metadata
        return body


@dataclass(eq=False)
class Conversation:
    """A channel, or the bot's DM with `user` (kind im)."""

    id: str
    name: str
    kind: str
    members: list[str]
    user: str | None = None
    is_ext_shared: bool = False
    is_archived: bool = False
    messages: dict[str, Message] = field(default_factory=dict)
    replies: defaultdict[str, list[Message]] = field(default_factory=lambda: defaultdict(list))

    def visible(self) -> list[Message]:
        return [m for m in self.messages.values() if not m.deleted]


@dataclass
class Permit:
    """A trigger_id or a response_url: for whom, since when (machine time), how often used."""

    user: str
    born: float
    channel: str = ""
    message: Message | None = None
    uses: int = 0


@dataclass(frozen=True)
class Toast:
    id: int
    text: str


class World:
    """The state; it decides nothing about what is allowed (the Web API does) and sends nothing."""

    def __init__(self, company: Company, calendar: Calendar | None) -> None:
        self.company = company
        self.calendar = calendar
        self.machine_offset = 0.0
        self.people = {p.id: p for p in company.people}
        bot = Person(BOT_USER, company.app.name.lower(), company.app.name, "America/Los_Angeles", is_bot=True)
        self.people[BOT_USER] = bot
        self.groups = {g.id: g for g in company.user_groups}
        self.conversations: dict[str, Conversation] = {}
        for c in company.channels:
            members = [*c.members, *([BOT_USER] if c.bot_is_member else [])]
            kind = "private" if c.private else "public"
            self.conversations[c.id] = Conversation(c.id, c.name, kind, members, None, c.is_ext_shared, c.is_archived)
        self.triggers: dict[str, Permit] = {}
        self.trigger_seconds = TRIGGER_SECONDS
        self.response_urls: dict[str, Permit] = {}
        self.ephemerals: dict[str, list[Message]] = defaultdict(list)
        self.files: dict[str, dict[str, Any]] = {}
        self.toasts: dict[str, list[Toast]] = defaultdict(list)
        self.watchers: set[asyncio.Event] = set()
        self.version = 0
        self._last_ts = 0
        self._counter = 0

    # Time and change

    def machine_now(self) -> float:
        """Seconds since the epoch, as pushed by tests."""
        return time.time() + self.machine_offset

    def calendar_now(self) -> datetime:
        return self.calendar.now() if self.calendar else datetime.now(UTC)

    def next_ts(self) -> str:
        """Unique and increasing: Slack orders and addresses messages by it."""
        self._last_ts = max(self._last_ts + 1, int(self.machine_now() * 1e6))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def next_id(self, prefix: str) -> str:
        self._counter += 1
        return f"{prefix}{self._counter:08d}"

    def changed(self) -> None:
        self.version += 1
        for watcher in self.watchers:
            watcher.set()

    # People and conversations

    def person(self, user: str) -> Person:
        if user not in self.people:
            raise SlackError("user_not_found")
        return self.people[user]

    def dm(self, user: str) -> Conversation:
        """The bot's DM with a person: made when first asked for, its id stays the same for ever."""
        dm_id = f"D{user[1:]}"
        if dm_id not in self.conversations:
            self.conversations[dm_id] = Conversation(dm_id, "directmessage", "im", [user, BOT_USER], user)
        return self.conversations[dm_id]

    def toast(self, user: str, text: str) -> None:
        self._counter += 1
        self.toasts[user].append(Toast(self._counter, text))
        self.changed()

    # Messages

    def post(self, channel: str, user: str, text: str, **fields: Any) -> Message:
        """Store a message (fields as in `Message`); the caller has checked that it may be posted."""
        conversation = self.conversations[channel]
        shown_at = self.calendar_now().isoformat()
        blocks = with_ids(fields.pop("blocks", None) or [])
        message = Message(self.next_ts(), channel, user, text, blocks, shown_at, **fields)
        if message.ephemeral_to:
            self.ephemerals[message.ephemeral_to].append(message)
        else:
            conversation.messages[message.ts] = message
            if message.is_reply():
                conversation.replies[str(message.thread_ts)].append(message)
        self.changed()
        return message

    def edit(self, message: Message, **fields: Any) -> None:
        for name, value in fields.items():
            setattr(message, name, with_ids(value) if name == "blocks" else value)
        message.edited = {"user": message.user, "ts": self.next_ts()}
        self.changed()

    def delete(self, message: Message) -> None:
        message.deleted = True
        self.changed()

    def history(self, channel: str, *, newest: float) -> Iterator[Message]:
        """Newest first, without thread replies and without what is younger than `newest`."""
        for message in reversed(self.conversations[channel].messages.values()):
            if not message.deleted and not message.is_reply() and float(message.ts) <= newest:
                yield message

    # What a person's act allows the app to do

    def new_trigger(self, user: str) -> str:
        trigger_id = f"{int(self.machine_now())}.{self.next_id('')}.{secrets.token_hex(8)}"
        self.triggers[trigger_id] = Permit(user, self.machine_now())
        return trigger_id

    def use_trigger(self, trigger_id: str) -> str:
        """Whose it was. Slack: a trigger works once, within three seconds."""
        trigger = self.triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.uses:
            raise SlackError("exchanged_trigger_id")
        if self.machine_now() - trigger.born > self.trigger_seconds:
            raise SlackError("expired_trigger_id")
        trigger.uses += 1
        return trigger.user

    def new_response_url(self, user: str, channel: str, message: Message | None = None) -> str:
        key = secrets.token_urlsafe(12)
        self.response_urls[key] = Permit(user, self.machine_now(), channel, message)
        return key

    def use_response_url(self, key: str) -> Permit:
        """Slack: five times within thirty minutes."""
        url = self.response_urls.get(key)
        if url is None or url.uses >= RESPONSE_URL_USES:
            raise SlackError("used_url")
        if self.machine_now() - url.born > RESPONSE_URL_SECONDS:
            raise SlackError("expired_url")
        url.uses += 1
        return url


def with_ids(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Blocks as Slack keeps them: each has a block_id, each interactive element an action_id."""
    made = Counter[str]()
    kept = [b if b.get("block_id") else {**b, "block_id": _block_id(b, made)} for b in blocks]
    for _, element in elements_of(kept):
        if element["type"] not in STILL and not element.get("action_id"):
            element["action_id"] = secrets.token_hex(3)
    return kept


STILL = {"image", "mrkdwn", "plain_text", "raw_text"}


def _block_id(block: dict[str, Any], made: Counter[str]) -> str:
    """A block that is published again as it was keeps its id, so that a click on it still finds it.

    Inputs get a new one each time: an app that doesn't name them loses what was typed, as in Slack.
    """
    if block["type"] == "input":
        return secrets.token_hex(3)
    content = json.dumps(block, sort_keys=True)
    made[content] += 1
    return sha256(f"{made[content]} {content}".encode()).hexdigest()[:6]


def elements_of(blocks: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """(block, element) for every element that somebody could use: accessory, elements, element."""
    for block in blocks:
        kind = block.get("type")
        if kind in ("actions", "context_actions"):
            for element in block.get("elements", []):
                yield block, element
        elif kind == "section" and block.get("accessory"):
            yield block, block["accessory"]
        elif kind == "input" and block.get("element"):
            yield block, block["element"]


def texts_in(node: Any) -> Iterator[str]:
    """Every text of a block or a view, in reading order, however deep."""
    if isinstance(node, list):
        for child in node:
            yield from texts_in(child)
    elif isinstance(node, dict):
        for key, child in node.items():
            if key in ("text", "alt_text", "initial_value") and isinstance(child, str):
                yield child
            elif isinstance(child, dict | list):
                yield from texts_in(child)
