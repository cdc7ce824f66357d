"""What summaries are made of, counted as rounds close; and what was posted of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import JSON, Index, UniqueConstraint, bindparam, func, select
from sqlalchemy.orm import Session
from sqlmodel import Field, col

from bot.domain.blockers import LedBlocker
from bot.domain.checkins import AnswerValue
from bot.domain.participation import standing
from bot.domain.summary import Cell, Part, from_json, to_json
from storage import blockers
from storage.answers import Answer
from storage.base import Keyed, Owned
from storage.blockers import Blocker, BlockerTeam
from storage.bulk import among
from storage.checkins import CheckIn, CheckInTeam
from storage.kudos import Kudos, KudosReceiver
from storage.people import Person
from storage.replies import Reply
from storage.rounds import AHEAD, Prompt, Round
from storage.teams import MEMBER, Membership, Team
from storage.types import NumbersJSON, UTCDateTime


class SummaryCell(Owned, table=True):
    """One team's part in a round, as it was when that closed: see `bot.domain.summary`.

    `k`: how many voices each of its `questions` has at least. `audiences`: who may read its answers.
    """

    __tablename__ = "summary_cell"
    __table_args__ = (UniqueConstraint("round_id", "team_id"), Index("ix_summary_cell_team_id", "team_id", "nominal"))

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="round.id")
    team_id: int = Field(foreign_key="team.id")
    nominal: date
    k: int
    asked: int
    answered: int
    away: int
    questions: dict[str, Any] = Field(sa_type=JSON)
    audiences: list[int] = Field(sa_type=NumbersJSON)


class PostedSummary(Keyed, table=True):
    """A summary that somebody had posted in a channel, for the `nth` time."""

    __tablename__ = "posted_summary"
    __table_args__ = (UniqueConstraint("team_id", "channel", "first", "last", "nth"),)

    team_id: int = Field(foreign_key="team.id")
    channel: str = Field(max_length=32)
    first: date
    last: date
    nth: int
    asked_by: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=UTCDateTime)


_OF_ROUND = col(Prompt.round_id) == bindparam("round_id")
_PARTS: Any = (
    select(*(col(each) for each in (Prompt.id, Prompt.state, Prompt.reason, Prompt.team_ids, Prompt.audience_id)))
    .where(_OF_ROUND)
    .order_by(col(Prompt.id))
)
_ANSWERS: Any = (
    select(*(col(each) for each in (Answer.prompt_id, Answer.question_id, Answer.number, Answer.chosen, Answer.amount)))
    .join(Prompt, col(Prompt.id) == col(Answer.prompt_id))
    .where(_OF_ROUND, among(col(Answer.question_id), "question_ids"))
    .order_by(col(Answer.id))
)


def parts(session: Session, round_id: int, question_ids: Collection[int]) -> list[Part]:
    """Everybody's part in a round, with the first of the teams that they were asked for."""
    given: dict[int, list[AnswerValue]] = {}
    asked = {"round_id": round_id, "question_ids": list(question_ids)}
    for prompt_id, question_id, number, chosen, amount in session.execute(_ANSWERS, asked) if question_ids else ():
        value = AnswerValue(question_id, number=number, chosen=tuple(chosen or ()), amount=amount)
        given.setdefault(prompt_id, []).append(value)
    found = session.execute(_PARTS, {"round_id": round_id})
    return [
        Part(team_ids[0], standing(state, reason), audience_id, given.get(prompt_id or 0, ()))
        for prompt_id, state, reason, team_ids, audience_id in found
        if team_ids
    ]


def keep(session: Session, round_: Round, cells: Mapping[int, Cell], k: int) -> None:
    """Remember a round's cells; once."""
    session.add_all(
        SummaryCell(
            round_id=round_.key,
            team_id=team_id,
            nominal=round_.nominal,
            k=k,
            asked=cell.asked,
            answered=cell.answered,
            away=cell.away,
            questions=to_json(cell.questions),
            audiences=sorted(cell.audiences),
        )
        for team_id, cell in sorted(cells.items())
    )
    session.flush()


class OfRound(NamedTuple):
    """A cell with the round that it is of."""

    round_id: int
    checkin_id: int
    checkin: str
    nominal: date
    names_hidden: bool
    cell: Cell


_CELLS = (
    select(
        *(col(each) for each in (SummaryCell.round_id, Round.checkin_id, CheckIn.name, SummaryCell.nominal, Round.k)),
        *(col(each) for each in (SummaryCell.asked, SummaryCell.answered, SummaryCell.away)),
        *(col(each) for each in (SummaryCell.questions, SummaryCell.audiences)),
    )
    .join(Round, col(Round.id) == col(SummaryCell.round_id))
    .join(CheckIn, col(CheckIn.id) == col(Round.checkin_id))
    .where(
        col(SummaryCell.team_id) == bindparam("team_id"),
        col(SummaryCell.nominal).between(bindparam("first"), bindparam("last")),
    )
    .order_by(col(SummaryCell.nominal), col(SummaryCell.round_id))
)


def of_team(session: Session, team_id: int, first: date, last: date) -> list[OfRound]:
    """A team's cells of the rounds of these days, in order."""
    found = session.execute(_CELLS, {"team_id": team_id, "first": first, "last": last})
    return [
        OfRound(
            *(row.round_id, row.checkin_id, row.name, row.nominal, bool(row.k)),
            Cell(row.asked, row.answered, row.away, from_json(row.questions), frozenset(row.audiences)),
        )
        for row in found
    ]


