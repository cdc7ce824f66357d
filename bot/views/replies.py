"""What a lead and the author of an answer write to each other: the form, the messages, what is heard in a thread."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.domain.checkins import MAX_WORDS
from bot.domain.replies import Heard, NotCarried, ReplyForm
from bot.i18n import Voice
from bot.views import actions
from bot.views.blocks import (
    Block,
    Field,
    Modal,
    as_typed,
    button,
    context,
    cut,
    escape,
    field,
    quoted,
    section,
    text_input,
)
from bot.views.blocks import actions as row

WORDS, VALUE = "words", "value"
FALLBACK_TEXT = 3_900
_LINK = re.compile(r"<((?:https?|mailto):[^<>|]+)(?:\|[^<>]*)?>")
_TYPED = (None, "file_share", "thread_broadcast")


@dataclass(frozen=True)
class Exchanged:
    """One reply as somebody sees it: `name` is the other one's, the check-in the one that it is about."""

    reply_id: int
    name: str
    checkin: str
    nominal: date
    words: str
    is_edited: bool = False


def reply_form(voice: Voice, form: ReplyForm, callback_id: str) -> Block:
    """The form in which somebody writes to the other one."""
    name, checkin = escape(form.to), escape(form.checkin)
    blocks = [
        section(
            voice.say(
                "To {name}, about *{checkin}*, {day}. Only the two of you can read it in Cairn.",
                name=name,
                checkin=checkin,
                day=form.nominal,
            )
        ),
        context(_when(voice, name, form.reaches_at)),
    ]
    if form.is_paused:
        blocks.append(context(voice.say("{name} has paused this check-in; your words still arrive.", name=name)))
    blocks.append(field(Field(WORDS, voice.say("Your words")), text_input(VALUE, MAX_WORDS, multiline=True)))
    return Modal(
        callback_id,
        voice.say("Write to {name}", name=form.to),
        blocks,
        submit=voice.say("Send"),
        close=voice.say("Close"),
        metadata=str(form.about_id),
    ).view()


def parse(view: Mapping[str, Any]) -> tuple[int, str]:
    """What the form is about, by primary key, and the words in it."""
    return int(view["private_metadata"]), view["state"]["values"][WORDS][VALUE].get("value") or ""


def _when(voice: Voice, name: str, reaches_at: datetime | None) -> str:
    if reaches_at is None:
        return voice.say("{name} gets it now.", name=name)
    return voice.say("{name} gets it {when}, in their working hours.", name=name, when=reaches_at)


def to_author(voice: Voice, reply: Exchanged, *, several: bool) -> tuple[str, list[Block]]:
    """A lead's words, for whoever wrote the answer. `several`: more than one lead wrote in this thread."""
    first = voice.say(
        "*{name}* replied to your check-in *{checkin}*, {day}:",
        name=escape(reply.name),
        checkin=escape(reply.checkin),
        day=reply.nominal,
    )
    return _received(voice, reply, first, several=several)


def to_lead(voice: Voice, reply: Exchanged) -> tuple[str, list[Block]]:
    """An author's words, for the lead who wrote to them."""
    first = voice.say(
        "*{name}* answered you about *{checkin}*, {day}:",
        name=escape(reply.name),
        checkin=escape(reply.checkin),
        day=reply.nominal,
    )
    return _received(voice, reply, first, several=False)


def _received(voice: Voice, reply: Exchanged, first: str, *, several: bool) -> tuple[str, list[Block]]:
    name = escape(reply.name)
    if several:
        note = voice.say(
            "Only you and {name} can read this in Cairn. Others wrote in this thread too, "
            "so what you write in it goes to nobody: press the button.",
            name=name,
        )
    else:
        note = voice.say(
            "Only you and {name} can read this in Cairn. What you write in this thread goes to {name}.", name=name
        )
    answer = button(voice.say("Answer {name}", name=reply.name), actions.ANSWER_REPLY, str(reply.reply_id))
    return _text(first, reply), [section(first), quoted(_words(voice, reply)), context(note), row(answer)]


