"""People's words and names, before anybody shows them."""

from __future__ import annotations

import re

_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")


def forwards(words: str) -> str:
    """Words without the marks that override the direction of whatever follows; letters find theirs by themselves."""
    return _OVERRIDES.sub("", words)


def as_name(words: str) -> str:
    """A name on one line, without such marks; empty where nothing else is left."""
    return " ".join(forwards(words).split())
