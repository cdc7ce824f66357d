"""The Web API over HTTP: tokens, scopes, limits, faults, strictness, and the record of every call."""

import asyncio
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.playground import chat, checks, conversations, files, people, views
from bot.playground.faults import Fault, Faults
from bot.playground.limits import Limits
from bot.playground.methods import METHODS, Args, Call
from bot.playground.views import Views
from bot.playground.world import Message, SlackError, World

MODULES = (chat, conversations, files, people, views)  # importing them fills METHODS
JSON_ARGS = ("attachments", "blocks", "files", "metadata", "view")
# What only a faulty bot is told. Anything else (a channel it was thrown out of, a late trigger) is life.
FAULTY = {
    *("invalid_arguments", "invalid_blocks", "invalid_cursor", "invalid_metadata_format", "metadata_too_large"),
    *("missing_scope", "msg_blocks_too_long", "msg_too_long", "no_text", "not_allowed_token_type"),
    *("duplicate_external_id", "unknown_method", "view_too_large", "file_upload_size_mismatch"),
    *("users_list_not_supplied", "too_many_users"),
}


@dataclass(frozen=True)
class Violation:
    """Something a real Slack would refuse, or that would hurt people."""

    method: str
    error: str
    messages: tuple[str, ...] = ()
    args: Args = field(default_factory=dict, compare=False)


class WebApi:
    """Answers `/api/{method}`."""

    def __init__(self, world: World, views: Views) -> None:
        self.world = world
        self.views = views
        self.faults = Faults()
        self.limits = Limits()
        self.bot_token = f"xoxb-{secrets.token_hex(12)}"
        self.app_token = f"xapp-{secrets.token_hex(12)}"
        self.scopes = world.company.app.scopes
        self.page_size = 3
        self.checks_on = True
        self.calls: list[Call] = []
        self.sent: list[Args] = []  # all that went out to people, for tests that look for a word in it
        self.violations: list[Violation] = []
        self.echo: Callable[[Message, Args | None], None] = lambda _message, _before: None
        self.connect_url: Callable[[], str] = str
        self.url = ""

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One call: parsed, met by its planned fault where there is one, answered."""
        name = request.match_info["method"]
        try:
            args = await _parse(request)
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_json"})
        dm_users = {c.id: c.user for c in self.world.conversations.values() if c.user} if self.faults.planned else {}
        fault = self.faults.take(name, args, dm_users)
        return await self._faulty(fault, request, name, args) if fault else self._respond(name, args)

    def has_scope(self, scope: str) -> bool:
        return self.scopes is None or scope in self.scopes

    def check_view(self, body: Any, kind: str) -> None:
        if self.checks_on:
            checks.check_view(body, kind, self.world)

    def check_message(self, call: Call) -> None:
        if self.checks_on:
            for sentence in checks.check_message(call.method, call.args, self.world):
                self.violations.append(Violation(call.method, "unescaped", (sentence,), call.args))

    def call(self, name: str, args: Args) -> Call:
        """Run a method and record it; the answer is in `response`, ok or not."""
        call = Call(name, args, self.world.machine_now(), self)
        try:
            call.response = {"ok": True, **self._run(call)}
        except SlackError as problem:
            call.response = self._refusal(call, problem)
        except (AttributeError, KeyError, TypeError, ValueError) as nonsense:  # an argument of the wrong shape
            call.response = self._refusal(call, SlackError("invalid_arguments", [f"[ERROR] {nonsense!r}"]))
        self.calls.append(call)
        if name.startswith(("chat.", "views.", "files.")):
            self.sent.append(args)
        return call

    def refuses(self, name: str, body: Args) -> bool:
        """Whether Slack refuses what the bot answered instead of calling: an ack, a response_url."""
        self.sent.append(body)
        call = Call(name, body, self.world.machine_now(), self)
        try:
            if "view" in body:
                self.check_view(body["view"], "modal")
            elif "text" in body or "blocks" in body:
                self.check_message(call)
        except SlackError as problem:
            self._refusal(call, problem)
            return True
        return False

    def _run(self, call: Call) -> dict[str, Any]:
        method = METHODS.get(call.method)
        connecting = call.method == "apps.connections.open"
        self._authorize(call.args.pop("token", None), self.app_token if connecting else self.bot_token)
        if connecting:
            return {"url": self.connect_url()}
        if method is None:
            raise SlackError("unknown_method")
        wait = self.limits.wait(call.method, method.tier, call.args.get("channel"), call.at)
        if wait:
            raise SlackError("ratelimited", retry_after=wait)
        if method.scope:
            call.need_scope(method.scope)
        return method.handler(call)

    def _authorize(self, token: str | None, wanted: str) -> None:
        if not token:
            raise SlackError("not_authed")
        if token in (self.bot_token, self.app_token) and token != wanted:
            raise SlackError("not_allowed_token_type")
        if token != wanted:
            raise SlackError("invalid_auth")

    def _refusal(self, call: Call, problem: SlackError) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error": problem.error, **problem.extra}
        if problem.messages:
            body["response_metadata"] = {"messages": problem.messages}
        is_early = bool(problem.messages) and all(files.IN_WORK in each for each in problem.messages)
        if problem.error in FAULTY and not is_early:
            self.violations.append(Violation(call.method, problem.error, tuple(problem.messages), call.args))
        return body

    def _respond(self, name: str, args: Args) -> web.Response:
        body = self.call(name, args).response
        headers = {"x-slack-req-id": self.world.next_id("req"), "x-oauth-scopes": ",".join(self.scopes or ())}
        if wait := body.pop("retry_after", None):
            headers["Retry-After"] = str(wait)
        return web.json_response(body, status=429 if wait else 200, headers=headers)

    # Faults

    async def _faulty(self, fault: Fault, request: web.Request, name: str, args: Args) -> web.StreamResponse:
        if fault.kind in ("error", "http", "ratelimited", "reset"):
            return self._failure(fault, request, name, args)
        if fault.kind == "delay":
            await asyncio.sleep(float(fault.detail))
        if fault.kind == "hang" and fault.detail != "acted":
            await fault.released.wait()
        response = self._respond(name, args)
        if fault.kind == "hang":
            await fault.released.wait()
        return _cut(request) if fault.kind == "lost" else response

    def _failure(self, fault: Fault, request: web.Request, name: str, args: Args) -> web.Response:
        """An answer (or none) without acting."""
        args.pop("token", None)
        body = {"ok": False, "error": fault.detail if fault.kind == "error" else fault.kind}
        self.calls.append(Call(name, args, self.world.machine_now(), self, body))
        if fault.kind == "reset":
            return _cut(request)
        if fault.kind == "http":
            return web.Response(status=int(fault.detail), text="<html>Server Error</html>", content_type="text/html")
        if fault.kind == "ratelimited":
            return web.json_response(body, status=429, headers={"Retry-After": fault.detail or "1"})
        return web.json_response(body)


def _cut(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response()


async def _parse(request: web.Request) -> Args:
    """Arguments from the query and a form or JSON body; what a form carries as JSON text is parsed."""
    args: Args = dict(request.query)
    if request.content_type == "application/json":
        body = await request.read()
        if body:
            args |= json.loads(body)
    elif request.can_read_body:
        args |= {k: v for k, v in (await request.post()).items() if isinstance(v, str)}
    for name in JSON_ARGS:
        if isinstance(args.get(name), str) and args[name]:
            args[name] = _json_or_text(args[name])
    bearer = request.headers.get("Authorization", "")
    if bearer.startswith("Bearer "):
        args["token"] = bearer.removeprefix("Bearer ")
    return args


def _json_or_text(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
