"""The payloads that Slack sends, field by field (docs 'Interaction payloads', 'Events API')."""

import re
import secrets
from typing import Any

from bot.playground.company import TEAM_ID
from bot.playground.views import STATEFUL, View, initial_state
from bot.playground.world import APP_ID, BOT_USER, Conversation, Message, World

JSON = dict[str, Any]
INSTALLED = {"team_id": TEAM_ID, "user_id": BOT_USER, "is_bot": True}
APP = {"api_app_id": APP_ID, "token": "playground"}
CHANNEL_NAMES = {"im": "directmessage", "private": "privategroup"}


def base(world: World, kind: str, user: str) -> JSON:
    """What every interaction carries, with a fresh trigger."""
    name = world.people[user].name
    return {
        "type": kind,
        "team": {"id": TEAM_ID, "domain": world.company.name.lower()},
        "user": {"id": user, "username": name, "name": name, "team_id": TEAM_ID},
        **APP,
        "trigger_id": world.new_trigger(user),
        "is_enterprise_install": False,
        "enterprise": None,
    }


def command(world: World, user: str, line: tuple[str, str], channel: Conversation, url: str) -> JSON:
    """`line` is the command and its text."""
    where = channel_json(world, channel.id)
    body = {"team_id": TEAM_ID, "team_domain": world.company.name.lower(), "is_enterprise_install": "false", **APP}
    body |= {"user_id": user, "user_name": world.people[user].name, "command": line[0], "text": line[1]}
    body |= {"channel_id": where["id"], "channel_name": where["name"]}
    return body | {"response_url": url, "trigger_id": world.new_trigger(user)}


def action(world: World, block: JSON, element: JSON, fields: JSON) -> JSON:
    """One entry of `actions`; `fields` is what the person chose or typed, as state holds it."""
    said: JSON = {"type": element["type"], "block_id": block["block_id"], "action_id": element["action_id"]}
    said |= {name: element[name] for name in ("text", "value", "style") if name in element}
    return said | fields | {"action_ts": world.next_ts()}


def message_action(world: World, user: str, message: Message, said: JSON, url: str) -> JSON:
    """block_actions from a message; Slack leaves the message out where it was ephemeral."""
    container: JSON = {"type": "message", "message_ts": message.ts, "channel_id": message.channel}
    container["is_ephemeral"] = bool(message.ephemeral_to)
    values = initial_state(message.blocks)
    if said["type"] in STATEFUL:
        key = STATEFUL[said["type"]][0]
        values[said["block_id"]][said["action_id"]] = {"type": said["type"], key: said.get(key)}
    payload = base(world, "block_actions", user) | {
        "container": container,
        "channel": channel_json(world, message.channel),
        "state": {"values": values},
        "response_url": url,
        "actions": [said],
    }
    return payload if message.ephemeral_to else payload | {"message": message.json()}


def view_action(world: World, view: View, said: JSON) -> JSON:
    """block_actions from a modal or Home."""
    container = {"type": "view", "view_id": view.id}
    return base(world, "block_actions", view.user) | {"container": container, "view": view.json(), "actions": [said]}


def channel_json(world: World, channel: str) -> JSON:
    conversation = world.conversations[channel]
    return {"id": channel, "name": CHANNEL_NAMES.get(conversation.kind, conversation.name)}


def event(world: World, body: JSON) -> JSON:
    """The envelope of one event; its `event_id` stays the same when it is delivered again."""
    return {
        "team_id": TEAM_ID,
        **APP,
        "event": {"event_ts": world.next_ts(), **body},
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(world.machine_now()),
        "authorizations": [{"enterprise_id": None, "is_enterprise_install": False} | INSTALLED],
        "is_ext_shared_channel": False,
    }


def escaped(world: World, text: str) -> str:
    """Text as Slack's client sends it on: entities escaped, @names and #channels as ids."""
    kept = re.split(r"(<[@#!][^<>]+>)", text)
    kept[::2] = [t.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for t in kept[::2]]
    kept[::2] = [re.sub(r"(?<!\w)([@#])([\w.-]*\w)", lambda m: _mention(world, m), t) for t in kept[::2]]
    return "".join(kept)


def _mention(world: World, found: re.Match[str]) -> str:
    sign, name = found.groups()
    if sign == "#":
        channels = [c for c in world.conversations.values() if c.name == name and c.kind != "im"]
        return f"<#{channels[0].id}|{name}>" if channels else found.group()
    if person := next((p for p in world.people.values() if p.name == name), None):
        return f"<@{person.id}|{name}>"
    if group := next((g for g in world.groups.values() if g.handle == name), None):
        return f"<!subteam^{group.id}|@{name}>"
    return found.group()
