"""Points in, picture out: a measure against its pace and its forecast, as PNG.

It is drawn in a process of its own that ends right after (`python -m bot.charts`, JSON in, PNG out): in a thread
matplotlib held the event loop for 21 ms and kept 80 MB. Only that process imports it.
"""

# ruff: noqa: PLC0415

from __future__ import annotations

import asyncio
import io
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DRAWN_WITHIN = 20.0
MOST_POINTS = 400
_INCHES, _DOTS = (6.4, 4.2), 160
# Okabe and Ito's colours, which people see apart whatever their eyes; and each line has a style of its own.
_BLUE, _ORANGE, _GREEN, _INK, _GRID = "#0072B2", "#D55E00", "#009E73", "#333333", "#DDDDDD"


class NotDrawnError(Exception):
    """The process that draws failed, or took too long."""


@dataclass(frozen=True)
class Fan:
    """A forecast: the day it is for, its value and its range."""

    on: date
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Labels:
    """What the lines are called, in the reader's language."""

    readings: str
    pace: str
    forecast: str
    today: str


@dataclass(frozen=True)
class Chart:
    """One measure. `readings` and `pace` in order of time; `band`: between which values it should stay, if it should.

    `alt` says in words what the picture shows; `locale` is the reader's, for the axes; `before` and `after` stand
    around each number there (a currency, a per cent sign).
    """

    title: str
    alt: str
    labels: Labels
    today: date
    readings: tuple[tuple[date, float], ...]
    pace: tuple[tuple[date, float], ...] = ()
    band: tuple[float, float] | None = None
    forecast: Fan | None = None
    locale: str = "en-US"
    before: str = ""
    after: str = ""

    @classmethod
    def of(cls, document: dict[str, Any]) -> Chart:
        """The chart that `document` says, read from JSON."""
        fan = document["forecast"]
        return cls(
            **{
                **document,
                "labels": Labels(**document["labels"]),
                "today": date.fromisoformat(document["today"]),
                "readings": _dated(document["readings"]),
                "pace": _dated(document["pace"]),
                "band": document["band"] and tuple(document["band"]),
                "forecast": fan and Fan(**{**fan, "on": date.fromisoformat(fan["on"])}),
            }
        )

    def document(self) -> str:
        """All of it as JSON."""
        return json.dumps(asdict(self), default=date.isoformat)


def _dated(points: Sequence[tuple[str, float]]) -> tuple[tuple[date, float], ...]:
    return tuple((date.fromisoformat(on), value) for on, value in points)


async def draw(chart: Chart) -> bytes:
    """The picture, drawn by a process that is gone when this returns. Raises NotDrawnError."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.charts"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(DRAWN_WITHIN):
            picture, _ = await process.communicate(chart.document().encode())
    except TimeoutError:
        raise NotDrawnError from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode or not picture:
        raise NotDrawnError
    return picture


def png(chart: Chart) -> bytes:
    """The picture; this loads matplotlib and keeps it, so only a short-lived process calls it."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=_INCHES, dpi=_DOTS, facecolor="white", layout="constrained")
    axes = figure.add_subplot()
    _style(axes, chart)
    _lines(axes, chart)
    if chart.forecast is not None:
        _fan(axes, chart, chart.forecast)
    _legend(axes)
    drawn = io.BytesIO()
    FigureCanvasAgg(figure).print_png(drawn)  # type: ignore[no-untyped-call]
    return drawn.getvalue()


def _style(axes: Axes, chart: Chart) -> None:
    from matplotlib.dates import AutoDateLocator
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.set_title(_plain(chart.title), loc="left", fontsize=16, color=_INK, fontweight="bold", wrap=True)
    axes.set_facecolor("white")
    axes.grid(axis="y", color=_GRID, linewidth=1)
    axes.tick_params(labelsize=14, colors=_INK, length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_INK)
    axes.xaxis.set_major_locator(AutoDateLocator(minticks=2, maxticks=5))  # type: ignore[no-untyped-call]
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda at, _: _day(chart, at)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _number(chart, value)))


def _lines(axes: Axes, chart: Chart) -> None:
    if chart.band is not None:
        axes.axhspan(*chart.band, color=_GREEN, alpha=0.15, label=chart.labels.pace)
    if chart.pace:
        axes.plot(*_axes(chart.pace), color=_GREEN, linestyle=(0, (1, 1.5)), linewidth=3.5, label=chart.labels.pace)
    readings = _thinned(chart.readings)
    marker = "o" if len(readings) <= 60 else ""
    axes.plot(*_axes(readings), color=_BLUE, linewidth=3, marker=marker, markersize=7, label=chart.labels.readings)
    axes.axvline(_number_of(chart.today), color=_INK, linewidth=1.2, linestyle="-", alpha=0.6)
    axes.text(
        _number_of(chart.today),
        1.0,
        f" {chart.labels.today}",
        transform=axes.get_xaxis_transform(),
        verticalalignment="top",
        fontsize=13,
        color=_INK,
    )


def _fan(axes: Axes, chart: Chart, fan: Fan) -> None:
    """From the last reading to the forecast, and its range beside it."""
    on, value = chart.readings[-1] if chart.readings else (chart.today, fan.value)
    days = [_number_of(on), _number_of(fan.on)]
    axes.fill_between(days, [value, fan.low], [value, fan.high], color=_ORANGE, alpha=0.18, linewidth=0)
    axes.plot(days, [value, fan.value], color=_ORANGE, linestyle="--", linewidth=3, label=chart.labels.forecast)
    axes.plot([days[1]] * 2, [fan.low, fan.high], color=_ORANGE, linewidth=3, marker="_", markersize=14)


def _legend(axes: Axes) -> None:
    axes.legend(
        loc="upper center",
        bbox_to_anchor=(0.5, -0.12),
        ncols=3,
        frameon=False,
        fontsize=14,
        labelcolor=_INK,
        handlelength=1.6,
        columnspacing=1.2,
    )


def _thinned(points: Sequence[tuple[date, float]]) -> Sequence[tuple[date, float]]:
    """At most so many, evenly chosen, the newest among them."""
    step = -(-len(points) // MOST_POINTS) if points else 1
    return points[::-1][::step][::-1]


def _axes(points: Sequence[tuple[date, float]]) -> tuple[list[float], list[float]]:
    return [_number_of(on) for on, _ in points], [value for _, value in points]


def _number_of(on: date) -> float:
    """Days since 1970, which is how matplotlib counts dates."""
    return float((on - date(1970, 1, 1)).days)


def _day(chart: Chart, at: float) -> str:
    from babel.dates import format_skeleton

    from bot.i18n import spoken_locale

    return str(
        format_skeleton("MMMd", date(1970, 1, 1) + timedelta(days=round(at)), locale=spoken_locale(chart.locale))
    )


def _number(chart: Chart, value: float) -> str:
    from bot.i18n import Voice

    return f"{chart.before}{Voice(chart.locale).write(Decimal(f'{value:.10g}'))}{chart.after}"


def _plain(title: str) -> str:
    """Words as they are: matplotlib would take what stands between two dollar signs for a formula."""
    short = title if len(title) <= 70 else title[:69].rstrip() + "…"
    return short.replace("$", r"\$")


def main() -> None:
    """Draw the chart that is said on standard input, after whatever somebody waits for."""
    os.nice(10)
    sys.stdout.buffer.write(png(Chart.of(json.load(sys.stdin))))


if __name__ == "__main__":
    main()
