"""The coach's hints beside the box in which feedback is written: seen by its author alone, drawn anew as they type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.coach.hints import Hint, Kind, Rule, hints
from bot.i18n import Voice, mark
from bot.views.blocks import Block, context, cut, escape

BLOCK_ID = "coach"
SHOWN = 3
"""More hints than these at a time help nobody."""
QUOTED = 60
"""Characters of the author's own words that a hint quotes."""
_TAKEN = ("type", "callback_id", "title", "submit", "close", "private_metadata", "notify_on_close")

SAYINGS = {
    Rule.PERSONALITY: mark("“{found}” judges a person. Say what was done instead: “In …, you …, and I ….”"),
    Rule.ABSOLUTES: mark("“{found}” is easy to dispute; one time it happened isn't: “On …, you ….”"),
    Rule.THIRD_PERSON: mark("“{found}”: say what you saw yourself; what others think is theirs to say."),
    Rule.EXAMPLE: mark("Name one time it happened: “On …, in …, you ….”"),
    Rule.SITUATION: mark("When and where was that? “On …, in ….”"),
    Rule.IMPACT: mark("What did it lead to? “So I …”, “which meant that ….”"),
    Rule.REASON: mark("What for? “When you …, it ….” is remembered for longer."),
}


def beside(voice: Voice, words: str, kind: Kind) -> list[Block]:
    """What the coach says of these words, for below their box: one block, or none where it has nothing to say."""
    found = hints(words, kind)[:SHOWN]
    if not found:
        return []
    told = voice.say("_Hints, for you alone. Send it as you think right._")
    lines = [f"• {_said(voice, hint)}" for hint in found]
    return [context("\n".join([told, *lines])) | {"block_id": BLOCK_ID}]


def _said(voice: Voice, hint: Hint) -> str:
    return voice.say(SAYINGS[hint.rule], found=escape(cut(hint.found or "", QUOTED)))


def redrawn(voice: Voice, view: Mapping[str, Any], box: str, kind: Kind) -> Block | None:
    """The form that somebody types in, with what the coach says now below its input `box`.

    Its inputs keep their ids, so that Slack keeps what stands in them. None where the coach says what it said before,
    which is nearly always: then there is nothing to update.
    """
    (value,) = view["state"]["values"][box].values()
    said = beside(voice, value.get("value") or "", kind)
    before = [block for block in view["blocks"] if block["block_id"] == BLOCK_ID]
    if _text(said) == _text(before):
        return None
    blocks: list[Block] = []
    for block in view["blocks"]:
        if block["block_id"] != BLOCK_ID:
            blocks += [block, *(said if block["block_id"] == box else ())]
    return {name: view[name] for name in _TAKEN if view.get(name) is not None} | {"blocks": blocks}


def _text(blocks: list[Block]) -> list[str]:
    return [element["text"] for block in blocks for element in block["elements"]]
