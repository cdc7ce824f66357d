"""Goals: whose they are, where they belong, who may read them, and what people said about them as time went by."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import CheckConstraint, Index, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session
from sqlmodel import Field, col

from bot.domain.goals import OPEN, GoalKind, GoalState, Outcome
from storage import audience
from storage.base import Keyed
from storage.bulk import among
from storage.database import workspace_of
from storage.people import Person
from storage.teams import LEAD, MEMBER, Membership
from storage.types import UTCDateTime, Words
from storage.workspaces import Workspace

MOST_SEARCHED = 5_000


class Goal(Keyed, table=True):
    """What somebody wants to reach, by when and why. Its words and its numbers are read by its audience.

    `owner_id`: who answers for it; of a team's or the company's, `team_id` (the company is a team), that is who keeps
    it at present. `seen_by` is what the owner chose, and `seen_by_team_id` the team that they meant; `audience_id` is
    who that came to. `asked_id`: who is asked to agree, and since when; `terms` counts how often that was asked, so
    that an old button knows. Agreed without anybody asked: by its owner. `heard_at`: the last update or reading.
    `look_at`: when Cairn looks at it next by itself. `doubted_at`: since when its numbers say red where its owner's
    confidence says green; `reminded_at`: when they were last reminded of a silence. `version` counts edits.
    """

    __tablename__ = "goal"
    __table_args__ = (
        CheckConstraint("kind IN ('person', 'team', 'company')", name="kind"),
        CheckConstraint("state IN ('proposed', 'agreed', 'closed')", name="state"),
        CheckConstraint("seen_by IN ('everyone', 'team', 'chain', 'manager')", name="seen_by"),
        CheckConstraint("outcome IN ('reached', 'partly', 'missed', 'dropped')", name="outcome"),
        CheckConstraint("(kind = 'person') = (team_id IS NULL)", name="team_of_teams"),
        CheckConstraint("(seen_by = 'team') = (seen_by_team_id IS NOT NULL)", name="team_that_sees"),
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_own_parent"),
        CheckConstraint("due_on IS NULL OR due_on > starts_on", name="dates_in_order"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at"),
        CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name="closed_with_outcome"),
        CheckConstraint("state <> 'agreed' OR agreed_at IS NOT NULL", name="agreed_at"),
        Index("ix_goal_owner_id", "owner_id", "state"),
        Index("ix_goal_team_id", "team_id", "state"),
        Index("ix_goal_parent_id", "parent_id"),
        Index("ix_goal_state", "workspace_id", "state", "heard_at"),
        Index("ix_goal_look_at", "look_at"),
    )

    kind: str = Field(default=GoalKind.PERSON, max_length=8)
    owner_id: int = Field(foreign_key="person.id")
    team_id: int | None = Field(default=None, foreign_key="team.id")
    title: str = Field(sa_type=Words)
    why: str | None = Field(default=None, sa_type=Words)
    parent_id: int | None = Field(default=None, foreign_key="goal.id")
    starts_on: date
    due_on: date | None = None
    seen_by: str = Field(max_length=8)
    seen_by_team_id: int | None = Field(default=None, foreign_key="team.id")
    audience_id: int = Field(foreign_key="audience.id")
    state: str = Field(default="proposed", max_length=8)
    asked_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    asked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    terms: int = 0
    agreed_id: int | None = Field(default=None, foreign_key="person.id")
    agreed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    outcome: str | None = Field(default=None, max_length=8)
    lesson: str | None = Field(default=None, sa_type=Words)
    closed_id: int | None = Field(default=None, foreign_key="person.id")
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    heard_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    look_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    doubted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    reminded_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    stuck_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    created_at: datetime = Field(sa_type=UTCDateTime)
    version: int = 0


class GoalUpdate(Keyed, table=True):
    """What somebody said about a goal at one time: how confident they are, 1 to 10, and a note.

    Readings point here where they came along. `prompt_id`: said in a check-in.
    """

    __tablename__ = "goal_update"
    __table_args__ = (
        CheckConstraint("confidence BETWEEN 1 AND 10", name="confidence"),
        Index("ix_goal_update_goal_id", "goal_id", "at"),
        Index("ix_goal_update_prompt_id", "prompt_id"),
    )

    goal_id: int = Field(foreign_key="goal.id")
    person_id: int = Field(foreign_key="person.id")
    prompt_id: int | None = Field(default=None, foreign_key="prompt.id")
    confidence: int | None = None
    note: str | None = Field(default=None, sa_type=Words)
    at: datetime = Field(sa_type=UTCDateTime)


class Titled(NamedTuple):
    """An open goal by its title, to be chosen."""

    key: int
    title: str
    owner_id: int
    team_id: int | None
    kind: str


def get(session: Session, goal_id: int) -> Goal | None:
    """A goal, whoever may read it."""
    return session.get(Goal, goal_id)


def held(session: Session, goal_id: int) -> Goal | None:
    """A goal, locked and as it is now: what changes it comes in parallel."""
    query = select(Goal).where(col(Goal.id) == goal_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def kind_of(session: Session, goal_id: int | None) -> GoalKind | None:
    """Whose goal it is; None where there is none."""
    goal = session.get(Goal, goal_id) if goal_id is not None else None
    return None if goal is None else GoalKind(goal.kind)


def readable(reader: Person) -> Any:
    """The condition under which somebody may read a goal's words and numbers."""
    return audience.readable(col(Goal.owner_id), col(Goal.audience_id), reader)


