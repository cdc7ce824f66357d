"""`readings import`: a file of readings, looked at before it is read, and a bar while it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.domain.goals import Source
from bot.errors import SettingsError
from bot.services import readings
from bot.services.readings import Row

LARGEST = 20 * 1024 * 1024


def read(file: Path) -> list[Row]:
    """The readings in a file; what is larger than 20 MB isn't read in.

    Raises SettingsError where it can't be read or is too large, ImportRefusedError for lines that are wrong.
    """
    try:
        with file.open("rb") as opened:
            # What has no size that anybody could ask for, such as a pipe, is read no further either.
            is_large = file.stat().st_size > LARGEST
            content = b"" if is_large else opened.read(LARGEST + 1)
    except OSError as error:
        raise SettingsError(f"{file} can't be read ({error.strerror}).") from None
    if is_large or len(content) > LARGEST:
        raise SettingsError(f"{file} is larger than 20 MB: import it in parts. Nothing was changed.")
    return readings.of_csv(content)


def keep(session: Session, rows: Sequence[Row], *, dry_run: bool) -> int:
    """Keep them, with a bar where somebody looks; gives how many goals they are of."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Keeping readings", total=len(rows))
        return readings.take(
            session,
            rows,
            Source.FILE,
            Clock().now(),
            dry_run=dry_run,
            progress=lambda done: bar.update(task, completed=done),
        )
