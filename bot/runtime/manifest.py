"""The app manifest that Slack makes our app from, built from what the handlers registered.

Limits: name 35, description 140, command 32, 50 commands (Slack: docs 'App manifest reference').
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handlers import COMMANDS, EVENTS, SCOPES, SHORTCUTS, CommandSpec, ShortcutSpec

NAME = "Cairn"
DESCRIPTION = "Goals, check-ins and feedback for teams, run by your own company."
COLOUR = "#3f5b4f"


@dataclass(frozen=True)
class Parts:
    """What the handlers answer to, and the scopes that their calls need."""

    commands: Sequence[CommandSpec]
    events: Sequence[str]
    shortcuts: Sequence[ShortcutSpec]
    scopes: Sequence[str]


def registered() -> Parts:
    """The parts that the handlers registered."""
    return Parts(COMMANDS, EVENTS, SHORTCUTS, SCOPES)


def manifest(parts: Parts, *, renames: Mapping[str, str], request_url: str | None = None) -> dict[str, Any]:
    """The manifest for Socket Mode, or for signed HTTP where `request_url` says where Slack reaches us."""
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {"name": NAME, "description": DESCRIPTION, "background_color": COLOUR},
        "features": {
            # Without the messages tab nobody could write to Cairn, and its DMs would have nowhere to stand.
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": NAME, "always_online": True},
            "shortcuts": [_shortcut(shortcut) for shortcut in parts.shortcuts],
            "slash_commands": [_command(command, renames, request_url) for command in parts.commands],
        },
        "oauth_config": {"scopes": {"bot": sorted(parts.scopes)}},
        "settings": {
            "event_subscriptions": {"bot_events": sorted(parts.events)} | _url("request_url", request_url),
            "interactivity": {"is_enabled": True}
            | _url("request_url", request_url)
            | _url("message_menu_options_url", request_url),
            "org_deploy_enabled": False,
            "socket_mode_enabled": request_url is None,
            # It can't be switched off again, and refreshes only while requests come in.
            "token_rotation_enabled": False,
        },
    }


def _command(command: CommandSpec, renames: Mapping[str, str], request_url: str | None) -> dict[str, Any]:
    return {
        "command": f"/{renames.get(command.name, command.name)}",
        "description": command.description,
        "usage_hint": command.usage_hint,
        "should_escape": True,  # mentions arrive as ids
    } | _url("url", request_url)


def _shortcut(shortcut: ShortcutSpec) -> dict[str, Any]:
    return {
        "callback_id": shortcut.callback_id,
        "name": shortcut.name,
        "description": shortcut.description,
        "type": shortcut.type,
    }


def _url(name: str, url: str | None) -> dict[str, str]:
    return {} if url is None else {name: url}
