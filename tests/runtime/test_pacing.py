"""How fast Slack is called."""

from __future__ import annotations

import asyncio

import pytest

from bot.runtime.pacing import HISTORY, OPEN, POST, UPDATE, Pace, Pacer, Rate
from storage.outbox_rows import Priority
from tests.runtime.office import Office, until

# What is tested here is no matter of SQL.
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Uptime:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def uptime() -> Uptime:
    return Uptime()


def sent_within(pacer: Pacer, uptime: Uptime, method: str, seconds: float, late: float = 0.0) -> int:
    """How many calls go in so many seconds, where each is let go `late` seconds after it might."""
    end = uptime.now + seconds
    sent = 0
    while True:
        wait = pacer.wait(method)
        if wait > 0:
            uptime.now += wait + late
        if uptime.now >= end:
            return sent
        pacer.take(method)
        sent += 1


def test_the_overall_pace_is_kept_to(uptime: Uptime) -> None:
    pacer = Pacer(Pace(posts=5.0), uptime)
    assert sent_within(pacer, uptime, POST, 60) == pytest.approx(300, abs=5)


def test_being_late_does_not_lower_the_pace(uptime: Uptime) -> None:
    pacer = Pacer(Pace(posts=20.0), uptime)
    assert sent_within(pacer, uptime, POST, 60, late=0.03) >= 0.98 * 1200


def test_methods_have_paces_of_their_own(uptime: Uptime) -> None:
    pacer = Pacer(Pace(), uptime)
    assert sent_within(pacer, uptime, OPEN, 60) == pytest.approx(50, abs=5)
    assert pacer.wait(UPDATE) <= 0
    assert pacer.wait("auth.test") <= 0


def test_a_rest_gives_a_small_burst_and_no_more(uptime: Uptime) -> None:
    pacer = Pacer(Pace(others={HISTORY: Rate.per_minute(50, burst=5)}), uptime)
    uptime.now += 3600
    burst = 0
    while pacer.wait(HISTORY) <= 0:
        pacer.take(HISTORY)
        burst += 1
    assert burst == 5


def test_a_channel_gets_one_message_a_second(uptime: Uptime) -> None:
    pacer = Pacer(Pace(), uptime)
    pacer.channel_took("DANA")
    assert pacer.channel_wait("DANA") == pytest.approx(1.0)
    assert pacer.channel_wait("DBO") <= 0
    uptime.now += 1.0
    assert pacer.channel_wait("DANA") <= 0


def test_old_channels_are_forgotten(uptime: Uptime) -> None:
    pacer = Pacer(Pace(), uptime)
    for number in range(5000):
        pacer.channel_took(f"D{number}")
        uptime.now += 0.01
    assert len(pacer._channels) <= 1002


def test_retry_after_holds_one_method(uptime: Uptime) -> None:
    pacer = Pacer(Pace(), uptime)
    pacer.hold(POST, 30)
    pacer.hold(POST, 10)
    assert (pacer.wait(POST), pacer.held(POST), pacer.next_release()) == (30, 30, 30)
    assert pacer.held(UPDATE) <= 0
    uptime.now += 31
    assert pacer.wait(POST) <= 0
    assert pacer.next_release() == 0


def test_without_limits_nothing_waits(uptime: Uptime) -> None:
    pacer = Pacer(Pace.unlimited(), uptime)
    for _ in range(1000):
        assert pacer.wait(POST) <= 0
        pacer.take(POST)
        pacer.channel_took("DANA")
        assert pacer.channel_wait("DANA") <= 0


@pytest.mark.parametrize(("pace", "method", "rows"), [(5.0, POST, 25), (0.1, POST, 1), (1000.0, POST, 200)])
def test_a_lane_claims_what_five_seconds_hold(pace: float, method: str, rows: int) -> None:
    assert Pace(posts=pace).lookahead(method, 200) == rows


async def test_an_idle_caller_leaves_the_burst_to_others() -> None:
    pacer = Pacer(Pace(others={OPEN: Rate(50.0, burst=5)}), asyncio.get_running_loop().time)
    await pacer.turn(OPEN, idle=True)
    started = asyncio.get_running_loop().time()
    await pacer.turn(OPEN)
    assert asyncio.get_running_loop().time() - started < 0.01
    await pacer.turn(OPEN, idle=True)
    assert asyncio.get_running_loop().time() - started >= 0.02


# Against Slack's limits


async def test_slack_never_has_to_say_that_it_is_too_fast(office: Office) -> None:
    """Twenty a second, where Slack allows just that much. How near it comes to that pace, `make bench` says."""
    limits = office.playground.limits
    limits.on, limits.per_minute["chat.postMessage"], limits.per_channel_second = True, 20 * 60, 20.0
    users = list(office.ids)
    for number in range(60):
        office.post(number, users[number % 8])
    delivery = office.delivery(pace=Pace(posts=20.0, channel_seconds=0.05))

    started = office.clock.uptime()
    await delivery.drain()
    elapsed = office.clock.uptime() - started

    assert {row.state for row in office.rows("post")} == {"sent"}
    assert limits.answered_429["chat.postMessage"] == 0
    assert elapsed >= 1.9


@SQLITE
async def test_one_channel_gets_a_message_a_second_and_others_do_not_wait_for_it(office: Office) -> None:
    office.playground.limits.on, office.playground.limits.per_channel_second = True, 5.0
    for number in range(4):
        office.post(number)
    office.post(10, "UBO")

    await office.delivery(pace=Pace(posts=50.0, channel_seconds=0.2)).drain()

    calls = [(call.args["text"], call.at) for call in office.calls("chat.postMessage")]
    assert [text for text, _ in calls] == ["note 0", "note 10", "note 1", "note 2", "note 3"]
    assert office.playground.limits.answered_429["chat.postMessage"] == 0
    assert calls[-1][1] - calls[0][1] >= 0.6


@SQLITE
async def test_what_is_urgent_goes_before_what_is_queued(office: Office) -> None:
    users = list(office.ids)
    for number in range(30):
        office.post(number, users[number % 8], priority=Priority.BULK)
    delivery = office.delivery(pace=Pace(posts=5.0, channel_seconds=0.0))
    running = asyncio.create_task(delivery.run())
    await until(lambda: len(office.calls("chat.postMessage")) >= 5)

    office.post(100, priority=Priority.URGENT)
    delivery.wake()
    await until(lambda: "note 100" in office.texts())
    await delivery.stop(5)
    await running

    assert len(office.calls("chat.postMessage")) < 11
