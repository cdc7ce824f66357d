"""What people do, as a real bolt app hears of it over Socket Mode."""

from __future__ import annotations

from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import Playground, Workspace

JSON = dict[str, Any]


def plain(text: str) -> JSON:
    return {"type": "plain_text", "text": text}


def form(*blocks: JSON, **fields: Any) -> JSON:
    blocks = blocks or (text_input("said", "What?"),)
    return {"type": "modal", "title": plain("Form"), "submit": plain("Send"), "blocks": list(blocks), **fields}


def text_input(block_id: str, label: str, **fields: Any) -> JSON:
    element = {"type": "plain_text_input", "action_id": "answer", **fields.pop("element", {})}
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element, **fields}


async def test_a_command_opens_a_form_and_its_submission_closes_it(bot: AsyncApp, slack: Workspace) -> None:
    said: list[JSON] = []

    @bot.command("/checkin")
    async def open_form(ack: AsyncAck, body: JSON, client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=form(callback_id="checkin"))
        await ack()

    @bot.view("checkin")
    async def submitted(ack: AsyncAck, view: JSON) -> None:
        said.append(view["state"]["values"])
        await ack()

    result = await slack.says("UANA", "/checkin")
    assert result.error is None
    await slack.types("UANA", "What?", "All well")
    done = await slack.submits("UANA")

    assert done.closed
    assert slack.view("UANA") is None
    assert said == [{"said": {"answer": {"type": "plain_text_input", "value": "All well"}}}]


async def test_a_button_in_a_dm_arrives_with_its_message(
    bot: AsyncApp, slack: Workspace, client: AsyncWebClient
) -> None:
    heard: list[JSON] = []

    @bot.action("go")
    async def clicked(ack: AsyncAck, body: JSON) -> None:
        heard.append(body)
        await ack()

    button = {"type": "button", "action_id": "go", "text": plain("Go"), "value": "7"}
    posted = await client.chat_postMessage(
        channel="UANA", text="Ready?", blocks=[{"type": "actions", "elements": [button]}]
    )
    await slack.clicks("UANA", slack.last("UANA"), "go")

    assert heard[0]["container"]["message_ts"] == posted["ts"]
    assert heard[0]["actions"][0]["value"] == "7"
    assert heard[0]["channel"]["id"] == posted["channel"]


async def test_the_page_state_shows_the_dm(playground: Playground, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel="UANA", text="Hello")
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{playground.url}/page/state?as=UANA") as answer,
    ):
        state = await answer.json()

    dm = next(c for c in state["channels"] if c["kind"] == "im")
    assert [m["text"] for m in dm["messages"]] == ["Hello"]
