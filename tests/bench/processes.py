"""What is measured, what measures and what plays Slack: each a process of its own, since there is one lock in each."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty, Queue
from typing import IO, Any, TypeVar

T = TypeVar("T")
_SPAWN = get_context("spawn")
PATIENCE = 60.0


def in_own_process(work: Callable[..., T], *args: Any) -> T:
    """`work(*args)` in a new process; gives what it gave, raises what it raised."""
    with ProcessPoolExecutor(1, mp_context=_SPAWN) as pool:
        return pool.submit(work, *args).result()


@dataclass(frozen=True)
class Server:
    """A server in a process of its own."""

    facts: dict[str, Any]
    _line: Connection

    @property
    def url(self) -> str:
        return str(self.facts["url"])

    def ask(self) -> dict[str, Any]:
        """What it has counted so far."""
        self._line.send("counts")
        counts: dict[str, Any] = self._line.recv()
        return counts


@contextmanager
def serving(serve: Callable[..., None], *args: Any) -> Iterator[Server]:
    """Run `serve(line, *args)`, which sends its facts over `line` first and then a dict for each question."""
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=serve, args=(theirs, *args), daemon=True)
    process.start()
    try:
        if not ours.poll(PATIENCE):
            raise RuntimeError(f"{serve.__name__} didn't start")
        yield Server(ours.recv(), ours)
    finally:
        process.terminate()
        process.join()


class Program:
    """A Python module run as a program; its lines can be waited for."""

    def __init__(self, module: str, *args: str, folder: Path, settings: dict[str, str]) -> None:
        self.started = time.perf_counter()
        self._lines: Queue[str] = Queue()
        self._process = subprocess.Popen(
            [sys.executable, "-u", "-m", module, *args],
            cwd=folder,
            env={**settings, "PYTHONUTF8": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self._process.stdout is not None
        threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True).start()

    def _read(self, output: IO[str]) -> None:
        for line in output:
            self._lines.put(line)
        self._lines.put("")

    def wait_for(self, words: str) -> str:
        """The first line that says `words`; RuntimeError with what it said instead where none does."""
        said = []
        try:
            while line := self._lines.get(timeout=PATIENCE):
                said.append(line)
                if words in line:
                    return line
        except Empty:
            pass
        raise RuntimeError(f"waited in vain for {words!r}:\n{''.join(said[-20:])}")

    def resident_mb(self) -> float:
        """Megabytes of memory that it holds now."""
        answer = subprocess.run(
            ["ps", "-o", "rss=", "-p", str(self._process.pid)], capture_output=True, text=True, check=True
        )
        return int(answer.stdout) / 1024

    def stop(self) -> None:
        """Ask it to stop, and wait until it has."""
        self._process.terminate()
        self._process.wait(PATIENCE)


@contextmanager
def running(module: str, *args: str, folder: Path, settings: dict[str, str]) -> Iterator[Program]:
    """A program, stopped afterwards."""
    program = Program(module, *args, folder=folder, settings=settings)
    try:
        yield program
    finally:
        program.stop()
