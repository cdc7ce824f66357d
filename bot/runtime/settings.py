"""What the operator decides, from the environment or a file `.env` beside where Cairn is started.

Every mistake is one sentence that says what to do, all of them are told at once, and no value is ever repeated:
what was put into the wrong setting may be a secret.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import SettingsError
from handlers import COMMANDS

SLACK_API = "https://slack.com/api/"
NEW_KEY = "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"

_HOST = re.compile(r"[A-Za-z0-9.:_-]+")
_MEMBER = re.compile(r"[UW][A-Z0-9]{2,31}")
_COMMAND = re.compile(r"[a-z0-9][a-z0-9_-]{0,30}")
_DRIVERS = ("sqlite", "postgres", "postgresql", "postgresql+psycopg")
# Commands of Slack's own, which an app's can't be named like.
# fmt: off
_TAKEN_BY_SLACK = frozenset((
    "active", "apps", "archive", "away", "call", "collapse", "dm", "dnd", "expand", "feed", "feedback", "help",
    "huddle", "invite", "join", "kick", "leave", "me", "msg", "mute", "open", "prefs", "remind", "remove", "rename",
    "search", "shortcuts", "shrug", "star", "status", "topic", "trending", "unarchive", "who",
))
# fmt: on


class Settings(BaseSettings):
    """Every setting, checked for its form; `SlackSettings` also has what a connection to Slack needs."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8-sig", env_ignore_empty=True, extra="ignore", str_strip_whitespace=True
    )

    slack_bot_token: str = Field(default="", repr=False)
    slack_app_token: str = Field(default="", repr=False)
    slack_signing_secret: str = Field(default="", repr=False)
    slack_api_url: str = SLACK_API
    database_url: str = Field(default="sqlite:///cairn.db", repr=False)
    host: str = "127.0.0.1"
    port: int = 3000
    cairn_secret_key: str = Field(default="", repr=False)
    cairn_admins: str = ""
    cairn_commands: str = ""

    @property
    def socket_mode(self) -> bool:
        """Whether Slack is reached over Socket Mode; signed HTTP otherwise."""
        return bool(self.slack_app_token)

    @property
    def admins(self) -> frozenset[str]:
        """The Slack ids that CAIRN_ADMINS makes admins."""
        return frozenset(_listed(self.cairn_admins))

    @property
    def renames(self) -> dict[str, str]:
        """Cairn's own command names by the names they are given here, neither with a slash."""
        return dict(_pairs(self.cairn_commands))

    @field_validator("slack_bot_token")
    @classmethod
    def _bot_token(cls, value: str) -> str:
        if value and not value.startswith("xoxb-"):
            raise ValueError("must be the Bot User OAuth Token, which starts with xoxb-.")
        return value

    @field_validator("slack_app_token")
    @classmethod
    def _app_token(cls, value: str) -> str:
        if value and not value.startswith("xapp-"):
            raise ValueError("must be an app-level token with connections:write, which starts with xapp-.")
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _api_url(cls, value: str) -> str:
        if not _is_web_address(value):
            raise ValueError(f"must be an address like {SLACK_API}.")
        return value if value.endswith("/") else f"{value}/"

    @field_validator("database_url")
    @classmethod
    def _database_url(cls, value: str) -> str:
        driver, _, rest = value.partition("://")
        if driver not in _DRIVERS or not _is_database_url(value):
            raise ValueError("must start with sqlite:/// or postgresql://, as in sqlite:///cairn.db.")
        if driver == "sqlite" and (rest.strip("/") in {"", ":memory:"} or "mode=memory" in rest):
            raise ValueError("must name a file: what is only in memory is lost at every restart.")
        return value

    @field_validator("host")
    @classmethod
    def _host(cls, value: str) -> str:
        if not _HOST.fullmatch(value):
            raise ValueError("must be an address of this machine, such as 127.0.0.1 or 0.0.0.0.")
        return value

    @field_validator("port", mode="before")
    @classmethod
    def _port(cls, value: object) -> int:
        digits = str(value).strip()
        if not re.fullmatch(r"[0-9]{1,5}", digits) or int(digits) > 65535:
            raise ValueError("must be a whole number from 1 to 65535, or 0 for any free port.")
        return int(digits)

    @field_validator("cairn_secret_key")
    @classmethod
    def _secret_key(cls, value: str) -> str:
        for n, key in enumerate(_listed(value), 1):
            try:
                Fernet(key)
            except ValueError:
                raise ValueError(f"has no Fernet key at place {n}. This makes one: {NEW_KEY}") from None
        return value

    @field_validator("cairn_admins")
    @classmethod
    def _admins(cls, value: str) -> str:
        for n, member in enumerate(_listed(value), 1):
            if not _MEMBER.fullmatch(member):
                raise ValueError(
                    f"has no Slack member ID at place {n}. Copy it from the person's profile in Slack,"
                    " under the three dots; it starts with U or W."
                )
        return value

    @field_validator("cairn_commands")
    @classmethod
    def _commands(cls, value: str) -> str:
        pairs = list(_pairs(value))
        known = [command.name for command in COMMANDS]
        for n, pair in enumerate(pairs, 1):
            if mistake := _mistake_in_rename(pair, known):
                raise ValueError(f"at place {n}: {mistake}")
        _check_no_name_twice(dict(pairs), [old for old, _ in pairs], known)
        return value


