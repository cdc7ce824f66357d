"""The manifest is what the handlers registered, within Slack's limits."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.runtime.manifest import manifest, registered
from handlers import COMMANDS, EVENTS, SCOPES, SHORTCUTS

URL = "https://cairn.example.org/slack/events"


def addresses(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [found for value in node.values() for found in addresses(value)]
    if isinstance(node, list):
        return [found for value in node for found in addresses(value)]
    return [node] if isinstance(node, str) and node.startswith("http") else []


def test_it_holds_what_is_registered() -> None:
    made = manifest(registered(), renames={})

    assert [c["command"] for c in made["features"]["slash_commands"]] == [f"/{c.name}" for c in COMMANDS]
    assert [s["callback_id"] for s in made["features"]["shortcuts"]] == [s.callback_id for s in SHORTCUTS]
    assert made["settings"]["event_subscriptions"]["bot_events"] == sorted(EVENTS)
    assert made["oauth_config"]["scopes"]["bot"] == sorted(SCOPES)


def test_mentions_arrive_as_ids_and_people_can_write_to_cairn() -> None:
    made = manifest(registered(), renames={})

    assert all(command["should_escape"] for command in made["features"]["slash_commands"])
    assert made["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert made["settings"]["interactivity"]["is_enabled"]
    assert not made["settings"]["token_rotation_enabled"]


def test_socket_mode_needs_no_address() -> None:
    made = manifest(registered(), renames={})

    assert made["settings"]["socket_mode_enabled"]
    assert addresses(made) == []


def test_http_says_the_address_everywhere() -> None:
    made = manifest(registered(), renames={}, request_url=URL)

    assert not made["settings"]["socket_mode_enabled"]
    assert addresses(made) == [URL] * (len(COMMANDS) + 3)


def test_commands_are_named_as_the_operator_wants() -> None:
    made = manifest(registered(), renames={"checkin": "standup"})

    assert "/standup" in [c["command"] for c in made["features"]["slash_commands"]]


@pytest.mark.parametrize("request_url", [None, URL])
def test_slacks_limits_are_kept(request_url: str | None) -> None:
    made = manifest(registered(), renames={}, request_url=request_url)

    assert len(made["display_information"]["name"]) <= 35
    assert len(made["display_information"]["description"]) <= 140
    assert len(made["features"]["slash_commands"]) <= 50
    assert len(made["features"]["shortcuts"]) <= 10
    for command in made["features"]["slash_commands"]:
        assert 1 < len(command["command"]) <= 32
        assert 1 <= len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
    assert json.loads(json.dumps(made)) == made
