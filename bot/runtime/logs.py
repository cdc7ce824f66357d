"""Logs with ids and durations, and never a word that a person wrote.

That is held by construction, not by care: of a record that another package logged only its place is kept, since
Bolt and its like put whole payloads into their messages; of an exception only types and places, since a message
may quote what could not be stored; and of our own values only what looks like an id.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import TextIO

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

_OURS = ("bot", "handlers", "storage")
_ID = re.compile(r"[\w.:/@+#=,-]{0,200}")
# What says too much, or the same every second.
_LEVELS = {
    "cairn.bolt": logging.ERROR,
    "slack_bolt": logging.ERROR,
    "slack_sdk": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "alembic": logging.WARNING,
    "apscheduler": logging.ERROR,
    "aiohttp.access": logging.CRITICAL,
}


def configure(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send every log, structlog's and the standard library's, to `stream` (stdout): JSON, or lines for a terminal."""
    stream = stream or sys.stdout
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _exceptions_by_place,
        _only_ids,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.addFilter(_is_worth_it)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_place_alone, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(stream)],
            use_get_message=False,
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name, quietest in _LEVELS.items():
        logging.getLogger(name).setLevel(quietest)
    logging.captureWarnings(True)


# Bolt gives its loggers a level of their own, so theirs can't be set from above.
def _is_worth_it(record: logging.LogRecord) -> bool:
    return all(
        record.levelno >= level
        for name, level in _LEVELS.items()
        if record.name == name or record.name.startswith(f"{name}.")
    )


def _renderer(stream: TextIO) -> Processor:
    if stream.isatty():
        return structlog.dev.ConsoleRenderer()
    return structlog.processors.JSONRenderer()


def _place_alone(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    record: logging.LogRecord = event["_record"]
    if record.name.partition(".")[0] not in _OURS:
        event["event"] = f"{record.module}.{record.funcName}"
        event["line"] = record.lineno
    event.pop("stack_info", None)
    return event


def _only_ids(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for name, value in event.items():
        if name not in {"event", "exception"} and not name.startswith("_"):
            event[name] = _as_id(value)
    return event


def _as_id(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str) and _ID.fullmatch(value):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_as_id(item) for item in value]
    return f"<{type(value).__name__}>"


def _exceptions_by_place(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    error = _raised(event.pop("exc_info", None))
    if error is not None:
        event["exception"] = "\n".join(describe(error))
    return event


def _raised(exc_info: object) -> BaseException | None:
    match exc_info:
        case BaseException():
            return exc_info
        case (_, BaseException() as error, _):
            return error
        case None | False | (None, None, None):
            return None
    return sys.exc_info()[1]


def describe(error: BaseException) -> Iterator[str]:
    """An exception and its causes, one a line: types and places, without messages and values."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield _kind(current)
        yield from _places(current.__traceback__)
        if isinstance(current, BaseExceptionGroup):
            for inner in current.exceptions:
                yield from describe(inner)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _kind(error: BaseException) -> str:
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    driver = getattr(error, "orig", None)  # what SQLAlchemy wraps
    if not isinstance(driver, BaseException):
        return name
    code = getattr(driver, "sqlstate", None) or getattr(driver, "sqlite_errorname", None) or ""
    return f"{name} ({type(driver).__module__}.{type(driver).__qualname__} {code})"


def _places(trace: TracebackType | None) -> Iterator[str]:
    for frame, line in traceback.walk_tb(trace):
        yield f"  {frame.f_code.co_filename}:{line} {frame.f_code.co_qualname}"
