"""Each limit of Slack's, just kept and just broken."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import Playground
from bot.playground.checks import check_message, check_view
from bot.playground.world import SlackError

JSON = dict[str, Any]


def plain(text: str) -> JSON:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> JSON:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "hello", **fields: Any) -> JSON:
    return {"type": "section", "text": mrkdwn(text), **fields}


def button(text: str = "Go", **fields: Any) -> JSON:
    return {"type": "button", "text": plain(text), "action_id": "go", **fields}


def actions(*elements: JSON) -> JSON:
    return {"type": "actions", "elements": list(elements)}


def options(n: int, length: int = 3) -> list[JSON]:
    return [{"text": plain(f"{i:0{length}}"), "value": f"v{i}"} for i in range(n)]


def choice(kind: str, n: int, **fields: Any) -> JSON:
    return {"type": kind, "action_id": "pick", "options": options(n), **fields}


def asked(element: JSON, **fields: Any) -> JSON:
    return {"type": "input", "block_id": "b", "label": plain("What?"), "element": element, **fields}


def table(rows: int, cells: int, text: str = "x") -> JSON:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": text}] * cells] * rows}


def typed(**fields: Any) -> JSON:
    return {"type": "plain_text_input", "action_id": "a", **fields}


def modal(*blocks: JSON, **fields: Any) -> JSON:
    return {"type": "modal", "title": plain("Form"), "submit": plain("Send"), "blocks": list(blocks), **fields}


IN_MESSAGES = [  # (passes, is refused, part of the sentence)
    ([section("x" * 3000)], [section("x" * 3001)], "less than 3001"),
    ([section("x")], [section("")], "more than 0"),
    ([{"type": "header", "text": plain("x" * 150)}], [{"type": "header", "text": plain("x" * 151)}], "less than 151"),
    ([{"type": "header", "text": plain("x")}], [{"type": "header", "text": mrkdwn("x")}], "plain_text"),
    ([actions(button("x" * 75))], [actions(button("x" * 76))], "less than 76"),
    ([actions(button(value="x" * 2000))], [actions(button(value="x" * 2001))], "less than 2001"),
    ([actions(button())], [actions(button(valeu="x"))], "additional property: valeu"),
    ([actions(button())], [actions()], "1 to 25"),
    ([actions(button())], [actions(button(), button())], "action_id 'go' already exists"),
    (
        [actions(button(confirm={k: plain("x" * 30) for k in ("title", "text", "confirm", "deny")}))],
        [actions(button(confirm={k: plain("x" * 31) for k in ("title", "text", "confirm", "deny")}))],
        "less than 31",
    ),
    (
        [section(fields=[mrkdwn("x")] * 10)],
        [section(fields=[mrkdwn("x")] * 11)],
        "1 to 10",
    ),
    ([section(fields=[mrkdwn("x" * 2000)])], [section(fields=[mrkdwn("x" * 2001)])], "less than 2001"),
    ([section(accessory=choice("overflow", 5))], [section(accessory=choice("overflow", 6))], "1 to 5"),
    ([actions(choice("checkboxes", 10))], [actions(choice("checkboxes", 11))], "1 to 10"),
    ([actions(choice("radio_buttons", 10))], [actions(choice("radio_buttons", 11))], "1 to 10"),
    ([actions(choice("static_select", 100))], [actions(choice("static_select", 101))], "1 to 100"),
    ([asked(choice("multi_static_select", 2))], [actions(choice("multi_static_select", 2))], "unsupported element"),
    ([asked(typed())], [asked({"type": "number_input", "is_decimal_allowed": False})], "unsupported element"),
    (
        [actions(choice("static_select", 2, initial_option=options(2)[1]))],
        [actions(choice("static_select", 2, initial_option=options(3)[2]))],
        "among the options",
    ),
    ([section(block_id="a"), section(block_id="b")], [section(block_id="a")] * 2, "block_id 'a' already exists"),
    ([section(block_id="x" * 255)], [section(block_id="x" * 256)], "less than 256"),
    ([section()] * 50, [section()] * 51, "at most 50"),
    (
        [{"type": "context", "elements": [mrkdwn("x")] * 10}],
        [{"type": "context", "elements": [mrkdwn("x")] * 11}],
        "10",
    ),
    ([table(100, 20)], [table(101, 20)], "1 to 100"),
    ([table(1, 20)], [table(1, 21)], "1 to 20"),
    ([table(1, 1)], [table(1, 1, "")], "isn't empty"),
    ([table(1, 1)], [table(1, 1)] * 2, "only one table"),
    ([{"type": "markdown", "text": "x" * 12_000}], [{"type": "markdown", "text": "x" * 12_001}], "1 to 12000"),
    ([section()], [{"type": "data_table"}], "unsupported block type"),
    ([section()], [{"type": "alert", "text": plain("x")}], "unsupported block type"),
    (
        [{"type": "image", "image_url": "https://x", "alt_text": "x"}],
        [{"type": "image", "image_url": "https://x"}],
        "missing required field: alt_text",
    ),
    ([section()], [{"type": "image", "slack_file": {"id": "F9"}, "alt_text": "x"}], "invalid slack file"),
]
IN_MODALS = [
    (modal(asked(typed())), modal(asked(typed()), submit=None), "submit"),
    (modal(section(), title=plain("x" * 24)), modal(section(), title=plain("x" * 25)), "less than 25"),
    (modal(section(), private_metadata="x" * 3000), modal(section(), private_metadata="x" * 3001), "less than 3001"),
    (modal(section(), callback_id="x" * 255), modal(section(), callback_id="x" * 256), "less than 256"),
    (modal(section()), modal({"type": "markdown", "text": "x"}), "unsupported block type"),
    (modal(*[section()] * 100), modal(*[section()] * 101), "at most 100"),
    (modal(asked(typed(placeholder=plain("x" * 150)))), modal(asked(typed(placeholder=plain("x" * 151)))), "151"),
    (modal(asked(typed(), label=plain("x" * 2000))), modal(asked(typed(), label=plain("x" * 2001))), "2001"),
    (modal(section()), modal(section(), size="large"), "additional property: size"),
    (modal(section()), {"type": "home", "blocks": []}, "must be modal"),
]


@pytest.mark.parametrize(("kept", "broken", "sentence"), IN_MESSAGES)
def test_blocks_of_a_message(kept: list[JSON], broken: list[JSON], sentence: str) -> None:
    world = Playground().world
    assert check_message("chat.postMessage", {"text": "x", "blocks": kept}, world) == []
    with pytest.raises(SlackError) as refused:
        check_message("chat.postMessage", {"text": "x", "blocks": broken}, world)
    assert refused.value.error == "invalid_blocks"
    assert any(sentence in m for m in refused.value.messages), refused.value.messages


@pytest.mark.parametrize(("kept", "broken", "sentence"), IN_MODALS)
def test_modals(kept: JSON, broken: JSON, sentence: str) -> None:
    world = Playground().world
    check_view(kept, "modal", world)
    with pytest.raises(SlackError) as refused:
        check_view(broken, "modal", world)
    assert refused.value.error == "invalid_arguments"
    assert any(sentence in m for m in refused.value.messages), refused.value.messages


def test_a_view_may_be_250_kilobytes() -> None:
    world = Playground().world
    check_view(modal(*[section("x" * 2900)] * 80), "modal", world)
    with pytest.raises(SlackError, match="view_too_large"):
        check_view(modal(*[section("x" * 2900)] * 90), "modal", world)


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "blocks": [section("x" * 2999)] * 5}, "msg_blocks_too_long"),
        ({"text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "x", "event_payload": {"a": "x" * 8000}}}, "metadata_too_large"),
    ],
)
def test_messages_that_slack_refuses(args: JSON, error: str) -> None:
    with pytest.raises(SlackError, match=error):
        check_message("chat.postMessage", args, Playground().world)


async def test_a_violation_is_answered_and_recorded(playground: Playground, client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="UANA", text="x", blocks=[section("")])

    assert refused.value.response["error"] == "invalid_blocks"
    assert "[json-pointer:/blocks/0/text/text]" in refused.value.response["response_metadata"]["messages"][0]
    assert [(v.method, v.error) for v in playground.violations] == [("chat.postMessage", "invalid_blocks")]


async def test_an_unescaped_ping_is_posted_and_recorded(playground: Playground, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel="UANA", text="fine: &lt;!channel&gt;")
    assert playground.violations == []
    await client.chat_postMessage(channel="UANA", text="x", blocks=[section("<!here> look")])
    assert [v.error for v in playground.violations] == ["unescaped"]


async def test_checks_can_be_switched_off(playground: Playground, client: AsyncWebClient) -> None:
    playground.checks_on = False
    await client.chat_postMessage(channel="UANA", text="x", blocks=[section("")])
    assert playground.violations == []
