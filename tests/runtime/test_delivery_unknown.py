"""Nobody knows whether it arrived: the process died, the answer was lost, Slack was slow.

One message all the same, not two and not none.
"""

from __future__ import annotations

import asyncio

import pytest

from bot.playground.world import BOT_USER
from bot.runtime.delivery import Delivery
from tests.runtime.office import LATER, START, Office, Script, until

LEASE, GRACE = 31.0, 61.0


async def drained_later(office: Office, delivery: Delivery, times: int = 3) -> None:
    """Long enough for leases and graces to pass, and then again."""
    for _ in range(times):
        office.let_pass(GRACE)
        await delivery.drain()


async def killed_at(office: Office, what: str) -> None:
    """A process that dies while Slack has its `chat.postMessage`."""
    fault = office.playground.faults.add("chat.postMessage", what)
    dying = office.delivery()
    draining = asyncio.create_task(dying.drain())
    await fault.reached.wait()
    await office.kill(dying)
    await draining
    office.playground.faults.planned.remove(fault)


async def test_killed_between_send_and_settle(office: Office) -> None:
    office.post(1)
    await killed_at(office, "hang:acted")
    assert (office.texts(), office.state(1)) == (["note 1"], "claimed")

    heir = office.delivery()
    await heir.drain()
    office.let_pass(LEASE)
    await heir.drain()
    assert office.state(1) == "unknown"
    office.let_pass(GRACE)
    await heir.drain()

    assert office.texts() == ["note 1"]
    assert (office.state(1), office.row(1).ts) == ("sent", office.playground.slack.last("UANA").ts)
    assert Script.states(1) == ["sent"]


async def test_killed_before_slack_got_it(office: Office) -> None:
    rendering, go_on = Script.stall(1)
    office.post(1)
    dying = office.delivery()
    draining = asyncio.create_task(dying.drain())
    await until(rendering.is_set)
    await office.kill(dying)
    go_on.set()
    await draining

    await drained_later(office, office.delivery())

    assert (office.texts(), office.state(1), Script.states(1)) == (["note 1"], "sent", ["sent"])


@pytest.mark.parametrize("fault", ["lost", "reset", "http:500", "error:internal_error", "error:fatal_error"])
async def test_an_answer_that_never_came(office: Office, fault: str) -> None:
    office.playground.faults.add("chat.postMessage", fault)
    office.post(1)
    delivery = office.delivery()

    await delivery.drain()
    assert office.state(1) == "unknown"
    assert len(office.calls("chat.postMessage")) == 1  # nobody repeated it meanwhile
    await drained_later(office, delivery)

    assert (office.texts(), office.state(1), Script.states(1)) == (["note 1"], "sent", ["sent"])
    assert len(office.calls("chat.postMessage")) == (1 if fault == "lost" else 2)


async def test_a_call_on_a_used_connection_is_not_repeated_either(office: Office) -> None:
    office.post(1)
    delivery = office.delivery()
    await delivery.drain()
    office.playground.faults.add("chat.postMessage", "lost")

    office.post(2)
    await delivery.drain()

    assert len(office.calls("chat.postMessage")) == 2
    assert (office.texts(), office.state(2)) == (["note 1", "note 2"], "unknown")


async def test_a_history_that_runs_behind_is_given_its_time(office: Office) -> None:
    office.playground.faults.history_lag = 50
    office.playground.faults.add("chat.postMessage", "lost")
    office.post(1)
    delivery = office.delivery()
    await delivery.drain()

    for _ in range(5):
        office.let_pass(15)
        await delivery.drain()
        assert len(office.texts()) == 1

    assert office.state(1) == "sent"


async def test_a_busy_dm_is_looked_through_to_the_end(office: Office) -> None:
    office.playground.faults.add("chat.postMessage", "lost")
    office.post(1)
    delivery = office.delivery()
    await delivery.drain()
    dm = office.playground.world.dm("UANA").id
    for number in range(40):
        office.playground.world.post(dm, BOT_USER if number % 2 else "UANA", f"chatter {number}")

    await drained_later(office, delivery)

    assert office.state(1) == "sent"
    assert office.texts().count("note 1") == 1
    assert len(office.calls("conversations.history")) > 2
    assert {call.args["limit"] for call in office.calls("conversations.history")} == {"15"}


