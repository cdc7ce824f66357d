"""Cairn as a process of its own."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.runtime.settings import Settings

ROOT = Path(__file__).parents[1]
PATIENCE = 60.0
"""Seconds. Nothing takes so long, but on a busy machine."""


class Running:
    """A `python -m bot …` with its output."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.lines: list[str] = []

    async def line(self, beginning: str) -> str:
        """The first line of output that begins so."""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            async for raw in self.process.stdout:
                self.lines.append(raw.decode().rstrip())
                if self.lines[-1].startswith(beginning):
                    return self.lines[-1]
        raise AssertionError(f"it never said {beginning!r}, but: {self.lines} {await self.complaints()}")

    async def complaints(self) -> str:
        assert self.process.stderr is not None
        return (await self.process.stderr.read()).decode()

    async def ends(self) -> int:
        """The exit code; what else it said is in `lines`."""
        async with asyncio.timeout(PATIENCE):
            assert self.process.stdout is not None
            self.lines += (await self.process.stdout.read()).decode().splitlines()
            return await self.process.wait()


@asynccontextmanager
async def started(*arguments: str, folder: Path, **settings: str) -> AsyncIterator[Running]:
    """`python -m bot` with these settings and no others."""
    names = {name.upper() for name in Settings.model_fields}
    environment = {name: value for name, value in os.environ.items() if name not in names}  # noqa: TID251
    environment |= {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"} | settings
    command = (sys.executable, "-m", "bot", *arguments)
    process = await asyncio.create_subprocess_exec(*command, cwd=folder, env=environment, stdout=PIPE, stderr=PIPE)
    try:
        yield Running(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
