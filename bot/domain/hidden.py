"""Names hidden: what readers are shown of a round in which nobody is to be told apart, and which check-ins can't hide.

Three things could tell who said what, beside a name. *Fewer voices*: a question that fewer than k answered stays
sealed. *Order*: each question's answers are shuffled by themselves, so that nobody's answers can be put together.
*Subtraction*: each answer is in one group, which its readers are shown whole or not at all, as it was when the round
closed; so any two digests, of whomever and whenever, differ by whole groups, and each of those has k voices or none.

It is a promise about readers: Cairn still knows who said what, to remind people and to let them edit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.checkins import QuestionKind
from bot.domain.forms import Typed
from bot.domain.setup import CheckInRequest, QuestionRequest
from bot.errors import UserError
from bot.i18n import mark

WHY_NOT = {
    QuestionKind.BLOCKER: mark(
        "Question {n} asks what is in the way. Leads hear of a blocker with the name of whoever raised it, "
        "so it can't be asked with names hidden. Remove it, or show names."
    ),
    QuestionKind.NUMBER: mark(
        "Question {n} asks for a number, and an exact number can tell whose it is. "
        "Ask for a step from 1 to 5 or a choice instead, or show names."
    ),
    QuestionKind.PROGRESS: mark(
        "Question {n} asks how goals go, and a goal tells whose it is. Remove it, or show names."
    ),
}
"""The kinds of question that can't be asked with names hidden, and why."""
IS_PLAN = mark(
    "Question {n} brings last time's plan back, and the same words in two digests tell that they are one person's. "
    "Untick that in the question, or show names."
)
AS_THEY_ARRIVE = mark(
    "With names hidden, the digest comes when everybody's time has ended: an answer that appears alone tells whose "
    "it is. Choose that, or show names."
)
TOO_FEW = mark(
    "{team} has {n} people who can be asked, and with names hidden it takes {k}, so that nobody can be told apart. "
    "Add members, choose another team, or show names."
)
TOO_FEW_BESIDES = mark(
    "With names hidden, each team is read by itself and takes {k} people, and who is in several counts in one. "
    "{team} has {n}. Add members, leave it out, or show names."
)

Group = int | None
"""Whose answers are read together: one team's, by primary key, or everybody's."""


@dataclass(frozen=True)
class Given:
    """What one prompt's author said to one question."""

    prompt_id: int
    question_id: int
    value: Typed


def group_of(team_ids: Sequence[int], readers: str) -> Group:
    """In which group somebody's answers are who is asked for these teams.

    Everybody's where all who read one answer read all (`readers` as in `CheckIn`: the home channel's). Else the first
    of the teams: an answer in the digests of two teams would tell that it comes from one of the few who are in both.
    """
    return None if readers == "channel" or not team_ids else min(team_ids)


def shown(given: Iterable[Given], k: int, key: bytes) -> dict[int, tuple[Given, ...]]:
    """What one group said, by question and shuffled; without the questions that fewer than k of them answered.

    `key` (64 bytes at most) decides the order: whoever doesn't have it can't tell it from any other.
    """
    by_question: dict[int, list[Given]] = {}
    for each in given:
        by_question.setdefault(each.question_id, []).append(each)
    enough = {question: those for question, those in by_question.items() if len(those) >= k}
    return {question: tuple(sorted(those, key=lambda each: _place(each, key))) for question, those in enough.items()}


def _place(given: Given, key: bytes) -> bytes:
    return hashlib.blake2b(f"{given.question_id}:{given.prompt_id}".encode(), key=key).digest()


def readable(groups: Mapping[Group, Collection[int]], unreadable: Collection[int]) -> frozenset[Group]:
    """The groups, of prompts by primary key, that may be shown to whoever may not read some prompts: whole or not."""
    refused = frozenset(unreadable)
    return frozenset(group for group, prompts in groups.items() if refused.isdisjoint(prompts))


def flaws(request: CheckInRequest, sizes: Mapping[str, int], k: int) -> list[UserError]:
    """Why names can't be hidden in a check-in, at the fields of its form; `sizes`: how many are asked, by team name."""
    if not request.names_hidden:
        return []
    sentence = TOO_FEW if len(sizes) == 1 else TOO_FEW_BESIDES
    small = [
        UserError(sentence, field="teams", team=name, n=size, k=k) for name, size in sorted(sizes.items()) if size < k
    ]
    too_soon = [UserError(AS_THEY_ARRIVE, field="digest_when")] if request.digest_when == "arrival" else []
    return [*small[:1], *too_soon, *list(_of_questions(request.questions))[:1]]


def _of_questions(questions: Sequence[QuestionRequest]) -> Iterator[UserError]:
    for n, question in enumerate(questions, start=1):
        sentence = IS_PLAN if question.is_plan else WHY_NOT.get(question.kind)
        if sentence is not None:
            yield UserError(sentence, field="names", n=n)
