"""What a round says where its names are hidden, fixed as it closed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, bindparam, not_, select
from sqlalchemy.orm import Session
from sqlmodel import Field, col

from bot.domain.hidden import Given
from storage import workspaces
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
