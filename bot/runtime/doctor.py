"""`cairn doctor`: looks at everything that has to be right, and says what to do where it isn't."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.runtime.settings import SLACK_API, Settings
from bot.runtime.slack import code_of
from storage import migrate

# Slack: requests older than five minutes are to be refused (docs 'Verifying requests from Slack').
CLOCK_LIMIT = timedelta(minutes=5)
CLOCK_GOOD = timedelta(seconds=30)
MIGRATE = "Run `python -m bot migrate`."

_DATABASE = {
    migrate.State.EMPTY: ("It has no tables yet.", MIGRATE),
    migrate.State.BEHIND: ("It is older than this Cairn.", f"Stop Cairn, make a backup, then: {MIGRATE}"),
    migrate.State.AHEAD: ("It was migrated by a newer Cairn.", "Install that Cairn again, or restore a backup."),
}


class Verdict(Enum):
    """How it looks; only WRONG keeps Cairn from working."""

    FINE = "fine"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what was found, and what to do about it."""

    what: str
    verdict: Verdict
    found: str
    advice: str = ""


async def examine(settings: Settings, scopes: Sequence[str], clock: Clock) -> list[Finding]:
    """Look at everything; `scopes` are those that Cairn's calls need."""
    client = AsyncWebClient(settings.slack_bot_token, settings.slack_api_url, timeout=10, retry_handlers=[])
    findings = [_database(settings), _key(settings)]
    findings += [finding async for finding in _slack(client, scopes, clock, settings)]
    return findings


def _database(settings: Settings) -> Finding:
    kind = "SQLite" if settings.database_url.startswith("sqlite") else "PostgreSQL"
    try:
        state = migrate.state(settings.database_url)
    except DBAPIError as error:
        advice = (
            "Does the folder that DATABASE_URL names exist, and may Cairn write there?"
            if kind == "SQLite"
            else "Is it running, and are host, name, user and password in DATABASE_URL right?"
        )
        return Finding("Database", Verdict.WRONG, f"{kind} doesn't answer ({type(error.orig).__name__}).", advice)
    if state is migrate.State.CURRENT:
        return Finding("Database", Verdict.FINE, f"{kind}, up to date.")
    found, advice = _DATABASE[state]
    return Finding("Database", Verdict.WRONG, found, advice)


def _key(settings: Settings) -> Finding:
    if settings.cairn_secret_key:
        return Finding("Words at rest", Verdict.FINE, "What people write is stored encrypted.")
    return Finding(
        "Words at rest",
        Verdict.NOTE,
        "What people write is stored in plain: who can read the database or a backup can read it.",
        "Set CAIRN_SECRET_KEY (.env.example says how), and keep it apart from the backups.",
    )


async def _slack(
    client: AsyncWebClient, scopes: Sequence[str], clock: Clock, settings: Settings
) -> AsyncIterator[Finding]:
    try:
        me = await client.auth_test()
    except SlackApiError as error:
        yield _token_refused(code_of(error.response))
        return
    except (ClientError, TimeoutError, OSError) as error:
        yield _unreachable(error, settings.slack_api_url)
        return
    yield Finding("Bot token", Verdict.FINE, f"Cairn is {me.get('user')} in {me.get('team')} ({me.get('team_id')}).")
    yield _scopes(me, scopes)
    yield _clock(me, clock.machine())
    yield await _connection(client, settings)
    yield await _admins(client, settings)


def _token_refused(code: str | None) -> Finding:
    return Finding(
        "Bot token",
        Verdict.WRONG,
        f"Slack refuses SLACK_BOT_TOKEN ({code}).",
        "Copy it again from your app's page, OAuth & Permissions. An app is uninstalled when the person who installed"
        " it leaves: install it from a service account.",
    )


