"""Metrics: what Prometheus reads."""

from __future__ import annotations

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.runtime import metrics


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