async def test_it_looks_from_five_minutes_before_the_claim(office: Office) -> None:
    office.playground.faults.add("chat.postMessage", "lost")
    office.post(1)
    delivery = office.delivery()
    await delivery.drain()
    claimed_at = office.row(1).claimed_at
    assert claimed_at is not None

    await drained_later(office, delivery)

    (call,) = office.calls("conversations.history")
    assert float(call.args["oldest"]) == pytest.approx(claimed_at.timestamp() - 300, abs=0.01)


async def test_a_reply_is_looked_for_in_its_thread(office: Office) -> None:
    office.post(1)
    delivery = office.delivery()
    await delivery.drain()
    office.playground.faults.add("chat.postMessage", "lost")
    office.post(2, thread_of="n1")
    await delivery.drain()

    await drained_later(office, delivery)

    parent = office.row(1)
    thread = office.playground.slack.thread(parent.posted_channel or "", parent.ts or "")
    assert [message.text for message in thread] == ["note 2"]
    assert (office.state(2), office.calls("conversations.history")) == ("sent", [])


async def test_where_the_thread_is_gone_the_reply_is_not_there_either(office: Office) -> None:
    office.post(1)
    delivery = office.delivery()
    await delivery.drain()
    office.playground.faults.add("chat.postMessage", "reset")
    office.playground.faults.add("conversations.replies", "error:thread_not_found")
    office.post(2, thread_of="n1")
    await delivery.drain()

    await drained_later(office, delivery)

    assert (office.state(2), len(office.calls("conversations.replies"))) == ("sent", 1)


# Found, and no longer wanted


def no_longer_wanted(office: Office, why: str) -> None:
    if why == "unwanted":
        Script.unwanted.add(1)
    elif why == "expired":
        office.clock.move_to(START + LATER)
    else:
        office.delete(of=1)


@pytest.mark.parametrize("why", ["unwanted", "expired", "taken back"])
async def test_found_and_no_longer_wanted_is_deleted(office: Office, why: str) -> None:
    office.playground.faults.add("chat.postMessage", "lost")
    office.post(1, expires_at=START + LATER)
    delivery = office.delivery()
    await delivery.drain()
    no_longer_wanted(office, why)
    assert office.texts() == ["note 1"]

    await drained_later(office, delivery)

    told = {"unwanted": "dropped", "expired": "expired", "taken back": "sent"}[why]
    assert (office.texts(), office.state(1), Script.states(1)) == ([], "dropped", [told])


@pytest.mark.parametrize(("why", "state"), [("unwanted", "dropped"), ("expired", "expired"), ("taken back", "dropped")])
async def test_not_found_and_no_longer_wanted_is_not_sent(office: Office, why: str, state: str) -> None:
    office.playground.faults.add("chat.postMessage", "reset")
    office.post(1, expires_at=START + LATER)
    delivery = office.delivery()
    await delivery.drain()
    no_longer_wanted(office, why)

    await drained_later(office, delivery)

    assert (office.texts(), office.state(1), Script.states(1)) == ([], state, [state])
    assert len(office.calls("conversations.history")) == 1


async def test_an_update_waits_until_its_post_is_found(office: Office) -> None:
    office.playground.faults.add("chat.postMessage", "lost")
    office.post(1)
    delivery = office.delivery()
    await delivery.drain()
    office.update(2, of=1)
    await delivery.drain()
    assert office.texts() == ["note 1"]

    await drained_later(office, delivery)

    assert office.texts() == ["note 2"]


@pytest.mark.parametrize("trouble", ["http:500", "ratelimited:20", "error:service_unavailable"])
async def test_where_history_gives_no_answer_it_is_asked_again(office: Office, trouble: str) -> None:
    office.playground.faults.add("chat.postMessage", "lost")
    office.playground.faults.add("conversations.history", trouble)
    office.post(1)
    delivery = office.delivery()
    await delivery.drain()

    office.let_pass(GRACE)
    await delivery.drain()
    assert office.state(1) == "unknown"
    await drained_later(office, delivery)

    assert (office.texts(), office.state(1)) == (["note 1"], "sent")


