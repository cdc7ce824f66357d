"""`Workspace`: what people do in Slack and what they see there. Tests and the page speak through it."""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

from bot.playground import payloads
from bot.playground.company import Person, user_json
from bot.playground.interactions import CommandResult, Interactions, SubmitResult
from bot.playground.methods import Call
from bot.playground.transport import Answer, again
from bot.playground.views import STATEFUL, View
from bot.playground.world import BOT_USER, Conversation, Message, World, elements_of

JSON = dict[str, Any]
Choice = str | list[str]


class Seeing:
    """What a person sees."""

    def __init__(self, doing: Interactions) -> None:
        self.doing = doing
        self.world: World = doing.world

    def conversation(self, user: str, channel: str | None) -> Conversation:
        """The channel by id or #name, the DM with the bot when None."""
        if channel is None:
            return self.world.dm(user)
        if channel.startswith("#"):
            return next(c for c in self.world.conversations.values() if c.name == channel[1:])
        return self.world.conversations[channel]

    def channel(self, channel: str) -> list[Message]:
        return self.world.conversations[channel].visible()

    def thread(self, channel: str, ts: str) -> list[Message]:
        """The replies, oldest first."""
        return [m for m in self.world.conversations[channel].replies.get(ts, []) if not m.deleted]

    def dm(self, user: str) -> list[Message]:
        return self.world.dm(user).visible()

    def last(self, user: str) -> Message:
        return self.dm(user)[-1]

    def ephemerals(self, user: str) -> list[Message]:
        return [m for m in self.world.ephemerals[user] if not m.deleted]

    def toasts(self, user: str) -> list[str]:
        return [t.text for t in self.world.toasts[user]]

    def sees(self, user: str, message: Message) -> bool:
        """Whether the message is on this person's screen."""
        if message.deleted or message.ephemeral_to not in (None, user):
            return False
        conversation = self.world.conversations[message.channel]
        return user in conversation.members or conversation.kind == "public"

    def stack(self, user: str) -> list[JSON]:
        return [_seen(v) for v in self.doing.views.stack(user)]

    def view(self, user: str) -> JSON | None:
        """The form on top: Slack's view with `state` and `errors`."""
        stack = self.stack(user)
        return stack[-1] if stack else None

    def home(self, user: str) -> JSON | None:
        home = self.doing.views.homes.get(user)
        return _seen(home) if home else None

    @property
    def calls(self) -> list[Call]:
        return self.doing.api.calls

    def every_payload(self) -> list[str]:
        """All that the bot ever sent to people (messages, views, acks, response_urls), each as JSON."""
        return [json.dumps(body, ensure_ascii=False) for body in self.doing.api.sent]


def _seen(view: View) -> JSON:
    return view.json() | {"errors": dict(view.errors)}


