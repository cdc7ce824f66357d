"""Goals that Cairn looks at by itself, once a day and whenever something is said of them.

Do numbers and confidence agree, and was anything heard at all? Whoever keeps a goal is asked and reminded by DM, in
their working hours, and nobody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.goal_rhythm import LOOKED_AT_EVERY, is_silent, rhythm
from bot.domain.goal_status import Status, contradicts, overall
from bot.domain.goals import OPEN, Source
from bot.notices import goal_cards
from bot.notices.goal_looks import GoalDoubted, GoalSilent
from bot.notices.registry import Notice
from bot.services.turns import NOW, is_next, take_next
from storage import outbox
from storage.bulk import among
from storage.calendars import working_moment
from storage.goals import Goal
from storage.measures import Measure
from storage.people import Person
from storage.readings import Reading

FED_FOR = timedelta(days=30)
"""A measure that a program or a file told of within this time isn't asked about."""
_OUTSIDE = (Source.API, Source.FILE)
_NEXT = (
    select(Goal)
    .where(col(Goal.look_at) <= NOW, col(Goal.state).in_(OPEN), is_next(Goal))
    .order_by(col(Goal.look_at))
    .limit(1)
    .with_for_update(skip_locked=True)
)


def look_due(session: Session, now: datetime) -> bool:
    """Look at one goal whose turn it is; whether there was one."""
    return take_next(session, _NEXT, lambda goal: look(session, goal, now), now)


def look(session: Session, goal: Goal, now: datetime) -> None:
    """Ask or remind whoever keeps a goal, where there is a reason, and look again tomorrow."""
    goal.look_at = now + LOOKED_AT_EVERY
    owner = session.get_one(Person, goal.owner_id)
    if owner.status != "left":
        known = goal_cards.look_up(session, [goal], owner, now)
        status = overall(each.status for each in known.standings(goal))
        _doubt(session, goal, owner, (known.confidence(goal), status), now)
        _remind(session, goal, owner, known.measures[goal.key], now)
    session.flush()


def _doubt(session: Session, goal: Goal, owner: Person, said: tuple[int | None, Status], now: datetime) -> None:
    """Ask an owner whose confidence says green where the numbers say red, once until the two agree again."""
    if not contradicts(*said):
        goal.doubted_at = None
    elif goal.doubted_at is None:
        # The 48 hours begin when the owner is asked, not at night.
        goal.doubted_at = working_moment(session, owner, now) or now
        _tell(
            session,
            owner,
            GoalDoubted(goal.key),
            f"goal:{goal.key}:doubt:{goal.doubted_at:%Y%m%d%H%M}",
            goal.doubted_at,
        )


def _remind(session: Session, goal: Goal, owner: Person, kept: Sequence[Measure], now: datetime) -> None:
    """Remind an owner of a goal of which nothing was heard for a rhythm, but for those that are fed from outside."""
    since = goal.heard_at or goal.created_at
    if not is_silent(since, goal.reminded_at, rhythm(goal.starts_on, goal.due_on), now) or goal.starts_on > now.date():
        return
    goal.reminded_at = working_moment(session, owner, now) or now
    if not are_fed(session, kept, now):
        _tell(
            session,
            owner,
            GoalSilent(goal.key, since.date().isoformat()),
            f"goal:{goal.key}:silent:{now:%Y%m%d}",
            goal.reminded_at,
        )


def are_fed(session: Session, kept: Sequence[Measure], now: datetime) -> bool:
    """Whether programs or files tell of all of these measures; not where there is none."""
    keys = [measure.key for measure in kept]
    told = exists().where(
        col(Reading.measure_id) == col(Measure.id),
        col(Reading.source).in_(_OUTSIDE),
        col(Reading.recorded_at) > now - FED_FOR,
    )
    fed = session.execute(select(col(Measure.id)).where(among(col(Measure.id), "ids"), told), {"ids": keys}).all()
    return bool(keys) and len(fed) == len(keys)


def _tell(session: Session, owner: Person, notice: Notice, key: str, at: datetime) -> None:
    outbox.post(session, notice, key=key, to=owner.key, not_before=at)
