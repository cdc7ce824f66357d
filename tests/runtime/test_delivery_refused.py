"""What delivery makes of Slack's refusals: wait, give up, stop the lane, or say it in plain text."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.runtime.office import Office, Script, until

# What is tested here is no matter of SQL.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_retry_after_holds_that_method_and_no_other(office: Office) -> None:
    office.playground.faults.add("chat.postMessage", "ratelimited:30")
    office.post(1)
    office.post(2)
    office.publish(3)
    delivery = office.delivery()

    await delivery.drain()
    assert office.texts() == []
    assert len(office.calls("chat.postMessage")) == 1
    assert len(office.calls("views.publish")) == 1

    office.let_pass(15)
    await delivery.drain()
    assert len(office.calls("chat.postMessage")) == 1

    office.let_pass(16)
    await delivery.drain()
    assert office.texts() == ["note 1", "note 2"]


async def test_a_service_that_is_away_for_a_moment_is_tried_again_later_and_later(office: Office) -> None:
    office.playground.faults.add("chat.postMessage", "error:service_unavailable", times=3)
    office.post(1)
    delivery = office.delivery()

    for seconds in (2, 4, 8):
        await delivery.drain()
        assert office.state(1) == "waiting"
        office.let_pass(seconds / 4)
        await delivery.drain()
        assert office.state(1) == "waiting"
        office.let_pass(seconds)
    await delivery.drain()

    assert office.texts() == ["note 1"]
    assert len(office.calls("chat.postMessage")) == 4


@pytest.mark.parametrize("code", ["channel_not_found", "is_archived", "not_in_channel", "a_code_of_tomorrow"])
async def test_a_refusal_of_the_target_fails_the_row_alone(office: Office, code: str) -> None:
    office.playground.faults.add("chat.postMessage", f"error:{code}", user_or_channel="CGENERAL")
    office.post(1, "CGENERAL")
    office.post(2)

    await office.delivery().drain()

    assert (office.state(1), office.row(1).error, Script.states(1)) == ("failed", code, ["failed"])
    assert office.texts() == ["note 2"]


@pytest.mark.parametrize("code", ["invalid_auth", "account_inactive", "token_revoked", "missing_scope"])
async def test_a_refusal_of_the_app_stops_the_lane_until_it_is_mended(office: Office, code: str) -> None:
    office.playground.faults.add("chat.postMessage", f"error:{code}")
    broken = office.playground.faults.add("auth.test", f"error:{code}", times=2)
    office.post(1)
    delivery = office.delivery()

    for _ in range(3):
        await delivery.drain()
        office.post(2)
        await delivery.drain()
        assert (office.state(1), office.state(2)) == ("waiting", "waiting")
        office.let_pass(30)
    assert office.lane().reason == code
    assert broken.times == 0
    await delivery.drain()

    assert office.texts() == ["note 1", "note 2"]
    assert len(office.calls("chat.postMessage")) == 3
    assert [line["reason"] for line in office.logs if line["event"] == "delivery.lane_stopped"] == [code]
    assert (office.lane().stopped_at, office.lane().reason) == (None, None)


async def test_each_resume_in_vain_doubles_the_wait(office: Office) -> None:
    office.playground.faults.add("chat.postMessage", "error:missing_scope", times=-1)
    office.post(1)
    delivery = office.delivery()
    await delivery.drain()
    waits = []

    for _ in range(7):
        before, waited = len(office.calls("chat.postMessage")), 0
        while len(office.calls("chat.postMessage")) == before:
            office.let_pass(30)
            waited += 30
            await delivery.drain()
        waits.append(waited)

    assert waits == [30, 60, 120, 240, 480, 600, 600]
    office.playground.faults.clear()
    office.let_pass(600)
    await delivery.drain()
    assert (office.texts(), office.lane().resumes) == (["note 1"], 0)


async def test_the_scope_that_is_missing_is_named(office: Office) -> None:
    office.playground.api.scopes = ["commands"]
    office.post(1)

    await office.delivery().drain()

    assert office.lane().reason in ("missing_scope: im:write", "missing_scope: chat:write")
    assert [line["reason"] for line in office.logs if line["event"] == "delivery.lane_stopped"] == [
        office.lane().reason
    ]
    assert {each.error for each in office.playground.violations} == {"missing_scope"}
    office.playground.violations.clear()


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_blocks_too_long", "metadata_too_large"])
async def test_a_payload_that_slack_refuses_is_said_in_plain_text(office: Office, code: str) -> None:
    office.playground.faults.add("chat.postMessage", f"error:{code}")
    office.post(1)

    await office.delivery().drain()

    _, second = office.calls("chat.postMessage")
    assert office.texts() == ["note 1"]
    assert "blocks" not in second.args
    assert ("metadata" in second.args) == (code != "metadata_too_large")
    (line,) = [line for line in office.logs if line["event"] == "delivery.bad_payload"]
    assert (line["kind"], line["row"], line["error"]) == ("test.note", office.row(1).id, code)
    assert "note 1" not in json.dumps(office.logs)


async def test_plain_text_is_tried_once(office: Office) -> None:
    office.playground.faults.add("chat.postMessage", "error:no_text", times=-1)
    office.post(1)

    await office.delivery().drain()

    assert (office.state(1), office.row(1).error) == ("failed", "no_text")
    assert len(office.calls("chat.postMessage")) == 2


async def test_an_update_in_plain_text_takes_the_blocks_away(office: Office) -> None:
    office.post(1)
    delivery = office.delivery()
    await delivery.drain()
    office.playground.faults.add("chat.update", "error:invalid_blocks")

    office.update(2, of=1)
    await delivery.drain()

    message = office.playground.slack.last("UANA")
    assert (message.text, message.blocks) == ("note 2", [])


async def test_what_may_be_done_again_is_done_again(office: Office) -> None:
    """Updates, deletions and Homes whose answer was lost, or never came."""
    office.post(1)
    office.post(2)
    delivery = office.delivery()
    await delivery.drain()
    for method in ("chat.update", "chat.delete", "views.publish"):
        office.playground.faults.add(method, "lost")

    office.update(3, of=1)
    office.delete(of=2)
    office.publish(4)
    for _ in range(3):
        await delivery.drain()
        office.let_pass(5)

    assert office.texts() == ["note 3"]
    assert {row.state for action in ("update", "delete", "publish") for row in office.rows(action)} == {"sent"}


async def test_a_retried_update_gives_way_to_a_newer_one(office: Office) -> None:
    office.post(1)
    delivery = office.delivery()
    await delivery.drain()
    office.playground.faults.add("chat.update", "error:service_unavailable")
    rendering, go_on = Script.stall(2)
    office.update(2, of=1)
    draining = asyncio.create_task(delivery.drain())
    await until(rendering.is_set)

    office.update(3, of=1)
    go_on.set()
    await draining
    office.let_pass(5)
    await delivery.drain()

    assert office.texts() == ["note 3"]
    assert sorted(row.state for row in office.rows("update")) == ["dropped", "sent"]


async def test_five_silences_in_a_row_stop_the_lane_until_slack_answers(office: Office) -> None:
    office.playground.faults.add("chat.postMessage", "reset", times=-1)
    probe = office.playground.faults.add("auth.test", "reset", times=1)
    users = list(office.ids)
    for number, user in enumerate(users * 6):
        office.post(number, user)
    delivery = office.delivery()

    for _ in range(20):
        await delivery.drain()
    lane = office.lane()
    tried = sum(row.attempts for row in office.rows("post"))
    assert (lane.reason, lane.unknowns >= 5) == ("no_answer", True)
    assert tried < 40  # what was in flight when it stopped
    assert len(office.calls("chat.postMessage")) == tried

    office.let_pass(30)
    await delivery.drain()  # asks, and gets no answer
    assert (probe.times, sum(row.attempts for row in office.rows("post"))) == (0, tried)

    office.let_pass(30)
    await delivery.drain()  # Slack answers auth.test, and still not the first message
    assert sum(row.attempts for row in office.rows("post")) == tried + 1

    office.playground.faults.clear()
    for _ in range(4):
        office.let_pass(61)
        await delivery.drain()
    assert sorted(text for user in users for text in office.texts(user)) == sorted(f"note {n}" for n in range(48))
    assert office.lane().unknowns == 0


async def test_an_answer_in_between_keeps_the_lane_going(office: Office) -> None:
    faults = office.playground.faults
    faults.add("chat.postMessage", "reset", times=4)
    faults.add("chat.postMessage", "delay:0")
    faults.add("chat.postMessage", "reset", times=4)
    for number in range(1, 10):
        office.post(number)  # one DM, so one after the other

    await office.delivery().drain()

    assert [office.state(number) for number in range(1, 10)] == ["unknown"] * 4 + ["sent"] + ["unknown"] * 4
    assert (office.lane().stopped_at, office.lane().unknowns) == (None, 4)


async def test_nobody_there_means_that_nothing_was_sent(office: Office) -> None:
    office.post(1)

    await office.delivery(url="http://127.0.0.1:1/api/").drain()

    assert (office.state(1), office.row(1).failed_at, office.lane().unknowns) == ("waiting", None, 1)
