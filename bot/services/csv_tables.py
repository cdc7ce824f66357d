"""Tables that people export: commas, semicolons and tabs, a byte order mark and either line end are understood.

Every line that is wrong is told with its number; whoever takes a table takes all of it, or nothing.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Mistake:
    """What is wrong in one line of a file; the header is line 1."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.reason}"


class ImportRefusedError(Exception):
    """The file has mistakes, in the order of its lines; nothing was changed."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = list(mistakes)


@dataclass(frozen=True)
class Table:
    """What a file holds: (line, cell by column) of each row, and what stands between cells."""

    rows: list[tuple[int, dict[str, str]]]
    delimiter: str


def read(content: bytes, columns: Sequence[str], needed: Sequence[str], header: str) -> Table:
    """The rows of a file whose header names some of `columns`, the `needed` among them; `header` says so otherwise.

    Raises ImportRefusedError for what is no such table, and for lines that don't fit it.
    """
    lines = re.split(r"\r\n|\r|\n", _text(content))
    delimiter = max(",;\t", key=lines[0].count)
    names = [name.strip().strip('"').lower() for name in lines[0].split(delimiter)]
    if not set(needed) <= set(names) <= set(columns) or len(set(names)) < len(names):
        raise ImportRefusedError([Mistake(1, header)])
    rows: list[tuple[int, dict[str, str]]] = []
    mistakes: list[Mistake] = []
    for line, cells in _cells(lines, delimiter, mistakes):
        if len(cells) == len(names):
            rows.append((line, dict(zip(names, cells, strict=True))))
        else:
            mistakes.append(Mistake(line, f"it has {len(cells)} cells, and the header has {len(names)}."))
    refuse(mistakes)
    return Table(rows, delimiter)


def refuse(mistakes: Sequence[Mistake]) -> None:
    """Raise ImportRefusedError where there are mistakes."""
    if mistakes:
        raise ImportRefusedError(sorted(mistakes, key=lambda mistake: mistake.line))


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ImportRefusedError([Mistake(line, 'this isn\'t UTF-8. Save the file as "CSV UTF-8".')]) from None


def _cells(lines: Sequence[str], delimiter: str, mistakes: list[Mistake]) -> Iterator[tuple[int, list[str]]]:
    # Line by line, so that one stray quote can't swallow the rest of the file; no cell here has a line end in it.
    for number, line in enumerate(lines[1:], 2):
        try:
            (cells,) = (
                csv.reader([line], delimiter=delimiter, strict=True, skipinitialspace=True) if line.strip() else ([],)
            )
        except csv.Error:
            mistakes.append(Mistake(number, "a quotation mark is left open or stands inside a cell."))
            continue
        stripped = [cell.strip() for cell in cells]
        if any(stripped):
            yield number, stripped
