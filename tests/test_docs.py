"""What the documents promise is what the code has."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from slack_sdk.web.async_client import AsyncWebClient
from typer.core import TyperGroup

from bot.clock import Clock
from bot.runtime.app import make_routes
from bot.runtime.cli import app
from bot.runtime.settings import Settings
from bot.runtime.slack import Clients
from bot.views import help as help_views
from handlers import COMMANDS, EVENTS, SCOPES, SHORTCUTS
from handlers.desk import Desk
from handlers.routes import Routes
from storage.database import Database

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
PICTURE_BYTES = 150_000

# What each method needs (Slack: docs, each method's page); a method that isn't here has to be looked up first.
CHANNELS = {"channels:read", "groups:read"}
NEEDS: dict[str, set[str]] = {
    "apps.connections.open": set(),  # the app-level token's connections:write
    "auth.test": set(),
    "chat.delete": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.history": {"im:history"},  # of our own DMs alone
    "conversations.info": CHANNELS,
    "conversations.members": CHANNELS,
    "conversations.open": {"im:write"},
    "conversations.replies": {"im:history"},
    "files.completeUploadExternal": {"files:write"},
    "files.getUploadURLExternal": {"files:write"},
    "usergroups.list": {"usergroups:read"},
    "usergroups.users.list": {"usergroups:read"},
    "users.info": {"users:read"},
    "users.list": {"users:read"},
    "views.open": set(),
    "views.publish": set(),
    "views.push": set(),
    "views.update": set(),
}
# And each event (Slack: docs, each event's page); the first that fits.
NEEDED_BY_EVENTS: dict[str, set[str]] = {
    "app_home_opened": set(),
    "channel_": {"channels:read"},
    "group_": {"groups:read"},
    "member_": CHANNELS,
    "message.im": {"im:history"},
    "reaction_": {"reactions:read"},
    "team_join": {"users:read"},
    "user_change": {"users:read"},
}


def tracked(*patterns: str) -> list[str]:
    # A clone may belong to somebody else than who runs the tests, in CI.
    ask = ["git", "-c", "safe.directory=*", "ls-files", *patterns]
    listed = subprocess.run(ask, cwd=ROOT, capture_output=True, text=True, check=True)
    return listed.stdout.splitlines()


# Settings and commands


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_told(name: str) -> None:
    assert f"| `{name.upper()}` |" in README
    assert re.search(rf"^#?{name.upper()}=", (ROOT / ".env.example").read_text(), re.MULTILINE)


def test_no_setting_is_told_that_is_not_there() -> None:
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE))
    offered = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    known = {name.upper() for name in Settings.model_fields}

    assert told == known
    assert offered == known | {"TEST_DATABASE_URL"}


def cli_commands(group: TyperGroup, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from cli_commands(command, f"{before}{name} ")
        else:
            arguments = [one.name.upper() for one in command.params if one.param_type_name == "argument" and one.name]
            yield " ".join([f"{before}{name}", *arguments])


def test_every_command_of_the_server_is_told() -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    told = set(re.findall(r"^\| `([a-z]+(?: [a-z]+)*(?: [A-Z]+)?)` \|", README, re.MULTILINE))

    assert told == set(cli_commands(group))


class Listening:
    """A voice that writes down the sentences."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, sentence: str) -> str:
        self.said.append(sentence)
        return sentence


def test_every_command_in_slack_is_told() -> None:
    voice = Listening()
    help_views.help_text(voice)  # type: ignore[arg-type] # it only says
    helped = {command for sentence in voice.said for command in re.findall(r"^`(/[a-z -]+)`:", sentence)}
    told = set(re.findall(r"^\| `(/[a-z -]+)` \|", README, re.MULTILINE))

    assert told == helped
    assert {command.split()[0] for command in told} == {f"/{command.name}" for command in COMMANDS}


# Manifest


@pytest.fixture
def routes(tmp_path: Path) -> Iterator[Routes]:
    database = Database(f"sqlite:///{tmp_path / 'cairn.db'}")
    yield make_routes(Desk(database, Clients(database, base_url=""), Clock(), lambda: None))
    database.close()


