"""Goals: who may read one, who may change it, and who comes to read it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.domain.audience import Listed
from bot.domain.goals import OPEN, GoalKind, SeenBy
from bot.domain.roles import Action
from bot.errors import UserError
from bot.i18n import Voice, mark
from storage import audience, goals, people, roles, teams
from storage.goals import Goal
from storage.people import Person

GONE = mark("That goal isn't there, or it isn't shared with you. Its owner can share it. Nothing was changed.")
NOT_YOURS = mark("{name} keeps this goal and can change it. Nothing was changed.")
IS_CLOSED = mark("This goal was closed meanwhile, so it stays as it is. `/goals new` begins the next one.")
CHANGED_MEANWHILE = mark("This goal was changed while your form was open. Nothing was saved: open it again.")
MOST_ABOVE = 30


def readable(session: Session, actor: Person, goal_id: int) -> Goal:
    """A goal that somebody may read; raises UserError otherwise, whether or not there is one."""
    goal = goals.readable_by(session, goal_id, actor)
    if goal is None:
        raise UserError(GONE)
    return goal


def changeable(session: Session, actor: Person, goal_id: int) -> Goal:
    """An open goal that somebody may change, locked; raises UserError with who can."""
    readable(session, actor, goal_id)
    goal = goals.held(session, goal_id)
    if goal is None:
        raise UserError(GONE)
    return _checked(session, actor, goal)


def to_change(session: Session, actor: Person, goal_id: int) -> Goal:
    """The same, to look at in a form."""
    return _checked(session, actor, readable(session, actor, goal_id))


def _checked(session: Session, actor: Person, goal: Goal) -> Goal:
    if not may_change(session, actor, goal):
        raise UserError(NOT_YOURS, name=session.get_one(Person, goal.owner_id).name)
    if goal.state not in OPEN:
        raise UserError(IS_CLOSED)
    return goal


def may_change(session: Session, actor: Person, goal: Goal) -> bool:
    """Whether somebody keeps a goal: its owner, any lead of the team whose it is, any admin for the company's.

    For somebody who has left, their manager does, as far as they read it.
    """
    if actor.key == goal.owner_id:
        return True
    match goal.kind:
        case GoalKind.TEAM:
            return roles.allowed(session, actor, Action.SET_TEAM_GOAL, goal.team_id)
        case GoalKind.COMPANY:
            return roles.allowed(session, actor, Action.SET_COMPANY_GOAL)
    owner = session.get_one(Person, goal.owner_id)
    return owner.status == "left" and owner.manager_id == actor.key


def manager_of(session: Session, owner: Person, kind: str) -> Person | None:
    """Who is asked to agree to a goal: its owner's manager; nobody where they have none, or for the company's."""
    return None if kind == GoalKind.COMPANY else people.get(session, owner.manager_id)


def chain_above(session: Session, person: Person) -> list[Person]:
    """Somebody's manager, theirs, and so on, as far as it goes."""
    found: list[Person] = []
    above = people.get(session, person.manager_id)
    while above is not None and above not in found and above.key != person.key and len(found) < MOST_ABOVE:
        found.append(above)
        above = people.get(session, above.manager_id)
    return found


def audience_of(session: Session, owner: Person, seen_by: SeenBy, team_id: int | None) -> int:
    """Who reads a goal from now on, as its owner chose; a list is expanded now, and narrows by itself."""
    if seen_by is SeenBy.EVERYONE:
        return audience.of_everyone(session)
    listed = {Listed(owner.key)}
    above = chain_above(session, owner)
    listed |= {Listed(each.key) for each in (above if seen_by is SeenBy.CHAIN else above[:1])}
    if seen_by is SeenBy.TEAM and team_id is not None:
        listed |= {Listed(person_id, team) for person_id, team in teams.keys(session, [team_id])}
    return audience.of_people(session, listed)


def who_may_see(session: Session, owner: Person, voice: Voice) -> dict[str, str]:
    """The choices of who reads a goal, by value, in words."""
    manager = people.get(session, owner.manager_id)
    others = {
        f"{SeenBy.TEAM}:{team.key}": voice.say("{team}, and your manager", team=team.name) if manager else team.name
        for team in teams.of_person(session, owner.key)[:50]
    }
    alone = voice.say("Only me and {name}", name=manager.name) if manager else voice.say("Only me")
    return {
        SeenBy.EVERYONE: voice.say("Everyone here"),
        **others,
        **({SeenBy.CHAIN: voice.say("My reporting chain: {name} and up", name=manager.name)} if manager else {}),
        SeenBy.MANAGER: alone,
    }


def today(person: Person, now: datetime) -> date:
    """The date on somebody's own calendar."""
    return person.voice.local(now).date()
