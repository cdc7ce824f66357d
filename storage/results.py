"""What rounds over several teams came to, as it was when they closed: numbers, and none that change afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint, bindparam, func, select
from sqlalchemy.orm import Session
from sqlmodel import Field, col

from bot.domain.checkins import AnswerValue
from bot.domain.participation import Standing, standing
from bot.domain.results import Group, from_json, group, to_json
from storage.answers import Answer
from storage.audience import AudiencePerson
from storage.base import Keyed
from storage.bulk import among
from storage.rounds import Prompt, Round
from storage.types import UTCDateTime


class RoundResults(Keyed, table=True):
    """What a round came to, team by team, as `domain.results.to_json` has it; `k`: of how many voices, at least.

    Kept, since what was answered late or edited since would show by subtracting the numbers of before.
    """

    __tablename__ = "round_results"
    __table_args__ = (UniqueConstraint("round_id"),)

    round_id: int = Field(foreign_key="round.id")
    k: int
    teams: dict[str, Any] = Field(sa_type=JSON)
    counted_at: datetime = Field(sa_type=UTCDateTime)

    @property
    def groups(self) -> dict[int, Group]:
        """The teams' parts, by primary key."""
        return from_json(self.teams)


_PARTS = (
    select(col(Prompt.id), col(Prompt.state), col(Prompt.reason), col(Prompt.team_ids))
    .where(col(Prompt.round_id) == bindparam("round_id"))
    .order_by(col(Prompt.id))
)
_ANSWERS = (
    select(col(Answer.prompt_id), col(Answer.question_id), col(Answer.number), col(Answer.chosen), col(Answer.amount))
    .join(Prompt, col(Prompt.id) == col(Answer.prompt_id))
    .where(
        col(Prompt.round_id) == bindparam("round_id"),
        among(col(Answer.question_id), "question_ids"),
    )
)


def count(session: Session, round_id: int, question_ids: Collection[int]) -> dict[int, Group]:
    """What a round comes to now, by team; everybody counts with the first team that they were asked for."""
    given: dict[int, list[AnswerValue]] = {}
    asked = {"round_id": round_id, "question_ids": list(question_ids)}
    for prompt_id, question_id, number, chosen, amount in session.execute(_ANSWERS, asked):
        value = AnswerValue(question_id, number=number, chosen=tuple(chosen or ()), amount=amount)
        given.setdefault(prompt_id, []).append(value)
    parts: dict[int, list[tuple[Standing, list[AnswerValue]]]] = {}
    for author, state, reason, team_ids in session.execute(_PARTS, {"round_id": round_id}):
        if team_ids:
            parts.setdefault(team_ids[0], []).append((standing(state, reason), given.get(author or 0, [])))
    return {team: group(of_team) for team, of_team in sorted(parts.items())}


def keep(session: Session, round_id: int, teams: Mapping[int, Group], k: int, now: datetime) -> None:
    """Remember what a round came to."""
    session.add(RoundResults(round_id=round_id, k=k, teams=to_json(teams), counted_at=now))
    session.flush()


def of_round(session: Session, round_id: int) -> RoundResults | None:
    """What a round came to, where it has results."""
    return session.scalars(select(RoundResults).where(col(RoundResults.round_id) == round_id)).one_or_none()


_READ = (
    select(col(Prompt.person_id), col(Prompt.team_ids), col(Answer.question_id))
    .join(Answer, col(Answer.prompt_id) == col(Prompt.id))
    .where(
        col(Prompt.round_id) == bindparam("round_id"),
        col(Prompt.answered_at) <= bindparam("counted_at", type_=UTCDateTime),
        col(Prompt.audience_id).in_(
            select(col(AudiencePerson.audience_id)).where(col(AudiencePerson.person_id) == bindparam("person_id"))
        ),
    )
)


def read_by(session: Session, kept: RoundResults, person_id: int, own_in: Collection[int]) -> dict[int, Counter[int]]:
    """Of how many answers that were counted somebody is given the words, by question and team.

    Their own are among them where they count with one of the teams `own_in`.
    """
    asked = {"round_id": kept.round_id, "counted_at": kept.counted_at, "person_id": person_id}
    found: dict[int, Counter[int]] = {}
    for author, team_ids, question_id in session.execute(_READ, asked):
        if author != person_id or team_ids[0] in own_in:
            found.setdefault(question_id, Counter()).update(team_ids[:1])
    return found


def newest(session: Session) -> list[tuple[RoundResults, Round]]:
    """The latest results of each check-in that has some, the newest first."""
    of_each = (
        select(func.max(col(RoundResults.round_id)))
        .join(Round, col(Round.id) == col(RoundResults.round_id))
        .group_by(col(Round.checkin_id))
    )
    query = (
        select(RoundResults, Round)
        .join(Round, col(Round.id) == col(RoundResults.round_id))
        .where(col(RoundResults.round_id).in_(of_each))
        .order_by(col(RoundResults.round_id).desc())
    )
    return [(kept, round_) for kept, round_ in session.execute(query)]
