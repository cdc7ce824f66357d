"""Words about a goal between its owner and whoever is asked to agree: carried into the thread that each of them has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.replies import NotCarried
from bot.notices.goals import ask_key, own_key
from bot.notices.registry import Exempt, Message, Notice, Outcome, Reader, register
from bot.notices.replies import NotCarriedNotice
from bot.views import goal_talk as views
from storage import access, goal_talk, goals, outbox
from storage.goal_talk import GoalRemark
from storage.goals import Goal
from storage.outbox_rows import SENT
from storage.people import Person


def remark_key(remark_id: int) -> str:
    """The outbox key of the message that carries a remark."""
    return f"goal:remark:{remark_id}"


def thread_of(goal: Goal, terms: int, reader_id: int) -> str:
    """The outbox key of the message in whose thread one of the two reads about a goal."""
    return own_key(goal.key, reader_id) if reader_id == goal.owner_id else ask_key(goal.key, terms)


@register("goal.remark", Exempt.WORDS)
@dataclass(frozen=True)
class RemarkNotice(Notice):
    """Carries one remark to the other of the two."""

    remark_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        remark = goal_talk.get(session, self.remark_id)
        if remark is None or remark.words is None or remark.to_id != reader.person_id:
            return None
        goal = goals.get(session, remark.goal_id)
        author = session.get_one(Person, remark.author_id)
        if goal is None:
            return None
        edited = remark.edited_at is not None
        return Message(*views.received(reader.voice, author.name, goal.title, remark.words, edited=edited))

    def settled(self, session: Session, outcome: Outcome, now: datetime) -> None:
        remark = goal_talk.get(session, self.remark_id)
        if remark is None:
            return
        if outcome.state == SENT:
            shown = [(remark.author_id, remark.key)]
            access.log(session, remark.to_id, shown, what="goal_remark", place="thread", at=now)
        elif remark.deleted_at is None:
            self._say_that_it_did_not(session, remark)

    def _say_that_it_did_not(self, session: Session, remark: GoalRemark) -> None:
        goal = goals.get(session, remark.goal_id)
        if goal is not None:
            notice = NotCarriedNotice(NotCarried.UNDELIVERABLE, remark.to_id)
            own = thread_of(goal, remark.terms, remark.author_id)
            outbox.post(session, notice, key=f"{remark_key(remark.key)}:not", to=remark.author_id, thread_of=own)


@register("goal.remark.own", Exempt.WORDS)
@dataclass(frozen=True)
class OwnRemark(Notice):
    """Somebody's own words from a form, in the thread where the other one's come."""

    remark_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        remark = goal_talk.get(session, self.remark_id)
        if remark is None or remark.words is None or remark.author_id != reader.person_id:
            return None
        to = session.get_one(Person, remark.to_id)
        return Message(*views.own(reader.voice, to.name, remark.words))
