"""Block Kit's limits: people's words are cut, and what Slack would refuse of our own making is a mistake at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.views.blocks import (
    Block,
    Element,
    Field,
    Modal,
    actions,
    button,
    channel_select,
    checkboxes,
    confirm,
    context,
    divider,
    field,
    header,
    options,
    people_select,
    plain,
    radio,
    said,
    section,
    select,
    text_input,
    timepicker,
)

LONG = "x" * 5000


def many(count: int) -> dict[str, str]:
    return {str(number): f"Choice {number}" for number in range(count)}


def buttons(count: int) -> list[Element]:
    return [button("Go", f"go.{number}") for number in range(count)]


def form(blocks: list[Block], callback_id: str = "form", metadata: str = "") -> Block:
    return Modal(callback_id, "Form", blocks, "Close", metadata=metadata).view()


@pytest.mark.parametrize(
    ("shown", "length"),
    [
        (lambda: section(LONG)["text"], 3000),
        (lambda: context(LONG)["elements"][0], 3000),
        (lambda: header(LONG)["text"], 150),
        (lambda: button(LONG, "go")["text"], 75),
        (lambda: select("pick", {"a": LONG})["options"][0]["text"], 75),
        (lambda: field(Field("name", LONG), text_input("value", 80))["label"], 2000),
        (lambda: field(Field("name", "Name", LONG), text_input("value", 80))["hint"], 2000),
        (lambda: confirm(LONG, LONG, yes=LONG, no=LONG)["title"], 100),
        (lambda: confirm(LONG, LONG, yes=LONG, no=LONG)["text"], 300),
        (lambda: confirm(LONG, LONG, yes=LONG, no=LONG)["confirm"], 30),
        (lambda: confirm(LONG, LONG, yes=LONG, no=LONG)["deny"], 30),
        (lambda: Modal("form", LONG, [divider()], "Close").view()["title"], 24),
        (lambda: Modal("form", "Form", [divider()], LONG).view()["close"], 24),
        (lambda: Modal("form", "Form", [divider()], "Close", LONG).view()["submit"], 24),
    ],
)
def test_a_text_is_as_long_as_slack_takes_it(shown: Callable[[], Block], length: int) -> None:
    text = shown()["text"]

    assert text == "x" * (length - 1) + "…"


@pytest.mark.parametrize(
    "build",
    [
        lambda: section(""),
        lambda: context(""),
        lambda: header(""),
        lambda: header("\u202e"),
        lambda: plain("\u202e", 24),
        lambda: button("", "go"),
        lambda: select("pick", {"a": ""}),
        lambda: field(Field("name", ""), text_input("value", 80)),
        lambda: confirm("Sure?", "", yes="Yes", no="No"),
    ],
)
def test_an_empty_text_is_a_mistake(build: Callable[[], Block]) -> None:
    with pytest.raises(ValueError, match="no empty text"):
        build()


@pytest.mark.parametrize(
    ("build", "most"),
    [
        (lambda n: actions(*buttons(n)), 25),
        (lambda n: {"options": options(many(n))}, 100),
        (lambda n: select("pick", many(n)), 100),
        (lambda n: radio("pick", many(n)), 10),
        (lambda n: checkboxes("tick", many(n)), 10),
        (lambda n: select("pick", {"v" * n: "Choice"}), 75),
        (lambda n: button("Go", "a" * n), 255),
        (lambda n: text_input("a" * n, 80), 255),
        (lambda n: field(Field("b" * n, "Name"), text_input("value", 80)), 255),
        (lambda n: form([divider()] * n), 100),
        (lambda n: form([divider()], "c" * n), 255),
    ],
)
def test_more_than_slack_takes_is_a_mistake_and_so_is_nothing(build: Callable[[int], Block], most: int) -> None:
    assert build(most)
    for count in (0, most + 1):
        with pytest.raises(ValueError, match=f"^Slack takes 1 to {most} .*, not {count}$"):
            build(count)


@pytest.mark.parametrize(
    ("build", "most"),
    [
        (lambda n: button("Go", "go", "v" * n), 2000),
        (lambda n: form([divider()], metadata="m" * n), 3000),
    ],
)
def test_what_may_be_missing_may_not_be_too_long(build: Callable[[int], Block], most: int) -> None:
    assert build(0)
    assert build(most)
    with pytest.raises(ValueError, match=f"^Slack takes 1 to {most} "):
        build(most + 1)


@pytest.mark.parametrize("at", ["", "9", "9:00", "24:00", "09:60", "09:00:00"])
def test_a_time_that_slack_would_refuse_is_a_mistake(at: str) -> None:
    with pytest.raises(ValueError, match="times like 09:00"):
        timepicker("at", at)


def test_a_button_is_plain_primary_or_danger() -> None:
    assert [button("Go", "go", style=style).get("style") for style in (None, "primary", "danger")] == [
        None,
        "primary",
        "danger",
    ]
    with pytest.raises(ValueError, match="style"):
        button("Go", "go", style="bold")


def test_what_isnt_given_isnt_sent() -> None:
    assert button("Go", "go") == {"type": "button", "action_id": "go", "text": plain("Go", 75)}
    assert text_input("value", 80, "") == {"type": "plain_text_input", "action_id": "value", "max_length": 80}
    assert "initial_conversation" not in channel_select("value")
    assert "accessory" not in section("Words")
    assert "initial_options" not in checkboxes("tick", many(2), ["7"])
    assert "initial_option" not in radio("pick", many(2), "7")
    assert not {"hint", "dispatch_action"} & field(Field("name", "Name"), text_input("value", 80)).keys()


def test_what_is_chosen_at_first_is_one_of_the_options() -> None:
    ticked = checkboxes("tick", many(3), ["2", "0"])

    assert select("pick", many(3), "1")["initial_option"] == options(many(3))[1]
    assert ticked["initial_options"] == [ticked["options"][0], ticked["options"][2]]
    assert channel_select("value", "CPLATFORM")["initial_conversation"] == "CPLATFORM"


def test_a_field_that_saves_sends_each_character_and_each_choice() -> None:
    typed = field(Field("plan", "Plan", saves=True), text_input("value", 80))
    chosen = field(Field("mood", "Mood", saves=True), people_select("value", 3))

    assert typed["dispatch_action"] is chosen["dispatch_action"] is True
    assert typed["element"]["dispatch_action_config"] == {"trigger_actions_on": ["on_character_entered"]}
    assert chosen["element"] == people_select("value", 3)


def test_words_are_quoted_as_they_are() -> None:
    words = "<!channel> *all* of\n`it` & more"

    block = said("Ana", "(late)", [("What went well?", words)])

    name, question, quote = block["elements"]
    assert [run["text"] for run in name["elements"]] == ["Ana", " (late)"]
    assert question["elements"] == [{"type": "text", "text": "What went well?", "style": {"italic": True}}]
    assert quote == {"type": "rich_text_quote", "elements": [{"type": "text", "text": words}]}
