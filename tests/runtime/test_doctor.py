"""The doctor: what it finds, and what it says to do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.clock import Clock, MovableClock
from bot.playground import AppConfig, Playground, acme
from bot.runtime import settings as read
from bot.runtime.doctor import Finding, Verdict, examine
from bot.runtime.settings import SlackSettings
from handlers import SCOPES
from storage import migrate


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    slack = Playground(acme(AppConfig(scopes=list(SCOPES))))
    await slack.start()
    yield slack
    await slack.stop()


@pytest.fixture
def settings(playground: Playground, tmp_path: Path) -> SlackSettings:
    url = f"sqlite:///{tmp_path / 'cairn.db'}"
    migrate.upgrade(url)
    return read.given(
        slack_bot_token=playground.bot_token,
        slack_app_token=playground.app_token,
        slack_api_url=playground.api_url,
        database_url=url,
        cairn_secret_key=Fernet.generate_key().decode(),
        cairn_admins="UDANA",
    )


async def found(settings: SlackSettings, clock: Clock | None = None) -> dict[str, Finding]:
    return {finding.what: finding for finding in await examine(settings, SCOPES, clock or Clock())}


def but(settings: SlackSettings, **changes: str) -> SlackSettings:
    return read.given(**{**settings.model_dump(), **changes})


async def test_all_is_well(settings: SlackSettings) -> None:
    findings = await found(settings)

    assert [finding.what for finding in findings.values() if finding.verdict is not Verdict.FINE] == []
    assert list(findings) == ["Database", "Words at rest", "Bot token", "Scopes", "Clock", "Connection", "Admins"]
    assert "Acme" in findings["Bot token"].found


async def test_a_database_without_tables_is_to_be_migrated(settings: SlackSettings, tmp_path: Path) -> None:
    finding = (await found(but(settings, database_url=f"sqlite:///{tmp_path / 'new.db'}")))["Database"]

    assert (finding.verdict, finding.advice) == (Verdict.WRONG, "Run `python -m bot migrate`.")


@pytest.mark.parametrize(
    ("url", "hint"),
    [("sqlite:////nowhere/at/all/cairn.db", "folder"), ("postgresql://u:secret@127.0.0.1:1/cairn", "Is it running")],
)
async def test_a_database_that_does_not_answer(settings: SlackSettings, url: str, hint: str) -> None:
    finding = (await found(but(settings, database_url=url)))["Database"]

    assert finding.verdict is Verdict.WRONG
    assert hint in finding.advice
    assert "secret" not in finding.found + finding.advice


async def test_words_in_plain_are_said_to_be(settings: SlackSettings) -> None:
    finding = (await found(but(settings, cairn_secret_key="")))["Words at rest"]

    assert finding.verdict is Verdict.NOTE
    assert "in plain" in finding.found


async def test_a_refused_bot_token_ends_the_look_at_slack(settings: SlackSettings) -> None:
    findings = await found(but(settings, slack_bot_token="xoxb-wrong"))

    assert findings["Bot token"].verdict is Verdict.WRONG
    assert "invalid_auth" in findings["Bot token"].found
    assert "xoxb" not in str(findings)
    assert "Scopes" not in findings


async def test_missing_scopes_are_named(settings: SlackSettings, playground: Playground) -> None:
    playground.api.scopes = [scope for scope in SCOPES if scope not in ("users:read", "im:write")]

    finding = (await found(settings))["Scopes"]

    assert (finding.verdict, finding.found) == (Verdict.WRONG, "Missing: im:write, users:read.")


@pytest.mark.parametrize(("seconds", "verdict"), [(60, Verdict.NOTE), (-60, Verdict.NOTE), (400, Verdict.WRONG)])
async def test_a_clock_that_goes_wrong(settings: SlackSettings, seconds: float, verdict: Verdict) -> None:
    clock = MovableClock(datetime(2026, 11, 23, tzinfo=UTC))
    clock.let_pass(seconds)

    finding = (await found(settings, clock))["Clock"]

    assert finding.verdict is verdict
    assert ("ahead of" if seconds > 0 else "behind") in finding.found


async def test_a_refused_app_token(settings: SlackSettings) -> None:
    finding = (await found(but(settings, slack_app_token="xapp-wrong")))["Connection"]

    assert finding.verdict is Verdict.WRONG
    assert "SLACK_APP_TOKEN" in finding.found


async def test_http_cannot_be_seen_from_inside(settings: SlackSettings) -> None:
    finding = (await found(but(settings, slack_app_token="", slack_signing_secret="shh")))["Connection"]

    assert finding.verdict is Verdict.NOTE


async def test_admins_who_are_nobody_are_named(settings: SlackSettings) -> None:
    finding = (await found(but(settings, cairn_admins="UDANA,UNOBODY,UOLAF,UPOLLS")))["Admins"]

    assert (finding.verdict, finding.found) == (Verdict.WRONG, "Nobody active has the ID UNOBODY, UOLAF, UPOLLS.")


async def test_no_admins_at_all(settings: SlackSettings) -> None:
    assert (await found(but(settings, cairn_admins="")))["Admins"].verdict is Verdict.NOTE


async def test_slack_out_of_reach(settings: SlackSettings) -> None:
    findings = await found(but(settings, slack_api_url="http://127.0.0.1:1/api/"))

    assert findings["Slack"].verdict is Verdict.WRONG
    assert "HTTPS_PROXY" in findings["Slack"].advice
