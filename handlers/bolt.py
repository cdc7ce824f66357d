"""One Bolt listener for each kind of request: it finds the handler, and sorts every error once.

With process_before_response the ack leaves when the listener ends, so what a person sent is committed by then.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError

from bot.errors import AlreadySeenError, FieldErrors, OutcomeUnknownError, UserError
from bot.i18n import mark
from bot.views.blocks import escape, escaped
from bot.views.help import unknown
from handlers.desk import Desk, notice
from handlers.routes import Call, Handler, Reply, Request, Routes

log = structlog.get_logger()
EVERYTHING = re.compile(".*", re.DOTALL)
HURRY = 0.12
"""The share of the desk's patience to learn how to speak to somebody, where all of it may be used up already."""

CLICKED = frozenset({"button", "overflow"})
"""Whoever uses one of these waits for something to happen, and is told why it didn't."""
CHOSEN = frozenset({"static_select"})
"""Whoever chooses from one of these is told why that was refused, as somebody who is typing isn't."""

SHOWN_BEFORE = frozenset({"exchanged_trigger_id", "hash_conflict"})
"""What Slack says where the first delivery of a click has shown its form, or changed it, already."""

FAILED = mark("That didn't work, and nothing was changed. Try again, or mention {reference} to your admin.")
FORM_FAILED = mark(
    "That didn't reach us, but your words are safe: they stay in this form. "
    "Try again, or mention {reference} to your admin."
)
UNKNOWN = mark("This takes longer than usual, so we don't know yet whether it was saved. Look again in a minute.")
FORM_UNKNOWN = mark(
    "This takes longer than usual, so we don't know yet whether it was saved. "
    "Your words stay in this form: send it again in a minute, it counts once."
)
TOO_SLOW = mark("Slack waits three seconds for a form to open, and this took longer. Please try again.")
OLD_FORM = mark(
    "This form is from another version of Cairn, so it can't be sent. "
    "Your words stay here: copy what you need, then open the form again. Nothing was saved."
)
OLD_BUTTON = mark("This button belongs to something that isn't there any more. Nothing was changed.")


class NotSavedError(Exception):
    """What was typed isn't stored, so it isn't acked."""


def connect(app: AsyncApp, desk: Desk, routes: Routes, renames: Mapping[str, str]) -> None:
    """Register the listeners; `renames` maps our commands to what the operator calls them."""
    ours = {f"/{theirs}": name for name, theirs in renames.items()}
    edge = _Edge(desk, routes, {**{f"/{name}": name for name in routes.commands if name not in renames}, **ours})
    app.command(EVERYTHING)(edge.on_command)
    app.action(EVERYTHING)(edge.on_action)
    app.view(EVERYTHING)(edge.on_view)
    app.view_closed(EVERYTHING)(edge.on_nothing)
    app.shortcut(EVERYTHING)(edge.on_shortcut)
    app.options(EVERYTHING)(edge.on_options)
    app.event(EVERYTHING)(edge.on_event)
    app.error(_unexpected)


async def _unexpected(error: Exception) -> BoltResponse:
    # What isn't acked comes here; a 500 lets Slack send an event again.
    log.error("bolt.failed", error=type(error).__name__)
    return BoltResponse(status=500)


