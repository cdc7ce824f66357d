"""What a check-in over several teams comes to: how many answered, means and shares, and never of fewer than k.

Everybody counts once, with the first of their teams, so that the teams add up to the whole. Words aren't counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from bot.domain.checkins import AnswerValue, Question, QuestionKind
from bot.domain.participation import ASKED, Standing

COUNTED = frozenset(
    {QuestionKind.SCALE, QuestionKind.MOOD, QuestionKind.NUMBER, QuestionKind.CHOICE, QuestionKind.CHOICES}
)
"""The kinds of questions that have results."""


@dataclass(frozen=True)
class Tally:
    """How some people answered one question: `counts` by step or option, or the `total` of their numbers."""

    voices: int = 0
    counts: Mapping[int, int] = field(default_factory=dict)
    total: Decimal = Decimal(0)

    def __add__(self, other: Tally) -> Tally:
        numbers = sorted({*self.counts, *other.counts})
        counts = {each: self.counts.get(each, 0) + other.counts.get(each, 0) for each in numbers}
        return Tally(self.voices + other.voices, counts, self.total + other.total)

    @property
    def mean(self) -> Decimal:
        """The mean of steps or numbers, to one place after the point; ValueError where nobody answered."""
        if not self.voices:
            raise ValueError("nobody answered this")
        steps = sum(step * times for step, times in self.counts.items())
        return ((self.total + steps) / self.voices).quantize(Decimal("0.1"))


def tally(answers: Sequence[AnswerValue]) -> Tally:
    """How these people answered one question, one answer each."""
    counts = Counter(step for answer in answers for step in answer.steps)
    total = sum((answer.amount for answer in answers if answer.amount is not None), Decimal(0))
    return Tally(len(answers), dict(sorted(counts.items())), total)


@dataclass(frozen=True)
class Group:
    """One team's part in a round, or that of all together; `questions` by question id."""

    asked: int = 0
    answered: int = 0
    away: int = 0
    questions: Mapping[int, Tally] = field(default_factory=dict)

    def __add__(self, other: Group) -> Group:
        asked = sorted({*self.questions, *other.questions})
        return Group(
            self.asked + other.asked,
            self.answered + other.answered,
            self.away + other.away,
            {each: self.voices_of(each) + other.voices_of(each) for each in asked},
        )

    def voices_of(self, question_id: int) -> Tally:
        """How a question was answered here; by nobody where it wasn't."""
        return self.questions.get(question_id, Tally())


def group(parts: Sequence[tuple[Standing, Sequence[AnswerValue]]]) -> Group:
    """What these people's parts come to: where each stands, and their answers to questions that have results."""
    standings = Counter(standing for standing, _ in parts)
    answers: dict[int, list[AnswerValue]] = {}
    for _, given in parts:
        for answer in given:
            answers.setdefault(answer.question_id, []).append(answer)
    return Group(
        asked=sum(standings[each] for each in ASKED),
        answered=standings[Standing.ANSWERED],
        away=standings[Standing.AWAY],
        questions={question: tally(given) for question, given in answers.items()},
    )


def unsealed(teams: Mapping[int, Group], k: int) -> dict[int, Group]:
    """What digests with names hidden show anyway: teams of which k answered, and of those the questions that k did.

    All together is the sum of that: two leads, or one of two teams, could subtract what they read from anything more.
    """
    return {
        team: replace(group, questions={key: each for key, each in group.questions.items() if each.voices >= k})
        for team, group in teams.items()
        if group.answered >= k
    }


def whole(teams: Mapping[int, Group]) -> Group:
    """All teams together."""
    return sum(teams.values(), Group())


@dataclass(frozen=True)
class Shown:
    """What one reader is shown of a number: the teams by themselves, by primary key, and whether the whole."""

    teams: frozenset[int]
    whole: bool


def shown(
    voices: Mapping[int, int], k: int, *, offered: Collection[int], known: Mapping[int, int] | None = None
) -> Shown:
    """Which of the teams `offered` to a reader stand by themselves, and whether the whole does beside them.

    A team, and the whole, needs k voices. Whatever the reader could subtract must be of nobody, or of k voices or
    more: the whole less the teams that are shown, and each less the voices that they have read anyway (`known`, how
    many of each team), too. So the next smallest team is withheld as well, and where they know all of it, the whole.
    """
    total, unread = sum(voices.values()), {team: count - (known or {}).get(team, 0) for team, count in voices.items()}
    by_themselves = {team for team in offered if voices.get(team, 0) >= k and _is_of_enough(unread[team], k)}
    if total < k:
        return Shown(frozenset(), whole=False)
    while not _is_safe(voices, unread, k, by_themselves):
        others = sorted((team for team in by_themselves if unread[team]), key=lambda team: (voices[team], team))
        if not others:
            return Shown(frozenset(by_themselves), whole=False)
        by_themselves.remove(others[0])
    return Shown(frozenset(by_themselves), whole=True)


def _is_safe(voices: Mapping[int, int], unread: Mapping[int, int], k: int, by_themselves: Collection[int]) -> bool:
    left = [team for team in voices if team not in by_themselves]
    return all(_is_of_enough(sum(counts[team] for team in left), k) for counts in (voices, unread))


def _is_of_enough(count: int, k: int) -> bool:
    return count == 0 or count >= k


def to_json(teams: Mapping[int, Group]) -> dict[str, Any]:
    """What is kept of a round."""
    return {str(team): _group_json(group) for team, group in teams.items()}


def _group_json(group: Group) -> dict[str, Any]:
    questions = {
        str(key): [each.voices, {str(step): times for step, times in each.counts.items()}, str(each.total)]
        for key, each in group.questions.items()
    }
    return {"asked": group.asked, "answered": group.answered, "away": group.away, "questions": questions}


def from_json(kept: Mapping[str, Any]) -> dict[int, Group]:
    """The teams that `to_json` made this of."""
    return {int(team): _group_from(group) for team, group in kept.items()}


def _group_from(kept: Mapping[str, Any]) -> Group:
    questions = {
        int(key): Tally(voices, {int(step): times for step, times in counts.items()}, Decimal(total))
        for key, (voices, counts, total) in kept["questions"].items()
    }
    return Group(kept["asked"], kept["answered"], kept["away"], questions)


@dataclass(frozen=True)
class Line:
    """How many took part: in the team called `name`, in all together (None), of those who are in no team (empty)."""

    name: str | None
    group: Group


@dataclass(frozen=True)
class Result:
    """One question's results: by the names of teams, None for all of them. What isn't there is withheld."""

    question: Question
    tallies: Sequence[tuple[str | None, Tally]]


@dataclass(frozen=True)
class Results:
    """What one reader is shown of a round over several teams.

    `minutes`: how long it takes each person, for who set it up and admins. `withheld`: how many of the teams that they
    would be shown have too few people to stand by themselves. `is_lead`: there are `results` for them. `names_hidden`:
    what digests keep sealed isn't counted.
    """

    checkin: str
    team: str
    nominal: date
    k: int
    lines: Sequence[Line]
    results: Sequence[Result] = ()
    is_lead: bool = False
    minutes: int | None = None
    withheld: int = 0
    names_hidden: bool = False