def readable_by(session: Session, goal_id: int, reader: Person) -> Goal | None:
    """A goal that `reader` may read."""
    return session.scalars(select(Goal).where(col(Goal.id) == goal_id, readable(reader))).one_or_none()


def readable_among(session: Session, goal_ids: Collection[int], reader: Person) -> set[int]:
    """Those of these goals that `reader` may read, by primary key."""
    query = select(col(Goal.id)).where(among(col(Goal.id), "ids"), readable(reader))
    return {key for key in session.scalars(query, {"ids": list(goal_ids)}) if key is not None}


def of_person(owner_id: int, *, closed: bool = False) -> Select[Any]:
    """A person's own goals, to be narrowed and paged: open ones by their due date, closed ones newest first."""
    mine = (col(Goal.owner_id) == owner_id, col(Goal.kind) == GoalKind.PERSON)
    return _ordered(select(Goal).where(*mine), closed=closed)


def of_team(team_id: int, *, closed: bool = False) -> Select[Any]:
    """The goals of a team, or of the company, themselves; not those of their members."""
    return _ordered(select(Goal).where(col(Goal.team_id) == team_id), closed=closed)


def asked_of(person_id: int) -> Select[Any]:
    """The goals that wait for somebody to agree, the oldest first."""
    query = select(Goal).where(col(Goal.asked_id) == person_id, col(Goal.state) == GoalState.PROPOSED)
    return query.order_by(col(Goal.asked_at), col(Goal.id))


def in_team(team_id: int) -> Select[Any]:
    """The open goals of a team and those of its members, the team's first."""
    member = select(col(Membership.person_id)).where(
        col(Membership.team_id) == team_id, col(Membership.role).in_((MEMBER, LEAD))
    )
    theirs = (col(Goal.kind) == GoalKind.PERSON) & col(Goal.owner_id).in_(member)
    query = select(Goal).where(or_(col(Goal.team_id) == team_id, theirs), col(Goal.state).in_(OPEN))
    return query.order_by(col(Goal.team_id).is_(None), col(Goal.due_on).is_(None), col(Goal.due_on), col(Goal.id))


def under(goal_id: int) -> Select[Any]:
    """The goals right below one: open ones, and closed ones that weren't dropped."""
    counts = or_(col(Goal.state).in_(OPEN), col(Goal.outcome) != Outcome.DROPPED)
    return select(Goal).where(col(Goal.parent_id) == goal_id, counts).order_by(col(Goal.due_on), col(Goal.id))


def proposed_by(session: Session, owner_ids: Collection[int]) -> list[Goal]:
    """The goals of these people that wait to be agreed to."""
    query = select(Goal).where(among(col(Goal.owner_id), "owner_ids"), col(Goal.state) == GoalState.PROPOSED)
    return list(session.scalars(query, {"owner_ids": list(owner_ids)}))


def agreed_of(session: Session, owner_id: int) -> list[Goal]:
    """Somebody's own agreed goals, in order, whoever may read them."""
    theirs = (col(Goal.owner_id) == owner_id, col(Goal.kind) == GoalKind.PERSON, col(Goal.state) == GoalState.AGREED)
    return list(session.scalars(select(Goal).where(*theirs).order_by(col(Goal.id))))


def proposed_to(session: Session, person_ids: Collection[int]) -> list[Goal]:
    """The goals that wait for one of these people to agree."""
    query = select(Goal).where(among(col(Goal.asked_id), "person_ids"), col(Goal.state) == GoalState.PROPOSED)
    return list(session.scalars(query, {"person_ids": list(person_ids)}))


