"""What Slack sends us: commands, buttons, forms and events of each feature, and what they need registered."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CommandSpec:
    """A slash command, under our own name for it, without the slash."""

    name: str
    description: str
    usage_hint: str = ""


@dataclass(frozen=True)
class ShortcutSpec:
    """A shortcut; `type` is message or global."""

    callback_id: str
    name: str
    description: str
    type: str


COMMANDS: tuple[CommandSpec, ...] = (
    CommandSpec("checkin", "Answer a check-in, or set one up", "[new | edit | status | results]"),
    CommandSpec("give-feedback", "Praise or criticism, in private", "@name [words] | ask @name @name"),
    CommandSpec("kudos", "Thank somebody", "[@name for what #value | mine | team]"),
    CommandSpec("goals", "Your goals, and those shared with you", "[new | @somebody | team | tree | company]"),
    CommandSpec("team-summary", "What your team's week comes to", "[team] [last week | last 30 days | 2026-10 | Q3]"),
    CommandSpec(
        "cairn",
        "Teams, settings and help",
        "[help | team | away | days | preferences | why | settings | checkin | goals | kudos]",
    ),
)

SHORTCUTS: tuple[ShortcutSpec, ...] = (
    ShortcutSpec("kudos.message", "Give kudos", "Thank whoever wrote this", "message"),
)

EVENTS: tuple[str, ...] = (
    "app_home_opened",
    "channel_archive",
    "channel_left",
    "channel_rename",
    "channel_shared",
    "channel_unarchive",
    "channel_unshared",
    "group_archive",
    "group_left",
    "group_rename",
    "group_unarchive",
    "member_joined_channel",
    "member_left_channel",
    "message.im",
    "reaction_added",
    "reaction_removed",
    "team_join",
    "user_change",
)

SCOPES: tuple[str, ...] = (
    "channels:read",
    "chat:write",
    "commands",
    "files:write",
    "groups:read",
    "im:history",
    "im:write",
    "reactions:read",
    "usergroups:read",
    "users:read",
)
