"""An owner and their manager settle a goal together: asked, agreed, asked again where its target or date changes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.goals import OPEN, GoalState, SeenBy
from bot.errors import UserError
from bot.i18n import mark
from bot.notices.goals import GoalAsked, GoalOwn, GoalStranded, ask_key, own_key
from bot.notices.home import HomeNotice
from bot.services.goals import GONE, IS_CLOSED, audience_of, changeable, manager_of, readable
from storage import goals, outbox
from storage.calendars import working_moment
from storage.goals import Goal
from storage.outbox_rows import Priority
from storage.people import Person

CHANGED = mark("{name} changed this goal since. The newest message about it shows how it is now. Nothing was changed.")
NOT_ASKED = mark("You aren't asked about this goal any more: {name} is. Nothing was changed.")
NOBODY_ASKED = mark("You aren't asked about this goal any more. Nothing was changed.")


def ask(session: Session, goal: Goal, now: datetime) -> None:
    """Ask the owner's manager to agree to a goal as it is now; without one it is agreed by its owner."""
    owner = session.get_one(Person, goal.owner_id)
    manager = manager_of(session, owner, goal.kind)
    before = goal.terms
    goal.terms += 1
    goal.asked_id, goal.asked_at = (manager.key, now) if manager else (None, None)
    _settle(goal, None if manager else owner, now)
    session.flush()
    if before:
        outbox.update(session, GoalAsked(goal.key, before), of=ask_key(goal.key, before))
    if manager is None:
        say_again(session, goal)
        return
    own = own_key(goal.key, owner.key)
    if not outbox.post(session, GoalOwn(goal.key, owner.key), key=own, to=owner.key, priority=Priority.PERSONAL):
        outbox.update(session, GoalOwn(goal.key, owner.key), of=own)
    outbox.post(
        session,
        GoalAsked(goal.key, goal.terms),
        key=ask_key(goal.key, goal.terms),
        to=manager.key,
        priority=Priority.PERSONAL,
        not_before=working_moment(session, manager, now),
    )
    outbox.publish(session, HomeNotice(manager.key), person_id=manager.key)


def _settle(goal: Goal, by: Person | None, now: datetime) -> None:
    if by is None:
        goal.state, goal.agreed_id, goal.agreed_at = GoalState.PROPOSED, None, None
    else:
        goal.state, goal.agreed_id, goal.agreed_at = GoalState.AGREED, by.key, now


def agree(session: Session, actor: Person, goal_id: int, terms: int, now: datetime) -> Goal:
    """Who is asked agrees; a second click changes nothing. Raises UserError where that isn't theirs to say any more."""
    readable(session, actor, goal_id)
    goal = goals.held(session, goal_id)
    if goal is None:
        raise UserError(GONE)
    if goal.state not in OPEN:
        raise UserError(IS_CLOSED)
    owner = session.get_one(Person, goal.owner_id)
    if goal.terms != terms:
        raise UserError(CHANGED, name=owner.name)
    if goal.state == GoalState.AGREED and goal.agreed_id == actor.key:
        return goal
    check_asked(session, actor, goal, owner)
    _settle(goal, actor, now)
    session.flush()
    say_again(session, goal)
    for person in (owner, actor):
        outbox.publish(session, HomeNotice(person.key), person_id=person.key)
    return goal


def check_asked(session: Session, actor: Person, goal: Goal, owner: Person) -> None:
    """Whose word counts: who was asked, as long as they are the owner's manager; raises UserError for anybody else."""
    if goal.asked_id == actor.key and owner.manager_id == actor.key:
        return
    manager = manager_of(session, owner, goal.kind)
    if manager is None or manager.key == actor.key:
        raise UserError(NOBODY_ASKED)
    raise UserError(NOT_ASKED, name=manager.name)


def ask_again(session: Session, actor: Person, goal_id: int, now: datetime) -> Goal:
    """Its owner asks their manager of today, who reads it from now on; without one it is agreed by its owner."""
    goal = changeable(session, actor, goal_id)
    owner = session.get_one(Person, goal.owner_id)
    manager = manager_of(session, owner, goal.kind)
    if goal.state != GoalState.PROPOSED or (manager is not None and goal.asked_id == manager.key):
        return goal
    goal.audience_id = audience_of(session, owner, SeenBy(goal.seen_by), goal.seen_by_team_id)
    goal.version += 1
    stranded = stranded_key(goal)
    notice = GoalStranded(goal.key, goal.terms)
    ask(session, goal, now)
    outbox.update(session, notice, of=stranded)
    return goal


def stranded_key(goal: Goal) -> str:
    """The outbox key of the message that says that who was asked can't say yes any more."""
    return f"goal:{goal.key}:stranded:{goal.terms}"


def follow_managers(session: Session, owner_ids: Collection[int], now: datetime) -> None:
    """After a reorganisation: who proposed a goal to somebody who isn't their manager any more is asked what to do."""
    for goal in goals.proposed_by(session, owner_ids):
        owner = session.get_one(Person, goal.owner_id)
        manager = manager_of(session, owner, goal.kind)
        if owner.status == "left" or (manager is not None and manager.key == goal.asked_id):
            continue
        outbox.post(
            session,
            GoalStranded(goal.key, goal.terms),
            key=stranded_key(goal),
            to=owner.key,
            not_before=working_moment(session, owner, now),
        )
        outbox.update(session, GoalAsked(goal.key, goal.terms), of=ask_key(goal.key, goal.terms))


def managers_left(session: Session, person_ids: Collection[int], now: datetime) -> None:
    """Who proposed a goal to somebody who has left is asked what to do."""
    follow_managers(session, {goal.owner_id for goal in goals.proposed_to(session, person_ids)}, now)


def say_again(session: Session, goal: Goal) -> None:
    """The messages about a goal say what is true now."""
    outbox.update(session, GoalAsked(goal.key, goal.terms), of=ask_key(goal.key, goal.terms))
    outbox.update(session, GoalOwn(goal.key, goal.owner_id), of=own_key(goal.key, goal.owner_id))
