"""Goals that change hands: another owner, and another manager, who reads the words only once the owner says so."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.goals import GoalKind, SeenBy
from bot.domain.roles import Action
from bot.errors import UserError
from bot.i18n import mark
from bot.notices.goal_handover import GoalHandedOver, ManagerIsNew, goals_to_share
from bot.notices.goals import own_key
from bot.notices.home import HomeNotice
from bot.services import goal_agreement
from bot.services.goals import audience_of, changeable, to_change
from storage import outbox, people, roles
from storage.calendars import working_moment
from storage.goals import Goal
from storage.people import Person

NOBODY = mark("Choose who keeps this goal from now on. Nothing was changed.")
IS_THEIRS = mark("{name} keeps this goal already. Choose somebody else.")
NOT_ABLE = mark("{name} can't keep this goal: a team's goal needs one of its leads, the company's an admin.")


def form(session: Session, actor: Person, goal_id: int, _now: datetime) -> Goal:
    """The goal that somebody may hand over."""
    return to_change(session, actor, goal_id)


def hand_over(session: Session, actor: Person, goal_id: int, slack_id: str, now: datetime) -> Goal:
    """Let somebody else keep a goal: they and their manager read it from now on, and the manager is asked to agree."""
    goal = changeable(session, actor, goal_id)
    to = people.by_slack_id(session, slack_id)
    if to is None or to.status != "active":
        raise UserError(NOBODY, field="to")
    if to.key == goal.owner_id:
        raise UserError(IS_THEIRS, field="to", name=to.name)
    if not _can_keep(session, to, goal):
        raise UserError(NOT_ABLE, field="to", name=to.name)
    before = session.get_one(Person, goal.owner_id)
    goal.owner_id = to.key
    goal.audience_id = audience_of(session, to, SeenBy(goal.seen_by), goal.seen_by_team_id)
    goal.version += 1
    session.flush()
    goal_agreement.ask(session, goal, now)
    at = working_moment(session, to, now)
    key = f"goal:{goal.key}:handed:{goal.version}"
    outbox.post(session, GoalHandedOver(goal.key, actor.key), key=key, to=to.key, not_before=at)
    outbox.delete(session, of=own_key(goal.key, before.key))
    for person in (before, to):
        outbox.publish(session, HomeNotice(person.key), person_id=person.key)
    return goal


def _can_keep(session: Session, person: Person, goal: Goal) -> bool:
    match goal.kind:
        case GoalKind.TEAM:
            return roles.allowed(session, person, Action.SET_TEAM_GOAL, goal.team_id)
        case GoalKind.COMPANY:
            return roles.allowed(session, person, Action.SET_COMPANY_GOAL)
    return True


def managers_changed(session: Session, owner_ids: Collection[int], now: datetime) -> None:
    """After a reorganisation: each of these people is asked whether their manager of today reads their goals too."""
    goal_agreement.follow_managers(session, owner_ids, now)
    for owner in people.by_ids(session, owner_ids):
        manager = people.get(session, owner.manager_id)
        if manager is None or owner.status == "left" or not goals_to_share(session, owner, manager):
            continue
        notice = ManagerIsNew(owner.key, manager.key)
        key, at = f"goals:share:{owner.key}:{manager.key}", working_moment(session, owner, now)
        outbox.post(session, notice, key=key, to=owner.key, not_before=at)


def share(session: Session, actor: Person, manager_id: int, _now: datetime) -> int:
    """Let somebody's manager of today read their agreed goals: who reads each is made anew; and how many."""
    manager = people.get(session, actor.manager_id)
    found = goals_to_share(session, actor, manager) if manager is not None and manager.key == manager_id else []
    for goal in found:
        goal.audience_id = audience_of(session, actor, SeenBy(goal.seen_by), goal.seen_by_team_id)
        goal.version += 1
    session.flush()
    outbox.update(session, ManagerIsNew(actor.key, manager_id), of=f"goals:share:{actor.key}:{manager_id}")
    return len(found)
