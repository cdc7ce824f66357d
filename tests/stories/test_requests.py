"""Requests that aren't Slack's, or not as Slack sends them: 4xx, nothing done, nothing of them logged."""

from __future__ import annotations

import io
import json
import time
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.playground.transport import signed
from storage.seen import Seen
from tests.house import FINN, House
from tests.stories.acts import by_http, on_sqlite, rows

pytestmark = [on_sqlite, by_http]
MARKER = "zebra-crossing"
FORM = "application/x-www-form-urlencoded"


def command(text: str = MARKER) -> bytes:
    """A slash command as Slack sends it."""
    fields = {"command": "/checkin", "text": text, "team_id": "TACME", "user_id": FINN, "channel_id": "DFINN"}
    return urlencode({**fields, "trigger_id": "1.2.3", "response_url": "http://127.0.0.1:9/"}).encode()


async def post(house: House, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    """The status and the body of the answer."""
    url = f"{house.cairn.server.url}/slack/events"
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=io.BytesIO(body), headers=headers) as response,
    ):
        return response.status, await response.text()


def as_slack(house: House, body: bytes, *, age: int = 0, content_type: str = FORM) -> dict[str, str]:
    """Headers that Slack would send, `age` seconds ago."""
    return {"Content-Type": content_type, **signed(house.playground.signing_secret, body, int(time.time()) - age)}


async def test_an_unsigned_request_is_refused(house: House, logged: io.StringIO) -> None:
    status, body = await post(house, command(), {"Content-Type": FORM})
    assert status == 401
    await nothing_happened(house, logged, body)


async def test_a_request_signed_with_another_secret_is_refused(house: House, logged: io.StringIO) -> None:
    forged = {"Content-Type": FORM, **signed("guessed", command(), int(time.time()))}
    status, body = await post(house, command(), forged)
    assert status == 401
    await nothing_happened(house, logged, body)


@pytest.mark.parametrize("age", [301, 3600, -301])
async def test_a_request_that_was_recorded_and_played_again_is_refused(
    house: House, logged: io.StringIO, age: int
) -> None:
    status, body = await post(house, command(), as_slack(house, command(), age=age))
    assert status == 401
    await nothing_happened(house, logged, body)


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("application/json", f'{{"type": "event_callback", "{MARKER}'.encode()),
        ("application/json", f'["{MARKER}"]'.encode()),
        ("application/json", f'"{MARKER}"'.encode()),
        (FORM, f"payload={MARKER}".encode()),
        (FORM, f"payload=%5B%22{MARKER}%22%5D".encode()),
        (FORM, b"\xff\xfe" + MARKER.encode()),
        (FORM, b""),
        ("application/json", b"[" * 100_000),
    ],
)
async def test_a_request_that_is_malformed_is_refused(
    house: House, logged: io.StringIO, content_type: str, content: bytes
) -> None:
    status, body = await post(house, content, as_slack(house, content, content_type=content_type))
    assert 400 <= status < 500, body
    await nothing_happened(house, logged, body)


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "block_actions", "team": {"id": "TACME"}, "user": {"id": FINN}, "words": MARKER},
        {"type": "view_submission", "team": {"id": "TACME"}, "user": {"id": FINN}, "view": {"words": MARKER}},
        {"type": "block_actions", "actions": MARKER},
        {"type": MARKER},
    ],
)
async def test_a_signed_request_that_lacks_what_it_needs_changes_nothing(
    house: House, logged: io.StringIO, payload: dict[str, object]
) -> None:
    content = urlencode({"payload": json.dumps(payload)}).encode()
    _, body = await post(house, content, as_slack(house, content))
    await nothing_happened(house, logged, body)


async def test_a_request_of_twenty_megabytes_is_refused_unread(house: House, logged: io.StringIO) -> None:
    content = MARKER.encode() * (20 * 2**20 // len(MARKER))
    try:
        status, body = await post(house, content, as_slack(house, content))
    except aiohttp.ClientConnectionError:
        status, body = 413, ""  # the door was closed while it was still coming
    assert status == 413
    await nothing_happened(house, logged, body)


async def nothing_happened(house: House, logged: io.StringIO, body: str) -> None:
    """No trace of it in the database, the log or the answer; and Slack's own requests still come in."""
    assert await rows(house, Seen) == []
    assert MARKER not in logged.getvalue()
    assert "zebra" not in body
    result = await house.slack.says(FINN, "/cairn help")
    assert result.error is None
