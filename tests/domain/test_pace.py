"""Where a measure should be today."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.goals import Direction, MeasureKind, Milestone, Terms
from bot.domain.pace import Course
from tests.domain.courses import DAYS, DUE, START, band, course, courses

any_day = st.integers(-40, DAYS + 40).map(lambda day: START + timedelta(days=day))


@pytest.mark.parametrize(("day", "value"), [(-3, 0), (0, 0), (1, 1), (45, 45), (90, 90), (120, 90)])
def test_it_goes_straight_from_baseline_to_target(day: int, value: int) -> None:
    assert course(0, 90).expected(START + timedelta(days=day)) == value


def test_it_goes_down_as_well() -> None:
    assert course(90, 0).expected(START + timedelta(days=30)) == 60


def test_it_goes_by_way_of_milestones() -> None:
    by_way = course(0, 90, Milestone(START + timedelta(days=60), Decimal(30)))

    assert by_way.expected(START + timedelta(days=30)) == 15
    assert by_way.expected(START + timedelta(days=75)) == 60


def test_a_milestone_that_isnt_on_the_way_counts_for_nothing() -> None:
    strange = (Milestone(START, Decimal(50)), Milestone(DUE, Decimal(7)), Milestone(DUE + timedelta(9), Decimal(1)))

    assert course(0, 90, *strange).line == course(0, 90).line


def test_what_has_no_due_date_or_stays_or_is_done_or_not_has_no_pace() -> None:
    done = Terms(MeasureKind.DONE, Direction.UP, Decimal(0), Decimal(1))

    assert Course(course().terms, START).expected(START) is None
    assert band(1, 2).expected(START) is None
    assert Course(done, START, DUE).expected(START) is None


def test_the_lead_is_a_part_of_the_whole_way_whichever_way_it_goes() -> None:
    third = START + timedelta(days=30)

    assert course(0, 90).lead(Decimal(39), third) == Decimal("0.1")
    assert course(90, 0).lead(Decimal(51), third) == Decimal("0.1")
    assert course(90, 0).lead(Decimal(69), third) == Decimal("-0.1")


@given(courses(), any_day)
def test_it_is_never_outside_of_its_corners(any_course: Course, on: date) -> None:
    values = [value for _, value in any_course.line]
    expected = any_course.expected(on)

    assert expected is not None
    assert min(values) <= expected <= max(values)


@given(courses())
def test_it_meets_every_corner(any_course: Course) -> None:
    assert all(any_course.expected(on) == value for on, value in any_course.line)


@given(courses(), any_day)
def test_it_bends_nowhere_but_at_a_corner(any_course: Course, on: date) -> None:
    between = [pair for pair in pairwise(any_course.line) if pair[0][0] < on < pair[1][0]]
    before, now, after = (any_course.expected(on + timedelta(days=day)) for day in (-1, 0, 1))

    assert before is not None
    assert now is not None
    assert after is not None
    if between:
        assert abs((after - now) - (now - before)) <= Decimal("0.000003")


@given(courses(), any_day)
def test_what_is_on_its_pace_leads_by_nothing(any_course: Course, on: date) -> None:
    expected = any_course.expected(on)

    assert expected is not None
    assert any_course.lead(expected, on) == 0
