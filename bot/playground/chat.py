"""chat.*: posting, changing and deleting messages."""

from typing import Any

from bot.playground.methods import Call, method, need, own_message, visible_to_bot
from bot.playground.world import BOT_USER, Conversation, Message, SlackError


def check_dm(call: Call, user_id: str) -> None:
    """Raise when Slack wouldn't let the bot write to this person."""
    person = call.world.people.get(user_id)
    if person is None:
        raise SlackError("channel_not_found")
    if person.deleted:
        raise SlackError("user_disabled")
    if person.is_bot or user_id == "USLACKBOT":
        raise SlackError("cannot_dm_bot")
    if not call.world.company.app.messages_tab:
        raise SlackError("messages_tab_disabled")


def writable(call: Call, channel_id: str) -> Conversation:
    """Where a message goes; a user id opens the DM and posts there."""
    if channel_id in call.world.people:
        check_dm(call, channel_id)
        return call.world.dm(channel_id)
    conversation = visible_to_bot(call, channel_id)
    if conversation.user:
        check_dm(call, conversation.user)
    if conversation.is_archived:
        raise SlackError("is_archived")
    if BOT_USER not in conversation.members:
        raise SlackError("not_in_channel")
    return conversation


def _thread(call: Call, conversation: Conversation) -> str | None:
    thread_ts: str | None = call.args.get("thread_ts")
    if thread_ts and thread_ts not in conversation.messages:
        raise SlackError("thread_not_found")
    return thread_ts


@method("chat.postMessage", scope="chat:write", tier=400)
def post_message(call: Call) -> dict[str, Any]:
    conversation = writable(call, need(call.args, "channel"))
    call.api.check_message(call)
    args = call.args
    message = call.world.post(
        conversation.id,
        BOT_USER,
        args.get("text") or "",
        blocks=args.get("blocks"),
        metadata=args.get("metadata"),
        thread_ts=_thread(call, conversation),
    )
    call.api.echo(message, None)
    return {"channel": conversation.id, "ts": message.ts, "message": message.json()}


@method("chat.update", scope="chat:write", tier=50)
def update(call: Call) -> dict[str, Any]:
    message = own_message(call, "ts", "cant_update_message")
    call.api.check_message(call)
    before = message.json()
    # Blocks and metadata stay unless they are given, an empty list takes them away (docs).
    given = {name: call.args[name] for name in ("blocks", "metadata") if name in call.args}
    call.world.edit(message, text=call.args.get("text") or "", **given)
    call.api.echo(message, before)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": message.json()}


@method("chat.delete", scope="chat:write", tier=50)
def delete(call: Call) -> dict[str, Any]:
    message: Message = own_message(call, "ts", "cant_delete_message")
    before = message.json()
    call.world.delete(message)
    call.api.echo(message, before)
    return {"channel": message.channel, "ts": message.ts}
