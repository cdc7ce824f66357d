"""What a team's period comes to, made of parts that tell nobody apart.

A *cell* is one team's part in one round, counted as the round closes and never again. In a cell a question has k voices
or isn't there, and everybody counts in one cell of a round. A summary adds up whole cells, so whatever is subtracted
from whatever, over any teams and periods and however late, is left with whole cells: nobody's, or those of k people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from statistics import median
from typing import Any

from bot.domain.blockers import LedBlocker
from bot.domain.checkins import AnswerValue, Question, QuestionKind
from bot.domain.goal_status import Status
from bot.domain.participation import ASKED, Standing
from bot.domain.periods import Period
from bot.domain.results import Tally, tally


@dataclass(frozen=True)
class Votes:
    """How some people answered one question; `amounts` are their numbers in order."""

    tally: Tally = field(default_factory=Tally)
    amounts: tuple[Decimal, ...] = ()

    def __add__(self, other: Votes) -> Votes:
        return Votes(self.tally + other.tally, tuple(sorted(self.amounts + other.amounts)))

    @property
    def voices(self) -> int:
        """How many answered."""
        return self.tally.voices

    @property
    def middle(self) -> Decimal:
        """The median of their numbers, exact; ValueError where there are none."""
        return median(self.amounts)


@dataclass(frozen=True)
class Cell:
    """One team's part in one round. `audiences`: who may read its answers, by primary key; `asked` as in `ASKED`."""

    asked: int = 0
    answered: int = 0
    away: int = 0
    questions: Mapping[int, Votes] = field(default_factory=dict)
    audiences: frozenset[int] = frozenset()

    @property
    def no_answer(self) -> int:
        """How many were asked and said nothing."""
        return self.asked - self.answered


@dataclass(frozen=True)
class Part:
    """One person's part in a round, as it stands when that closes."""

    team_id: int
    standing: Standing
    audience_id: int | None
    answers: Sequence[AnswerValue] = ()


def cells(parts: Iterable[Part], k: int, *, names_hidden: bool) -> dict[int, Cell]:
    """A round's cells, by team. With names hidden there are none of fewer than k answers."""
    by_team: dict[int, list[Part]] = {}
    for part in parts:
        by_team.setdefault(part.team_id, []).append(part)
    found = {team: _cell(of_team) for team, of_team in by_team.items()}
    if names_hidden:
        found = {team: cell for team, cell in found.items() if cell.answered >= k}
    asked = {question for cell in found.values() for question in cell.questions}
    standing = {
        question: enough(
            {team: cell.questions[question].voices for team, cell in found.items() if question in cell.questions}, k
        )
        for question in asked
    }
    return {
        team: replace(cell, questions={q: votes for q, votes in cell.questions.items() if team in standing[q]})
        for team, cell in found.items()
    }


def enough(voices: Mapping[int, int], k: int) -> frozenset[int]:
    """The teams that stand by themselves: those of k voices; and those that don't are nobody, or k together.

    Elsewhere the whole is told: whoever subtracts from it what stands here must be left with nobody, or k.
    """
    standing = {team for team, count in voices.items() if count >= k}
    left = sum(count for team, count in voices.items() if team not in standing)
    while 0 < left < k and standing:
        smallest = min(standing, key=lambda team: (voices[team], team))
        standing.remove(smallest)
        left += voices[smallest]
    return frozenset(standing)


def _cell(parts: Sequence[Part]) -> Cell:
    said: dict[int, list[AnswerValue]] = {}
    for part in parts:
        for answer in part.answers:
            said.setdefault(answer.question_id, []).append(answer)
    answered = [part for part in parts if part.standing is Standing.ANSWERED]
    return Cell(
        asked=sum(part.standing in ASKED for part in parts),
        answered=len(answered),
        away=sum(part.standing is Standing.AWAY for part in parts),
        questions={question: _votes(given) for question, given in sorted(said.items())},
        # An answer without an audience is read by nobody: no channel shows 0 to everybody.
        audiences=frozenset(part.audience_id or 0 for part in answered),
    )


def _votes(given: Sequence[AnswerValue]) -> Votes:
    amounts = sorted(answer.amount for answer in given if answer.amount is not None)
    return Votes(tally(given), tuple(amounts))


def to_json(questions: Mapping[int, Votes]) -> dict[str, Any]:
    """A cell's answers, as they are kept."""
    return {
        str(key): [
            votes.voices,
            {str(step): n for step, n in votes.tally.counts.items()},
            [str(each) for each in votes.amounts],
        ]
        for key, votes in questions.items()
    }


