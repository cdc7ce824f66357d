"""Rounds and prompts: one occurrence of a check-in, and each person's part in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Index,
    UniqueConstraint,
    Update,
    bindparam,
    case,
    func,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Field, SQLModel, col

from bot.domain.checkins import PromptState, Reason, states_before
from bot.domain.streaks import COUNTED, LATEST
from storage.base import Keyed
from storage.bulk import among
from storage.checkins import CheckIn
from storage.database import share, shared
from storage.types import UTCDateTime, WordsJSON

AHEAD = -1
"""The `n` of a round that isn't open: it has the parts of those who started it early, until it opens."""


class Round(Keyed, table=True):
    """One occurrence of a check-in. `questions` keeps the wording that was asked; `n` is 0 when planned, or `AHEAD`.

    `planned_at` is None while its prompts are still being written, a chunk at a time. `digest_stale_at`: since when
    the copies of its digest don't say what is true, until a tick sees to them.
    """

    __tablename__ = "round"
    __table_args__ = (
        UniqueConstraint("checkin_id", "nominal", "n"),
        Index(
            "ix_round_unplanned",
            "id",
            sqlite_where=text("planned_at IS NULL"),
            postgresql_where=text("planned_at IS NULL"),
        ),
        Index(
            "ix_round_open",
            "closes_at",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_round_stale",
            "digest_stale_at",
            sqlite_where=text("digest_stale_at IS NOT NULL"),
            postgresql_where=text("digest_stale_at IS NOT NULL"),
        ),
    )

    checkin_id: int = Field(foreign_key="checkin.id")
    nominal: date
    n: int = 0
    k: int = 0
    questions: list[dict[str, Any]] = Field(sa_type=WordsJSON)
    opened_at: datetime = Field(sa_type=UTCDateTime)
    closes_at: datetime = Field(sa_type=UTCDateTime)
    planned_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    stuck_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    digest_stale_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Prompt(Keyed, table=True):
    """One person's part in a round. `reason` says why it is as it is; `team_ids` for which teams they were asked.

    `off`: why they couldn't be asked on the round's nominal date: they are asked on a day before it, or not at all.

    `remind_at`: when its person is reminded next, where they haven't answered by then, or when their window ends, so
    that it says so; None once it does. `reminded`: how often they were; `snoozed_until`: they asked for that.
    `released_at`: handed to the outbox. `submitted_view` and `submitted_ts`: the form that was sent and when
    (machine time, seconds since 1970), so that a keystroke in it that comes late is dropped; `discarded_ts`: Slack's
    time of the last Discard, for the same. `revision` counts submissions.
    """

    __tablename__ = "prompt"
    __table_args__ = (
        UniqueConstraint("round_id", "person_id"),
        CheckConstraint("state IN ('due', 'sent', 'answered', 'skipped', 'late', 'missed')", name="state"),
        CheckConstraint("off IN ('weekday', 'holiday', 'away', 'paused', 'no_such_date', 'asked')", name="off"),
        Index("ix_prompt_person_id", "person_id", "due_at"),
        Index(
            "ix_prompt_unreleased",
            "due_at",
            sqlite_where=text("state = 'due' AND released_at IS NULL"),
            postgresql_where=text("state = 'due' AND released_at IS NULL"),
        ),
        Index(
            "ix_prompt_remind_at",
            "remind_at",
            sqlite_where=text("state = 'sent' AND remind_at IS NOT NULL"),
            postgresql_where=text("state = 'sent' AND remind_at IS NOT NULL"),
        ),
    )

    round_id: int = Field(foreign_key="round.id")
    person_id: int = Field(foreign_key="person.id")
    state: str = "due"
    reason: str | None = None
    off: str | None = None
    due_at: datetime = Field(sa_type=UTCDateTime)
    closes_at: datetime = Field(sa_type=UTCDateTime)
    released_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    edited_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    team_ids: list[int] = Field(sa_type=JSON)
    audience_id: int | None = Field(default=None, foreign_key="audience.id")
    submitted_view: str | None = Field(default=None, max_length=64)
    submitted_ts: float = 0.0
    discarded_ts: str = Field(default="", max_length=32)
    revision: int = 0
    remind_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    reminded: int = 0
    snoozed_until: datetime | None = Field(default=None, sa_type=UTCDateTime)


def prompts_of_round(session: Session, round_id: int) -> list[Prompt]:
    """Everybody's part in a round, by primary key."""
    return list(session.scalars(select(Prompt).where(col(Prompt.round_id) == round_id).order_by(col(Prompt.id))))