class Workspace(Seeing):
    """People acting. Each method returns when the bot has acked or Slack has given up."""

    async def says(self, user: str, text: str, channel: str | None = None) -> CommandResult:
        """Type a command."""
        return await self.doing.command(user, text, self._entered(user, channel))

    async def writes(self, user: str, text: str, channel: str | None = None, thread_ts: str | None = None) -> Message:
        return await self.doing.write(user, text, self._entered(user, channel), thread_ts)

    async def edits(self, user: str, message: Message, text: str) -> None:
        """Change one's own message; the app hears message_changed."""
        assert message.user == user, f"{user} didn't write {message}"
        previous = message.json()
        self.world.edit(message, text=payloads.escaped(self.world, text))
        await self.doing.tell_change(message, previous)

    async def deletes(self, user: str, message: Message) -> None:
        assert message.user == user, f"{user} didn't write {message}"
        previous = message.json()
        self.world.delete(message)
        await self.doing.tell_change(message, previous)

    async def clicks(self, user: str, message: Message, action_id: str, value: Choice | None = None) -> Answer:
        """Use a button (by action_id or its text; `value` where several look alike) or a select."""
        assert self.sees(user, message), f"{user} can't see {message}"
        block, element = _pick(message.blocks, action_id, value)
        fields = {} if element["type"] == "button" else chosen(element, value)
        key = (block["block_id"], element["action_id"])
        return await self.doing.message_action(user, message, key, fields)

    async def clicks_in_view(self, user: str, action_id: str, value: Choice | None = None) -> Answer:
        return await self._click_view(self._top(user), action_id, value)

    async def clicks_in_home(self, user: str, action_id: str, value: Choice | None = None) -> Answer:
        home = self.doing.views.homes.get(user)
        assert home, f"{user} has no Home yet"
        return await self._click_view(home, action_id, value)

    async def types(self, user: str, field: str, text: str) -> Answer | None:
        """Type into a field of the top form, found by block_id, label or action_id.

        The bot hears of it only where the input has dispatch_action: once, with the whole text.
        """
        view = self._top(user)
        block, element = _field(view, field)
        return await self._fill(view, block, element, {"value": text})

    async def chooses(self, user: str, field: str, value: Choice) -> Answer | None:
        """Choose in the top form: options by value or visible text, people and channels by id, dates as ISO."""
        view = self._top(user)
        block, element = _field(view, field)
        return await self._fill(view, block, element, chosen(element, value))

    async def submits(self, user: str, *, force: bool = False) -> SubmitResult:
        return await self.doing.submit(self._top(user), force=force)

    async def closes(self, user: str, *, everything: bool = False) -> None:
        await self.doing.close(self._top(user), everything=everything)

    async def opens_home(self, user: str) -> None:
        await self.doing.home(user)

    async def options(self, user: str, action_id: str, query: str) -> JSON:
        """What an external select in the top form offers for `query`."""
        view = self._top(user)
        block, element = _field(view, action_id)
        return await self.doing.options(user, view, (block["block_id"], element["action_id"]), query)

    async def shortcut(self, user: str, callback_id: str, message: Message | None = None) -> Answer:
        return await self.doing.shortcut(user, callback_id, message)

    async def reacts(self, user: str, message: Message, name: str, *, added: bool = True) -> None:
        await self.doing.react(user, message, name, added=added)

    # Redelivery

    async def redeliver(self, times: int = 1) -> list[Answer]:
        """Send the last delivery again, all at the same time, with the same event_id, trigger_id and hash."""
        last = self.doing.last
        assert last, "nothing was delivered yet"
        copies = [again(last, "timeout", n + 1) for n in range(times)]
        return list(await asyncio.gather(*(self.doing.transport.send(c) for c in copies)))

    async def retry_events(self) -> list[Answer]:
        """The next attempt of every event that wasn't acked, without waiting for its minute."""
        return await self.doing.transport.retry_events(float("inf"))

    # Admins and memberships

    async def user_changes(self, user: str, **fields: Any) -> None:
        """Change fields of `Person`; the app hears user_change."""
        person = self.world.people[user]
        for name, value in fields.items():
            assert hasattr(person, name), name
            setattr(person, name, value)
        self.world.changed()
        await self._tell_user("user_change", person)

    async def deactivates(self, user: str) -> None:
        await self.user_changes(user, deleted=True)

    async def joins_team(self, person: Person) -> None:
        self.world.people[person.id] = person
        self.world.changed()
        await self._tell_user("team_join", person)

    async def joins(self, user: str, channel: str) -> None:
        conversation = self.world.conversations[channel]
        if user not in conversation.members:
            conversation.members.append(user)
        await self._tell_member("member_joined_channel", user, conversation)

    async def leaves(self, user: str, channel: str) -> None:
        conversation = self.world.conversations[channel]
        await self._tell_member("member_left_channel", user, conversation)
        conversation.members.remove(user)
        self.world.changed()

    async def invites_bot(self, channel: str) -> None:
        await self.joins(BOT_USER, channel)

    async def kicks_bot(self, channel: str) -> None:
        """Take the bot out of a channel: Slack tells it that it has left, and nothing of that channel afterwards."""
        conversation = self.world.conversations[channel]
        conversation.members.remove(BOT_USER)
        self.world.changed()
        await self.doing.tell({"type": f"{_noun(conversation)}_left", "channel": channel, "actor_id": "UDANA"})

    async def archives(self, channel: str) -> None:
        conversation = self.world.conversations[channel]
        conversation.is_archived = True
        self.world.changed()
        await self.doing.tell({"type": f"{_noun(conversation)}_archive", "channel": channel, "user": "UDANA"})

    async def renames(self, channel: str, name: str) -> None:
        conversation = self.world.conversations[channel]
        conversation.name = name
        self.world.changed()
        await self.doing.tell({"type": f"{_noun(conversation)}_rename", "channel": {"id": channel, "name": name}})

    async def _tell_user(self, kind: str, person: Person) -> None:
        now = int(self.world.machine_now())
        user = user_json(person, with_email=False, with_locale=True, at=now)
        await self.doing.tell({"type": kind, "user": user, "cache_ts": now})

    async def _tell_member(self, kind: str, user: str, conversation: Conversation) -> None:
        self.world.changed()
        if BOT_USER in conversation.members:
            channel_type = "G" if conversation.kind == "private" else "C"
            await self.doing.tell(
                {"type": kind, "user": user, "channel": conversation.id, "channel_type": channel_type}
            )

    # Finding things on the screen

    def _entered(self, user: str, channel: str | None) -> Conversation:
        conversation = self.conversation(user, channel)
        assert user in conversation.members, f"{user} isn't in {conversation.name}"
        return conversation

    def _top(self, user: str) -> View:
        stack = self.doing.views.stack(user)
        assert stack, f"{user} has no form open; Slack said: {self.toasts(user)[-1:]}"
        return stack[-1]

    async def _click_view(self, view: View, action_id: str, value: Choice | None) -> Answer:
        block, element = _pick(view.body["blocks"], action_id, value)
        fields = {} if element["type"] == "button" else chosen(element, value)
        return await self.doing.view_action(view, (block["block_id"], element["action_id"]), fields)

    async def _fill(self, view: View, block: JSON, element: JSON, fields: JSON) -> Answer | None:
        key = (block["block_id"], element["action_id"])
        if block["type"] == "input" and not block.get("dispatch_action"):
            self.doing.set_state(view, key, fields)
            return None
        return await self.doing.view_action(view, key, fields)


