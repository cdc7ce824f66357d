"""Who reads, as a form remembers it: what is news to whoever is about to send it."""

from __future__ import annotations

import pytest

from bot.domain.readers import has_grown, mark_of


@pytest.mark.parametrize(
    ("said", "now", "is_news"),
    [
        (("team", None, 4, 0), ("team", None, 4, 0), False),
        (("team", None, 4, 0), ("team", None, 5, 0), True),
        (("team", None, 5, 0), ("team", None, 4, 0), False),
        (("leads", None, 2, 0), ("team", None, 2, 0), True),
        (("leads", None, 2, 0), ("channel", "C1", 0, 0), True),
        (("channel", "C1", 9, 0), ("channel", "C1", 10, 0), False),
        (("channel", "C1", 9, 0), ("channel", "C2", 9, 0), True),
        (("team", None, 4, 5), ("team", None, 4, 0), True),
        (("channel", "C1", 9, 5), ("channel", "C1", 9, 0), True),
        (("team", None, 4, 5), ("team", None, 4, 3), True),
        (("team", None, 4, 3), ("team", None, 4, 5), False),
        (("team", None, 4, 0), ("team", None, 4, 5), False),
    ],
)
def test_more_readers_others_or_fewer_voices_are_news(
    said: tuple[str, str | None, int, int], now: tuple[str, str | None, int, int], *, is_news: bool
) -> None:
    assert has_grown(mark_of(*said), mark_of(*now)) is is_news
