"""What is owed is paid: messages, updates, deletions and Homes, in their order and once."""

from __future__ import annotations

import asyncio

from storage import outbox
from storage.outbox_rows import Priority
from tests.runtime.office import LATER, START, TEAM, Note, Office, Script, until


async def test_a_note_arrives_with_nothing_but_an_opaque_id_in_its_metadata(office: Office) -> None:
    office.post(1)

    await office.delivery().drain()

    (call,) = office.calls("chat.postMessage")
    row = office.row(1)
    assert office.texts() == ["note 1"]
    assert call.args["metadata"] == {"event_type": "cairn", "event_payload": {"id": row.nonce}}
    assert (call.args["unfurl_links"], call.args["unfurl_media"]) == (False, False)
    assert (row.state, row.posted_channel, row.ts) == ("sent", call.args["channel"], call.response["ts"])
    assert [(number, outcome.state, outcome.ts) for number, outcome in Script.outcomes] == [(1, "sent", row.ts)]


async def test_the_same_key_is_posted_once(office: Office) -> None:
    office.post(1)
    office.post(1)

    await office.delivery().drain()
    office.post(1)
    await office.delivery().drain()

    assert office.texts() == ["note 1"]


async def test_one_place_gets_its_messages_in_the_lanes_order(office: Office) -> None:
    for number in range(1, 7):
        office.post(number, "CGENERAL")
    office.post(7, "CGENERAL", priority=Priority.BULK)
    office.post(8, "CGENERAL", priority=Priority.URGENT)

    await office.delivery().drain()

    assert office.channel_texts() == [f"note {n}" for n in (8, 1, 2, 3, 4, 5, 6, 7)]


async def test_more_than_a_batch_goes_out_in_order_everywhere(office: Office) -> None:
    users = list(office.ids)
    with office.database.session(TEAM) as session:
        posts = [outbox.NewPost(Note(n), f"n{n}", office.ids[users[n % 8]]) for n in range(400)]
        outbox.post_many(session, posts)

    await office.delivery().drain()

    for place, user in enumerate(users):
        assert office.texts(user) == [f"note {n}" for n in range(place, 400, 8)]
    assert {row.state for row in office.rows("post")} == {"sent"}
    assert len(Script.outcomes) == 400


async def test_a_note_waits_for_its_moment(office: Office) -> None:
    office.post(1, not_before=START + LATER)
    delivery = office.delivery()

    await delivery.drain()
    assert office.texts() == []
    with office.database.session(TEAM) as session:
        assert outbox.next_due(session, office.clock.now()) == START + LATER

    office.clock.move_to(START + LATER)
    await delivery.drain()
    assert office.texts() == ["note 1"]


async def test_what_expired_is_not_sent_and_its_notice_knows(office: Office) -> None:
    office.post(1, expires_at=START)

    await office.delivery().drain()

    assert office.texts() == []
    assert office.state(1) == "expired"
    assert Script.states(1) == ["expired"]


async def test_a_note_that_has_nothing_to_say_any_more_is_dropped(office: Office) -> None:
    Script.unwanted.add(1)
    office.post(1)

    await office.delivery().drain()

    assert office.texts() == []
    assert (office.state(1), Script.states(1)) == ("dropped", ["dropped"])


async def test_a_note_may_ask_for_another_moment(office: Office) -> None:
    Script.postponed[1] = START + LATER
    office.post(1)
    delivery = office.delivery()

    await delivery.drain()
    row = office.row(1)
    assert (row.state, row.not_before, row.attempts) == ("waiting", START + LATER, 0)

    office.clock.move_to(START + LATER)
    await delivery.drain()
    assert office.texts() == ["note 1"]


async def test_one_notices_mistake_holds_up_nobody_and_is_tried_again(office: Office) -> None:
    Script.failing.add(1)
    office.post(1)
    office.post(2)
    delivery = office.delivery()

    await delivery.drain()
    assert office.texts() == ["note 2"]

    Script.failing.clear()
    office.let_pass(3)
    await delivery.drain()
    assert office.texts() == ["note 2", "note 1"]


async def test_a_notice_that_never_renders_fails_in_the_end(office: Office) -> None:
    Script.failing.add(1)
    office.post(1)
    delivery = office.delivery()

    for _ in range(12):
        await delivery.drain()
        office.let_pass(301)

    assert (office.state(1), office.row(1).error, Script.states(1)) == ("failed", "not_rendered", ["failed"])


# Updates and deletions


