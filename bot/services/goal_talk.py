"""A suggested change, and the thread about a goal that its owner and whoever is asked to agree both see."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.goals import OPEN, GoalState
from bot.domain.replies import Heard, NotCarried, flaw_of
from bot.errors import UserError
from bot.i18n import mark
from bot.notices.goal_talk import OwnRemark, RemarkNotice, remark_key, thread_of
from bot.notices.goals import GoalAsked, GoalOwn
from bot.notices.replies import NotCarriedNotice, reaches_at
from bot.services import goal_agreement
from bot.services.goals import IS_CLOSED, readable
from bot.services.replies import FLAWS, HAS_LEFT
from bot.views.goal_talk import SuggestForm
from storage import goal_talk, goals, outbox, people, replies
from storage.goal_talk import GoalRemark
from storage.goals import Goal
from storage.outbox_rows import Priority
from storage.people import Person

AGREED = mark("You agreed to this goal already. What you write in the thread below it still goes to {name}.")


def form(session: Session, actor: Person, goal_id: int, terms: int, _now: datetime) -> SuggestForm:
    """The form in which whoever is asked suggests a change."""
    goal = _asked(session, actor, goal_id, terms)
    return SuggestForm(goal_id, terms, _still_here(session, goal.owner_id).name, goal.title)


def suggest(session: Session, actor: Person, goal_id: int, terms: int, words: str, now: datetime) -> GoalRemark:
    """Suggest a change: its owner has it in the thread of their goal, and changes it or writes back."""
    goal = _asked(session, actor, goal_id, terms)
    flaw = flaw_of(words)
    if flaw is not None:
        raise UserError(FLAWS[flaw], field="words")
    remark = _keep(session, actor, (goal, _still_here(session, goal.owner_id)), words, now, None)
    own, thread = f"{remark_key(remark.key)}:own", thread_of(goal, goal.terms, actor.key)
    outbox.post(session, OwnRemark(remark.key), key=own, to=actor.key, thread_of=thread, priority=Priority.PERSONAL)
    _carry(session, goal, remark, now)
    return remark


def _asked(session: Session, actor: Person, goal_id: int, terms: int) -> Goal:
    """The goal about which somebody is asked; raises UserError where they aren't any more."""
    goal = readable(session, actor, goal_id)
    owner = session.get_one(Person, goal.owner_id)
    if goal.state not in OPEN:
        raise UserError(IS_CLOSED)
    if goal.terms != terms:
        raise UserError(goal_agreement.CHANGED, name=owner.name)
    if goal.state == GoalState.AGREED and goal.agreed_id == actor.key:
        raise UserError(AGREED, name=owner.name)
    goal_agreement.check_asked(session, actor, goal, owner)
    return goal


def concerns(session: Session, actor: Person, heard: Heard, _now: datetime) -> bool:
    """Whether a message in somebody's DM belongs to the thread about a goal."""
    known = goal_talk.by_source(session, actor.key, heard.ts)
    return known is not None or _talk(session, actor, heard) is not None


def hear(session: Session, actor: Person, heard: Heard, now: datetime) -> bool:
    """What somebody typed, changed or deleted in such a thread, carried to the other one."""
    known = goal_talk.by_source(session, actor.key, heard.ts)
    if known is not None:
        return _follow(session, actor, known, heard)
    talk = _talk(session, actor, heard)
    if talk is None:
        return False
    goal, to_id = talk
    flaw = None if heard.words is None else flaw_of(heard.words)
    to = people.get(session, to_id)
    if to is None:
        flaw = flaw or NotCarried.LEFT
    if flaw is not None or to is None:
        return _refuse(session, actor, heard, flaw or NotCarried.LEFT, to_id)
    remark = _keep(session, actor, (goal, to), heard.words, now, heard)
    if remark.words is not None:
        _carry(session, goal, remark, now)
    return True


def _talk(session: Session, actor: Person, heard: Heard) -> tuple[Goal, int] | None:
    """The goal that a thread is about, and to whom somebody writes in it."""
    root = replies.root(session, actor.key, heard.thread_ts)
    if root is None or root.kind not in (GoalAsked.kind, GoalOwn.kind):
        return None
    goal = goals.get(session, root.ids["goal_id"])
    if goal is None or goal.asked_id is None:
        return None
    if actor.key == goal.owner_id:
        return goal, goal.asked_id
    return (goal, goal.owner_id) if actor.key == goal.asked_id else None


def _follow(session: Session, actor: Person, remark: GoalRemark, heard: Heard) -> bool:
    """A change of what was carried already; events come in any order, so that an older one changes nothing."""
    if remark.deleted_at is not None or (not heard.is_deleted and heard.edited_ts <= remark.edited_ts):
        return False
    if heard.words is None:
        remark.words, remark.deleted_at = None, remark.at
        session.flush()
        outbox.delete(session, of=remark_key(remark.key))
        return True
    remark.edited_ts = heard.edited_ts
    if heard.words == remark.words:
        return False
    flaw = flaw_of(heard.words)
    if flaw is not None:
        return _refuse(session, actor, heard, flaw, remark.to_id)
    remark.words, remark.edited_at = heard.words, remark.at
    session.flush()
    outbox.update(session, RemarkNotice(remark.key), of=remark_key(remark.key))
    return True


def _keep(
    session: Session, actor: Person, talk: tuple[Goal, Person], words: str | None, now: datetime, heard: Heard | None
) -> GoalRemark:
    goal, to = talk
    remark = GoalRemark(
        goal_id=goal.key,
        author_id=actor.key,
        to_id=to.key,
        terms=goal.terms,
        words=words,
        source_ts=heard.ts if heard else None,
        edited_ts=heard.edited_ts if heard else "",
        at=now,
        deleted_at=now if words is None else None,
    )
    session.add(remark)
    session.flush()
    return remark


def _carry(session: Session, goal: Goal, remark: GoalRemark, now: datetime) -> None:
    to = session.get_one(Person, remark.to_id)
    outbox.post(
        session,
        RemarkNotice(remark.key),
        key=remark_key(remark.key),
        to=to.key,
        thread_of=thread_of(goal, remark.terms, to.key),
        priority=Priority.PERSONAL,
        not_before=reaches_at(session, to, now),
    )


def _refuse(session: Session, actor: Person, heard: Heard, why: NotCarried, other_id: int) -> bool:
    root = replies.root(session, actor.key, heard.thread_ts)
    key = f"goal:remark:not:{actor.key}:{heard.ts}:{heard.edited_ts}"
    thread = None if root is None else root.key
    notice = NotCarriedNotice(why, other_id)
    return outbox.post(session, notice, key=key, to=actor.key, thread_of=thread, priority=Priority.PERSONAL)


def _still_here(session: Session, person_id: int) -> Person:
    person = people.get(session, person_id)
    if person is None:
        raise UserError(HAS_LEFT, name=session.get_one(Person, person_id).name)
    return person
