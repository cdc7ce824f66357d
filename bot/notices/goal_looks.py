"""What whoever keeps a goal hears by themselves: that numbers and confidence disagree, and that nothing was heard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.domain.goal_status import HEARD_FIRST, contradicts, overall
from bot.domain.goals import OPEN
from bot.notices import goal_cards
from bot.notices.registry import Message, Notice, Reader, register
from bot.views import goal_looks
from storage import goals, people
from storage.goals import Goal
from storage.people import Person


def _kept_by(session: Session, goal_id: int, reader: Reader) -> tuple[Goal, Person] | None:
    """An open goal and its reader, who keeps it still."""
    goal, person = goals.get(session, goal_id), people.get(session, reader.person_id)
    if goal is None or person is None or goal.owner_id != person.key or goal.state not in OPEN:
        return None
    return goal, person


@register("goal.doubted")
@dataclass(frozen=True)
class GoalDoubted(Notice):
    """Their confidence says green, the numbers say red: they are asked first, and say what is so."""

    goal_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:
        found = _kept_by(session, self.goal_id, reader)
        if found is None:
            return None
        goal, person = found
        known = goal_cards.look_up(session, [goal], person, now)
        standings, confidence = known.standings(goal), known.confidence(goal)
        if confidence is None or not contradicts(confidence, overall(each.status for each in standings)):
            return None  # they said something meanwhile
        until = (goal.doubted_at or now) + HEARD_FIRST
        numbers = list(zip(known.lines(goal), standings, strict=True))
        return Message(*goal_looks.doubted(reader.voice, (goal.key, goal.title), confidence, numbers, until))


@register("goal.silent")
@dataclass(frozen=True)
class GoalSilent(Notice):
    """Nothing was heard of a goal for a rhythm, since this day (ISO 8601)."""

    goal_id: int
    since: str

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        found = _kept_by(session, self.goal_id, reader)
        if found is None:
            return None
        goal, since = found[0], date.fromisoformat(self.since)
        if goal.heard_at is not None and goal.heard_at.date() > since:
            return None
        return Message(*goal_looks.silent(reader.voice, goal.key, goal.title, since))
