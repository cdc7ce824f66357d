"""Readings from programs: what is kept, what is refused and with which words, and that nothing makes it stumble."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession
from sqlalchemy import func, select, update
from sqlmodel import col

from bot.clock import MovableClock
from bot.runtime.health import Health
from bot.runtime.http import WebServer
from bot.runtime.readings_api import LARGEST, MOST_ROWS, ReadingsApi
from storage import api_tokens, readings
from storage.database import Database
from storage.goals import Goal
from storage.measures import Measure
from storage.readings import Reading
from tests.measured import NOW, TOKEN, WORKSPACE, Measured, measured

JSON = {"Content-Type": "application/json"}
CSV = {"Content-Type": "text/csv; charset=utf-8"}


@dataclass
class Api:
    """A server, a goal to tell readings of, and a program that does."""

    database: Database
    clock: MovableClock
    url: str
    client: ClientSession
    known: Measured

    async def send(self, body: Any, **headers: str) -> tuple[int, dict[str, Any]]:
        """Status and JSON of the answer; a list is sent as JSON, bytes as CSV."""
        kind = CSV if isinstance(body, bytes) else JSON
        sent = {"Authorization": f"Bearer {TOKEN}", **kind, **{k.replace("_", "-"): v for k, v in headers.items()}}
        data = body if isinstance(body, bytes | str) else json.dumps({"readings": body})
        async with self.client.post(f"{self.url}/api/readings", data=data, headers=sent) as answer:
            return answer.status, await answer.json()

    def reading(self, kind: str = "number", value: object = 7.5, **more: object) -> dict[str, object]:
        return {"measure": self.known.measures[kind], "value": value, **more}

    def count(self) -> int:
        with self.database.session(WORKSPACE) as session:
            return session.scalar(select(func.count()).select_from(Reading)) or 0

    def points(self, kind: str = "number") -> list[tuple[str, str]]:
        key = self.known.measures[kind]
        with self.database.session(WORKSPACE) as session:
            return [(f"{point.at:%m-%d %H:%M}", str(point.value)) for point in readings.series(session, [key])[key]]


@pytest.fixture
async def api(database_url: str) -> AsyncIterator[Api]:
    clock = MovableClock(NOW)
    database = Database(database_url, clock=clock)
    with database.session(WORKSPACE) as session:
        known = measured(session)
    health = Health(database, clock, last_tick=clock.machine)
    server = WebServer("127.0.0.1", 0, health=health, readings=ReadingsApi(database, clock, limit=30))
    await server.start()
    async with ClientSession() as client:
        yield Api(database, clock, server.url, client, known)
    await server.stop()
    database.close()


async def test_readings_are_kept_exactly_when_they_were_so_and_their_goal_was_heard_of(api: Api) -> None:
    rows = [
        api.reading(value=0.1, at="2026-11-01"),
        api.reading(value="12.000001", at="2026-11-23T09:00:00+01:00"),
        api.reading(value=13),
    ]

    assert await api.send(rows) == (200, {"taken": 3})
    assert api.points() == [("11-01 12:00", "0.1"), ("11-23 08:00", "12.000001"), ("11-23 08:59", "13")]
    with api.database.session(WORKSPACE) as session:
        assert session.get_one(Goal, api.known.goal).heard_at == NOW
        assert {(row.source, row.person_id) for row in session.scalars(select(Reading))} == {("api", None)}


async def test_a_table_is_understood_as_people_export_it(api: Api) -> None:
    key = api.known.measures["number"]
    exported = f'\ufeffmeasure;value;at\r\n{key};"1.234,5";2026-11-20\r\n\r\n{key};7,5;\r\n'

    assert await api.send(exported.encode()) == (200, {"taken": 2})
    assert api.points() == [("11-20 12:00", "1234.5"), ("11-23 08:59", "7.5")]


async def test_all_is_kept_or_nothing_and_each_wrong_row_has_its_reason(api: Api) -> None:
    tomorrow = (NOW + timedelta(days=1)).date().isoformat()
    status, answer = await api.send(
        [
            api.reading(),
            {"measure": 999, "value": 1},
            api.reading(at=tomorrow),
            api.reading("percent", 1e9),
            api.reading("count", 2.5),
            api.reading("done", 2),
            api.reading(value="12,5"),
            api.reading(value=True),
            api.reading(at="yesterday"),
            api.reading(at="2026-11-23T09:00:00"),
            api.reading(value=1e12),
            api.reading(note="words"),
            7,
        ]
    )

    assert status == 422
    assert api.count() == 0
    # What is no reading at all is told before anything is looked up.
    assert [row["row"] for row in answer["rows"]] == [7, 8, 9, 10, 12, 13]


async def test_what_is_a_reading_and_cannot_be_kept_is_told_too(api: Api) -> None:
    tomorrow = (NOW + timedelta(days=1)).date().isoformat()
    status, answer = await api.send(
        [
            api.reading(),
            {"measure": 999, "value": 1},
            api.reading(at=tomorrow),
            api.reading(at="2026-11-23T12:00:00Z"),
            api.reading("percent", 1e9),
            api.reading("count", 2.5),
            api.reading("done", 2),
            api.reading(value=1e12),
            api.reading(at="1969-12-31"),
        ]
    )

    assert status == 422
    assert answer["error"] == "8 rows can't be kept, so none was."
    assert {row["row"]: row["reason"] for row in answer["rows"]} == {
        2: "there is no measure 999, or its goal is closed.",
        3: "at lies in the future.",
        4: "at lies in the future.",
        5: "That is more than 100,000 %. Write 12.5 for 12.5 %.",
        6: "A count is a whole number, from 0 on.",
        7: "This is either done or not: write 1 for done, 0 for not done.",
        8: "That number has too many digits: 12 before its point and 6 after it fit.",
        9: "at lies before 1970.",
    }
    assert api.count() == 0


async def test_measures_that_are_gone_closed_or_elsewhere_are_all_alike_unknown(api: Api) -> None:
    with api.database.session("TOTHER") as session:
        other = measured(session, "TOTHER", "cairn_other").measures["number"]
    with api.database.session(WORKSPACE) as session:
        gone = update(Measure).where(col(Measure.id) == api.known.measures["percent"]).values(dropped_at=NOW)
        session.execute(gone)
    _, answer = await api.send([{"measure": other, "value": 1}, api.reading("percent", 1)])
    assert [row["reason"].partition(" measure ")[0] for row in answer["rows"]] == ["there is no"] * 2

    with api.database.session(WORKSPACE) as session:
        session.execute(update(Goal).values(state="closed", outcome="reached", closed_at=NOW))
    assert (await api.send([api.reading()]))[0] == 422
    assert api.count() == 0


async def test_one_key_keeps_readings_once_however_often_it_is_sent(api: Api) -> None:
    rows = [api.reading(), api.reading(value=8)]
    answers = await asyncio.gather(*(api.send(rows, Idempotency_Key="import-7") for _ in range(4)))

    assert answers == [(200, {"taken": 2})] * 4
    assert api.count() == 2
    assert (await api.send(rows, Idempotency_Key="import-8"))[0] == 200
    assert api.count() == 4


async def test_a_key_stands_for_what_was_first_sent_with_it_and_for_nothing_that_was_refused(api: Api) -> None:
    assert (await api.send([{"measure": 999, "value": 1}], Idempotency_Key="k"))[0] == 422
    assert (await api.send([api.reading()], Idempotency_Key="k"))[0] == 200
    status, answer = await api.send([api.reading(value=9)], Idempotency_Key="k")

    assert (status, api.count()) == (422, 1)
    assert answer["error"].startswith("Something else was sent with this Idempotency-Key.")
    assert (await api.send([api.reading()], Idempotency_Key="two words"))[0] == 400


async def test_a_key_is_remembered_for_a_month(api: Api) -> None:
    from bot.services.api_tokens import forget_old_keys  # noqa: PLC0415

    await api.send([api.reading()], Idempotency_Key="k")
    with api.database.session() as session:
        assert forget_old_keys(session, NOW + timedelta(days=29)) is False
        assert forget_old_keys(session, NOW + timedelta(days=31)) is True
    assert (await api.send([api.reading(value=9)], Idempotency_Key="k"))[0] == 200


@pytest.mark.parametrize("header", ["", "Basic dTpw", "Bearer ", "Bearer cairn_wrong", f"Bearer {TOKEN}x", "Bearer ü"])
async def test_whoever_has_no_token_is_told_so(api: Api, header: str) -> None:
    sent = {**JSON, "Authorization": header} if header else JSON
    async with api.client.post(f"{api.url}/api/readings", data="{}", headers=sent) as answer:
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert api.count() == 0


async def test_a_revoked_token_opens_nothing(api: Api) -> None:
    with api.database.session(WORKSPACE) as session:
        assert api_tokens.revoke(session, api.known.token, api.known.person, NOW)

    assert (await api.send([api.reading()]))[0] == 403
    assert api.count() == 0


async def test_too_much_is_refused_without_being_read_to_its_end(api: Api) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(2 * LARGEST // 65536):
            yield b" " * 65536

    row = api.reading()
    assert (await api.send([row] * (MOST_ROWS + 1)))[0] == 413
    headers = {"Authorization": f"Bearer {TOKEN}", **JSON}
    for large in (endless(), io.BytesIO(b"x" * (LARGEST + 1))):
        async with api.client.post(f"{api.url}/api/readings", data=large, headers=headers) as answer:
            assert answer.status == 413
    assert api.count() == 0


async def test_who_asks_too_often_waits_a_minute(api: Api) -> None:
    statuses = [(await api.send([api.reading()]))[0] for _ in range(31)]
    assert (statuses[:30], statuses[30]) == ([200] * 30, 429)

    api.clock.let_pass(61)
    assert (await api.send([api.reading()]))[0] == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("nonsense", 400),
        ("[" * 100_000, 400),
        ('{"readings": [{"measure": 1, "value": NaN}]}', 400),
        ('{"readings": [{"measure": 1, "value": -Infinity}]}', 400),
        ('{"readings": [{"measure": 1, "value": 1e99999999999999999999}]}', 400),
        ('{"readings": [{"measure": 1, "value": 1e999999}]}', 422),
        ('{"readings": [{"measure": 99999999999999999999, "value": 1}]}', 422),
        ('{"readings": [{"measure": 1, "value": 1, "at": "0001-01-01T00:00:00+14:00"}]}', 422),
        ("[]", 422),
        ('{"readings": {}}', 422),
        ('{"readings": [], "more": 1}', 422),
        ('{"readings": []}', 200),
        (b"", 422),
        (b"measure\n1", 422),
        (b"\xff\xfe", 422),
        (b'measure,value\n1,"2', 422),
    ],
)
async def test_what_is_no_reading_is_refused(api: Api, body: Any, status: int) -> None:
    assert (await api.send(body))[0] == status


async def test_other_kinds_of_body_are_refused(api: Api) -> None:
    assert (await api.send("<xml/>", Content_Type="text/xml"))[0] == 415