def _ordered(query: Select[Any], *, closed: bool) -> Select[Any]:
    if closed:
        return query.where(col(Goal.state) == "closed").order_by(col(Goal.closed_at).desc(), col(Goal.id).desc())
    is_open = query.where(col(Goal.state).in_(OPEN))
    return is_open.order_by(col(Goal.due_on).is_(None), col(Goal.due_on), col(Goal.id))


def page(session: Session, query: Select[Any], reader: Person, *, start: int = 0, size: int = 1) -> list[Goal]:
    """Some of the goals of a query that `reader` may read."""
    return list(session.scalars(query.where(readable(reader)).offset(start).limit(size)))


def count(session: Session, query: Select[Any], reader: Person) -> int:
    """How many of the goals of a query `reader` may read."""
    ids = query.where(readable(reader)).with_only_columns(col(Goal.id)).order_by(None)
    return session.scalar(select(func.count()).select_from(ids.subquery())) or 0


def by_ids(session: Session, goal_ids: Collection[int]) -> dict[int, Goal]:
    """Goals by primary key, whoever may read them."""
    found = session.scalars(select(Goal).where(among(col(Goal.id), "ids")), {"ids": list(goal_ids)})
    return {goal.key: goal for goal in found}


def children(session: Session, goal_id: int) -> list[Goal]:
    """The goals that belong right under one, in order, whoever may read them."""
    return list(session.scalars(select(Goal).where(col(Goal.parent_id) == goal_id).order_by(col(Goal.id))))


def above(session: Session, goal_id: int) -> dict[int, int | None]:
    """A goal and those above it, whoever may read them: the parent of each, by primary key."""
    one: Any = select(col(Goal.id).label("id"), col(Goal.parent_id).label("parent_id"))
    start = one.where(col(Goal.id) == bindparam("goal_id")).cte("above", recursive=True)
    # A union of sets ends where a circle would begin anew.
    up = start.union(select(col(Goal.id), col(Goal.parent_id)).join(start, col(Goal.id) == start.c.parent_id))
    found = session.execute(select(up.c.id, up.c.parent_id), {"goal_id": goal_id})
    return {row.id: row.parent_id for row in found}


def below(session: Session, goal_id: int) -> set[int]:
    """A goal and all that are below it, whoever may read them, by primary key."""
    start = select(col(Goal.id).label("id")).where(col(Goal.id) == bindparam("goal_id")).cte("below", recursive=True)
    down = start.union(select(col(Goal.id)).join(start, col(Goal.parent_id) == start.c.id))
    return set(session.scalars(select(down.c.id), {"goal_id": goal_id}))


def hold_tree(session: Session) -> None:
    """Let nobody else put a goal below another until this transaction has ended, so that no two make a circle."""
    ours = select(col(Workspace.id)).where(col(Workspace.id) == workspace_of(session))
    session.execute(ours.with_for_update(key_share=True))


_TITLES = (
    select(col(Goal.id), col(Goal.title), col(Goal.owner_id), col(Goal.team_id), col(Goal.kind))
    .where(col(Goal.state).in_(OPEN))
    .order_by(col(Goal.id).desc())
    .limit(MOST_SEARCHED)
)


def titles(session: Session, reader: Person) -> list[Titled]:
    """The open goals that somebody may read, the newest first: at most so many that one can look through them."""
    found: Any = session.execute(_TITLES.where(readable(reader)))
    return [Titled(*row) for row in found]


_UPDATES = select(GoalUpdate).where(among(col(GoalUpdate.goal_id), "goal_ids"))


def updates(session: Session, goal_id: int, *, limit: int = 10) -> list[GoalUpdate]:
    """What was said about a goal, the newest first."""
    newest = _UPDATES.order_by(col(GoalUpdate.at).desc(), col(GoalUpdate.id).desc()).limit(limit)
    return list(session.scalars(newest, {"goal_ids": [goal_id]}))


_NEWER = (
    select(col(GoalUpdate.goal_id), func.max(col(GoalUpdate.id)))
    .where(among(col(GoalUpdate.goal_id), "goal_ids"), col(GoalUpdate.confidence).is_not(None))
    .group_by(col(GoalUpdate.goal_id))
)


def confidences(session: Session, goal_ids: Iterable[int]) -> dict[int, GoalUpdate]:
    """The newest update of each of these goals that says how confident its owner is."""
    newest = [update_id for _, update_id in session.execute(_NEWER, {"goal_ids": list(goal_ids)})]
    found = session.scalars(select(GoalUpdate).where(among(col(GoalUpdate.id), "ids")), {"ids": newest})
    return {update.goal_id: update for update in found}
