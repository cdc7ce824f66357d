"""A Slack to try Cairn on, and the only fake that the tests use. It knows Slack and nothing of ours."""

from bot.playground.acting import Workspace
from bot.playground.company import AppConfig, Command, Company, Person, Shortcut, acme
from bot.playground.server import Playground
from bot.playground.world import Calendar, Message

__all__ = [
    "AppConfig",
    "Calendar",
    "Command",
    "Company",
    "Message",
    "Person",
    "Playground",
    "Shortcut",
    "Workspace",
    "acme",
]