class SlackSettings(Settings):
    """What `run` needs: the settings, and all that reaching Slack takes."""

    @field_validator("slack_bot_token", mode="after")
    @classmethod
    def _bot_token_given(cls, value: str) -> str:
        if not value:
            raise ValueError("is missing. Copy it from your app's page at api.slack.com/apps, OAuth & Permissions.")
        return value

    # Fields are checked in their order, so the app token is known here; where it was refused, Socket Mode was meant.
    @field_validator("slack_signing_secret")
    @classmethod
    def _secret_given(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.data.get("slack_app_token") == "":
            raise ValueError(
                "is missing. Set SLACK_APP_TOKEN for Socket Mode, which needs no public address,"
                " or SLACK_SIGNING_SECRET for HTTP."
            )
        return value

    model_config = SettingsConfigDict(validate_default=True)


S = TypeVar("S", bound=Settings)


def load(**overrides: Any) -> SlackSettings:
    """The settings that `run` needs, `overrides` before the environment and `.env`.

    Raises SettingsError with one sentence a line for everything that is wrong or missing.
    """
    return _load(SlackSettings, overrides)


def load_offline(**overrides: Any) -> Settings:
    """The settings for work that doesn't reach Slack: migrating, importing, pausing."""
    return _load(Settings, overrides)


def given(**values: Any) -> SlackSettings:
    """Settings from these values alone, whatever the environment says: for the demo and for tests."""
    return _load(_GivenSettings, values)


class _GivenSettings(SlackSettings):
    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def _load(kind: type[S], overrides: dict[str, Any]) -> S:
    try:
        return kind(**overrides)
    except ValidationError as error:
        raise SettingsError("\n".join(_sentences(error))) from None
    except UnicodeDecodeError:
        raise SettingsError(f"{Path('.env').resolve()} isn't UTF-8 text.") from None


def _sentences(error: ValidationError) -> Iterator[str]:
    for mistake in error.errors(include_url=False, include_context=False, include_input=False):
        name = str(mistake["loc"][0]).upper() if mistake["loc"] else "Settings"
        yield f"{name} {mistake['msg'].removeprefix('Value error, ')}"


def _listed(value: str) -> list[str]:
    return [item.strip() for item in value.split(",") if item.strip()]


def _pairs(value: str) -> Iterator[tuple[str, str]]:
    for item in _listed(value):
        old, _, new = item.partition(":")
        yield old.strip().removeprefix("/"), new.strip().removeprefix("/")


def _mistake_in_rename(pair: tuple[str, str], known: Collection[str]) -> str | None:
    old, new = pair
    if old not in known:
        return f"write command:newname, where command is one of {', '.join(sorted(known))}."
    if not _COMMAND.fullmatch(new):
        return "a new name has at most 31 small letters, digits, hyphens and underscores."
    if new in _TAKEN_BY_SLACK:
        return "that name is one of Slack's own commands; choose another."
    return None


def _check_no_name_twice(renames: dict[str, str], renamed: list[str], known: Collection[str]) -> None:
    names = [renames.get(command, command) for command in known]
    if len(set(names)) < len(names) or len(set(renamed)) < len(renamed):
        raise ValueError("gives two commands one name, or one command two.")


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _is_database_url(value: str) -> bool:
    try:
        return bool(make_url(value).database)
    except (ArgumentError, ValueError):
        return False
