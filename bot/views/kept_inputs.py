"""Inputs of a form that Cairn keeps while it is filled in, and what they hold."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.checkin_setup import Value
from bot.views.blocks import Block, Element, Field, field


def kept(block_id: str, label: str, element: Element, hint: str | None = None, *, optional: bool = False) -> Block:
    """An input that tells Cairn what is in it, with each keystroke and choice."""
    return field(Field(block_id, label, hint, optional=optional, saves=True), element)


def one(fields: Mapping[str, Value], name: str) -> str:
    """The words or the option that an input holds; empty where it holds none."""
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def several(fields: Mapping[str, Value], name: str) -> list[str]:
    """The options that an input holds."""
    value = fields.get(name)
    return value if isinstance(value, list) else []
