"""Settings: every mistake is told, at once, in a sentence, and no value is repeated."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.runtime import settings
from bot.runtime.settings import Settings

TOKENS = {"slack_bot_token": "xoxb-1", "slack_signing_secret": "s3cret"}
KEY = "A" * 43 + "="


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def mistakes_in(load: Callable[..., Settings], **values: object) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        load(**values)
    return str(refused.value).splitlines()


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-file\nSLACK_SIGNING_SECRET=abc\nPORT=3100\nHOST=0.0.0.0\n")
    monkeypatch.setenv("PORT", " 3200 ")

    loaded = settings.load()

    assert (loaded.slack_bot_token, loaded.port, loaded.host) == ("xoxb-file", 3200, "0.0.0.0")


def test_a_file_saved_with_a_byte_order_mark_is_read_from_its_first_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=3100\n", encoding="utf-8-sig")

    assert settings.load_offline().port == 3100


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"PORT=\xff\xfe")

    assert mistakes_in(settings.load_offline) == [f"{tmp_path / '.env'} isn't UTF-8 text."]


def test_defaults_are_a_file_and_this_machine_alone() -> None:
    loaded = settings.load(**TOKENS)

    assert loaded.database_url == "sqlite:///cairn.db"
    assert (loaded.host, loaded.port) == ("127.0.0.1", 3000)
    assert loaded.slack_api_url == "https://slack.com/api/"
    assert not loaded.socket_mode


def test_an_app_token_means_socket_mode_and_no_signing_secret() -> None:
    assert settings.load(slack_bot_token="xoxb-1", slack_app_token="xapp-1").socket_mode


def test_an_empty_value_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    monkeypatch.setenv("SLACK_APP_TOKEN", "")

    loaded = settings.load(**TOKENS)

    assert (loaded.port, loaded.socket_mode) == (3000, False)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    found = mistakes_in(
        settings.load,
        slack_api_url="slack.com",
        database_url="mysql://localhost/cairn",
        host="http://here",
        port="80000",
        cairn_secret_key=f"{KEY},short",
        cairn_admins="UANA,ana@example.org",
    )

    assert [line.split()[0] for line in found] == [
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
        "SLACK_API_URL",
        "DATABASE_URL",
        "HOST",
        "PORT",
        "CAIRN_SECRET_KEY",
        "CAIRN_ADMINS",
    ]
    assert all(line.endswith((".", settings.NEW_KEY)) for line in found)


def test_an_empty_signing_secret_is_refused_since_every_request_would_fail() -> None:
    assert mistakes_in(settings.load, slack_bot_token="xoxb-1", slack_signing_secret="  ") == [
        "SLACK_SIGNING_SECRET is missing. Set SLACK_APP_TOKEN for Socket Mode, which needs no public address,"
        " or SLACK_SIGNING_SECRET for HTTP."
    ]


def test_a_wrong_app_token_is_one_mistake_not_two() -> None:
    assert mistakes_in(settings.load, slack_bot_token="xoxb-1", slack_app_token="xoxb-1") == [
        "SLACK_APP_TOKEN must be an app-level token with connections:write, which starts with xapp-."
    ]


@pytest.mark.parametrize("name", sorted(set(Settings.model_fields) - {"slack_signing_secret"}))
def test_no_value_is_ever_repeated(name: str) -> None:
    marker = "m@rker:9f3 €"

    with pytest.raises(SettingsError) as refused:
        settings.load_offline(**{name: marker})

    assert "m@rker" not in str(refused.value)
    assert "9f3" not in str(refused.value)


def test_secrets_stay_out_of_the_repr() -> None:
    loaded = settings.load(
        **TOKENS, slack_app_token="xapp-1", cairn_secret_key=KEY, database_url="postgresql://u:pw@h/d"
    )

    assert not any(secret in repr(loaded) for secret in ("xoxb", "s3cret", "xapp", KEY, "pw"))


def test_work_that_does_not_reach_slack_needs_no_tokens() -> None:
    assert settings.load_offline().slack_bot_token == ""


def test_given_settings_ignore_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "nonsense")
    monkeypatch.setenv("HOST", "0.0.0.0")

    assert settings.given(**TOKENS).host == "127.0.0.1"


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///cairn.db",
        "sqlite:////var/cairn.db",
        "postgres://u:p@h/d",
        "postgresql://h/d",
        "postgresql+psycopg:///d",
    ],
)
def test_both_databases_are_taken(url: str) -> None:
    assert settings.load_offline(database_url=url).database_url == url


@pytest.mark.parametrize(
    "url",
    ["sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:///file:x?mode=memory", "cairn.db", "postgresql://h"],
)
def test_a_database_that_would_forget_or_is_not_one_is_refused(url: str) -> None:
    assert mistakes_in(settings.load_offline, database_url=url)[0].startswith("DATABASE_URL must ")


@pytest.mark.parametrize("port", ["-1", "65536", "3000.0", "٣", "three", "1_000"])
def test_a_port_is_a_number_in_range(port: str) -> None:
    assert mistakes_in(settings.load_offline, port=port) == [
        "PORT must be a whole number from 1 to 65535, or 0 for any free port."
    ]


def test_slacks_address_always_ends_with_a_slash() -> None:
    assert (
        settings.load_offline(slack_api_url="https://slack-gov.com/api").slack_api_url == "https://slack-gov.com/api/"
    )


def test_admins_are_a_set_of_ids() -> None:
    assert settings.load_offline(cairn_admins="UANA, WBO,").admins == {"UANA", "WBO"}


def test_commands_get_other_names() -> None:
    assert settings.load_offline(cairn_commands="checkin:standup, /cairn:/stones").renames == {
        "checkin": "standup",
        "cairn": "stones",
    }


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("checkin", "a new name has at most"),
        ("checkin:Stand-Up", "a new name has at most"),
        (f"checkin:{'a' * 32}", "a new name has at most"),
        ("nonsense:standup", "write command:newname"),
        ("checkin:feedback", "Slack's own commands"),
        ("checkin:cairn", "two commands one name"),
        ("checkin:standup,cairn:standup", "two commands one name"),
        ("checkin:standup,checkin:daily", "one command two"),
    ],
)
def test_a_rename_that_slack_would_refuse_is_refused_here(value: str, sentence: str) -> None:
    (found,) = mistakes_in(settings.load_offline, cairn_commands=value)

    assert found.startswith("CAIRN_COMMANDS ")
    assert sentence in found


def test_every_setting_is_in_the_example_file() -> None:
    example = Path(settings.__file__).parents[2] / ".env.example"
    named = {line.lstrip("# ").partition("=")[0] for line in example.read_text().splitlines() if "=" in line}

    assert {name.upper() for name in Settings.model_fields} <= named