def written(voice: Voice, reply: Exchanged, became: str) -> tuple[str, list[Block]]:
    """The lead's own words to somebody, and what became of them: the answers come in its thread."""
    name = escape(reply.name)
    first = voice.say(
        "You wrote to *{name}* about *{checkin}*, {day}:",
        name=name,
        checkin=escape(reply.checkin),
        day=reply.nominal,
    )
    note = voice.say(
        "Only you and {name} can read this in Cairn. What you write in this thread goes to {name}.", name=name
    )
    return _text(first, reply), [section(first), quoted(_words(voice, reply)), context(f"{became} {note}")]


def own(voice: Voice, reply: Exchanged) -> tuple[str, list[Block]]:
    """One's own words from a form, in the thread where the others stand."""
    first = voice.say("You to *{name}*:", name=escape(reply.name))
    return _text(first, reply), [section(first), quoted(_words(voice, reply))]


def delivered(voice: Voice, name: str) -> str:
    """What became of words that the other one has."""
    return voice.say("{name} has it.", name=escape(name))


def on_its_way(voice: Voice, name: str, reaches_at: datetime | None) -> str:
    """What becomes of words that wait."""
    return _when(voice, escape(name), reaches_at)


def not_carried(voice: Voice, why: NotCarried, name: str) -> tuple[str, list[Block]]:
    """Why words in a thread went nowhere, and what to do instead."""
    text = not_carried_text(voice, why, escape(name))
    return text, [context(text)]


def not_carried_text(voice: Voice, why: NotCarried, name: str) -> str:
    """The same in one line of mrkdwn; `name` is escaped already."""
    match why:
        case NotCarried.LEFT:
            return voice.say("{name} has left, so your words can't reach them. Nothing was passed on.", name=name)
        case NotCarried.SEVERAL:
            return voice.say(
                "Several people wrote to you here: press the button below the one you mean. Nothing was passed on."
            )
        case NotCarried.TOO_LONG:
            return voice.say(
                "That is longer than the 3,000 characters that Cairn passes on. "
                "Shorten it here, or send it in parts. Nothing was passed on."
            )
        case NotCarried.NO_WORDS:
            return voice.say("Cairn passes on words, no files. Nothing was passed on.")
        case NotCarried.PRESS_REPLY:
            return voice.say(
                "This thread is about several people's answers: press Reply below the one you mean. "
                "Nothing was passed on."
            )
        case NotCarried.UNDELIVERABLE:
            return voice.say("Slack takes no messages for {name}, so your words didn't reach them.", name=name)


def _words(voice: Voice, reply: Exchanged) -> str:
    return f"{reply.words} ({voice.say('edited')})" if reply.is_edited else reply.words


def _text(first: str, reply: Exchanged) -> str:
    return cut(f"{first}\n{escape(reply.words)}", FALLBACK_TEXT)


def heard(event: Mapping[str, Any]) -> tuple[str, Heard] | None:
    """Who wrote, changed or deleted what in their DM with Cairn; None for any other message event."""
    if event.get("channel_type") != "im":
        return None
    kind = event.get("subtype")
    if kind == "message_deleted":
        message = event.get("previous_message") or {}
        return _said(message, None, "")
    if kind == "message_changed":
        message = event.get("message") or {}
        return _said(message, _typed(message), (message.get("edited") or {}).get("ts", ""))
    return _said(event, _typed(event), "") if kind in _TYPED else None


def _said(message: Mapping[str, Any], words: str | None, edited_ts: str) -> tuple[str, Heard] | None:
    ts, thread_ts, user = message.get("ts"), message.get("thread_ts"), message.get("user")
    if not ts or not user or message.get("bot_id"):
        return None
    return user, Heard(ts, thread_ts if thread_ts and thread_ts != ts else "", words, edited_ts)


def _typed(message: Mapping[str, Any]) -> str:
    return as_typed(_LINK.sub(r"\1", message.get("text") or ""))
