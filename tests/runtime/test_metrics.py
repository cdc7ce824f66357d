"""Metrics: what Prometheus reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.runtime import metrics
from storage.database import Database


def value(name: str, **labels: str) -> float:
    found = metrics.registry.get_sample_value(name, labels)
    return found or 0.0


def test_everything_measured_is_rendered() -> None:
    metrics.deliveries.labels("prompt", "sent").inc()

    names = {family.name for family in text_string_to_metric_families(metrics.render().decode())}

    assert {
        "cairn_deliveries",
        "cairn_outbox_waiting",
        "cairn_slack_calls",
        "cairn_transaction_seconds",
        "cairn_ack_seconds",
        "cairn_tick_seconds",
        "cairn_last_tick_timestamp_seconds",
        "process_resident_memory_bytes",
    } <= names


def test_a_block_is_timed_even_when_it_fails() -> None:
    before = value("cairn_tick_seconds_count")

    with pytest.raises(ZeroDivisionError), metrics.timed(metrics.ticks):
        _ = 1 / 0

    assert value("cairn_tick_seconds_count") == before + 1


async def test_every_transaction_is_measured(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'cairn.db'}")
    metrics.watch(database.engine)
    before = value("cairn_transaction_seconds_count")

    await database.write(lambda session: session.execute(text("SELECT 1")).scalar_one())
    with pytest.raises(DBAPIError):
        await database.write(lambda session: session.execute(text("SELECT nonsense")).scalar_one())

    assert value("cairn_transaction_seconds_count") == before + 2
    database.close()


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        ({"command": "/checkin"}, "command"),
        ({"type": "view_submission"}, "view_submission"),
        ({"type": "zebra-crossing"}, "other"),
        ({"type": ["view_submission"]}, "other"),
        ({}, "other"),
    ],
)
def test_no_payload_makes_labels_of_its_own(payload: dict[str, object], kind: str) -> None:
    assert metrics.kind_of(payload) == kind
