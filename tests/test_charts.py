"""Pictures of measures: that they are drawn, look as they should, and leave nothing behind."""

from __future__ import annotations

import json
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import charts
from bot.charts import Chart, Fan, Labels, NotDrawnError, draw

START = date(2026, 9, 1)
LABELS = Labels("Readings", "Pace", "Forecast", "Today")
WEEKS = tuple((START + timedelta(days=7 * week), 10.0 + 3 * week) for week in range(9))
CHART = Chart(
    title="Orders a day, $ and <!channel>",
    alt="Orders a day: 34 on 27 October.",
    labels=LABELS,
    today=date(2026, 11, 1),
    readings=WEEKS,
    pace=((START, 10.0), (date(2026, 12, 1), 60.0)),
    forecast=Fan(date(2026, 12, 1), 47, 41, 53),
    locale="de-DE",
    after=" €",
)


def size(picture: bytes) -> tuple[int, int]:
    """Width and height, as the PNG's header says."""
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    return int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")


async def test_a_chart_is_drawn_in_a_process_of_its_own_at_a_width_that_phones_show_sharply() -> None:
    width, height = size(await draw(CHART))

    assert width >= 1000
    assert width > height
    assert "matplotlib" not in sys.modules


@pytest.mark.parametrize(
    "chart",
    [
        Chart("Nothing yet", "", LABELS, START, ()),
        Chart("Stays", "", LABELS, START, WEEKS[:1], band=(3.0, 9.5)),
        Chart("Long " * 40, "", LABELS, START, tuple((START + timedelta(days=n), float(n)) for n in range(3000))),
        Chart("Large", "", LABELS, START, ((START, -999_999_999_999.0), (START + timedelta(days=1), 1e12))),
    ],
    ids=lambda chart: chart.title[:12],
)
async def test_whatever_is_known_can_be_drawn(chart: Chart) -> None:
    assert size(await draw(chart))


numbers = st.floats(-1e12, 1e12)
series = st.lists(st.tuples(st.dates(), numbers), max_size=4).map(tuple)
fans = st.none() | st.builds(Fan, st.dates(), numbers, numbers, numbers)


@given(
    st.builds(
        Chart,
        st.text(),
        st.text(),
        st.builds(Labels),
        st.dates(),
        series,
        series,
        st.none() | st.tuples(numbers, numbers),
        fans,
    )
)
@settings(max_examples=50)
def test_what_the_process_reads_is_what_was_said(chart: Chart) -> None:
    assert Chart.of(json.loads(chart.document())) == chart


async def test_a_process_that_fails_or_takes_too_long_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(sys, "executable", "/bin/false")
        with pytest.raises(NotDrawnError):
            await draw(CHART)
    monkeypatch.setattr(charts, "DRAWN_WITHIN", 0.0)
    with pytest.raises(NotDrawnError):
        await draw(CHART)
