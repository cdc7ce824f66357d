"""A goal as somebody asks for it in its form, and what is wrong with that: parsed, not yet looked up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.domain.checkins import MAX_WORDS
from bot.domain.goals import (
    MOST_MEASURES,
    TITLE_CHARACTERS,
    Direction,
    GoalKind,
    MeasureKind,
    Milestone,
    SeenBy,
    Terms,
)
from bot.errors import UserError
from bot.i18n import mark

DONE_TERMS = Terms(MeasureKind.DONE, Direction.UP, Decimal(0), Decimal(1))

NO_TITLE = mark("A goal needs a title: what will be different once it is reached?")
LONG_TITLE = mark("A title has at most {most} characters. What doesn't fit belongs into the box below it.")
LONG_WHY = mark("That is longer than the {most} characters that fit here.")
NO_MEASURE = mark("A goal needs a measure. Where no number says how far it is, choose “Done or not done”.")
ENDS_BEFORE = mark("The due date has to come after the start.")
IN_THE_PAST = mark("This date is past. Choose a day from today on.")
SAME = mark("Start and target are the same, so nothing would be left to reach. Change one of them.")
OUT_OF_ORDER = mark("The upper end has to be above the lower one.")
MISSING = mark("A number is missing here. Where there is none, choose “Done or not done”.")
STAYS = mark("Milestones lead to a target, and this measure stays between two numbers. Empty this box.")
NO_END = mark("Milestones need a due date: choose one below, or empty this box.")
OUTSIDE = mark("A milestone has to lie after the start and before the due date: {day} doesn't. Write its year, too.")
NOT_LATER = mark("Each milestone has to be later than the one before it: {day} isn't.")
NOT_ON_WAY = mark("Milestones lead step by step from start to target: the number for {day} doesn't.")
MANY = mark("A measure has at most {most} milestones.")
MOST_MILESTONES = 12


@dataclass(frozen=True)
class MeasureRequest:
    """A measure as the form has it. `key` names its inputs; `measure_id` is its row's, None for a new one.

    `first` and `second`: from baseline to target, or from low to high where it `stays` between them.
    """

    key: str
    kind: MeasureKind
    stays: bool = False
    first: Decimal | None = None
    second: Decimal | None = None
    name: str | None = None
    unit: str | None = None
    currency: str | None = None
    milestones: tuple[Milestone, ...] = ()

    @property
    def measure_id(self) -> int | None:
        """The row that this is about."""
        return int(self.key[1:]) if self.key.startswith("m") else None

    @property
    def terms(self) -> Terms:
        """What this sets, once nothing is wrong with it."""
        if self.kind is MeasureKind.DONE:
            return DONE_TERMS
        if self.stays:
            return Terms(self.kind, Direction.WITHIN, low=self.first, high=self.second)
        is_up = self.first is not None and self.second is not None and self.second > self.first
        return Terms(self.kind, Direction.UP if is_up else Direction.DOWN, self.first, self.second)

    @property
    def decimals(self) -> int:
        """How many places its numbers were typed with."""
        typed = [each for each in (self.first, self.second) if each is not None]
        return max((max(0, -int(each.normalize().as_tuple().exponent)) for each in typed), default=0)


@dataclass(frozen=True)
class GoalRequest:
    """A goal as its form has it. `goal_id` and `version` are of the one that is changed, None and 0 for a new one."""

    title: str
    why: str | None
    measures: tuple[MeasureRequest, ...]
    starts_on: date
    due_on: date | None
    seen_by: SeenBy
    seen_by_team_id: int | None = None
    parent_id: int | None = None
    kind: GoalKind = GoalKind.PERSON
    team_id: int | None = None
    goal_id: int | None = None
    version: int = 0


def flaws(wanted: GoalRequest, today: date, *, due_before: date | None = None) -> list[UserError]:
    """All that is wrong with it, each at its field. `due_before`: the date that the goal had, which may be past."""
    return [
        *_about_words(wanted),
        *_about_dates(wanted, today, due_before),
        *_about_measures(wanted.measures),
        *_about_milestones(wanted),
    ]


def _about_words(wanted: GoalRequest) -> Iterator[UserError]:
    if not wanted.title:
        yield UserError(NO_TITLE, field="title")
    if len(wanted.title) > TITLE_CHARACTERS:
        yield UserError(LONG_TITLE, field="title", most=TITLE_CHARACTERS)
    if len(wanted.why or "") > MAX_WORDS:
        yield UserError(LONG_WHY, field="why", most=MAX_WORDS)


def _about_dates(wanted: GoalRequest, today: date, due_before: date | None) -> Iterator[UserError]:
    if wanted.due_on is None:
        return
    if wanted.due_on <= wanted.starts_on:
        yield UserError(ENDS_BEFORE, field="due_on")
    elif wanted.due_on < today and wanted.due_on != due_before:
        yield UserError(IN_THE_PAST, field="due_on")


def _about_measures(measures: Sequence[MeasureRequest]) -> Iterator[UserError]:
    if not 1 <= len(measures) <= MOST_MEASURES:
        yield UserError(NO_MEASURE, field="title")
    for each in measures:
        flaw = _flaw(each)
        if flaw is not None:
            yield flaw


def _flaw(of: MeasureRequest) -> UserError | None:
    """What is wrong with a measure, whose numbers can be read."""
    if of.kind is MeasureKind.DONE:
        return None
    if of.first is None or of.second is None:
        return UserError(MISSING, field=f"{of.key}_from" if of.first is None else f"{of.key}_to")
    if of.first == of.second:
        return UserError(SAME, field=f"{of.key}_to")
    return UserError(OUT_OF_ORDER, field=f"{of.key}_to") if of.stays and of.second < of.first else None


def _about_milestones(wanted: GoalRequest) -> Iterator[UserError]:
    """At most one flaw a measure, of those whose numbers make sense."""
    for each in wanted.measures:
        if each.milestones and _flaw(each) is None:
            flaw = _off_the_way(each, wanted.starts_on, wanted.due_on)
            if flaw is not None:
                yield flaw


def _off_the_way(of: MeasureRequest, starts_on: date, due_on: date | None) -> UserError | None:
    field = f"{of.key}_steps"
    if of.stays:
        return UserError(STAYS, field=field)
    if due_on is None:
        return UserError(NO_END, field=field)
    if len(of.milestones) > MOST_MILESTONES:
        return UserError(MANY, field=field, most=MOST_MILESTONES)
    last, reached = starts_on, of.first or Decimal(0)
    for each in of.milestones:
        if not starts_on < each.due_on < due_on:
            return UserError(OUTSIDE, field=field, day=each.due_on)
        if each.due_on <= last:
            return UserError(NOT_LATER, field=field, day=each.due_on)
        if not _is_between(each.value, reached, of.second or Decimal(0)):
            return UserError(NOT_ON_WAY, field=field, day=each.due_on)
        last, reached = each.due_on, each.value
    return None


def _is_between(value: Decimal, one: Decimal, other: Decimal) -> bool:
    return min(one, other) <= value <= max(one, other)
