"""What is said when goals change hands, or their owner gets another manager."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.goals import OPEN
from bot.notices.registry import Message, Notice, Reader, register
from bot.views import goal_handover as views
from storage import goals, people
from storage.goals import Goal
from storage.people import Person


def goals_to_share(session: Session, owner: Person, manager: Person) -> list[Goal]:
    """The agreed goals of somebody that their manager can't read."""
    agreed = goals.agreed_of(session, owner.key)
    readable = goals.readable_among(session, [goal.key for goal in agreed], manager)
    return [goal for goal in agreed if goal.key not in readable]


@register("goal.handed_over")
@dataclass(frozen=True)
class GoalHandedOver(Notice):
    """To whoever keeps a goal from now on."""

    goal_id: int
    by_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        goal, by = goals.get(session, self.goal_id), session.get(Person, self.by_id)
        if goal is None or by is None or goal.owner_id != reader.person_id or goal.state not in OPEN:
            return None
        return Message(*views.handed_over(reader.voice, goal.key, goal.title, by.name))


@register("goal.manager_is_new")
@dataclass(frozen=True)
class ManagerIsNew(Notice):
    """To somebody with agreed goals: their manager sees that these are there, and reads them once they say so."""

    owner_id: int
    manager_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        owner, manager = people.get(session, self.owner_id), people.get(session, self.manager_id)
        if owner is None or manager is None or reader.person_id != owner.key or owner.manager_id != manager.key:
            return None
        n = len(goals_to_share(session, owner, manager))
        return Message(*views.manager_is_new(reader.voice, manager.key, manager.name, n))