def _noun(conversation: Conversation) -> str:
    return "group" if conversation.kind == "private" else "channel"


def _pick(blocks: list[JSON], name: str, value: Choice | None) -> tuple[JSON, JSON]:
    """The element with this action_id or button text; `value` tells alike buttons apart."""

    def fits(element: JSON) -> bool:
        if name not in (element.get("action_id"), element.get("text", {}).get("text")):
            return False
        return value is None or element["type"] != "button" or element.get("value") == value

    found = [(b, e) for b, e in elements_of(blocks) if fits(e)]
    there = [e.get("action_id") for _, e in elements_of(blocks)]
    assert found, f"nothing to click called {name!r} (value {value!r}); there is {there}"
    return found[0]


def _field(view: View, name: str) -> tuple[JSON, JSON]:
    found = list(elements_of(view.body["blocks"]))
    tests: list[Callable[[JSON, JSON], bool]] = [
        lambda b, _: b["block_id"] == name,
        lambda b, _: b.get("label", {}).get("text") == name,
        lambda _, e: e["action_id"] == name,
    ]
    for test in tests:
        for block, element in found:
            if test(block, element):
                return block, element
    there = [b.get("label", {}).get("text") or b["block_id"] for b, _ in found]
    raise AssertionError(f"no field {name!r}; there is {there}")


def chosen(element: JSON, value: Choice | None) -> JSON:
    """The fields of an action that chooses `value` in a select, radio, checkbox, picker or overflow."""
    name = "selected_option" if element["type"] == "overflow" else STATEFUL[element["type"]][0]
    if name == "selected_options":
        wanted = [value] if isinstance(value, str) else value or []
        return {name: [_option(element, w) for w in wanted]}
    if name == "selected_option":
        return {name: _option(element, str(value)) if value else None}
    return {name: int(value) if name == "selected_date_time" and isinstance(value, str) else value}


def _option(element: JSON, wanted: str) -> JSON:
    if element["type"].endswith("external_select"):
        return {"text": {"type": "plain_text", "text": wanted, "emoji": True}, "value": wanted}
    for option in options_of(element):
        if wanted in (option.get("value"), option["text"]["text"]):
            return option
    raise AssertionError(f"no option {wanted!r} in {[o['text']['text'] for o in options_of(element)]}")


def options_of(element: JSON) -> Iterator[JSON]:
    yield from element.get("options", [])
    for group in element.get("option_groups", []):
        yield from group["options"]
