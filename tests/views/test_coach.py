"""The coach's hints beside a box: there as one types, gone when there is nothing to say, and no input is touched."""

from __future__ import annotations

from typing import Any

from bot.domain.coach.hints import Kind
from bot.i18n import Voice
from bot.views import coach
from bot.views.blocks import Field, Modal, context, field, text_input

ENGLISH, GERMAN = Voice("en-GB"), Voice("de-DE")
GOOD = "On Monday you sent the wrong draft, so we lost a day."


def typed(words: str, blocks: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """A form as Slack sends it while somebody types in it."""
    box = field(Field("words", "Words", saves=True), text_input("typed", 3000, multiline=True))
    made = Modal("form", "Feedback", [box, context("below") | {"block_id": "b"}], "Close", "Send", metadata="7").view()
    state = {"values": {"words": {"typed": {"type": "plain_text_input", "value": words}}}}
    return made | {"id": "V1", "hash": "1", "state": state, "blocks": blocks or made["blocks"]}


def test_hints_come_below_their_box_and_go_again() -> None:
    with_hints = coach.redrawn(ENGLISH, typed("You are lazy."), "words", Kind.CRITICISM)
    assert with_hints is not None
    assert [block["block_id"] for block in with_hints["blocks"]] == ["words", "coach", "b"]
    assert "“lazy” judges a person" in with_hints["blocks"][1]["elements"][0]["text"]
    assert set(with_hints) == {"type", "callback_id", "title", "submit", "close", "private_metadata", "blocks"}

    same = coach.redrawn(ENGLISH, typed("You are so lazy.", with_hints["blocks"]), "words", Kind.CRITICISM)
    gone = coach.redrawn(ENGLISH, typed(GOOD, with_hints["blocks"]), "words", Kind.CRITICISM)

    assert same is None
    assert gone is not None
    assert [block["block_id"] for block in gone["blocks"]] == ["words", "b"]
    assert coach.redrawn(ENGLISH, typed(GOOD), "words", Kind.CRITICISM) is None


def test_an_empty_box_has_no_hints() -> None:
    view = typed("")
    view["state"]["values"]["words"]["typed"]["value"] = None

    assert coach.redrawn(ENGLISH, view, "words", Kind.PRAISE) is None


def test_what_it_quotes_pings_and_formats_nothing() -> None:
    (block,) = coach.beside(ENGLISH, "<!channel> you are *never* <@U1> lazy", Kind.CRITICISM)
    text = block["elements"][0]["text"]

    assert "<" not in text
    assert "*" not in text.replace("*\u200b", "")


def test_it_says_three_things_at_most_in_its_readers_language() -> None:
    (block,) = coach.beside(GERMAN, "Everybody thinks you are always lazy.", Kind.CRITICISM)
    lines = block["elements"][0]["text"].splitlines()

    assert len(lines) == 1 + coach.SHOWN
    assert lines[0] == "_Hinweise, nur für dich. Schick ab, was du für richtig hältst._"
