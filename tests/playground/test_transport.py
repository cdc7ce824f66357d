"""How deliveries reach the bot: Socket Mode and signed HTTP, time-outs, redelivery, cut lines."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import WSMsgType, web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import Playground, Workspace
from tests.playground.helpers import JSON, buttons, error_of, form, hears, text_input, until


@dataclass
class Receiver:
    """A bare HTTP endpoint: keeps requests, answers what the test says."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    body: str = ""

    async def receive(self, request: web.Request) -> web.Response:
        headers = {k.lower(): v for k, v in request.headers.items()}
        self.requests.append((headers, await request.read()))
        kind = "application/json" if self.body.startswith("{") else "text/plain"
        return web.Response(status=self.status, headers=self.headers, text=self.body, content_type=kind)


@pytest.fixture
async def receiver(playground: Playground) -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.add_routes([web.post("/slack/events", receiver.receive)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    playground.deliver_by_http(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    yield receiver
    await runner.cleanup()


# Signed HTTP


async def test_requests_are_signed_and_shaped_as_slacks(
    receiver: Receiver, playground: Playground, slack: Workspace, client: AsyncWebClient
) -> None:
    await slack.says("UANA", "/checkin new")
    await slack.writes("UANA", "hello")
    await client.views_open(trigger_id=slack.world.new_trigger("UANA"), view=form())
    await slack.types("UANA", "said", "x")
    await slack.submits("UANA")

    verifier = SignatureVerifier(playground.signing_secret)
    assert all(verifier.is_valid_request(body, headers) for headers, body in receiver.requests)
    (command_headers, command), (event_headers, event), (_, submission) = receiver.requests
    assert command_headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(command.decode())["text"] == ["new"]
    assert event_headers["content-type"] == "application/json"
    assert json.loads(event)["event"]["text"] == "hello"
    assert "x-slack-retry-num" not in event_headers
    assert json.loads(parse_qs(submission.decode())["payload"][0])["type"] == "view_submission"


async def test_a_real_bolt_app_over_http(app: AsyncApp, playground: Playground, slack: Workspace) -> None:
    @app.command("/checkin")
    async def open_form(ack: AsyncAck, body: JSON, client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=form(callback_id="c"))
        await ack("Here it is")

    @app.view("c")
    async def wrong(ack: AsyncAck) -> None:
        await ack(response_action="errors", errors={"said": "No"})

    runner = web.AppRunner(app.web_app("/slack/events"))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    playground.deliver_by_http(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    await slack.says("UANA", "/checkin")
    await slack.types("UANA", "said", "x")
    assert (await slack.submits("UANA")).errors == {"said": "No"}
    assert [m.text for m in slack.ephemerals("UANA")] == ["Here it is"]
    await runner.cleanup()


async def test_events_are_tried_four_times_with_their_headers(
    receiver: Receiver, playground: Playground, slack: Workspace
) -> None:
    receiver.status = 500
    await slack.writes("UANA", "hello")
    assert len(receiver.requests) == 2  # the first retry comes at once
    for _ in range(3):
        await slack.retry_events()
    headers = [h for h, _ in receiver.requests]
    assert [h.get("x-slack-retry-num") for h in headers] == [None, "1", "2", "3"]
    assert [h.get("x-slack-retry-reason") for h in headers] == [None, *["http_error"] * 3]
    assert len({json.loads(b)["event_id"] for _, b in receiver.requests}) == 1


async def test_retries_come_by_machine_time(receiver: Receiver, playground: Playground, slack: Workspace) -> None:
    receiver.status = 500
    await slack.writes("UANA", "hello")
    await playground.transport.retry_events(slack.world.machine_now() + 59)
    assert len(receiver.requests) == 2
    receiver.status = 200
    await playground.transport.retry_events(slack.world.machine_now() + 61)
    await playground.transport.retry_events(slack.world.machine_now() + 1000)
    assert len(receiver.requests) == 3


async def test_a_bot_can_refuse_retries(receiver: Receiver, slack: Workspace) -> None:
    receiver.status, receiver.headers = 500, {"x-slack-no-retry": "1"}
    await slack.writes("UANA", "hello")
    assert await slack.retry_events() == []
    assert len(receiver.requests) == 1


async def test_a_failing_command_says_so(receiver: Receiver, slack: Workspace) -> None:
    receiver.status = 500
    assert (await slack.says("UANA", "/checkin")).error == "dispatch_failed"
    receiver.status, receiver.body = 200, "{broken"
    assert (await slack.says("UANA", "/checkin")).error == "dispatch_failed"


async def test_nobody_at_the_address(playground: Playground, slack: Workspace) -> None:
    playground.deliver_by_http("http://127.0.0.1:9/slack/events")
    assert (await slack.says("UANA", "/checkin")).error == "dispatch_failed"
    assert (await slack.retry_events()) == []


async def test_the_bots_own_messages_and_changes_come_back(
    receiver: Receiver, playground: Playground, slack: Workspace, client: AsyncWebClient
) -> None:
    posted = await client.chat_postMessage(channel="CPLATFORM", text="mine")
    await until(lambda: len(receiver.requests) == 1)
    await client.chat_update(channel="CPLATFORM", ts=posted["ts"], text="changed")
    await until(lambda: len(receiver.requests) == 2)
    playground.echoes = False
    await client.chat_postMessage(channel="CPLATFORM", text="quiet")
    await slack.writes("UANA", "hers", "CPLATFORM")
    mine, changed, hers = [json.loads(body)["event"] for _, body in receiver.requests]
    assert (mine["text"], mine["bot_id"]) == ("mine", "BCAIRN")
    assert (changed["subtype"], changed["message"]["text"]) == ("message_changed", "changed")
    assert changed["previous_message"]["text"] == "mine"
    assert hers["text"] == "hers"


async def test_a_redelivered_click_carries_the_state_of_its_time(
    receiver: Receiver, slack: Workspace, client: AsyncWebClient
) -> None:
    view = form(text_input("draft", "Draft", dispatch_action=True))
    await client.views_open(trigger_id=slack.world.new_trigger("UANA"), view=view)
    await slack.types("UANA", "draft", "first")
    older = slack.doing.last
    await slack.types("UANA", "draft", "second")
    slack.doing.last = older
    await slack.redeliver(1)
    payload = json.loads(parse_qs(receiver.requests[-1][1].decode())["payload"][0])
    assert payload["view"]["state"]["values"]["draft"]["answer"]["value"] == "first"


# Redelivery


async def test_a_redelivered_command_is_the_same_five_times(bot: AsyncApp, slack: Workspace) -> None:
    heard = hears(bot)
    await slack.says("UANA", "/checkin")
    answers = await slack.redeliver(5)
    assert [a.acked for a in answers] == [True] * 5
    assert len({b["trigger_id"] for b in heard}) == 1
    assert len(heard) == 6


async def test_a_redelivered_event_keeps_its_id(receiver: Receiver, slack: Workspace) -> None:
    await slack.writes("UANA", "hello")
    await slack.redeliver(2)
    assert len({json.loads(b)["event_id"] for _, b in receiver.requests}) == 1
    assert sorted(h.get("x-slack-retry-num", "0") for h, _ in receiver.requests) == ["0", "1", "2"]


async def test_a_redelivered_submission_carries_the_same_hash(
    bot: AsyncApp, slack: Workspace, client: AsyncWebClient
) -> None:
    heard = hears(bot)
    await client.views_open(trigger_id=slack.world.new_trigger("UANA"), view=form())
    await slack.types("UANA", "said", "x")
    await slack.submits("UANA")
    await slack.redeliver(1)
    assert heard[0]["view"] == heard[1]["view"]


# Socket Mode


async def test_an_unacked_event_comes_again_with_its_attempt(
    bot: AsyncApp, playground: Playground, slack: Workspace
) -> None:
    seen: list[str] = []

    @bot.event("message")
    async def fails_once(ack: AsyncAck, body: JSON) -> None:
        seen.append(body["event_id"])
        if len(seen) == 1:
            raise RuntimeError("not yet")
        await ack()

    playground.ack_seconds = 0.1
    await slack.writes("UANA", "hello")
    assert len(seen) == 2
    assert len(set(seen)) == 1
    assert await slack.retry_events() == []


async def raw_link(playground: Playground, session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
    client = AsyncWebClient(base_url=playground.api_url)
    opened = await client.apps_connections_open(app_token=playground.app_token)
    link = await session.ws_connect(opened["url"], autoping=False)
    assert (await link.receive_json())["type"] == "hello"
    return link


async def test_each_envelope_goes_to_one_connection_in_turn(playground: Playground, slack: Workspace) -> None:
    playground.ack_seconds = 0.05
    async with aiohttp.ClientSession() as session:
        links = [await raw_link(playground, session) for _ in range(2)]
        for _ in range(2):
            await slack.says("UANA", "/checkin")
        for link in links:
            envelope = await link.receive_json()
            assert envelope["type"] == "slash_commands"
            assert envelope["accepts_response_payload"] is True
            with pytest.raises(TimeoutError):
                await link.receive(timeout=0.01)


async def test_a_ticket_is_good_for_one_connection(playground: Playground) -> None:
    client = AsyncWebClient(base_url=playground.api_url)
    opened = await client.apps_connections_open(app_token=playground.app_token)
    async with aiohttp.ClientSession() as session:
        await session.ws_connect(opened["url"])
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(opened["url"])


async def test_pings_are_answered_until_the_line_is_stalled(playground: Playground, slack: Workspace) -> None:
    playground.ack_seconds = 0.05
    async with aiohttp.ClientSession() as session:
        link = await raw_link(playground, session)
        await link.ping(b"one")
        pong = await link.receive()
        assert (pong.type, pong.data) == (WSMsgType.PONG, b"one")
        playground.unresponsive = True
        await link.ping(b"two")
        await slack.says("UANA", "/checkin")
        with pytest.raises(TimeoutError):
            await link.receive(timeout=0.01)
        fresh = await raw_link(playground, session)  # a new connection is well
        await fresh.ping(b"three")
        assert (await fresh.receive()).type == WSMsgType.PONG


async def test_a_cut_line_is_mended_and_the_command_waits_for_it(
    app: AsyncApp, playground: Playground, slack: Workspace
) -> None:
    heard = hears(app)
    handler = AsyncSocketModeHandler(app, playground.app_token, ping_interval=0.05)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await until(lambda: playground.transport.connected)
    await playground.drop_connections()
    assert not playground.transport.connected
    result = await slack.says("UANA", "/checkin")
    assert result.error is None
    assert len(heard) == 1
    await handler.close_async()  # type: ignore[no-untyped-call]


async def test_a_disconnect_is_announced_and_a_new_link_made(
    bot: AsyncApp, playground: Playground, slack: Workspace
) -> None:
    heard = hears(bot)
    await until(lambda: playground.transport.connected)
    old = playground.transport.links[0]
    await playground.send_disconnect("refresh_requested")
    await slack.says("UANA", "/checkin")
    await until(lambda: old not in playground.transport.links)
    assert len(heard) == 1
    assert playground.transport.connected


async def test_connections_can_be_refused(playground: Playground) -> None:
    playground.refuse_connections = True
    client = AsyncWebClient(base_url=playground.api_url)
    assert await error_of(client.apps_connections_open(app_token=playground.app_token)) == "service_unavailable"


async def test_interactions_are_one_way_where_slack_takes_no_answer(
    playground: Playground, slack: Workspace, client: AsyncWebClient
) -> None:
    playground.ack_seconds = 0.05
    await client.chat_postMessage(channel="UANA", text="?", blocks=[buttons("go")])
    async with aiohttp.ClientSession() as session:
        link = await raw_link(playground, session)
        await slack.clicks("UANA", slack.last("UANA"), "go")
        envelope = await link.receive_json()
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("interactive", False)


async def test_stopping_with_a_link_open_is_quick(playground: Playground) -> None:
    async with aiohttp.ClientSession() as session:
        await raw_link(playground, session)
        await playground.stop()
    assert not playground.transport.connected
