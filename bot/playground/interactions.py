"""What Slack does when a person acts: the payload that goes to the bot, and what its answer changes."""

import math
from dataclasses import dataclass, field
from typing import Any

from bot.playground import payloads
from bot.playground.transport import Answer, Delivery, Transport
from bot.playground.views import STATEFUL, View
from bot.playground.web_api import WebApi
from bot.playground.world import BOT_USER, Conversation, Message, SlackError, World, elements_of

JSON = dict[str, Any]
TROUBLE = "We had some trouble connecting. Try again?"
REQUIRED = "Please complete this required field."
MESSAGE_EVENTS = {  # kind of conversation: (what the app subscribes to, channel_type)
    "im": ("message.im", "im"),
    "public": ("message.channels", "channel"),
    "private": ("message.groups", "group"),
}


@dataclass(frozen=True)
class CommandResult:
    """`error` is Slack's own word when the command failed: operation_timeout, dispatch_failed, …"""

    ack: JSON | None = None
    error: str | None = None


@dataclass(frozen=True)
class SubmitResult:
    """`errors` by block_id; `failed` is the sentence Slack shows when the app didn't answer properly."""

    errors: dict[str, str] = field(default_factory=dict)
    closed: bool = False
    failed: str | None = None


class Interactions:
    """One method for each thing that a client can make Slack do."""

    def __init__(self, world: World, api: WebApi, transport: Transport) -> None:
        self.world = world
        self.api = api
        self.views = api.views
        self.transport = transport
        self.url = ""
        self.last: Delivery | None = None

    # Commands and messages

    async def command(self, user: str, text: str, channel: Conversation) -> CommandResult:
        name, _, rest = text.strip().partition(" ")
        command = next((c for c in self.world.company.app.commands if c.command == name), None)
        if command is None:
            self.world.toast(user, f"{name} is not a valid command.")
            return CommandResult(error="invalid_command")
        rest = rest.strip()
        if command.should_escape:
            rest = payloads.escaped(self.world, rest)
        url = self._response_url(user, channel.id)
        answer = await self._deliver("command", payloads.command(self.world, user, (name, rest), channel, url))
        if not answer.acked:
            error = "operation_timeout" if "timeout" in answer.reason else "dispatch_failed"
            self.world.toast(user, f'{name} failed with the error "{error}"')
            return CommandResult(error=error)
        self.say_back(user, channel.id, answer.payload or {})
        return CommandResult(ack=answer.payload)

    def say_back(self, user: str, channel: str, body: JSON) -> None:
        """Show a command's or response_url's answer: to its reader only, or in the channel."""
        if not (body.get("text") or body.get("blocks")) or self.api.refuses("response", body):
            return
        said = {name: body.get(name) for name in ("blocks", "thread_ts")}
        said["ephemeral_to"] = None if body.get("response_type") == "in_channel" else user
        self.world.post(channel, BOT_USER, body.get("text") or "", **said)

    def respond(self, key: str, body: JSON) -> None:
        """POST to a response_url (Slack: replace_original, delete_original, response_type)."""
        url = self.world.use_response_url(key)
        message = url.message
        if message and body.get("delete_original"):
            self.world.delete(message)
        elif message and body.get("replace_original") and not self.api.refuses("response", body):
            self.world.edit(message, text=body.get("text") or "", blocks=body.get("blocks") or [])
        elif not body.get("replace_original"):
            self.say_back(url.user, url.channel, body)

    async def write(self, user: str, text: str, channel: Conversation, thread_ts: str | None = None) -> Message:
        text = payloads.escaped(self.world, text)
        message = self.world.post(channel.id, user, text, thread_ts=thread_ts)
        await self.tell_message(message)
        return message

    async def tell_message(self, message: Message) -> None:
        """The message event for what somebody (or the bot itself) said."""
        channel = self.world.conversations[message.channel]
        if BOT_USER not in channel.members:
            return
        body = message.json() | {"channel": channel.id, "event_ts": message.ts}
        subscription, kind = MESSAGE_EVENTS[channel.kind]
        await self.tell(body | {"channel_type": kind}, subscription, remember=message.user != BOT_USER)

    async def tell_change(self, message: Message, previous: JSON) -> None:
        """message_changed or message_deleted; `previous` is the message as it was."""
        channel = self.world.conversations[message.channel]
        if BOT_USER not in channel.members:
            return
        subscription, kind = MESSAGE_EVENTS[channel.kind]
        body: JSON = {"type": "message", "hidden": True, "previous_message": previous, "ts": self.world.next_ts()}
        body |= {"channel": channel.id, "channel_type": kind}
        if message.deleted:
            body |= {"subtype": "message_deleted", "deleted_ts": message.ts}
        else:
            body |= {"subtype": "message_changed", "message": message.json()}
        await self.tell(body, subscription, remember=message.user != BOT_USER)

    async def tell(self, body: JSON, subscription: str = "", *, remember: bool = True) -> Answer | None:
        """Send an event, if the app subscribed to it."""
        if (subscription or body["type"]) not in self.world.company.app.bot_events:
            return None
        delivery = Delivery("event", payloads.event(self.world, body))
        if remember:
            self.last = delivery
        return await self.transport.send_event(delivery)

    # Buttons, selects and inputs

    async def message_action(self, user: str, message: Message, key: tuple[str, str], fields: JSON) -> Answer:
        """Use an element of a message; `key` is (block_id, action_id)."""
        block, element = find(message.blocks, *key)
        said = payloads.action(self.world, block, element, fields)
        url = self._response_url(user, message.channel, message)
        payload = payloads.message_action(self.world, user, message, said, url)
        return await self._interact(user, "block_actions", payload)

    async def view_action(self, view: View, key: tuple[str, str], fields: JSON) -> Answer:
        """Use an element of a modal or Home; what it holds afterwards is in the payload's state."""
        block, element = find(view.body["blocks"], *key)
        self.set_state(view, key, fields)
        said = payloads.action(self.world, block, element, fields)
        return await self._interact(view.user, "block_actions", payloads.view_action(self.world, view, said))

    def set_state(self, view: View, key: tuple[str, str], fields: JSON) -> None:
        """What the person typed or chose, without telling the bot."""
        block, element = find(view.body["blocks"], *key)
        if element["type"] in STATEFUL:
            name = STATEFUL[element["type"]][0]
            chosen = fields.get(name)  # an emptied text field is null in Slack's state
            view.values[key[0]][key[1]] = {"type": element["type"], name: None if chosen == "" else chosen}
            view.errors.pop(block["block_id"], None)
            self.world.changed()

    async def options(self, user: str, where: View | Message, key: tuple[str, str], query: str) -> JSON:
        """The bot's options for an external select: {"options": […]} or {"option_groups": […]}."""
        payload = payloads.base(self.world, "block_suggestion", user)
        payload |= {"block_id": key[0], "action_id": key[1], "value": query}
        if isinstance(where, View):
            payload |= {"container": {"type": "view", "view_id": where.id}, "view": where.json()}
        else:
            container = {"type": "message", "message_ts": where.ts, "channel_id": where.channel}
            payload |= {"container": container, "message": where.json()}
        answer = await self._deliver("block_suggestion", payload)
        return answer.payload or {"options": []}

    async def shortcut(self, user: str, callback_id: str, message: Message | None) -> Answer:
        kind = "message_action" if message else "shortcut"
        payload = payloads.base(self.world, kind, user)
        payload |= {"callback_id": callback_id, "action_ts": self.world.next_ts()}
        if message:
            payload |= {
                "channel": payloads.channel_json(self.world, message.channel),
                "message_ts": message.ts,
                "message": message.json(),
                "response_url": self._response_url(user, message.channel),
            }
        return await self._interact(user, kind, payload)

    # Forms

    async def submit(self, view: View, *, force: bool = False) -> SubmitResult:
        """Press Submit. Slack's client checks required fields and lengths first, unless `force`."""
        view.errors = {} if force else client_errors(view)
        if view.errors:
            self.world.changed()
            return SubmitResult(dict(view.errors))
        payload = payloads.base(self.world, "view_submission", view.user)
        answer = await self._deliver("view_submission", payload | {"view": view.json(), "response_urls": []})
        if not answer.acked or not self._answered(view, answer.payload or {}):
            self.world.toast(view.user, TROUBLE)
            return SubmitResult(failed=TROUBLE)
        return SubmitResult(dict(view.errors), view not in self.views.stack(view.user))

    def _answered(self, view: View, body: JSON) -> bool:
        """Do what the answer to a submission says; False when it makes no sense."""
        what = body.get("response_action")
        if not body or (what == "errors" and body.get("errors") == {}):
            self.views.close(view)
        elif what == "clear":
            self.views.close_all(view.user)
        elif what == "errors":
            return self._show_errors(view, body.get("errors"))
        elif what in ("update", "push") and not self.api.refuses("response_action", body):
            return self._next_view(view, str(what), body["view"])
        else:
            return False
        return True

    def _show_errors(self, view: View, errors: Any) -> bool:
        inputs = {b["block_id"] for b in view.body["blocks"] if b["type"] == "input"}
        if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
            return False
        view.errors = errors
        self.world.changed()
        return True

    def _next_view(self, view: View, what: str, body: JSON) -> bool:
        try:
            if what == "update":
                self.views.update(view, body)
            else:
                self.views.push(view.user, body)
        except SlackError:
            return False
        return True

    async def close(self, view: View, *, everything: bool = False) -> None:
        """Cancel one form or the whole stack; the bot hears of it only with notify_on_close."""
        stack = self.views.stack(view.user)
        cleared = everything or bool(view.body.get("clear_on_close"))
        closing = list(reversed(stack)) if cleared else [view]
        for closed in closing:
            self.views.close(closed)
        for closed in closing:
            if closed.body.get("notify_on_close"):
                payload = payloads.base(self.world, "view_closed", view.user)
                shown = closed.json() | {"state": {"values": {}}}
                await self._deliver("view_closed", payload | {"view": shown, "is_cleared": cleared})

    async def home(self, user: str) -> None:
        body: JSON = {"type": "app_home_opened", "user": user, "tab": "home"}
        body["channel"] = self.world.dm(user).id
        if home := self.views.homes.get(user):
            body["view"] = home.json()
        await self.tell(body)

    async def react(self, user: str, message: Message, name: str, *, added: bool = True) -> None:
        people = message.reactions.setdefault(name, [])
        if (user in people) != added:
            people.append(user) if added else people.remove(user)
        self.world.changed()
        item = {"type": "message", "channel": message.channel, "ts": message.ts}
        body = {"type": "reaction_added" if added else "reaction_removed", "user": user, "reaction": name}
        if BOT_USER in self.world.conversations[message.channel].members:
            await self.tell(body | {"item": item, "item_user": message.user})

    # Delivery

    async def _interact(self, user: str, kind: str, payload: JSON) -> Answer:
        answer = await self._deliver(kind, payload)
        if not answer.acked:
            self.world.toast(user, TROUBLE)
        return answer

    async def _deliver(self, kind: str, payload: JSON) -> Answer:
        self.last = Delivery(kind, payload)
        return await self.transport.send(self.last)

    def _response_url(self, user: str, channel: str, message: Message | None = None) -> str:
        return f"{self.url}/response/{self.world.new_response_url(user, channel, message)}"