_QUESTIONS = (
    select(col(Round.id), col(Round.questions)).where(among(col(Round.id), "round_ids")).order_by(col(Round.id))
)


def questions(session: Session, round_ids: Collection[int]) -> list[dict[str, Any]]:
    """What was asked in these rounds, frozen, in the newest wording of each."""
    found: dict[int, dict[str, Any]] = {}
    for _, asked in session.execute(_QUESTIONS, {"round_ids": list(round_ids)}):
        found |= {each["id"]: each for each in asked}
    return list(found.values())


def open_rounds(session: Session, team_id: int, first: date, last: date) -> int:
    """How many rounds of these days, for this team, aren't closed yet."""
    query = (
        select(func.count())
        .select_from(Round)
        .join(CheckInTeam, col(CheckInTeam.checkin_id) == col(Round.checkin_id))
        .where(
            *(col(CheckInTeam.team_id) == team_id, col(Round.closed_at).is_(None), col(Round.n) > AHEAD),
            col(Round.nominal).between(first, last),
        )
    )
    return session.scalar(query) or 0


def has_checkins(session: Session, team_id: int) -> bool:
    """Whether a check-in asks this team, or did."""
    query = select(col(CheckInTeam.id)).where(col(CheckInTeam.team_id) == team_id).limit(1)
    return session.scalars(query).first() is not None


class OpenBlocker(NamedTuple):
    """A blocker that is open, and who may read it."""

    audience_id: int
    prompt_id: int
    blocker: LedBlocker


def open_blockers(session: Session, team_id: int, before: datetime) -> list[OpenBlocker]:
    """A team's open blockers that were raised before a moment, whoever may read them, the oldest first."""
    query = (
        select(Blocker, col(CheckIn.name), col(Person.name), col(Answer.words))
        .join(BlockerTeam, col(BlockerTeam.blocker_id) == col(Blocker.id))
        .join(CheckIn, col(CheckIn.id) == col(Blocker.checkin_id))
        .join(Person, col(Person.id) == col(Blocker.reporter_id))
        .join(Answer, blockers.ITS_ANSWER)
        .where(col(BlockerTeam.team_id) == team_id, col(Blocker.closed_at).is_(None), col(Blocker.opened_at) < before)
        .order_by(col(Blocker.opened_at), col(Blocker.id))
    )
    return [
        OpenBlocker(
            blocker.audience_id or 0,
            blocker.prompt_id,
            LedBlocker(blocker.key, blocker.opened_at, checkin, blocker.reporter_id, name, "", words),
        )
        for blocker, checkin, name, words in session.execute(query)
        if words is not None
    ]


def kudos(session: Session, team_id: int, since: datetime, until: datetime) -> list[tuple[int, list[str]]]:
    """Kudos to a team's members between two moments, each once: its audience and values. No thanks in private."""
    members = select(col(Membership.person_id)).where(
        col(Membership.team_id) == team_id, col(Membership.role) == MEMBER
    )
    query = (
        select(col(Kudos.id), col(Kudos.audience_id), col(Kudos.company_values))
        .where(
            col(Kudos.taken_back_at).is_(None),
            col(Kudos.id).in_(
                select(col(KudosReceiver.kudos_id)).where(
                    *(col(KudosReceiver.person_id).in_(members), col(KudosReceiver.in_private).is_(False)),
                    *(col(KudosReceiver.at) >= since, col(KudosReceiver.at) < until),
                )
            ),
        )
        .order_by(col(Kudos.id))
    )
    return [(audience_id, values or []) for _, audience_id, values in session.execute(query)]


_REPLIED = (
    select(col(Prompt.id), col(Prompt.team_ids))
    .where(
        among(col(Prompt.round_id), "round_ids"),
        col(Prompt.id).in_(
            select(col(Reply.prompt_id)).where(
                col(Reply.author_id) == col(Reply.lead_id),
                col(Reply.deleted_at).is_(None),
                among(col(Reply.lead_id), "lead_ids"),
            )
        ),
    )
    .order_by(col(Prompt.id))
)


def replied(session: Session, team_id: int, round_ids: Collection[int], lead_ids: Collection[int]) -> int:
    """How many answers of this team's people in these rounds some of these leads replied to."""
    if not round_ids or not lead_ids:
        return 0
    found = session.execute(_REPLIED, {"round_ids": list(round_ids), "lead_ids": list(lead_ids)})
    return sum(team_ids[:1] == [team_id] for _, team_ids in found)


def newest_posted(session: Session, team_id: int, channel: str, first: date, last: date) -> PostedSummary | None:
    """The latest post of this summary in this channel."""
    query = select(PostedSummary).where(
        *(col(PostedSummary.team_id) == team_id, col(PostedSummary.channel) == channel),
        *(col(PostedSummary.first) == first, col(PostedSummary.last) == last),
    )
    return session.scalars(query.order_by(col(PostedSummary.nth).desc()).limit(1)).first()


def add_posted(session: Session, row: PostedSummary) -> PostedSummary:
    """Remember that a summary is posted; whoever does holds the team."""
    session.add(row)
    session.flush()
    return row


def hold_team(session: Session, team_id: int) -> None:
    """Let nobody else have this team's summary posted until this transaction ends."""
    session.execute(select(col(Team.id)).where(col(Team.id) == team_id).with_for_update())