def of_person(session: Session, round_id: int, person_id: int) -> Prompt | None:
    """One person's part in a round."""
    query = select(Prompt).where(col(Prompt.round_id) == round_id, col(Prompt.person_id) == person_id)
    return session.scalars(query).one_or_none()


_WITH_ROUND = (
    select(Prompt, Round, CheckIn)
    .join(Round, col(Round.id) == col(Prompt.round_id))
    .join(CheckIn, col(CheckIn.id) == col(Round.checkin_id))
)
_ONE_WITH_ROUND = _WITH_ROUND.where(col(Prompt.id) == bindparam("prompt_id"))
_MANY = select(Prompt).where(among(col(Prompt.id), "prompt_ids"))
_ROUNDS = (
    select(Round, CheckIn)
    .join(CheckIn, col(CheckIn.id) == col(Round.checkin_id))
    .where(among(col(Round.id), "round_ids"))
)


def with_round(session: Session, prompt_id: int) -> tuple[Prompt, Round, CheckIn] | None:
    """A prompt with what it belongs to."""
    return shared(
        session,
        ("prompt", prompt_id),
        lambda: session.execute(_ONE_WITH_ROUND, {"prompt_id": prompt_id}).one_or_none(),
    )


def look_up(session: Session, prompt_ids: Sequence[int]) -> list[Prompt]:
    """Prompts with what they belong to, for `with_round` to give in the rest of a look."""
    found = list(session.scalars(_MANY, {"prompt_ids": prompt_ids}))
    # Rounds apart: many prompts share one, and a row with all three costs three times as much to make.
    of_rounds = session.execute(_ROUNDS, {"round_ids": list({prompt.round_id for prompt in found})})
    belongs = {round_.key: (round_, checkin) for round_, checkin in of_rounds}
    share(session, {("prompt", prompt.key): (prompt, *belongs[prompt.round_id]) for prompt in found})
    return found


def _sent() -> Update:
    now = (table := SQLModel.metadata.tables["prompt"]).c
    is_first = now.state.in_(states_before(PromptState.SENT))
    return (
        table.update()
        .where(among(now.id, "prompt_ids"))
        .values(sent_at=bindparam("now", type_=UTCDateTime), state=case((is_first, PromptState.SENT), else_=now.state))
    )


_SENT = _sent()


def mark_sent(session: Session, prompt_ids: Sequence[int], now: datetime) -> None:
    """Slack has these prompts; whoever answered early stays answered."""
    session.execute(_SENT, {"prompt_ids": prompt_ids, "now": now})


_ANSWERED_BY = ("state", "reason", "answered_at", "edited_at", "audience_id", "submitted_view", "submitted_ts")
# By table, since each submission does it: see `storage.answers.discard_draft`.
_ANSWERED = (
    (_prompt := SQLModel.metadata.tables["prompt"])
    .update()
    .where(_prompt.c.id == bindparam("prompt_id"))
    .values(
        **{name: bindparam(name, type_=_prompt.c[name].type) for name in _ANSWERED_BY},
        revision=_prompt.c.revision + 1,
    )
)


def mark_answered(session: Session, prompt: Prompt, **changed: Any) -> None:
    """A submission changes these columns of a prompt, and counts."""
    values = {name: changed.get(name, getattr(prompt, name)) for name in _ANSWERED_BY}
    session.execute(_ANSWERED, {"prompt_id": prompt.key, **values})
    for name, value in (*values.items(), ("revision", prompt.revision + 1)):
        set_committed_value(prompt, name, value)


def miss(session: Session, round_id: int, most: int) -> list[tuple[int, bool]]:
    """Prompts of a round that Slack has and nobody has answered are missed: at most so many at once; gives them.

    With each, whether it says by now that its window has ended.
    """
    open_ones = select(col(Prompt.id)).where(col(Prompt.round_id) == round_id, col(Prompt.state) == "sent")
    missed = (
        update(Prompt)
        .where(col(Prompt.id).in_(open_ones.order_by(col(Prompt.id)).limit(most)))
        .values(state=PromptState.MISSED, reason=Reason.NOT_ANSWERED)
        .returning(col(Prompt.id), col(Prompt.remind_at))
        .execution_options(synchronize_session=False)
    )
    rows: Sequence[Any] = session.execute(missed).all()
    return [(row.id, row.remind_at is None) for row in rows]


