"""`POST /api/readings`: readings from programs, by a token of the workspace; and the OpenAPI that describes it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections import OrderedDict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NoReturn

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.errors import OutcomeUnknownError
from bot.runtime.readings_openapi import DOCUMENT
from bot.services import api_tokens, readings
from bot.services.api_tokens import KeyReusedError, Sent
from bot.services.csv_tables import ImportRefusedError
from bot.services.readings import Row
from storage.api_tokens import by_digest
from storage.database import Database

log = structlog.get_logger(__name__)
LARGEST = 2 * 1024 * 1024
MOST_ROWS = 10_000
MOST_TOLD = 100
BODY_WITHIN = 30.0
A_MINUTE = 60
"""Requests a token may make in a minute; each may have thousands of readings."""
MOST_METERS = 10_000
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


class RefusedError(Exception):
    """What the caller did wrong, as an answer says it."""

    def __init__(self, status: int, error: str, *, rows: Sequence[dict[str, Any]] = (), **headers: str) -> None:
        super().__init__(error)
        self.status = status
        self.body = {"error": error, **({"rows": list(rows)} if rows else {})}
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class ReadingsApi:
    """What programs may ask of Cairn. `limit`: requests a minute for each token, in each process."""

    def __init__(self, database: Database, clock: Clock, *, limit: int = A_MINUTE) -> None:
        self._database = database
        self._clock = clock
        self._limit = limit
        self._used: OrderedDict[str, tuple[float, int]] = OrderedDict()

    async def describe(self, _request: web.Request) -> web.Response:
        """The OpenAPI document."""
        return web.json_response(DOCUMENT)

    async def receive(self, request: web.Request) -> web.Response:
        """Readings: all of them are kept, or none and the answer says why, row by row."""
        try:
            token_id, workspace = await self._token(request)
            body = await _body(request)
            rows = await asyncio.to_thread(_parsed, request.content_type, body)
            sent = Sent(token_id, rows, _key(request), hashlib.sha256(body).hexdigest())
            taken = await self._take(sent, workspace)
        except RefusedError as refused:
            log.info("api.refused", status=refused.status)
            return web.json_response(refused.body, status=refused.status, headers=refused.headers)
        log.info("api.readings", workspace=workspace, taken=taken)
        return web.json_response({"taken": taken})

    async def _token(self, request: web.Request) -> tuple[int, str]:
        """The token's number and its workspace."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise RefusedError(401, "Send the token as Authorization: Bearer cairn_….", WWW_Authenticate="Bearer")
        digest = api_tokens.digest(token.strip().encode("utf-8", "replace").decode())
        try:
            found = await self._database.read(lambda session: _known(session, digest))
        except SQLAlchemyError:
            _is_away()
        if found is None:
            raise RefusedError(401, "This token opens nothing here.", WWW_Authenticate='Bearer error="invalid_token"')
        self._meter(digest)
        token_id, workspace, is_revoked = found
        if is_revoked:
            raise RefusedError(403, "This token was revoked. An admin makes another with /cairn tokens in Slack.")
        return token_id, workspace

    def _meter(self, digest: str) -> None:
        now = self._clock.uptime()
        began, used = self._used.pop(digest, (now, 0))
        if now >= began + 60:
            began, used = now, 0
        self._used[digest] = (began, used + 1)
        while len(self._used) > MOST_METERS:
            self._used.popitem(last=False)
        if used >= self._limit:
            seconds = max(1, int(began + 60 - now) + 1)
            raise RefusedError(429, f"At most {self._limit} requests a minute.", Retry_After=str(seconds))

    async def _take(self, sent: Sent, workspace: str) -> int:
        now = self._clock.now()
        try:
            return await self._database.write(lambda session: api_tokens.take(session, sent, now), workspace=workspace)
        except ImportRefusedError as refused:
            raise _rows_refused(refused) from None
        except KeyReusedError:
            raise RefusedError(422, "Something else was sent with this Idempotency-Key. Nothing was kept.") from None
        except (SQLAlchemyError, OutcomeUnknownError):
            log.error("api.database_failed", exc_info=True)
            _is_away()


def _known(session: Session, digest: str) -> tuple[int, str, bool] | None:
    token = by_digest(session, digest)
    return None if token is None else (token.key, token.workspace_id, token.revoked_at is not None)


def _is_away() -> NoReturn:
    sentence = "Nobody knows whether it was kept. Send it again, with the same Idempotency-Key."
    raise RefusedError(503, sentence, Retry_After="30") from None


def _key(request: web.Request) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        raise RefusedError(400, "Idempotency-Key takes 1 to 255 visible ASCII characters.")
    return key


async def _body(request: web.Request) -> bytes:
    """All of it, and no byte more than may be."""
    if (request.content_length or 0) > LARGEST:
        _too_large()
    chunks, size = list[bytes](), 0
    try:
        async with asyncio.timeout(BODY_WITHIN):
            async for chunk in request.content.iter_chunked(64 * 1024):
                chunks.append(chunk)
                size += len(chunk)
                if size > LARGEST:
                    _too_large()
    except TimeoutError:
        raise RefusedError(408, "The rest of the request didn't come in time. Nothing was kept.") from None
    return b"".join(chunks)


def _too_large() -> NoReturn:
    raise RefusedError(413, f"At most {MOST_ROWS:,} readings and 2 MB at a time. Nothing was kept.")


def _parsed(content_type: str, body: bytes) -> list[Row]:
    try:
        match content_type:
            case "application/json":
                given = _objects(body)
                rows = readings.of_objects(given) if len(given) <= MOST_ROWS else []
                too_many = len(given) > MOST_ROWS
            case "text/csv":
                rows = readings.of_csv(body)
                too_many = len(rows) > MOST_ROWS
            case _:
                raise RefusedError(415, "Send application/json or text/csv.")
    except ImportRefusedError as refused:
        raise _rows_refused(refused) from None
    if too_many:
        _too_large()
    return rows


def _objects(body: bytes) -> list[Any]:
    try:
        given = json.loads(body, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, ArithmeticError, RecursionError):
        raise RefusedError(400, "This isn't JSON, or has a number in it that isn't one. Nothing was kept.") from None
    found = given.get("readings") if isinstance(given, dict) and set(given) == {"readings"} else None
    if not isinstance(found, list):
        raise RefusedError(422, 'Send {"readings": [{"measure": 12, "value": 7.5, "at": "2026-11-23"}]}.')
    return found


def _no_number(_name: str) -> NoReturn:
    raise ValueError


def _rows_refused(refused: ImportRefusedError) -> RefusedError:
    told = [{"row": mistake.line, "reason": mistake.reason} for mistake in refused.mistakes[:MOST_TOLD]]
    count = len(refused.mistakes)
    more = f" These are the first {MOST_TOLD}." if count > MOST_TOLD else ""
    return RefusedError(422, f"{count} rows can't be kept, so none was.{more}", rows=told)
