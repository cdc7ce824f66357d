"""What goals say by themselves: who is asked to agree, what became of it, and what closed above somebody's goal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.goals import OPEN, GoalState, Outcome
from bot.notices import goal_cards
from bot.notices.registry import Exempt, Message, Notice, Reader, register
from bot.notices.registry import Outcome as Settled
from bot.views import goal_messages
from bot.views.goal_messages import Asked, Standing
from storage import access, goals, people
from storage.goals import Goal
from storage.outbox_rows import SENT
from storage.people import Person


def ask_key(goal_id: int, terms: int) -> str:
    """The outbox key of the message that asks somebody to agree to a goal as it was then."""
    return f"goal:{goal_id}:ask:{terms}"


def own_key(goal_id: int, owner_id: int) -> str:
    """The outbox key of the message that tells an owner how their goal stands with who is asked about it."""
    return f"goal:{goal_id}:own:{owner_id}"


@register("goal.asked", Exempt.WORDS)
@dataclass(frozen=True)
class GoalAsked(Notice):
    """To whoever is asked to agree to a goal; afterwards it says what became of that."""

    goal_id: int
    terms: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:
        person = people.get(session, reader.person_id)
        goal = goals.readable_by(session, self.goal_id, person) if person is not None else None
        if person is None or goal is None:
            return None
        return Message(*goal_messages.asked(reader.voice, self._asked(session, goal, person, now)))

    def _asked(self, session: Session, goal: Goal, reader: Person, now: datetime) -> Asked:
        known = goal_cards.look_up(session, [goal], reader, now)
        return Asked(
            goal_id=goal.key,
            terms=self.terms,
            title=goal.title,
            why=goal.why,
            owner=session.get_one(Person, goal.owner_id).name,
            due_on=goal.due_on,
            measures=known.lines(goal),
            standing=self._standing(goal, reader),
            before=goal.terms > 1,
        )

    def _standing(self, goal: Goal, reader: Person) -> Standing:
        if goal.state not in OPEN:
            return Standing.CLOSED
        if goal.terms != self.terms:
            return Standing.CHANGED
        if goal.state == GoalState.AGREED:
            return Standing.AGREED
        return Standing.OPEN if goal.asked_id == reader.key else Standing.ELSEWHERE

    def settled(self, session: Session, outcome: Settled, now: datetime) -> None:
        goal = goals.get(session, self.goal_id)
        if outcome.state == SENT and goal is not None and goal.asked_id is not None:
            access.log(session, goal.asked_id, [(goal.owner_id, goal.key)], what="goal", place="dm", at=now)


@register("goal.own", Exempt.ACT)
@dataclass(frozen=True)
class GoalOwn(Notice):
    """To the owner of a goal: who is asked to agree, and what they said; the thread in which they write."""

    goal_id: int
    owner_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        goal = goals.get(session, self.goal_id)
        if goal is None or reader.person_id != self.owner_id or goal.owner_id != self.owner_id:
            return None
        asked = people.get(session, goal.asked_id)
        if goal.state == GoalState.AGREED:
            by = session.get_one(Person, goal.agreed_id or goal.owner_id)
            return Message(*goal_messages.agreed(reader.voice, goal.key, goal.title, by.name))
        if goal.state not in OPEN:
            return Message(*goal_messages.over(reader.voice, goal.title))
        if asked is None:
            return None
        return Message(*goal_messages.waits(reader.voice, goal.key, goal.title, asked.name))


@register("goal.stranded")
@dataclass(frozen=True)
class GoalStranded(Notice):
    """To the owner of a proposed goal whose manager is another one now, or has left: they choose who is asked."""

    goal_id: int
    terms: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        goal = goals.get(session, self.goal_id)
        if goal is None or goal.owner_id != reader.person_id:
            return None
        owner = session.get_one(Person, goal.owner_id)
        manager = people.get(session, owner.manager_id)
        waits = goal.state == GoalState.PROPOSED and goal.terms == self.terms
        before = session.get(Person, goal.asked_id) if goal.asked_id else None
        return Message(
            *goal_messages.stranded(
                reader.voice,
                goal_messages.Stranded(
                    goal.key,
                    goal.title,
                    before.name if before else "",
                    manager.name if manager else None,
                    is_settled=not waits or (manager is not None and goal.asked_id == manager.key),
                ),
            )
        )


@register("goal.parent_over")
@dataclass(frozen=True)
class ParentOver(Notice):
    """To the owner of a goal: the one above it was closed, and theirs stands."""

    goal_id: int
    parent_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        goal, person = goals.get(session, self.goal_id), people.get(session, reader.person_id)
        if goal is None or person is None or goal.owner_id != person.key:
            return None
        if goal.parent_id != self.parent_id or goal.state not in OPEN:
            return None
        above = goals.readable_by(session, self.parent_id, person)
        return Message(*goal_messages.parent_over(reader.voice, goal.key, goal.title, above.title if above else None))


@register("goal.celebrated")
@dataclass(frozen=True)
class GoalCelebrated(Notice):
    """In the channel that its owner chose: a goal that was closed, by its title."""

    goal_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        goal = goals.get(session, self.goal_id)
        if goal is None or goal.outcome is None:
            return None
        owner = goal_cards.owner_name(goal, goal_cards.names_of(session, [goal]))
        return Message(*goal_messages.celebrated(reader.voice, goal.title, owner, Outcome(goal.outcome)))
