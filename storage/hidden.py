"""What a round says where its names are hidden, fixed as it closed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, not_, select
from sqlalchemy.orm import Session
from sqlmodel import Field, col

from bot.domain.hidden import Given
from storage import workspaces
from storage.answers import Answer
from storage.base import Keyed
from storage.checkins import CheckIn
from storage.rounds import Prompt
from storage.types import NumbersJSON, WordsJSON


class HiddenGroup(Keyed, table=True):
    """People of a round whose answers are read together: a team's, everybody's where `team_id` is None.

    `answered`: the prompts that had an answer when the round closed, of so many `asked`; `away` are counted apart.
    `said`: what they answered, by question and shuffled; of what stays sealed there is nothing. What comes later is
    in no digest: it would tell who came later.
    """

    __tablename__ = "hidden_group"

    round_id: int = Field(foreign_key="round.id", index=True)
    team_id: int | None = Field(default=None, foreign_key="team.id")
    asked: int
    away: int
    answered: list[int] = Field(sa_type=NumbersJSON)
    said: list[dict[str, Any]] = Field(sa_type=WordsJSON)

    def values(self) -> dict[int, tuple[Any, ...]]:
        """What was said, by question, in the order in which it is shown; nothing here tells by whom."""
        return {
            each["question"]: tuple(tuple(value) if isinstance(value, list) else value for _, value in each["given"])
            for each in self.said
        }


def as_said(shown: dict[int, tuple[Given, ...]]) -> list[dict[str, Any]]:
    """What a group said, as its row keeps it: each value beside its prompt, for whoever asks to be erased."""
    return [
        {"question": question, "given": [[each.prompt_id, each.value] for each in given]}
        for question, given in shown.items()
    ]


def k_of(session: Session, checkin: CheckIn) -> int:
    """How many voices the next round of a check-in needs for a question to be shown; 0 where names are shown."""
    return workspaces.settings(session).k if checkin.names_hidden else 0


_OF_ROUND = (
    select(HiddenGroup).where(col(HiddenGroup.round_id) == bindparam("round_id")).order_by(col(HiddenGroup.team_id))
)


def of_round(session: Session, round_id: int) -> list[HiddenGroup]:
    """The groups of a round that has been closed."""
    return list(session.scalars(_OF_ROUND, {"round_id": round_id}))


# Columns, since a company's round is closed in one transaction: objects take several times as long.
_PARTS = (
    select(*(col(each) for each in (Prompt.id, Prompt.state, Prompt.reason, Prompt.answered_at, Prompt.team_ids)))
    .where(col(Prompt.round_id) == bindparam("round_id"))
    .order_by(col(Prompt.id))
)
_SAID = (
    select(*(col(each) for each in (Answer.prompt_id, Answer.question_id, Answer.words, Answer.number, Answer.chosen)))
    .join(Prompt, col(Prompt.id) == col(Answer.prompt_id))
    .where(
        col(Prompt.round_id) == bindparam("round_id"),
        col(Answer.question_id).in_(bindparam("question_ids", expanding=True)),
    )
)


class PartInRound(NamedTuple):
    """One person's part in a round, as far as it is counted."""

    id: int
    state: str
    reason: str | None
    answered_at: datetime | None
    team_ids: list[int]


def parts(session: Session, round_id: int) -> list[PartInRound]:
    """Everybody's part in a round, by primary key of their prompts."""
    return [PartInRound._make(row) for row in session.execute(_PARTS, {"round_id": round_id})]


def said_in(session: Session, round_id: int, question_ids: Collection[int]) -> list[Given]:
    """What was said to these questions of a round, as it stands now."""
    found = session.execute(_SAID, {"round_id": round_id, "question_ids": list(question_ids)})
    values = ((row, tuple(row.chosen or ()) or row.number if row.words is None else row.words) for row in found)
    return [Given(row.prompt_id, row.question_id, value) for row, value in values if value is not None]


def unreadable(session: Session, round_id: int, readable: ColumnElement[bool]) -> list[int]:
    """The prompts of a round that have an answer which doesn't fulfil `readable`."""
    answered = (col(Prompt.round_id) == round_id, col(Prompt.answered_at).is_not(None))
    return list(session.scalars(select(col(Prompt.id)).where(*answered, not_(readable)).order_by(col(Prompt.id))))


def authors(session: Session, groups: list[HiddenGroup]) -> list[tuple[int, int]]:
    """Whose answers stand in these groups: pairs of person and prompt."""
    prompts = {prompt for group in groups for prompt in group.answered}
    of_rounds = col(Prompt.round_id).in_({group.round_id for group in groups})
    found = session.execute(select(col(Prompt.person_id), col(Prompt.id)).where(of_rounds).order_by(col(Prompt.id)))
    return [(person, prompt) for person, prompt in found if prompt in prompts and prompt is not None]