async def test_a_dm_that_is_gone_fails_the_row(office: Office) -> None:
    office.playground.faults.add("chat.postMessage", "reset")
    office.playground.faults.add("conversations.history", "error:channel_not_found")
    office.post(1)
    delivery = office.delivery()
    await delivery.drain()

    await drained_later(office, delivery)

    assert (office.state(1), office.row(1).error, Script.states(1)) == ("failed", "channel_not_found", ["failed"])


# Stalls, and other processes


async def test_stalled_past_its_lease_before_sending(office: Office) -> None:
    """Another process takes over and sends; the stalled one sees that its lease is over, and doesn't."""
    rendering, go_on = Script.stall(1)
    office.post(1)
    stalled, other = office.delivery(), office.delivery()
    draining = asyncio.create_task(stalled.drain())
    await until(rendering.is_set)

    office.let_pass(LEASE)
    await other.drain()
    office.let_pass(GRACE)
    await other.drain()
    assert office.texts() == ["note 1"]
    go_on.set()
    await draining

    assert (office.texts(), office.state(1), Script.states(1)) == (["note 1"], "sent", ["sent"])
    assert len(office.calls("chat.postMessage")) == 1


async def test_a_stall_that_leaves_too_little_of_the_lease_for_a_call(office: Office) -> None:
    """The lease still holds, but a call might outlast it: the row goes back, and nobody has to look for it."""
    rendering, go_on = Script.stall(1)
    office.post(1)
    delivery = office.delivery()
    draining = asyncio.create_task(delivery.drain())
    await until(rendering.is_set)

    office.let_pass(25)
    go_on.set()
    await draining

    assert (office.texts(), office.state(1)) == (["note 1"], "sent")
    assert (office.row(1).failed_at, office.row(1).attempts) == (None, 1)
    assert [call.method for call in office.playground.slack.calls] == ["chat.postMessage"]


async def test_stalled_past_its_lease_after_sending(office: Office) -> None:
    """Another process finds the message and settles it; what the stalled one says then is refused."""
    fault = office.playground.faults.add("chat.postMessage", "hang:acted")
    office.post(1)
    stalled, other = office.delivery(), office.delivery()
    draining = asyncio.create_task(stalled.drain())
    await fault.reached.wait()

    office.let_pass(LEASE)
    await other.drain()
    office.let_pass(GRACE)
    await other.drain()
    assert office.state(1) == "sent"
    fault.release()
    await draining

    assert (office.texts(), Script.states(1)) == (["note 1"], ["sent"])
    assert [line["state"] for line in office.logs if line["event"] == "delivery.not_ours_any_more"] == ["sent"]


async def test_two_processes_share_the_work_and_send_each_note_once(office: Office) -> None:
    deliveries = [office.delivery() for _ in range(2)]
    running = [asyncio.create_task(delivery.run()) for delivery in deliveries]
    users = list(office.ids)
    for number in range(120):
        office.post(number, users[number % 8])
        deliveries[number % 2].wake()
        await asyncio.sleep(0)
    await until(lambda: {row.state for row in office.rows("post")} == {"sent"})
    for delivery in deliveries:
        await delivery.stop(5)
    await asyncio.gather(*running)

    sent = [text for user in users for text in office.texts(user)]
    assert sorted(sent) == sorted(f"note {number}" for number in range(120))


async def test_claims_that_may_be_done_again_are_done_again_after_a_crash(office: Office) -> None:
    office.post(1)
    first = office.delivery()
    await first.drain()
    fault = office.playground.faults.add("chat.update", "hang:acted")
    office.update(2, of=1)
    draining = asyncio.create_task(first.drain())
    await fault.reached.wait()
    await office.kill(first)
    await draining
    office.update(3, of=1)

    office.let_pass(LEASE)
    await office.delivery().drain()

    assert office.texts() == ["note 3"]
    assert sorted(row.state for row in office.rows("update")) == ["dropped", "sent"]
