"""A streak is kind, or silent."""

from __future__ import annotations

import pytest

from bot.domain.streaks import Streak, streak


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], None),
        (["answered", "answered"], None),
        (["answered", "late", "answered"], Streak(3, 3)),
        (["answered"] * 7 + ["missed"] * 5, Streak(7, 8)),
        (["skipped", "answered", "skipped", "answered", "missed", "due", "sent"], Streak(2, 3)),
        (["missed", "missed", "answered"], None),
        (["missed", "missed", "answered", "answered"], None),
    ],
)
def test_what_is_told(states: list[str], expected: Streak | None) -> None:
    assert streak(states) == expected
