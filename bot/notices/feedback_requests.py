"""What requests for feedback say by themselves: to those asked, to who asks, and to whom they are about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.feedback_requests import Asked
from bot.notices.registry import Exempt, Message, Notice, Reader, register
from bot.views import feedback_requests as views
from storage import feedback_requests, people
from storage.feedback import Feedback
from storage.feedback_requests import OPEN, FeedbackAsk, FeedbackRequest
from storage.people import Person


def ask_key(ask_id: int) -> str:
    """The outbox key of what somebody is asked."""
    return f"feedback:ask:{ask_id}"


def reminder_key(ask_id: int, n: int) -> str:
    """The outbox key of the nth reminder of it."""
    return f"feedback:ask:{ask_id}:reminder:{n}"


def too_few_key(ask_id: int) -> str:
    """The outbox key of the choice between signing and withdrawing."""
    return f"feedback:ask:{ask_id}:few"


def made_key(request_id: int) -> str:
    """The outbox key of a request as who asked sees it."""
    return f"feedback:request:{request_id}"


def about_key(request_id: int) -> str:
    """The outbox key of what a report is told of a request about them."""
    return f"feedback:request:{request_id}:about"


def asked_of(session: Session, ask: FeedbackAsk, request: FeedbackRequest) -> Asked:
    """A request as somebody who is asked sees it."""
    about = None if request.about_id == request.asker_id else session.get_one(Person, request.about_id).name
    return Asked(
        ask.key,
        session.get_one(Person, request.asker_id).name,
        request.topic,
        request.questions,
        request.closes_at,
        request.is_confidential,
        about=about,
        answers=ask.answers or (),
        state=ask.state,
    )


def _of_reader(session: Session, ask_id: int, reader: Reader) -> tuple[FeedbackAsk, FeedbackRequest] | None:
    found = feedback_requests.of_person(session, ask_id, reader.person_id or 0)
    if found is None or people.get(session, reader.person_id) is None:
        return None
    return found, session.get_one(FeedbackRequest, found.request_id)


@register("feedback.ask", Exempt.WORDS)
@dataclass(frozen=True)
class RequestNotice(Notice):
    """To somebody who is asked."""

    ask_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:
        found = _of_reader(session, self.ask_id, reader)
        if found is None:
            return None
        is_over = found[1].closes_at <= now
        return Message(*views.asked(reader.voice, asked_of(session, *found), is_over=is_over))


@register("feedback.ask.reminder")
@dataclass(frozen=True)
class RequestReminder(Notice):
    """To somebody who is asked and hasn't answered, in the thread of what they were asked."""

    ask_id: int
    n: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:
        found = _of_reader(session, self.ask_id, reader)
        if found is None or found[0].state != OPEN or found[1].closes_at <= now:
            return None
        return Message(*views.reminder(reader.voice, asked_of(session, *found)))


@register("feedback.ask.few", Exempt.WORDS)
@dataclass(frozen=True)
class TooFew(Notice):
    """To somebody whose confidential answer is one of too few: signed, or withdrawn."""

    ask_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        found = _of_reader(session, self.ask_id, reader)
        if found is None:
            return None
        ask, request = found
        thread = None if ask.feedback_id is None else session.get_one(Feedback, ask.feedback_id)
        is_signed = None if thread is None or thread.withdrawn_at is not None else not thread.is_confidential
        return Message(*views.too_few(reader.voice, asked_of(session, ask, request), is_signed=is_signed))


@register("feedback.request", Exempt.ACT)
@dataclass(frozen=True)
class RequestMade(Notice):
    """To who asked: whom, until when, and, where answers are signed, how many have come."""

    request_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:
        request = session.get(FeedbackRequest, self.request_id)
        if request is None or request.asker_id != reader.person_id:
            return None
        asks = feedback_requests.asks(session, request.key)
        named = {each.key: each.name for each in people.by_ids(session, [ask.person_id for ask in asks])}
        by_state: dict[str, list[str]] = {}
        for ask in asks:
            by_state.setdefault(OPEN if request.is_confidential else ask.state, []).append(named[ask.person_id])
        about = None if request.about_id == request.asker_id else session.get_one(Person, request.about_id).name
        made = views.Made(request.topic, by_state, request.closes_at, request.is_confidential, about)
        return Message(*views.made(reader.voice, made, is_over=request.closes_at <= now))


@register("feedback.request.about", Exempt.PRIVACY)
@dataclass(frozen=True)
class AboutYou(Notice):
    """To a report: their manager asks people for feedback about them."""

    request_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        request = session.get(FeedbackRequest, self.request_id)
        if request is None or request.about_id != reader.person_id:
            return None
        asked = people.by_ids(session, [ask.person_id for ask in feedback_requests.asks(session, request.key)])
        asker = session.get_one(Person, request.asker_id).name
        names = [each.name for each in asked]
        return Message(*views.about_you(reader.voice, asker, names, request.topic, request.closes_at))