@dataclass
class _Edge:
    desk: Desk
    routes: Routes
    commands: dict[str, str]

    async def on_nothing(self, ack: AsyncAck) -> None:
        await ack()

    async def on_command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        name, text = self.commands.get(body["command"], ""), body.get("text", "").strip()
        if name == "cairn":
            # `/cairn kudos …` always works, whatever the command is called.
            first, _, rest = text.partition(" ")
            if first.casefold() in self.routes.commands and first.casefold() != "cairn":
                name, text = first.casefold(), rest.strip()
        handler, rest = self.routes.command(name, text)
        request = await self._request(_of_command(body), body, text=rest)
        reply: Reply | None
        try:
            if handler is None:
                reply = Reply(text=unknown(await self.desk.voice_of(request.call), text or body["command"]))
            else:
                reply = await self._handle(handler, request)
        except Exception as error:  # noqa: BLE001 - this is the edge
            reply = Reply(text=await self._sentence(_in_mrkdwn(error), request.call, FAILED, UNKNOWN))
        await ack(**(reply or Reply()).ack())

    async def on_action(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        action = body["actions"][0]
        request = await self._request(_of_action(body), body, value=action.get("value") or "")
        try:
            if action["type"] not in CLICKED and action["action_id"] not in self.routes.actions:
                await ack()  # a choice in a form, which its submission will carry
                return
            handler = self.routes.actions.get(action["action_id"])
            if handler is None and not action.get("url"):
                raise UserError(OLD_BUTTON)
            await self._handle(handler, request)
        except Exception as error:  # noqa: BLE001 - this is the edge
            sentence = await self._sentence(_in_mrkdwn(error), request.call, FAILED, UNKNOWN)
            refused = isinstance(error, UserError)
            if action["type"] in CLICKED or (refused and action["type"] in CHOSEN):
                await self._tell(request, sentence)
            elif not refused:
                # Whoever is typing isn't interrupted: the form holds their words. Slack marks what wasn't acked.
                raise NotSavedError from None
        await ack()

    async def on_shortcut(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        request = await self._request(_of_shortcut(body), body)
        try:
            handler = self.routes.shortcuts.get(body["callback_id"])
            if handler is None:
                raise UserError(OLD_BUTTON)
            await self._handle(handler, request)
        except Exception as error:  # noqa: BLE001 - this is the edge
            await self._tell(request, await self._sentence(_in_mrkdwn(error), request.call, FAILED, UNKNOWN))
        await ack()

    async def on_options(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        request = await self._request(_of_options(body), body)
        searcher = self.routes.options.get(body["action_id"])
        found: list[dict[str, Any]] = []
        try:
            if searcher is not None:
                found = await self.desk.patiently(searcher(request))
        except Exception as error:  # noqa: BLE001 - nobody can be told while they type: the menu stays empty
            log.warning("options.failed", error=type(error).__name__, workspace=request.call.workspace)
        await ack(options=found)

    async def on_view(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        request = await self._request(_of_view(body), body)
        try:
            handler = self.routes.views.get(body["view"]["callback_id"])
            if handler is None:
                raise UserError(OLD_FORM)
            reply = await self._handle(handler, request)
        except FieldErrors as several:
            voice = await self.desk.voice_of(request.call, HURRY)
            await ack(
                **_beside(body["view"], [(error, voice.say(error.msgid, **error.params)) for error in several.errors])
            )
        except Exception as error:  # noqa: BLE001 - this is the edge
            sentence = await self._sentence(error, request.call, FORM_FAILED, FORM_UNKNOWN)
            await ack(**_beside(body["view"], [(error, sentence)]))
        else:
            await ack(**(reply or Reply()).ack())

    async def on_event(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        event = body["event"]
        call = Call(body["team_id"], _user_of(event), body["event_id"], channel=_channel_of(event))
        try:
            # What fails here isn't acked, and Slack sends it again.
            await self._handle(self.routes.events.get(event["type"]), await self._request(call, event))
        except UserError:
            log.info("event.refused", type=event["type"], workspace=call.workspace)  # nobody waits for a sentence
        await ack()

    async def _request(self, call: Call, payload: Mapping[str, Any], text: str = "", value: str = "") -> Request:
        return Request(call, await self.desk.clients.of(call.workspace), payload, text, value)

    async def _handle(self, handler: Handler | None, request: Request) -> Reply | None:
        if handler is None:
            return None
        try:
            return await self.desk.patiently(handler(request))
        except AlreadySeenError:
            return None
        except SlackApiError as error:
            if error.response["error"] in SHOWN_BEFORE:
                return None
            raise

    async def _sentence(self, error: Exception, call: Call, failed: str, unknown: str) -> str:
        """What a person is told of an error, in their language; the unexpected is logged under a reference."""
        voice = await self.desk.voice_of(call, HURRY)
        match error:
            case UserError():
                return voice.say(error.msgid, **error.params)
            case OutcomeUnknownError():
                return voice.say(unknown)
            case SlackApiError() if error.response["error"] == "expired_trigger_id":
                return voice.say(TOO_SLOW)
        reference = secrets.token_hex(3)
        log.error("request.failed", reference=reference, workspace=call.workspace, user=call.user, exc_info=error)
        return voice.say(failed, reference=reference)

    async def _tell(self, request: Request, sentence: str) -> None:
        """Tell somebody who clicked; a hint that may be lost."""
        try:
            await self.desk.tell(request, sentence)
        except Exception as error:  # noqa: BLE001 - there is nobody left to tell
            log.warning("tell.failed", error=type(error).__name__, workspace=request.call.workspace)


def _in_mrkdwn(error: Exception) -> Exception:
    """An error whose sentence goes into a message, where names must mention and format nothing; forms take it plain."""
    if isinstance(error, UserError):
        error.params = {name: escaped(value) for name, value in error.params.items()}
    return error


def _of_command(body: Mapping[str, Any]) -> Call:
    return Call(
        body["team_id"],
        body["user_id"],
        body["trigger_id"],
        channel=body["channel_id"],
        trigger_id=body["trigger_id"],
        response_url=body.get("response_url"),
    )


def _of_action(body: Mapping[str, Any]) -> Call:
    container = body["container"]["type"]
    return Call(
        body["user"]["team_id"] if "team_id" in body["user"] else body["team"]["id"],
        body["user"]["id"],
        body["trigger_id"],
        channel=(body.get("channel") or {}).get("id"),
        trigger_id=body["trigger_id"],
        response_url=body.get("response_url"),
        surface="message" if container == "message" else body["view"]["type"].replace("modal", "view"),
    )


def _of_shortcut(body: Mapping[str, Any]) -> Call:
    return Call(
        body["team"]["id"],
        body["user"]["id"],
        body["trigger_id"],
        channel=(body.get("channel") or {}).get("id"),
        trigger_id=body["trigger_id"],
        response_url=body.get("response_url"),
    )


def _of_options(body: Mapping[str, Any]) -> Call:
    return Call(body["team"]["id"], body["user"]["id"], "", surface="view")


def _of_view(body: Mapping[str, Any]) -> Call:
    view = body["view"]
    return Call(
        body["team"]["id"],
        body["user"]["id"],
        f"{view['id']}:{view['hash']}:{_gist(view['state'])}",
        trigger_id=body.get("trigger_id"),
        surface="view",
    )


def _gist(state: Mapping[str, Any]) -> str:
    """Tells a form apart that is sent again with other words in it, after an outcome that nobody knew.

    Four digits: enough for that, and too few for anybody to try out words by them.
    """
    return hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()[:4]


def _user_of(event: Mapping[str, Any]) -> str:
    user = event.get("user")
    return str(user["id"] if isinstance(user, Mapping) else user or "")


def _channel_of(event: Mapping[str, Any]) -> str | None:
    channel = event.get("channel")
    return channel["id"] if isinstance(channel, Mapping) else channel


def _beside(view: Mapping[str, Any], errors: Sequence[tuple[Exception, str]]) -> dict[str, Any]:
    """The ack that says sentences beside the inputs that they are about, else at the form's first; on top of a form
    that has none."""
    inputs = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    if not inputs:
        return {"response_action": "push", "view": notice("\n".join(escape(sentence) for _, sentence in errors))}
    said: dict[str, str] = {}
    for error, sentence in errors:
        field = error.field if isinstance(error, UserError) else None
        about = next((block_id for block_id in inputs if block_id.partition("~")[0] == field), inputs[0])
        said.setdefault(about, sentence)
    return {"response_action": "errors", "errors": said}
