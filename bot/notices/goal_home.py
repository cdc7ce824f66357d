"""Goals as Home shows them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.notices import goal_cards
from bot.views.goal_home import GoalsOnHome
from storage import goals
from storage.people import Person

SHOWN = 5


def on_home(session: Session, person: Person, now: datetime) -> GoalsOnHome | None:
    """Somebody's own open goals and those that they are asked about; None where there are none."""
    mine = goals.page(session, goals.of_person(person.key), person, size=SHOWN)
    asked = goals.page(session, goals.asked_of(person.key), person, size=SHOWN)
    if not mine and not asked:
        return None
    more = goals.count(session, goals.of_person(person.key), person) - SHOWN if len(mine) == SHOWN else 0
    shown_mine = goal_cards.lines(session, mine, person, now)
    return GoalsOnHome(shown_mine, max(0, more), goal_cards.lines(session, asked, person, now, owned=True))
