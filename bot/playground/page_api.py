"""The page's own HTTP API: everything one person can see, and what they do."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.playground.acting import Workspace
from bot.playground.company import Person
from bot.playground.views import View
from bot.playground.world import BOT_USER, Conversation, Message, World

JSON = dict[str, Any]
STATIC = {path.name: path for path in (Path(__file__).parent / "page").iterdir()}


def person_json(person: Person) -> JSON:
    kept = ("id", "name", "real_name", "tz", "locale", "is_bot", "deleted", "title", "is_admin")
    return {name: getattr(person, name) for name in kept}


def message_json(message: Message, replies: int) -> JSON:
    kept = ("ts", "user", "text", "blocks", "thread_ts", "shown_at", "files")
    shown = {name: getattr(message, name) for name in kept} | {"reply_count": replies}
    shown |= {"edited": bool(message.edited), "ephemeral": message.ephemeral_to is not None}
    return shown | {"reactions": [{"name": n, "users": u} for n, u in message.reactions.items() if u]}


class Page:
    """Answers `/page/…`. Only requests with the header `X-Playground: 1` may act."""

    def __init__(self, slack: Workspace, connected: Callable[[], bool]) -> None:
        self.slack = slack
        self.world: World = slack.world
        self.connected = connected
        self.closing = False

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get("/", self.index),
            web.get("/page/state", self.state),
            web.get("/page/events", self.events),
            web.post("/page/act", self.act),
            web.get("/page/{file}", self.file),
        ]

    async def index(self, _: web.Request) -> web.StreamResponse:
        return web.FileResponse(STATIC["index.html"], headers={"Cache-Control": "no-store"})

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A part of the page; browsers ask each time whether it changed, so that nobody runs half an old page."""
        found = STATIC.get(request.match_info["file"])
        if found is None:
            raise web.HTTPNotFound
        return web.FileResponse(found, headers={"Cache-Control": "no-cache"})

    async def state(self, request: web.Request) -> web.Response:
        user = request.query.get("as") or self._earliest().id
        if user not in self.world.people:
            return web.json_response({"error": "nobody by that id"}, status=404)
        calendar = self.world.calendar
        next_due = await calendar.next_due() if calendar else None
        app = self.world.company.app
        body = {
            "version": self.world.version,
            "now": self.world.calendar_now().isoformat(),
            "next_due": next_due.isoformat() if next_due else None,
            "can_move_time": calendar is not None,
            "reconnecting": not self.connected(),
            "team": {"name": self.world.company.name},
            "me": person_json(self.world.people[user]),
            "people": [person_json(p) for p in self.world.people.values()],
            "commands": [asdict(c) for c in app.commands],
            "shortcuts": [asdict(s) for s in app.shortcuts],
            "channels": self._channels(user),
            "home": self.slack.home(user),
            "modals": self.slack.stack(user),
            "toasts": [asdict(t) for t in self.world.toasts[user]],
        }
        return web.json_response(body)

    def _earliest(self) -> Person:
        """For whom it is latest in the day: what happens at everybody's own time happens to them first."""
        now = self.world.calendar_now()
        people = [each for each in self.world.company.people if not (each.deleted or each.is_bot)]
        return max(people, key=lambda each: now.astimezone(ZoneInfo(each.tz)).replace(tzinfo=None))

    def _channels(self, user: str) -> list[JSON]:
        self.world.dm(user)
        return [
            self._channel(user, c) for c in self.world.conversations.values() if user in c.members or c.kind == "public"
        ]

    def _channel(self, user: str, conversation: Conversation) -> JSON:
        own = [m for m in self.slack.ephemerals(user) if m.channel == conversation.id]
        messages = sorted([*conversation.visible(), *own], key=lambda m: float(m.ts))
        return {
            "id": conversation.id,
            "name": conversation.name,
            "kind": conversation.kind,
            "member": user in conversation.members,
            "bot_member": BOT_USER in conversation.members,
            "with": "bot" if conversation.kind == "im" else None,
            "messages": [message_json(m, len(self.slack.thread(m.channel, m.ts))) for m in messages],
        }

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: the version, whenever something changed."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        watcher = asyncio.Event()
        self.world.watchers.add(watcher)
        try:
            while not self.closing:
                watcher.clear()
                await response.write(b'data: {"version": %d}\n\n' % self.world.version)
                await watcher.wait()
        except ConnectionResetError:
            pass
        finally:
            self.world.watchers.discard(watcher)
        return response

    async def act(self, request: web.Request) -> web.Response:
        if request.headers.get("X-Playground") != "1" or request.content_type != "application/json":
            return web.json_response({"ok": False, "error": "not from the playground's page"}, status=403)
        body = await request.json()
        act = ACTS.get(body.get("do"))
        if act is None:
            return web.json_response({"ok": False, "error": f"can't do {body.get('do')!r}"}, status=400)
        try:
            done = await act(self, body["as"], body)
            return web.json_response({"ok": True, **(done if isinstance(done, dict) else {})})
        except (AssertionError, KeyError, StopIteration, TypeError, ValueError) as problem:
            return web.json_response({"ok": False, "error": str(problem)})

    def message(self, user: str, body: JSON) -> Message:
        """The message that the page means, if this person can see it."""
        own = [m for m in self.slack.ephemerals(user) if m.ts == body["ts"]]
        found = own[0] if own else self.world.conversations[body["channel"]].messages[body["ts"]]
        assert self.slack.sees(user, found), "that message is gone"
        return found

    def open_view(self, user: str, body: JSON) -> View:
        view = self.slack.doing.views.all[body["view_id"]]
        assert view.user == user, "that form is somebody else's"
        return view


