"""Socket Mode against the playground: cut lines, silent lines, refreshed lines, refused lines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import SettingsError
from bot.playground import AppConfig, Command, Playground, acme
from bot.runtime.socket import Allowance, Rhythm, SocketMode

QUICK = Rhythm(ping_every=0.02, pong_within=0.3, look_every=0.01, patience=2.0, open_every=0.001, longest_wait=0.05)


class Cairn:
    """A bot with one command, which waits while `may_ack` is clear and its text is "slow"."""

    def __init__(self, playground: Playground, rhythm: Rhythm = QUICK) -> None:
        self.may_ack = asyncio.Event()
        self.arrived = asyncio.Event()
        bolt = AsyncApp(authorize=_authorize, request_verification_enabled=False, process_before_response=True)
        bolt.command("/checkin")(self._checkin)
        client = AsyncWebClient(base_url=playground.api_url, retry_handlers=[])
        self.socket = SocketMode(bolt, client, playground.app_token, rhythm=rhythm)

    async def _checkin(self, ack: AsyncAck, command: dict[str, Any]) -> None:
        if command["text"] == "slow":
            self.arrived.set()
            await self.may_ack.wait()
        await ack(f"Noted: {command['text']}.")


async def _authorize() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id="TACME", bot_token="xoxb-1", bot_user_id="UBOT")


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 (the playground has no event for it)
            await asyncio.sleep(0.005)


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    slack = Playground(acme(AppConfig(commands=[Command("/checkin")], bot_events=[])))
    await slack.start()
    yield slack
    await slack.stop()


@pytest.fixture
async def cairn(playground: Playground) -> AsyncIterator[Cairn]:
    bot = Cairn(playground)
    await bot.socket.start()
    yield bot
    bot.may_ack.set()
    await bot.socket.stop()


def opened(playground: Playground) -> int:
    return sum(call.method == "apps.connections.open" for call in playground.slack.calls)


async def says(playground: Playground, text: str) -> str:
    answer = await playground.slack.says("UANA", f"/checkin {text}")
    assert answer.error is None, answer.error
    assert answer.ack is not None
    return str(answer.ack["text"])


async def test_a_command_is_answered(playground: Playground, cairn: Cairn) -> None:
    assert cairn.socket.connected
    assert await says(playground, "new") == "Noted: new."


async def test_a_slow_answer_holds_nobody_up(playground: Playground, cairn: Cairn) -> None:
    slow = asyncio.create_task(says(playground, "slow"))
    await cairn.arrived.wait()

    assert await says(playground, "new") == "Noted: new."
    cairn.may_ack.set()
    assert await slow == "Noted: slow."


async def test_a_cut_line_is_opened_again(playground: Playground, cairn: Cairn) -> None:
    await playground.drop_connections()

    await until(lambda: not cairn.socket.connected)
    await until(lambda: cairn.socket.connected)
    assert await says(playground, "new") == "Noted: new."
    assert len(playground.transport.links) == 1


async def test_a_line_that_looks_open_but_is_silent_is_replaced(playground: Playground, cairn: Cairn) -> None:
    (dead,) = playground.transport.links
    playground.unresponsive = True

    await until(lambda: any(link is not dead for link in playground.transport.links))
    assert await says(playground, "new") == "Noted: new."
    await until(lambda: dead not in playground.transport.links)


async def test_a_line_that_only_idles_is_kept(playground: Playground, cairn: Cairn) -> None:
    (line,) = playground.transport.links

    await asyncio.wait({asyncio.create_task(asyncio.Event().wait())}, timeout=2 * QUICK.pong_within)

    assert playground.transport.links == [line]
    assert opened(playground) == 1


async def test_a_refresh_loses_nothing_that_is_under_way(playground: Playground, cairn: Cairn) -> None:
    (old,) = playground.transport.links
    slow = asyncio.create_task(says(playground, "slow"))
    await cairn.arrived.wait()

    await playground.send_disconnect("refresh_requested")
    await until(lambda: opened(playground) == 2)
    assert await says(playground, "new") == "Noted: new."
    cairn.may_ack.set()

    assert await slow == "Noted: slow."
    await until(lambda: old not in playground.transport.links)
    assert len(playground.transport.links) == 1


async def test_an_ack_finds_its_way_over_the_next_line(playground: Playground, cairn: Cairn) -> None:
    slow = asyncio.create_task(says(playground, "slow"))
    await cairn.arrived.wait()

    await playground.drop_connections()
    await until(lambda: not cairn.socket.connected)
    await until(lambda: cairn.socket.connected)
    cairn.may_ack.set()

    assert await slow == "Noted: slow."


async def test_slack_is_waited_for_when_it_is_away_at_start(playground: Playground) -> None:
    playground.refuse_connections = True
    bot = Cairn(playground)

    await bot.socket.start(within=0.05)
    assert not bot.socket.connected

    playground.refuse_connections = False
    await until(lambda: bot.socket.connected)
    assert await says(playground, "new") == "Noted: new."
    await bot.socket.stop()


async def test_a_machine_that_cannot_be_reached_is_tried_again(playground: Playground) -> None:
    playground.faults.add("apps.connections.open", "reset", times=2)
    bot = Cairn(playground)

    await bot.socket.start()

    assert bot.socket.connected
    await bot.socket.stop()


async def test_slacks_retry_after_is_kept_to(playground: Playground) -> None:
    playground.faults.add("apps.connections.open", "ratelimited:1")
    bot = Cairn(playground)
    started = asyncio.get_running_loop().time()

    await bot.socket.start()

    assert asyncio.get_running_loop().time() - started >= 1
    assert opened(playground) == 2
    await bot.socket.stop()


async def test_a_refused_token_is_a_sentence_at_start(playground: Playground) -> None:
    playground.faults.add("apps.connections.open", "error:not_allowed_token_type")
    bot = Cairn(playground)

    with pytest.raises(SettingsError, match=r"SLACK_APP_TOKEN was refused by Slack \(not_allowed_token_type\)"):
        await bot.socket.start()
    await bot.socket.stop()


async def test_a_token_refused_later_is_tried_again(playground: Playground, cairn: Cairn) -> None:
    playground.faults.add("apps.connections.open", "error:invalid_auth")

    await playground.drop_connections()

    await until(lambda: opened(playground) == 3)
    await until(lambda: cairn.socket.connected)


async def test_stopping_lets_what_is_under_way_be_acked(playground: Playground, cairn: Cairn) -> None:
    slow = asyncio.create_task(says(playground, "slow"))
    await cairn.arrived.wait()

    stopping = asyncio.create_task(cairn.socket.stop())
    await asyncio.wait({stopping}, timeout=0.05)
    assert not stopping.done()
    cairn.may_ack.set()

    assert await slow == "Noted: slow."
    await stopping
    await until(lambda: playground.transport.links == [])


async def test_stopping_waits_only_so_long(playground: Playground, cairn: Cairn) -> None:
    playground.ack_seconds = 0.2
    slow = asyncio.create_task(playground.slack.says("UANA", "/checkin slow"))
    await cairn.arrived.wait()

    async with asyncio.timeout(2):
        await cairn.socket.stop(within=0.05)

    assert (await slow).error


async def test_stopping_before_slack_was_reached(playground: Playground) -> None:
    playground.refuse_connections = True
    bot = Cairn(playground, replace(QUICK, longest_wait=60))
    await bot.socket.start(within=0.05)

    async with asyncio.timeout(2):
        await bot.socket.stop()


def test_addresses_are_asked_for_a_few_at_once_and_then_one_a_minute() -> None:
    now = 1000.0
    allowance = Allowance(Rhythm(open_every=60, reserve=3), lambda: now)

    waits = []
    for _ in range(5):
        waits.append(allowance.seconds_to_wait())
        now += waits[-1]
        allowance.take()

    assert waits == [0, 0, 0, 60, 60]
    now += 600
    assert allowance.seconds_to_wait() == 0
