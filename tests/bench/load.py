"""The load: signed requests, so many in flight, each timed from the first byte sent to the ack read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import aiohttp

from tests.bench.company import Part
from tests.bench.payloads import headers


@dataclass(frozen=True)
class Load:
    """What came of it: requests a second, and seconds each took."""

    rate: float
    seconds: list[float]


def send(
    url: str,
    make: Callable[[Part, int], bytes],
    parts: Sequence[Part],
    in_flight: int,
    first: int = 0,
    said: bytes = b"",
) -> Load:
    """Send a request for each part, `in_flight` at a time; RuntimeError for any answer but a plain ack.

    The requests are numbered from `first`, so that no two are the same delivery. `said`: what stands in every ack,
    where it isn't a plain one.
    """
    bodies = [make(part, n) for n, part in enumerate(parts, first)]
    return asyncio.run(_send_all(url, bodies, in_flight, said))


async def _send_all(url: str, bodies: Sequence[bytes], in_flight: int, said: bytes) -> Load:
    seconds: list[float] = []
    connector = aiohttp.TCPConnector(limit=in_flight)
    async with aiohttp.ClientSession(connector=connector) as session:
        started = time.perf_counter()
        waiting = iter(bodies)
        await asyncio.gather(*(_send_some(session, (url, said), waiting, seconds) for _ in range(in_flight)))
        return Load(len(bodies) / (time.perf_counter() - started), seconds)


async def _send_some(
    session: aiohttp.ClientSession, expects: tuple[str, bytes], waiting: Iterator[bytes], seconds: list[float]
) -> None:
    url, said = expects
    for body in waiting:
        started = time.perf_counter()
        async with session.post(url, data=body, headers=headers(body, int(time.time()))) as response:
            answer = await response.read()
        seconds.append(time.perf_counter() - started)
        if response.status != 200 or bool(answer) != bool(said) or said not in answer:
            raise RuntimeError(f"not acked: {response.status} {answer[:500]!r}")
