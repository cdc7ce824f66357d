"""What was measured, as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Line:
    """One number beside its reference. `ok` is None where there is no bar; `note` says what else was counted."""

    what: str
    ours: str
    reference: str = ""
    ratio: float | None = None
    bar: str = ""
    ok: bool | None = None
    note: str = ""


def at_least(what: str, unit: str, pairs: Sequence[tuple[float, float]], bar: float, note: str = "") -> Line:
    """Rates, ours and the reference's by run: the median of the runs' ratios counts."""
    ratio = median(ours / reference for ours, reference in pairs)
    ours, reference = (median(values) for values in zip(*pairs, strict=True))
    return Line(what, f"{ours:,.0f} {unit}", f"{reference:,.0f} {unit}", ratio, f"≥ {bar:g} ×", ratio >= bar, note)


def at_most(what: str, value: float, bar: float, unit: str, reference: float | None = None) -> Line:
    """A time or a size that has a ceiling; its reference is there to compare."""
    beside = "" if reference is None else f"{reference:,.3g} {unit}"
    ratio = value / reference if reference else None
    return Line(what, f"{value:,.3g} {unit}", beside, ratio, f"≤ {bar:,.3g} {unit}", value <= bar)


def percentile(values: Iterable[float], percent: float) -> float:
    """The value that so many per cent of the values don't exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def show(lines: Sequence[Line], title: str) -> None:
    """Print the table."""
    table = Table(title=title, title_justify="left")
    for name in ("what", "ours", "reference", "ratio", "bar", "", ""):
        table.add_column(name, justify="left" if name in ("what", "") else "right")
    for line in lines:
        ratio = "" if line.ratio is None else f"{line.ratio:.2f}"
        verdict = {True: "ok", False: "[bold red]missed[/]", None: ""}[line.ok]
        table.add_row(line.what, line.ours, line.reference, ratio, line.bar, verdict, line.note)
    Console(width=150, soft_wrap=True).print(table)
