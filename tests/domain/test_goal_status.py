"""What the numbers say about a goal, whatever anybody feels."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings

from bot.domain.goal_status import Status, contradicts, overall, standing
from bot.domain.goals import Direction, MeasureKind, Point, Terms
from bot.domain.pace import Course
from tests.domain.courses import DAYS, DUE, START, band, course, courses, point, readings

HALF, AFTER = START + timedelta(days=45), DUE + timedelta(days=1)
WEEKS = range(7, 45, 7)


def growing(by: float) -> list[Point]:
    """Weekly readings that grow by so much a day, with a little noise."""
    return [point(day, round(day * by + (1, -1)[day % 2], 2)) for day in WEEKS]


@pytest.mark.parametrize(
    ("by", "status"), [(1.3, Status.ON_PACE), (1.0, Status.ON_PACE), (0.93, Status.AT_RISK), (0.4, Status.BEHIND)]
)
def test_the_status_follows_pace_and_forecast(by: float, status: Status) -> None:
    assert standing(course(0, 90), growing(by), HALF).status is status


def test_a_few_readings_are_compared_with_the_pace_alone() -> None:
    statuses = [standing(course(0, 90), [point(30, value)], HALF).status for value in (24, 12, 3)]

    assert statuses == [Status.ON_PACE, Status.AT_RISK, Status.BEHIND]


def test_nobody_falls_behind_by_saying_nothing_for_a_while() -> None:
    late = START + timedelta(days=80)

    assert standing(course(0, 90), [point(10, 10)], late).status is Status.ON_PACE


def test_what_is_reached_is_reached_and_after_its_date_nothing_else_counts() -> None:
    assert standing(course(0, 90), [point(10, 95)], HALF).status is Status.REACHED
    assert standing(course(90, 0), [point(10, -1)], HALF).status is Status.REACHED
    assert standing(course(0, 90), [point(10, 95)], AFTER).status is Status.REACHED
    assert standing(course(0, 90), [point(80, 89)], AFTER).status is Status.BEHIND
    assert standing(course(0, 90), [], AFTER).status is Status.BEHIND


def test_nothing_is_known_before_anybody_said_a_value() -> None:
    found = standing(course(0, 90), [], HALF)

    assert found.status is Status.UNKNOWN
    assert found.expected == 45


def test_what_should_stay_is_looked_at_where_it_is_and_where_it_goes() -> None:
    inside, leaving = [point(day, 5) for day in WEEKS], [point(day, day / 10) for day in WEEKS]
    outside = [point(day, 40 + day % 2) for day in WEEKS]

    assert standing(band(4, 6), inside, HALF).status is Status.ON_PACE
    assert standing(band(0, 6), leaving, HALF).status is Status.AT_RISK
    assert standing(band(4, 6), outside, HALF).status is Status.BEHIND
    assert standing(band(4, 6), outside[:1], HALF).status is Status.AT_RISK


def test_what_is_done_or_not_is_on_its_way_until_it_is_due() -> None:
    done = Course(Terms(MeasureKind.DONE, Direction.UP, Decimal(0), Decimal(1)), START, DUE)

    assert standing(done, [point(10, 0)], HALF).status is Status.ON_PACE
    assert standing(done, [point(10, 0), point(11, 1)], HALF).status is Status.REACHED
    assert standing(done, [point(10, 0)], AFTER).status is Status.BEHIND


def test_without_a_due_date_the_numbers_say_nothing_until_the_target_is_reached() -> None:
    endless = Course(course(0, 90).terms, START)

    assert standing(endless, growing(1), HALF).status is Status.UNKNOWN
    assert standing(endless, [point(9, 90)], HALF).status is Status.REACHED


def test_a_goal_is_as_well_as_the_worst_that_is_known() -> None:
    assert overall([Status.REACHED, Status.UNKNOWN, Status.AT_RISK, Status.ON_PACE]) is Status.AT_RISK
    assert overall([Status.REACHED, Status.ON_PACE]) is Status.ON_PACE
    assert overall([]) is overall([Status.UNKNOWN]) is Status.UNKNOWN


@pytest.mark.parametrize(
    ("confidence", "status", "is_asked"),
    [
        (8, Status.BEHIND, True),
        (10, Status.BEHIND, True),
        (7, Status.BEHIND, False),
        (9, Status.AT_RISK, False),
        (None, Status.BEHIND, False),
    ],
)
def test_only_green_against_red_is_asked_about(confidence: int | None, status: Status, *, is_asked: bool) -> None:
    assert contradicts(confidence, status) is is_asked


@given(courses(), readings())
@settings(max_examples=60)
def test_up_and_down_are_judged_alike(any_course: Course, points: list[Point]) -> None:
    terms = any_course.terms
    assert terms.baseline is not None
    assert terms.target is not None
    mirror = course(-terms.baseline, -terms.target)
    mirrored = [Point(each.at, -each.value) for each in points]
    day = START + timedelta(days=DAYS // 2)

    plain = course(terms.baseline, terms.target)
    assert standing(plain, points, day).status is standing(mirror, mirrored, day).status
