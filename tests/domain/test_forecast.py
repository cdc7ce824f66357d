"""Where a measure will end, and how sure that is."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.forecast import MOST, forecast
from bot.domain.goals import Direction, MeasureKind, Point, Terms
from bot.domain.pace import Course
from tests.domain.courses import DAYS, DUE, START, band, course, courses, point, readings

HALF = START + timedelta(days=45)


def test_a_straight_line_goes_on_straight() -> None:
    found = forecast(course(0, 90), [point(day, day * 2) for day in range(7, 45, 7)], HALF)

    assert found is not None
    assert found.low == found.value == found.high == 180


def test_one_wrong_reading_in_five_moves_little() -> None:
    right = [point(day, day) for day in range(5, 45, 4)]
    wrong = [*right[:3], point(17, 17_000), *right[4:7], point(33, -900), *right[8:]]
    found = forecast(course(0, 90), wrong, HALF)

    assert found is not None
    assert 85 < found.value < 95


def test_the_range_grows_with_the_noise() -> None:
    def width(noise: int) -> Decimal:
        found = forecast(course(0, 90), [point(day, day + (-noise, noise)[day % 2]) for day in range(3, 44, 3)], HALF)
        assert found is not None
        return found.high - found.low

    assert width(1) < width(5) < width(20)


@pytest.mark.parametrize("days", [(), (7,), (7, 14), (20, 20, 20, 20)])
def test_a_line_through_fewer_than_four_moments_would_be_a_guess(days: tuple[int, ...]) -> None:
    assert forecast(course(), [point(day, day) for day in days], HALF) is None


def test_the_baseline_counts_as_a_reading_until_one_is_as_old() -> None:
    points = [point(day, day) for day in (7, 14, 21)]

    assert forecast(course(), points, HALF) is not None
    assert forecast(band(0, 5), points, HALF) is None
    assert forecast(course(), [point(0, 0), *points[:2]], HALF) is None


def test_there_is_nothing_to_say_without_a_due_date_or_once_it_is_there() -> None:
    points = [point(day, day) for day in (7, 14, 21, 28)]
    done = Terms(MeasureKind.DONE, Direction.UP, Decimal(0), Decimal(1))

    assert forecast(Course(course().terms, START), points, HALF) is None
    assert forecast(course(), points, DUE) is None
    assert forecast(Course(done, START, DUE), points, HALF) is None


def test_a_count_doesnt_end_below_nothing() -> None:
    falling = Course(Terms(MeasureKind.COUNT, Direction.DOWN, Decimal(50), Decimal(5)), START, DUE)
    found = forecast(falling, [point(day, 50 - day) for day in (7, 14, 21, 28)], HALF)

    assert found is not None
    assert found.value == found.low == 0


def test_the_last_of_several_readings_of_one_moment_counts() -> None:
    once = [point(day, day) for day in (7, 14, 21, 28)]
    twice = [each for reading in once for each in (Point(reading.at, Decimal(9_000)), reading)]

    assert forecast(course(), twice, HALF) == forecast(course(), once, HALF)


def test_thousands_of_readings_are_taken_together() -> None:
    many = [point(n * 45 / 20_000, n * 45 / 20_000 + (n % 7 - 3)) for n in range(1, 20_000)]
    found = forecast(course(), many, HALF)

    assert len(many) > MOST
    assert found is not None
    assert abs(found.value - 90) < 3


@given(courses(), readings())
@settings(max_examples=60)
def test_the_range_holds_its_value_and_all_are_numbers(any_course: Course, points: list[Point]) -> None:
    found = forecast(any_course, points, START + timedelta(days=DAYS - 1))

    if found is not None:
        assert found.low <= found.value <= found.high
        assert all(each.is_finite() for each in (found.low, found.value, found.high))


@given(readings(), st.integers(-1_000, 1_000), st.integers(1, 50))
@settings(max_examples=60)
def test_it_moves_and_grows_with_what_is_measured(points: list[Point], shift: int, scale: int) -> None:
    moved = [Point(each.at, each.value * scale + shift) for each in points]
    before, after = forecast(band(0, 1), points, HALF), forecast(band(0, 1), moved, HALF)

    assert (before is None) == (after is None)
    if before is not None and after is not None:
        near = abs(before.value * scale) * Decimal("1e-6") + Decimal("0.01")
        assert abs(before.value * scale + shift - after.value) <= near


@given(readings())
@settings(max_examples=60)
def test_it_is_as_sure_of_what_goes_down_as_of_what_goes_up(points: list[Point]) -> None:
    mirrored = [Point(each.at, -each.value) for each in points]
    before, after = forecast(band(0, 1), points, HALF), forecast(band(0, 1), mirrored, HALF)

    assert (before is None) == (after is None)
    if before is not None and after is not None:
        near = max(abs(before.low), abs(before.high)) * Decimal("1e-6") + Decimal("0.01")
        assert abs(before.low + after.high) <= near
