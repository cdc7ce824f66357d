"""What is registered for which name, and what a handler gets and gives.

Bolt looks through its listeners one by one, so there is one of its listeners for each kind of request
(`handlers.bolt`), and the names are looked up here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

View = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One delivery of Slack's: who did it, where, and the key that makes a second delivery of it a no-op.

    Ids are Slack's. `surface` is where a click was made: message, view or home.
    """

    workspace: str
    user: str
    delivery: str
    channel: str | None = None
    trigger_id: str | None = None
    response_url: str | None = None
    surface: str = "message"


@dataclass(frozen=True)
class Request:
    """What a handler gets. `text` is what was typed after a command, `value` what a button carries."""

    call: Call
    client: AsyncWebClient
    payload: Mapping[str, Any]
    text: str = ""
    value: str = ""

    @property
    def view(self) -> Mapping[str, Any]:
        """The form that was sent or clicked in."""
        view: Mapping[str, Any] = self.payload["view"]
        return view

    async def open(self, view: View) -> None:
        """Open a form."""
        await self.client.views_open(trigger_id=self.call.trigger_id or "", view=view)

    async def push(self, view: View) -> None:
        """Open a form on top of the one that was clicked in."""
        await self.client.views_push(trigger_id=self.call.trigger_id or "", view=view)

    async def update(self, view: View) -> None:
        """Put a form in place of the one that was clicked in; `hash_conflict` where that has changed meanwhile."""
        await self.client.views_update(view_id=self.view["id"], hash=self.view["hash"], view=view)

    async def show(self, view: View) -> None:
        """Put a form in place of the one that was clicked in, or open it where none was."""
        await (self.update if self.call.surface == "view" else self.open)(view)

    async def add(self, view: View) -> None:
        """Open a form on top of the one that was clicked in, or alone where none was."""
        await (self.push if self.call.surface == "view" else self.open)(view)


@dataclass(frozen=True)
class Reply:
    """What a handler answers with: words only they see, or what becomes of a form; nothing is a plain ack.

    `blocks` go with the `text` that says all of them. `view` takes the place of the form that was sent, or comes
    `on_top` of it.
    """

    text: str | None = None
    blocks: Sequence[Mapping[str, Any]] | None = None
    view: Mapping[str, Any] | None = None
    on_top: bool = False
    closes_all: bool = False

    def ack(self) -> dict[str, Any]:
        """The arguments of Bolt's ack."""
        if self.closes_all:
            return {"response_action": "clear"}
        if self.view is not None:
            return {"response_action": "push" if self.on_top else "update", "view": self.view}
        if self.blocks is not None:
            return {"text": self.text, "blocks": self.blocks}
        return {} if self.text is None else {"text": self.text}


Handler = Callable[[Request], Awaitable[Reply | None]]
Searcher = Callable[[Request], Awaitable[list[dict[str, Any]]]]
"""Gives the options of a menu for what somebody typed into it, at most 100."""
MOST_WORDS = 2
"""How many words after a command say what it does."""


@dataclass(frozen=True)
class Routes:
    """Handlers by the name that Slack sends: commands by our own names, whatever the operator calls them.

    `commands` alone, without a word after them; `words`: what may follow them, as in `checkin new`, or, where more
    may follow that, as in `cairn away …`. `name …` takes whatever no other word of that command does.
    """

    commands: dict[str, Handler] = field(default_factory=dict)
    words: dict[str, Handler] = field(default_factory=dict)
    actions: dict[str, Handler] = field(default_factory=dict)
    views: dict[str, Handler] = field(default_factory=dict)
    shortcuts: dict[str, Handler] = field(default_factory=dict)
    options: dict[str, Searcher] = field(default_factory=dict)
    events: dict[str, Handler] = field(default_factory=dict)

    def command(self, name: str, text: str) -> tuple[Handler | None, str]:
        """What answers a command with this text after it, and the text that it gets; the longest word wins."""
        typed = text.split()
        if not typed:
            return self.commands.get(name), ""
        for n in range(min(len(typed), MOST_WORDS), -1, -1):
            word = " ".join([name, *typed[:n]]).casefold()
            rest = [*text.split(maxsplit=n), ""][n] if n else text
            found = self.words.get(f"{word} …") or (None if rest else self.words.get(word))
            if found is not None:
                return found, rest
        return None, text
