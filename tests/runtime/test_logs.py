"""Logs: a marker stands for what a person wrote, and is looked for in everything that is logged."""

from __future__ import annotations

import io
import json
import logging
import warnings
from pathlib import Path
from typing import Any

import pytest
import structlog
from slack_bolt.middleware.request_verification.async_request_verification import AsyncRequestVerification
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.runtime import logs
from storage.database import Database

MARKER = "zebra-crossing"


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_an_event_is_one_line_of_json_with_its_ids(written: io.StringIO) -> None:
    structlog.get_logger("bot.runtime.delivery").info("sent", row=7, workspace="TACME", seconds=0.25)

    (line,) = lines(written)
    assert line["event"] == "sent"
    assert (line["row"], line["workspace"], line["seconds"]) == (7, "TACME", 0.25)
    assert (line["level"], line["logger"]) == ("info", "bot.runtime.delivery")
    assert line["timestamp"].endswith("Z")


async def test_a_failing_transaction_is_logged_without_its_parameters(written: io.StringIO, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'cairn.db'}")

    def work(session: Session) -> None:
        session.execute(text("INSERT INTO nowhere (words) VALUES (:words)"), {"words": f"{MARKER} said Ana"})

    try:
        await database.write(work)
    except DBAPIError:
        structlog.get_logger("bot.runtime.app").exception("failed", reference="7f3a2c")
    finally:
        database.close()

    (line,) = lines(written)
    assert MARKER not in written.getvalue()
    assert line["exception"].startswith("sqlalchemy.exc.OperationalError (sqlite3.OperationalError SQLITE_ERROR)\n")
    assert "tests/runtime/test_logs.py" in line["exception"]
    assert line["reference"] == "7f3a2c"


def test_no_message_of_an_exception_or_of_its_causes_is_kept(written: io.StringIO) -> None:
    try:
        try:
            raise KeyError(MARKER)
        except KeyError as cause:
            raise ExceptionGroup(MARKER, [ValueError(MARKER)]) from cause
    except ExceptionGroup:
        logging.getLogger("storage.outbox").exception("failed")

    (line,) = lines(written)
    assert MARKER not in written.getvalue()
    assert line["event"] == "failed"
    found = [place for place in line["exception"].splitlines() if not place.startswith(" ")]
    assert found == ["builtins.ExceptionGroup", "builtins.ValueError", "builtins.KeyError"]


async def test_bolt_does_not_write_the_body_of_an_unsigned_request(written: io.StringIO) -> None:
    async def never() -> BoltResponse:
        raise AssertionError

    request = AsyncBoltRequest(body=f"text={MARKER}", headers={"x-slack-request-timestamp": "0"})
    check = AsyncRequestVerification("secret")
    check.logger.error("refused %s", request.raw_body)
    refused = await check.async_process(req=request, resp=BoltResponse(status=200), next=never)

    assert refused.status == 401
    assert MARKER not in written.getvalue()
    (line,) = lines(written)
    assert line["logger"].startswith("slack_bolt.")
    assert line["event"] == "test_logs.test_bolt_does_not_write_the_body_of_an_unsigned_request"


@pytest.mark.parametrize("name", ["asyncio", "aiohttp.server", "slack_sdk.socket_mode", "sqlalchemy.pool"])
def test_what_other_packages_say_is_reduced_to_its_place(written: io.StringIO, name: str) -> None:
    logging.getLogger(name).error(f"Task failed: {MARKER}", stack_info=True)
    logging.getLogger(name).error("Task failed: %s", MARKER)

    assert [line["event"] for line in lines(written)] == [
        "test_logs.test_what_other_packages_say_is_reduced_to_its_place"
    ] * 2
    assert MARKER not in written.getvalue()


def test_requests_are_not_logged_one_by_one(written: io.StringIO) -> None:
    logging.getLogger("aiohttp.access").info("GET /slack/events?%s", MARKER)
    logging.getLogger("slack_sdk.web.async_client").debug(MARKER)
    logging.getLogger("slack_bolt.AsyncApp").info(MARKER)

    assert written.getvalue() == ""


def test_warnings_reach_the_log_as_a_place(written: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(MARKER, stacklevel=1)

    assert [line["logger"] for line in lines(written)] == ["py.warnings"]
    assert MARKER not in written.getvalue()


@pytest.mark.parametrize("value", [f"{MARKER} said Ana", [f"{MARKER} {MARKER}"], {MARKER: 1}, ValueError(MARKER)])
def test_a_value_that_is_not_an_id_is_replaced_by_its_type(written: io.StringIO, value: object) -> None:
    structlog.get_logger("bot").info("sent", what=value)

    assert MARKER not in written.getvalue()
    assert "<" in str(lines(written)[0]["what"])


def test_a_terminal_gets_readable_lines() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    terminal = Terminal()
    logs.configure(terminal)
    try:
        structlog.get_logger("bot").info("ready", port=3000)
    finally:
        logging.captureWarnings(False)
        logging.basicConfig(handlers=handlers, level=level, force=True)
        structlog.reset_defaults()

    assert "ready" in terminal.getvalue()
    assert not terminal.getvalue().startswith("{")