def _unreachable(error: Exception, url: str) -> Finding:
    where = "Slack" if url == SLACK_API else "what SLACK_API_URL names"
    return Finding(
        "Slack",
        Verdict.WRONG,
        f"Cairn can't reach {where} ({type(error).__name__}).",
        "Is there a way out to the internet, and does a proxy need HTTPS_PROXY to be set?",
    )


def _scopes(me: AsyncSlackResponse, needed: Sequence[str]) -> Finding:
    granted = {scope.strip() for scope in str(_header(me, "x-oauth-scopes")).split(",")}
    missing = sorted(set(needed) - granted)
    if not missing:
        return Finding("Scopes", Verdict.FINE, f"All {len(needed)} are granted.")
    return Finding(
        "Scopes",
        Verdict.WRONG,
        f"Missing: {', '.join(missing)}.",
        "Put what `python -m bot manifest` prints on your app's page, App Manifest, and install the app again.",
    )


def _clock(me: AsyncSlackResponse, now: datetime) -> Finding:
    sent = _header(me, "date")
    if not sent:
        return Finding("Clock", Verdict.NOTE, "Slack's answer had no date to compare with.")
    ahead = now - parsedate_to_datetime(sent)
    if abs(ahead) < CLOCK_GOOD:
        return Finding("Clock", Verdict.FINE, "It agrees with Slack's.")
    found = (
        f"It is {abs(ahead).total_seconds():.0f} seconds {'ahead of' if ahead > timedelta(0) else 'behind'} Slack's."
    )
    too_far = abs(ahead) >= CLOCK_LIMIT
    advice = "Let the machine set its clock by NTP." + (
        " Until then every signed request is refused." if too_far else ""
    )
    return Finding("Clock", Verdict.WRONG if too_far else Verdict.NOTE, found, advice)


async def _connection(client: AsyncWebClient, settings: Settings) -> Finding:
    if not settings.socket_mode:
        return Finding(
            "Connection",
            Verdict.NOTE,
            "Signed HTTP: whether Slack reaches you can't be seen from here.",
            "On your app's page, Event Subscriptions must show its Request URL, …/slack/events, as verified.",
        )
    try:
        await client.apps_connections_open(app_token=settings.slack_app_token)
    except SlackApiError as error:
        return Finding(
            "Connection",
            Verdict.WRONG,
            f"Slack refuses SLACK_APP_TOKEN ({code_of(error.response)}).",
            "Make an app-level token with connections:write (Basic Information), and switch Socket Mode on.",
        )
    except (ClientError, TimeoutError, OSError) as error:
        return _unreachable(error, settings.slack_api_url)
    return Finding("Connection", Verdict.FINE, "Socket Mode: Slack opens a line.")


async def _admins(client: AsyncWebClient, settings: Settings) -> Finding:
    if not settings.admins:
        return Finding(
            "Admins",
            Verdict.NOTE,
            "There are none: nobody can change Cairn's settings in Slack.",
            "Set CAIRN_ADMINS to your Slack member ID.",
        )
    unknown = [admin for admin in sorted(settings.admins) if not await _is_here(client, admin)]
    if unknown:
        advice = "Take them out of CAIRN_ADMINS, or copy the IDs again from their profiles."
        return Finding("Admins", Verdict.WRONG, f"Nobody active has the ID {', '.join(unknown)}.", advice)
    return Finding("Admins", Verdict.FINE, f"{len(settings.admins)} in CAIRN_ADMINS.")


async def _is_here(client: AsyncWebClient, slack_id: str) -> bool:
    try:
        answer = await client.users_info(user=slack_id)
    except (SlackApiError, ClientError, TimeoutError, OSError):
        return False
    user: dict[str, Any] = answer.get("user", {})
    return not user.get("deleted") and not user.get("is_bot")


def _header(answer: AsyncSlackResponse, name: str) -> str:
    headers = {key.lower(): value for key, value in answer.headers.items()}
    value = headers.get(name, "")
    return str(value[0] if isinstance(value, list) else value)
