"""The tray: what can wait, several messages as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.i18n import Voice
from bot.views.blocks import Block, cut, divider, section

BLOCKS, CHARACTERS, LINES, TEXT = 45, 9_000, 2_500, 3_000
"""Slack takes 50 blocks and about 12,000 characters a message (slack.md), and advises 4,000 of text."""


def tray(voice: Voice, items: Sequence[tuple[str, Sequence[Block]]]) -> tuple[str, list[Block]]:
    """The message, for the text and the blocks of each thing in it, the newest first.

    Where not all of them fit, the oldest are there by their text alone.
    """
    if not items:
        gone = voice.say("Nothing waits here any more.")
        return gone, [section(gone)]
    heading = voice.say_n(
        "{n} message that can wait. More of them this week come in here, and ring no phone.",
        "{n} messages that can wait. More of them this week come in here, and ring no phone.",
        len(items),
    )
    blocks, rest = [section(heading)], list(items)
    while rest and _fits(blocks, whole := [divider(), *(rest[-1][1] or [section(rest[-1][0])])]):
        blocks += whole
        rest.pop()
    if rest:
        blocks += [divider(), section(cut("\n".join(text for text, _ in reversed(rest)), LINES))]
    return cut("\n".join([heading, *(text for text, _ in reversed(items))]), TEXT), _named_once(blocks)


def _fits(blocks: Sequence[Block], more: Sequence[Block]) -> bool:
    return len(blocks) + len(more) <= BLOCKS and _length([*blocks, *more]) <= CHARACTERS


def _length(value: Any) -> int:
    """How many characters are in all texts of some blocks."""
    if isinstance(value, dict):
        return sum(_length(each) for each in value.values())
    if isinstance(value, (list, tuple)):
        return sum(_length(each) for each in value)
    return len(value) if isinstance(value, str) else 0


def _named_once(blocks: Sequence[Block]) -> list[Block]:
    """Blocks of which no two have the same name: Slack would refuse the message."""
    seen: set[str] = set()
    named = []
    for block in blocks:
        name = block.get("block_id")
        named.append({k: v for k, v in block.items() if k != "block_id"} if name in seen else block)
        seen |= {name} if name else set()
    return named
