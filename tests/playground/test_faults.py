"""Faults and limits on demand: what proves that a bot sends exactly once."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import Playground, Workspace
from tests.playground.helpers import until


@pytest.fixture
def once(playground: Playground) -> AsyncWebClient:
    """A client that doesn't repeat by itself what was lost."""
    return AsyncWebClient(playground.bot_token, base_url=playground.api_url, retry_handlers=[])


async def test_a_lost_answer_leaves_the_message(once: AsyncWebClient, playground: Playground, slack: Workspace) -> None:
    playground.faults.add("chat.postMessage", "lost")
    with pytest.raises(aiohttp.ClientError):
        await once.chat_postMessage(channel="UANA", text="once")
    assert [m.text for m in slack.dm("UANA")] == ["once"]
    await once.chat_postMessage(channel="UANA", text="after")
    assert len(slack.dm("UANA")) == 2


async def test_the_sdks_own_retry_would_post_twice(
    client: AsyncWebClient, playground: Playground, slack: Workspace
) -> None:
    playground.faults.add("chat.postMessage", "lost")
    await client.chat_postMessage(channel="UANA", text="twice")
    assert [m.text for m in slack.dm("UANA")] == ["twice", "twice"]


async def test_a_reset_posts_nothing(once: AsyncWebClient, playground: Playground, slack: Workspace) -> None:
    playground.faults.add("chat.postMessage", "reset")
    with pytest.raises(aiohttp.ClientError):
        await once.chat_postMessage(channel="UANA", text="x")
    assert slack.dm("UANA") == []
    assert slack.calls[0].response["error"] == "reset"


async def test_errors_and_statuses(once: AsyncWebClient, playground: Playground, slack: Workspace) -> None:
    playground.faults.add("chat.postMessage", "error:internal_error")
    playground.faults.add("chat.postMessage", "http:503")
    playground.faults.add("chat.postMessage", "ratelimited:7")
    for status, error in ((200, "internal_error"), (503, ""), (429, "ratelimited")):
        with pytest.raises(SlackApiError) as refused:
            await once.chat_postMessage(channel="UANA", text="x")
        answer = refused.value.response
        assert answer.status_code == status
        assert not error or answer["error"] == error
    assert answer.headers["Retry-After"] == "7"
    assert slack.dm("UANA") == []
    assert playground.violations == []


@pytest.mark.parametrize(("what", "at_once"), [("hang", 0), ("hang:acted", 1)])
async def test_a_hanging_call_acts_before_or_after_it_is_released(
    once: AsyncWebClient, playground: Playground, slack: Workspace, what: str, at_once: int
) -> None:
    fault = playground.faults.add("chat.postMessage", what)
    call = asyncio.create_task(once.chat_postMessage(channel="UANA", text="x"))
    await fault.reached.wait()
    await until(lambda: len(slack.dm("UANA")) == at_once)
    assert not call.done()
    fault.release()
    assert (await call)["ok"]
    assert len(slack.dm("UANA")) == 1


async def test_a_delayed_call_is_late(once: AsyncWebClient, playground: Playground, slack: Workspace) -> None:
    fault = playground.faults.add("chat.postMessage", "delay:0.05")
    call = asyncio.create_task(once.chat_postMessage(channel="UANA", text="x"))
    await fault.reached.wait()
    assert slack.dm("UANA") == []
    await call
    assert len(slack.dm("UANA")) == 1


async def test_a_fault_for_one_person_spares_the_others(once: AsyncWebClient, playground: Playground) -> None:
    await once.conversations_open(users="UANA")
    playground.faults.add("chat.postMessage", "error:fatal_error", times=-1, user_or_channel="UANA")
    await once.chat_postMessage(channel="UBO", text="x")
    for where in ("UANA", "DANA"):
        with pytest.raises(SlackApiError, match="fatal_error"):
            await once.chat_postMessage(channel=where, text="x")
    playground.faults.clear()
    await once.chat_postMessage(channel="UANA", text="x")


def test_a_misspelt_fault_is_refused(playground: Playground) -> None:
    with pytest.raises(ValueError, match="no such fault"):
        playground.faults.add("chat.postMessage", "lots")


async def test_history_lags_behind(client: AsyncWebClient, playground: Playground) -> None:
    playground.faults.history_lag = 60
    await client.chat_postMessage(channel="UANA", text="x")
    assert (await client.conversations_history(channel="DANA"))["messages"] == []
    playground.machine_offset += 61
    assert len((await client.conversations_history(channel="DANA"))["messages"]) == 1


async def test_limits_answer_429_and_hold(once: AsyncWebClient, playground: Playground, slack: Workspace) -> None:
    playground.limits.on = True
    for _ in range(2):
        await once.chat_postMessage(channel="UANA", text="x")
    for where in ("UANA", "UBO"):  # over the channel's pace; then the method is held for all
        with pytest.raises(SlackApiError) as refused:
            await once.chat_postMessage(channel=where, text="x")
        assert refused.value.response.status_code == 429
        assert refused.value.response.headers["Retry-After"] == "1"
    assert playground.limits.answered_429["chat.postMessage"] == 2
    assert playground.limits.calls.total() == 4
    playground.machine_offset += 1.01
    await once.chat_postMessage(channel="UBO", text="x")
    assert len(slack.dm("UANA")) == 2


async def test_tiers_are_per_method(once: AsyncWebClient, playground: Playground) -> None:
    playground.limits.on = True
    playground.limits.per_minute["users.list"] = 60
    for _ in range(4):
        await once.users_list()
    with pytest.raises(SlackApiError, match="ratelimited"):
        await once.users_list()
    await once.users_info(user="UANA")
    assert playground.violations == []