def _key(body: JSON) -> tuple[str, str]:
    return body["block_id"], body["action_id"]


async def _submit(page: Page, user: str, body: JSON) -> JSON:
    result = await page.slack.doing.submit(page.open_view(user, body))
    return {"errors": result.errors, "closed": result.closed, "failed": result.failed}


async def _options(page: Page, user: str, body: JSON) -> JSON:
    where = page.open_view(user, body) if body.get("view_id") else page.message(user, body)
    return await page.slack.doing.options(user, where, _key(body), body["query"])


async def _view_state(page: Page, user: str, body: JSON) -> None:
    page.slack.doing.set_state(page.open_view(user, body), _key(body), body.get("action") or {})


async def _dismiss_toast(page: Page, user: str, body: JSON) -> None:
    page.world.toasts[user] = [t for t in page.world.toasts[user] if t.id != body["id"]]
    page.world.changed()


async def _invite_bot(page: Page, _: str, body: JSON) -> None:
    assert BOT_USER not in page.world.conversations[body["channel"]].members, "the app is in there already"
    await page.slack.invites_bot(body["channel"])


async def _react(page: Page, user: str, body: JSON) -> None:
    message = page.message(user, body)
    given = user in message.reactions.get(body["name"], [])
    await page.slack.doing.react(user, message, body["name"], added=not given)


async def _move_time(page: Page, _: str, body: JSON) -> None:
    calendar = page.world.calendar
    assert calendar, "time can't be moved here"
    if "to" in body:
        moment: datetime | None = datetime.fromisoformat(body["to"])
    elif body.get("next"):
        moment = await calendar.next_due()
    else:
        moment = calendar.now() + timedelta(minutes=body["minutes"])
    assert moment, "nothing is due"
    await calendar.move_to(moment)
    page.world.changed()


ACTS: dict[str, Callable[[Page, str, JSON], Awaitable[Any]]] = {
    "command": lambda page, user, body: page.slack.says(user, body["text"], body.get("channel")),
    "write": lambda page, user, body: page.slack.writes(user, body["text"], body.get("channel"), body.get("thread_ts")),
    "click": lambda page, user, body: page.slack.doing.message_action(
        user, page.message(user, body), _key(body), body.get("action") or {}
    ),
    "view_action": lambda page, user, body: page.slack.doing.view_action(
        page.open_view(user, body), _key(body), body.get("action") or {}
    ),
    "view_state": _view_state,
    "submit": _submit,
    "close": lambda page, user, body: page.slack.doing.close(
        page.open_view(user, body), everything=bool(body.get("all"))
    ),
    "home": lambda page, user, _: page.slack.opens_home(user),
    "options": _options,
    "shortcut": lambda page, user, body: page.slack.shortcut(
        user, body["callback_id"], page.message(user, body) if body.get("ts") else None
    ),
    "dismiss_toast": _dismiss_toast,
    "invite_bot": _invite_bot,
    "react": _react,
    "move_time": _move_time,
}