def test_the_manifest_names_what_is_registered(routes: Routes) -> None:
    assert sorted(routes.commands) == sorted(command.name for command in COMMANDS)
    assert sorted(routes.events) == sorted(event.partition(".")[0] for event in EVENTS)
    assert sorted(routes.shortcuts) == sorted(shortcut.callback_id for shortcut in SHORTCUTS)


def methods_of_slack() -> dict[str, str]:
    """Slack's methods by the name of the SDK's function for them."""
    found = {}
    for name, function in inspect.getmembers(AsyncWebClient, inspect.iscoroutinefunction):
        called = re.findall(r'api_call\(\s*"([a-zA-Z.]+)"', inspect.getsource(function))
        if called and not name.startswith("_"):
            found[name] = called[-1]
    return found


def methods_called() -> set[str]:
    """Every method of Slack's that Cairn's code calls by the SDK's function or names in a string."""
    by_function = methods_of_slack()
    called = set()
    for file in tracked("bot/runtime/*.py", "bot/services/*.py", "handlers/*.py"):
        for node in ast.walk(ast.parse((ROOT / file).read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                called.add(by_function.get(node.func.attr, ""))
            elif isinstance(node, ast.Attribute) and node.attr.startswith("views_"):
                called.add(by_function[node.attr])
            elif isinstance(node, ast.Constant) and node.value in by_function.values():
                called.add(str(node.value))
    return called - {""}


def test_the_manifest_asks_for_the_scopes_that_are_used_and_no_others() -> None:
    called = methods_called()
    assert {"chat.postMessage", "users.list", "views.push"} <= called, "the search finds calls of each kind"
    assert called == set(NEEDS), "each method's scopes are in NEEDS, and nothing else is"

    by_calls = set().union(*(NEEDS[method] for method in called))
    by_events = set().union(
        *(next(needed for name, needed in NEEDED_BY_EVENTS.items() if event.startswith(name)) for event in EVENTS)
    )
    assert by_calls | by_events | {"commands"} == set(SCOPES)


# Files


def links(document: str) -> Iterator[str]:
    text = (ROOT / document).read_text()
    for address in re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'src="([^"]+)"', text):
        if not address.startswith(("http:", "https:", "#")):
            yield address.partition("#")[0]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    assert [address for address in links(document) if not (ROOT / address).is_file()] == []


def test_the_pictures_are_small_and_told_in_words() -> None:
    pictures = re.findall(r"<img [^>]*>", README)
    shown = {ROOT / re.findall(r'src="([^"]+)"', picture)[0] for picture in pictures}

    assert {path.parent / path.name for path in (ROOT / "docs" / "pictures").glob("*.png")} == shown
    assert all(len(re.findall(r'alt="([^"]{20,})"', picture)) == 1 for picture in pictures)
    assert [path.name for path in shown if path.stat().st_size > PICTURE_BYTES] == []


@pytest.mark.parametrize("document", ["CONTRIBUTING.md", "SECURITY.md"])
def test_files_that_are_named_are_there(document: str) -> None:
    named = re.findall(r"`((?:bot|handlers|storage|tests)/[\w/]+\.py)`", (ROOT / document).read_text())

    assert [name for name in named if "kudos" not in name and not (ROOT / name).is_file()] == []


def test_the_pins_in_contributing_are_those_that_are_installed() -> None:
    pins = dict(
        re.findall(r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==(\S+)", (ROOT / "requirements-dev.txt").read_text(), re.MULTILINE)
    )
    rows = re.findall(r"^\| ([^|]+) \| ([\d.]+(?:, [\d.]+)*) \|", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE)
    told = {
        re.sub(r" \(.*\)", "", name).lower(): version
        for names, versions in rows
        for name, version in zip(names.split(", "), versions.split(", "), strict=True)
    }

    assert told
    assert told == {name: pins.get(name) for name in told}


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    place = re.compile(r"(?<![\w.:/<>~])/(?:home|root|Users|work|tmp|private|var/folders)/\w")
    found = []
    for name in tracked():
        text = (ROOT / name).read_bytes()
        if b"\x00" not in text:
            found += [f"{name}: {match[0]}" for match in place.finditer(text.decode())]

    assert found == []
