"""A chart: how long it takes from cold, what it does to the event loop meanwhile, and what stays behind."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Coroutine, Iterator
from datetime import date, timedelta
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from typing import Any

from bot.charts import Chart, Fan, Labels, draw
from tests.bench.databases import Databases
from tests.bench.processes import in_own_process
from tests.bench.report import Line, at_most

RUNS = 5
COLD_BAR, DELAY_BAR, MEMORY_BAR = 1.5, 20.0, 5.0
BEAT = 0.001
START = date(2026, 9, 1)
CHART = Chart(
    "Orders a day",
    "",
    Labels("Readings", "Pace", "Forecast", "Today"),
    START + timedelta(days=60),
    tuple((START + timedelta(days=day), day + day % 7) for day in range(60)),
    pace=((START, 0.0), (START + timedelta(days=90), 100.0)),
    forecast=Fan(START + timedelta(days=90), 95, 85, 105),
)


def measure(_databases: Databases) -> Iterator[Line]:
    """Seconds for one, milliseconds for which the loop was late, megabytes that this process kept."""
    seconds, cpu, late, idle, kept = in_own_process(_measure)
    yield at_most("a chart, from cold, beside its CPU", seconds, COLD_BAR, "s", cpu)
    yield at_most("… the event loop's longest delay meanwhile, beside that of an idle one", late, DELAY_BAR, "ms", idle)
    yield at_most("… memory kept afterwards", kept, MEMORY_BAR, "MB")


def _measure() -> tuple[float, ...]:
    return asyncio.run(_drawn())


async def _drawn() -> tuple[float, ...]:
    before, seconds = _memory(), list[float]()
    idle = await _latest_beat(asyncio.sleep(RUNS * COLD_BAR))
    late = await _latest_beat(_draw(seconds))
    cpu = getrusage(RUSAGE_CHILDREN)
    return median(seconds), (cpu.ru_utime + cpu.ru_stime) / RUNS, late, idle, _memory() - before


async def _draw(seconds: list[float]) -> None:
    for _ in range(RUNS):
        started = time.perf_counter()
        await draw(CHART)
        seconds.append(time.perf_counter() - started)


async def _latest_beat(work: Coroutine[Any, Any, None]) -> float:
    """Milliseconds by which a heartbeat was late at most, while something else was done."""
    doing, late = asyncio.create_task(work), 0.0
    while not doing.done():
        started = time.perf_counter()
        await asyncio.sleep(BEAT)
        late = max(late, time.perf_counter() - started - BEAT)
    await doing
    return late * 1000


def _memory() -> float:
    """Megabytes that this process holds."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6