_LEFT = (
    select(col(Prompt.id))
    .where(
        col(Prompt.round_id)
        == select(func.max(col(Round.id)))
        .where(
            col(Round.checkin_id) == bindparam("checkin_id"),
            col(Round.id) < bindparam("round_id"),
            col(Round.n) > AHEAD,
        )
        .scalar_subquery(),
        among(col(Prompt.person_id), "person_ids"),
        col(Prompt.state).not_in((PromptState.DUE, PromptState.SENT)),
        col(Prompt.sent_at).is_not(None),
    )
    .order_by(col(Prompt.id))
)


def left_before(session: Session, round_: Round, person_ids: Sequence[int]) -> list[int]:
    """These people's prompts of the round before this one that Slack has: they take no more answers, and no edits."""
    ids = {"checkin_id": round_.checkin_id, "round_id": round_.key, "person_ids": person_ids}
    return list(session.scalars(_LEFT, ids))


_LATEST = (
    select(col(Prompt.state))
    .where(col(Prompt.person_id) == bindparam("person_id"), col(Prompt.state).in_(COUNTED))
    .order_by(col(Prompt.due_at).desc(), col(Prompt.id).desc())
    .limit(LATEST)
)


def latest_states(session: Session, person_id: int) -> list[str]:
    """The states of somebody's latest prompts that were answered or missed, newest first."""
    return list(session.scalars(_LATEST, {"person_id": person_id}))


def newest_id(session: Session, checkin_id: int) -> int | None:
    """The latest round of a check-in, open or closed."""
    opened = select(col(Round.id)).where(col(Round.checkin_id) == checkin_id, col(Round.n) > AHEAD)
    return session.scalars(opened.order_by(col(Round.id).desc()).limit(1)).first()


def not_closed(session: Session, checkin_id: int) -> list[Round]:
    """The rounds of a check-in that are open for somebody still."""
    query = select(Round).where(
        col(Round.checkin_id) == checkin_id, col(Round.closed_at).is_(None), col(Round.n) > AHEAD
    )
    return list(session.scalars(query.order_by(col(Round.id))))


def ahead_of(session: Session, person_id: int, since: datetime) -> list[tuple[int, Prompt]]:
    """What somebody started early, of rounds that aren't open still: check-ins by primary key, each with their part."""
    query = (
        select(col(Round.checkin_id), Prompt)
        .join(Prompt, col(Prompt.round_id) == col(Round.id))
        .where(
            *(col(Round.n) == AHEAD, col(Round.opened_at) >= since),
            # Their moment is later than that at which they were started, and an index knows it.
            *(col(Prompt.person_id) == person_id, col(Prompt.due_at) >= since),
        )
    )
    return [(checkin_id, prompt) for checkin_id, prompt in session.execute(query)]


def answered_ahead(session: Session, checkin_id: int, since: datetime) -> set[int]:
    """Primary keys of those who have answered what isn't open yet."""
    query = (
        select(col(Prompt.person_id))
        .join(Round, col(Round.id) == col(Prompt.round_id))
        .where(
            *(col(Round.checkin_id) == checkin_id, col(Round.n) == AHEAD, col(Round.opened_at) >= since),
            col(Prompt.answered_at).is_not(None),
        )
    )
    return set(session.scalars(query))


def open_for(session: Session, person_id: int, now: datetime) -> list[Round]:
    """The rounds that ask somebody now: their prompt is on its way or there, and isn't answered."""
    is_asked = (col(Prompt.state).in_(("due", "sent")), col(Prompt.released_at).is_not(None))
    query = (
        select(Round)
        .join(Prompt, col(Prompt.round_id) == col(Round.id))
        .where(col(Prompt.person_id) == person_id, *is_asked, col(Prompt.closes_at) > now, col(Round.n) > AHEAD)
    )
    return list(session.scalars(query))


def sent_in_newest(session: Session, checkin_id: int) -> list[int]:
    """The prompts of a check-in's newest round that Slack has: what was answered there can be edited still."""
    of_newest = col(Prompt.round_id) == newest_id(session, checkin_id)
    return list(session.scalars(select(col(Prompt.id)).where(of_newest, col(Prompt.sent_at).is_not(None))))


def unanswered(session: Session, checkin_id: int, *person_ids: int) -> list[int]:
    """Prompts of a check-in, of these people or of everybody, that Slack has and nobody has answered."""
    query = (
        select(col(Prompt.id))
        .join(Round, col(Round.id) == col(Prompt.round_id))
        .where(col(Round.checkin_id) == checkin_id, col(Prompt.state) == "sent")
        .order_by(col(Prompt.id))
    )
    if person_ids:
        query = query.where(col(Prompt.person_id).in_(person_ids))
    return list(session.scalars(query))
