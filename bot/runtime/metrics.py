"""What Prometheus may read at `/metrics`: counts and durations; labels are kinds and methods, never people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from sqlalchemy import Connection, Engine, event

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

registry = CollectorRegistry()
ProcessCollector(registry=registry)
PlatformCollector(registry=registry)

_KINDS = {
    "event_callback",
    "block_actions",
    "block_suggestion",
    "view_submission",
    "view_closed",
    "shortcut",
    "message_action",
    "url_verification",
}
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

deliveries = Counter(
    "cairn_deliveries_total",
    "Outbox rows that ended, by kind of notice and outcome.",
    ["kind", "outcome"],
    registry=registry,
)
outbox_waiting = Gauge("cairn_outbox_waiting", "Outbox rows that are due and not sent yet.", registry=registry)
slack_calls = Counter(
    "cairn_slack_calls_total",
    "Calls of Slack's Web API, by method and outcome.",
    ["method", "outcome"],
    registry=registry,
)
transactions = Histogram(
    "cairn_transaction_seconds", "Transactions, from begin to commit or rollback.", buckets=_SECONDS, registry=registry
)
acks = Histogram(
    "cairn_ack_seconds",
    "From a payload's arrival to its ack; Slack allows three seconds.",
    ["kind"],
    buckets=_SECONDS,
    registry=registry,
)
ticks = Histogram("cairn_tick_seconds", "One tick, all its chunks of work.", buckets=_SECONDS, registry=registry)
tick_failures = Counter("cairn_tick_failures_total", "Ticks that raised, by name.", ["name"], registry=registry)
last_tick = Gauge("cairn_last_tick_timestamp_seconds", "When the last tick ended, machine time.", registry=registry)
slack_connected = Gauge("cairn_slack_connected", "1 while Socket Mode is connected.", registry=registry)
reconnects = Counter("cairn_socket_reconnects_total", "Socket Mode connections, by why.", ["reason"], registry=registry)


@contextmanager
def timed(histogram: Histogram) -> Iterator[None]:
    """Observe how many seconds the block takes, however it ends."""
    started = perf_counter()
    try:
        yield
    finally:
        histogram.observe(perf_counter() - started)


def watch(engine: Engine) -> None:
    """Measure every transaction of this engine."""

    def began(connection: Connection) -> None:
        connection.info["cairn_began"] = perf_counter()

    def ended(connection: Connection) -> None:
        if not connection.invalidated:  # a broken connection has forgotten when it began
            transactions.observe(perf_counter() - connection.info["cairn_began"])

    event.listen(engine, "begin", began)
    event.listen(engine, "commit", ended)
    event.listen(engine, "rollback", ended)


def render() -> bytes:
    """Everything measured, in Prometheus' text format."""
    return generate_latest(registry)


def kind_of(payload: Mapping[str, object]) -> str:
    """What Slack sent, as a label: its type where we know it, so that no payload can make labels of its own."""
    if "command" in payload:
        return "command"
    kind = payload.get("type")
    return kind if isinstance(kind, str) and kind in _KINDS else "other"