def from_json(kept: Mapping[str, Any]) -> dict[int, Votes]:
    """The answers that `to_json` made this of."""
    found = {}
    for key, (voices, counts, amounts) in kept.items():
        numbers = tuple(map(Decimal, amounts))
        counted = Tally(voices, {int(step): n for step, n in counts.items()}, sum(numbers, Decimal(0)))
        found[int(key)] = Votes(counted, numbers)
    return found


@dataclass(frozen=True)
class Counted:
    """A cell of a check-in's round. `is_shown`: all who read along may read each answer in it."""

    checkin: str
    nominal: date
    cell: Cell
    is_shown: bool = True


@dataclass(frozen=True)
class Figures:
    """What some cells come to: how many took part in all of them, and the answers in those that may be shown."""

    rounds: int = 0
    asked: int = 0
    answered: int = 0
    away: int = 0
    questions: Mapping[int, Votes] = field(default_factory=dict)

    @property
    def no_answer(self) -> int:
        """How many were asked and said nothing."""
        return self.asked - self.answered

    @property
    def rate(self) -> int | None:
        """How many of a hundred answered; None where nobody was asked."""
        return round(100 * self.answered / self.asked) if self.asked else None

    def mood(self, moods: Collection[int]) -> Tally:
        """All the answers to these questions together."""
        return sum((votes.tally for key, votes in self.questions.items() if key in moods), Tally())


def add_up(counted: Iterable[Counted]) -> Figures:
    """What these cells come to."""
    of = list(counted)
    questions: dict[int, Votes] = {}
    for each in of:
        for key, votes in each.cell.questions.items() if each.is_shown else ():
            questions[key] = questions.get(key, Votes()) + votes
    return Figures(
        rounds=len(of),
        asked=sum(each.cell.asked for each in of),
        answered=sum(each.cell.answered for each in of),
        away=sum(each.cell.away for each in of),
        questions=questions,
    )


@dataclass(frozen=True)
class GoalFigure:
    """A goal. `share`: how far it is, 0 to 1."""

    title: str
    owner: str
    status: Status
    share: Decimal | None
    due_on: date | None


@dataclass(frozen=True)
class LeftOut:
    """How much of what the reader may see isn't for everybody who reads along: check-ins by name, else counts."""

    checkins: tuple[str, ...] = ()
    blockers: int = 0
    goals: int = 0
    kudos: int = 0

    def __bool__(self) -> bool:
        return bool(self.checkins or self.blockers or self.goals or self.kudos)


@dataclass(frozen=True)
class Summary:
    """A team's period for one channel, or for one person where `channel` is None.

    `trend`: the figures of the last eight periods, the oldest first. `replied`: of how many answers that show names
    leads answered how many. `k`: how many voices it takes. `everybody`: who reads a public channel, the workspace.
    """

    team: str
    period: Period
    now: datetime
    k: int
    figures: Figures
    before: Figures
    questions: Sequence[Question] = ()
    trend: Sequence[tuple[Period, Figures]] = ()
    blockers: Sequence[LedBlocker] = ()
    goals: Sequence[GoalFigure] = ()
    kudos: int = 0
    values: Mapping[str, int] = field(default_factory=dict)
    replied: tuple[int, int] = (0, 0)
    left_out: LeftOut = LeftOut()
    channel: str | None = None
    everybody: str | None = None
    has_checkins: bool = True
    open_rounds: int = 0

    @property
    def moods(self) -> frozenset[int]:
        """The questions that ask for a mood."""
        return frozenset(each.id for each in self.questions if each.kind is QuestionKind.MOOD)

    @property
    def mood(self) -> Tally:
        """The period's."""
        return self.figures.mood(self.moods)

    @property
    def mood_before(self) -> Tally:
        """That of the period before."""
        return self.before.mood(self.moods)

    @property
    def changed_most(self) -> tuple[Question, Decimal, Decimal] | None:
        """The question with steps whose mean moved furthest since the period before, with both means."""
        moved = []
        for question in self.questions:
            now, then = self.figures.questions.get(question.id), self.before.questions.get(question.id)
            if question.kind.numbers is not None and now and then and now.tally.mean != then.tally.mean:
                moved.append((question, then.tally.mean, now.tally.mean))
        return max(moved, key=lambda each: (abs(each[2] - each[1]), -each[0].id), default=None)
