"""Failures of Slack's Web API, sorted."""

from __future__ import annotations

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.runtime.slack import Kind, classify


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("internal_error", 200, Kind.UNKNOWN),
        ("fatal_error", 200, Kind.UNKNOWN),
        ("service_unavailable", 503, Kind.TEMPORARY),
        ("ratelimited", 429, Kind.TEMPORARY),
        ("message_not_found", 200, Kind.GONE),
        ("restricted_action_read_only_channel", 200, Kind.PERMANENT_TARGET),
        ("messages_tab_disabled", 200, Kind.PERMANENT_TARGET),
        ("token_revoked", 200, Kind.PERMANENT_APP),
        ("invalid_metadata_format", 200, Kind.BAD_PAYLOAD),
        (None, 500, Kind.UNKNOWN),
        (None, 502, Kind.UNKNOWN),
        (None, 429, Kind.TEMPORARY),
        (None, 407, Kind.TEMPORARY),
        (None, 200, Kind.UNKNOWN),
    ],
)
def test_every_refusal_is_sorted(code: str | None, status: int, kind: Kind) -> None:
    class Response:
        data = {"ok": False, "error": code} if code else {}
        status_code = status

    assert classify(SlackApiError("refused", Response())) is kind  # type: ignore[no-untyped-call]


def test_silence_is_unknown_and_a_closed_door_is_not() -> None:
    assert classify(TimeoutError()) is Kind.UNKNOWN
    assert classify(aiohttp.ServerDisconnectedError()) is Kind.UNKNOWN
    assert classify(SlackClientError()) is Kind.UNKNOWN
    assert classify(aiohttp.ConnectionTimeoutError()) is Kind.UNREACHED