def find(blocks: list[JSON], block_id: str, action_id: str) -> tuple[JSON, JSON]:
    """(block, element), or KeyError."""
    for block, element in elements_of(blocks):
        if block["block_id"] == block_id and element.get("action_id") == action_id:
            return block, element
    raise KeyError(f"{block_id}/{action_id}")


def client_errors(view: View) -> dict[str, str]:
    """What Slack's client refuses to submit: {block_id: sentence}."""
    found = {}
    for block, element in elements_of(view.body["blocks"]):
        if block["type"] == "input":
            entry = view.values[block["block_id"]][element["action_id"]]
            problem = _client_error(block, element, entry[STATEFUL[element["type"]][0]])
            if problem:
                found[block["block_id"]] = problem
    return found


def _client_error(block: JSON, element: JSON, value: Any) -> str | None:
    if value in (None, "", []):
        return None if block.get("optional") else REQUIRED
    if element["type"] == "number_input":
        return _number_error(element, str(value))
    if isinstance(value, str) and len(value) > element.get("max_length", 3000):
        return f"This must be at most {element.get('max_length', 3000)} characters."
    if isinstance(value, str) and len(value) < element.get("min_length", 0):
        return f"This must be at least {element['min_length']} characters."
    return None


def _number_error(element: JSON, value: str) -> str | None:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if math.isnan(number) or (not element["is_decimal_allowed"] and number != int(number)):
        return "Please enter a valid number."
    if "min_value" in element and number < float(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if "max_value" in element and number > float(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return None
