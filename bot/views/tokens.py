"""The workspace's tokens for programs: who made each, when, and when it was last used; a new one once, in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.i18n import Voice
from bot.views import actions, blocks
from bot.views.blocks import Block, Modal, button, confirm, context, escape, section


@dataclass(frozen=True)
class ShownToken:
    """A token without what opens anything: its last characters, who made it and when, and when it was last used."""

    id: int
    tail: str
    made_by: str
    made_at: datetime
    used_at: datetime | None


def form(voice: Voice, tokens: Sequence[ShownToken], new: str | None = None) -> Block:
    """All that are in use; `new` is the one that was just made, shown this once."""
    make = button(voice.say("Make a token"), actions.API_MAKE, style=None if new else "primary")
    shown = [
        section(
            voice.say("With a token a program tells Cairn readings, by `POST /api/readings`. It can read nothing.")
        ),
        *(_new(voice, new) if new else ()),
        *(_token(voice, token) for token in tokens),
        *(() if tokens else (context(voice.say("There is none yet.")),)),
        blocks.actions(make),
    ]
    return Modal(actions.API_FORM, voice.say("Tokens for programs"), shown, voice.say("Close")).view()


def _new(voice: Voice, token: str) -> list[Block]:
    return [
        section(voice.say("*The new token.* Copy it now: Cairn keeps only its hash and can't show it again.")),
        section(f"```{token}```"),
    ]


def _token(voice: Voice, token: ShownToken) -> Block:
    line = voice.say(
        "`…{tail}` · made by {name} on {day}", tail=token.tail, name=escape(token.made_by), day=token.made_at.date()
    )
    used = voice.say("last used {day}", day=token.used_at.date()) if token.used_at else voice.say("never used")
    revoke = button(
        voice.say("Revoke"),
        actions.API_REVOKE,
        str(token.id),
        style="danger",
        confirm=confirm(
            voice.say("Revoke this token?"),
            voice.say("Whatever uses it can tell Cairn nothing any more, from this moment on."),
            yes=voice.say("Revoke it"),
            no=voice.say("Keep it"),
        ),
    )
    return section(f"{line} · {used}", revoke)
