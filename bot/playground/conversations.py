"""conversations.*: channels, DMs, and what was said in them."""

from typing import Any

from bot.playground.chat import check_dm
from bot.playground.methods import READ_SCOPES, Call, flag, ids, method, need, paged, visible_to_bot
from bot.playground.world import BOT_USER, Conversation, Message, SlackError

HISTORY_PAGE = 15


def conversation_json(conversation: Conversation) -> dict[str, Any]:
    """A conversation as the bot sees it."""
    if conversation.kind == "im":
        return {"id": conversation.id, "is_im": True, "is_channel": False, "user": conversation.user}
    private, shared = conversation.kind == "private", conversation.is_ext_shared
    shown = {"id": conversation.id, "name": conversation.name, "num_members": len(conversation.members)}
    shown |= {"is_channel": not private, "is_group": private, "is_private": private, "is_im": False, "is_mpim": False}
    shown |= {"is_archived": conversation.is_archived, "is_ext_shared": shared, "is_shared": shared}
    return shown | {"is_general": conversation.name == "general", "is_member": BOT_USER in conversation.members}


def _readable(call: Call, noun: str) -> Conversation:
    conversation = visible_to_bot(call, need(call.args, "channel"))
    call.need_scope(f"{READ_SCOPES[conversation.kind]}:{noun}")
    return conversation


@method("conversations.info", tier=50)
def info(call: Call) -> dict[str, Any]:
    return {"channel": conversation_json(_readable(call, "read"))}


@method("conversations.members", tier=100)
def members(call: Call) -> dict[str, Any]:
    return paged(call, "members", _readable(call, "read").members)


@method("conversations.open", scope="im:write", tier=50)
def open_dm(call: Call) -> dict[str, Any]:
    users = ids(call.args, "users")
    if len(users) != 1:
        raise SlackError("users_list_not_supplied" if not users else "too_many_users")
    call.world.person(users[0])
    check_dm(call, users[0])
    return {"channel": {"id": call.world.dm(users[0]).id}}


@method("conversations.history", tier=50)
def history(call: Call) -> dict[str, Any]:
    """Newest first. Messages younger than `faults.history_lag` aren't there yet, as in life."""
    conversation = _readable(call, "history")
    if BOT_USER not in conversation.members:
        raise SlackError("not_in_channel")
    newest = call.world.machine_now() - call.api.faults.history_lag
    found = [m for m in call.world.history(conversation.id, newest=newest) if _within(call, m.ts)]
    return _messages(call, found)


@method("conversations.replies", tier=50)
def replies(call: Call) -> dict[str, Any]:
    """The parent first, then its replies, oldest first."""
    conversation = _readable(call, "history")
    parent = conversation.messages.get(need(call.args, "ts"))
    if parent is None:
        raise SlackError("thread_not_found")
    newest = call.world.machine_now() - call.api.faults.history_lag
    thread = [m for m in [parent, *conversation.replies.get(parent.ts, [])] if not m.deleted and float(m.ts) <= newest]
    return _messages(call, [m for m in thread if m is parent or _within(call, m.ts)])


def _within(call: Call, ts: str) -> bool:
    oldest, latest = call.args.get("oldest") or "0", call.args.get("latest") or "9" * 10
    if ts in (oldest, latest):
        return flag(call.args, "inclusive")
    return float(oldest) < float(ts) < float(latest)


def _messages(call: Call, found: list[Message]) -> dict[str, Any]:
    call.args.setdefault("limit", HISTORY_PAGE)
    page = paged(call, "messages", found)
    with_metadata = flag(call.args, "include_all_metadata")
    conversation = call.world.conversations[call.args["channel"]]
    rows = []
    for message in page["messages"]:
        row = message.json(with_metadata=with_metadata)
        if answers := [r for r in conversation.replies.get(message.ts, []) if not r.deleted]:
            row |= {"thread_ts": message.ts, "reply_count": len(answers), "latest_reply": answers[-1].ts}
        rows.append(row)
    return page | {"messages": rows, "has_more": bool(page["response_metadata"]["next_cursor"])}