async def test_an_update_waits_for_its_post_and_says_the_latest(office: Office) -> None:
    office.post(1, not_before=START + LATER)
    for number in (2, 3, 4):
        assert office.update(number, of=1)
    delivery = office.delivery()
    await delivery.drain()
    assert office.calls("chat.update") == []

    office.clock.move_to(START + LATER)
    await delivery.drain()

    assert office.texts() == ["note 4"]
    assert [call.args["text"] for call in office.calls("chat.update")] == ["note 4"]
    assert [row.state for row in office.rows("update")] == ["sent"]


async def test_an_update_that_comes_while_one_is_under_way_is_sent_after_it(office: Office) -> None:
    office.post(1)
    delivery = office.delivery()
    await delivery.drain()
    under_way = office.playground.faults.add("chat.update", "hang")
    office.update(2, of=1)
    draining = asyncio.create_task(delivery.drain())
    await under_way.reached.wait()

    office.update(3, of=1)
    delivery.wake()
    under_way.release()
    await draining

    assert office.texts() == ["note 3"]
    assert [call.args["text"] for call in office.calls("chat.update")] == ["note 2", "note 3"]


async def test_there_is_nothing_to_update_where_nothing_was_or_will_be_posted(office: Office) -> None:
    Script.unwanted.add(1)
    office.post(1)
    assert office.update(2, of=1)  # not known yet

    await office.delivery().drain()

    assert [row.state for row in office.rows("update")] == ["dropped"]
    assert not office.update(2, of=1)
    assert not office.update(2, of=99)
    assert office.calls("chat.update") == []


async def test_what_is_gone_needs_no_update_and_no_deletion(office: Office) -> None:
    office.post(1)
    delivery = office.delivery()
    await delivery.drain()
    office.playground.world.delete(office.playground.slack.last("UANA"))

    office.update(2, of=1)
    await delivery.drain()
    office.delete(of=1)
    await delivery.drain()

    assert [row.state for row in (*office.rows("update"), *office.rows("delete"))] == ["sent", "sent"]


async def test_a_post_that_was_not_sent_yet_is_simply_not_sent(office: Office) -> None:
    office.post(1)
    office.update(2, of=1)
    office.delete(of=1)

    await office.delivery().drain()

    assert office.playground.slack.calls == []
    assert [row.state for row in (*office.rows("post"), *office.rows("update"))] == ["dropped", "dropped"]


async def test_a_message_is_deleted_everywhere_it_stands(office: Office) -> None:
    office.post(1)
    delivery = office.delivery()
    await delivery.drain()
    ts = office.row(1).ts

    office.update(2, of=1)
    office.delete(of=1)
    office.delete(of=1)
    await delivery.drain()

    assert (office.texts(), office.calls("chat.update")) == ([], [])
    assert len(office.calls("chat.delete")) == 1
    assert (office.state(1), office.row(1).ts) == ("dropped", ts)
    assert not office.update(2, of=1)


async def test_what_is_taken_back_while_it_is_sent_is_deleted_after(office: Office) -> None:
    under_way = office.playground.faults.add("chat.postMessage", "hang")
    office.post(1)
    delivery = office.delivery()
    draining = asyncio.create_task(delivery.drain())
    await under_way.reached.wait()

    office.delete(of=1)
    under_way.release()
    await draining

    assert office.texts() == []
    assert office.state(1) == "dropped"


async def test_what_is_taken_back_while_slack_refuses_it_for_now_is_not_sent_later(office: Office) -> None:
    office.playground.faults.add("chat.postMessage", "error:service_unavailable")
    rendering, go_on = Script.stall(1)
    office.post(1)
    delivery = office.delivery()
    draining = asyncio.create_task(delivery.drain())
    await until(rendering.is_set)

    office.delete(of=1)
    go_on.set()
    await draining
    office.let_pass(10)
    await delivery.drain()

    assert (office.texts(), office.state(1), Script.states(1)) == ([], "dropped", ["dropped"])


async def test_homes_are_published_and_collapse(office: Office) -> None:
    for number in (1, 2, 3):
        office.publish(number)
    office.publish(4, "UBO")

    await office.delivery().drain()

    shown = [call.args["view"]["blocks"][0]["text"]["text"] for call in office.calls("views.publish")]
    assert sorted(shown) == ["home 3", "home 4"]


async def test_a_reply_goes_into_the_thread_of_its_post(office: Office) -> None:
    office.post(2, thread_of="n1")
    office.post(1)

    await office.delivery().drain()

    ts = office.row(1).ts or ""
    channel = office.row(1).posted_channel or ""
    assert [message.text for message in office.playground.slack.thread(channel, ts)] == ["note 2"]


async def test_a_reply_to_what_was_never_said_stands_by_itself(office: Office) -> None:
    Script.unwanted.add(1)
    office.post(1)
    office.post(2, thread_of="n1")
    office.post(3, thread_of="nothing")

    await office.delivery().drain()

    assert sorted(office.texts()) == ["note 2", "note 3"]
