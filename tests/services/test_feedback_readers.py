"""Whatever becomes of the company, feedback is read by those alone whom its author was shown before sending it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.clock import MovableClock
from bot.domain.feedback import Kind, Readers, Wanted
from bot.errors import UserError
from bot.notices import registry
from bot.notices.registry import Reader
from bot.services import feedback, feedback_threads, ticks
from storage import audience
from storage.database import Database
from storage.feedback import Feedback, FeedbackMessage
from storage.outbox_rows import Outbox
from storage.people import Person
from storage.workspaces import Workspace, WorkspaceSettings

BEGIN = datetime(2026, 11, 24, 9, tzinfo=UTC)
SIX = range(6)
people = st.sampled_from(SIX)
steps = st.one_of(
    st.tuples(st.just("manages"), people, people),
    st.tuples(st.just("leaves"), people, people),
    st.tuples(st.just("returns"), people, people),
    st.tuples(st.just("runs_cairn"), people, people),
    st.tuples(st.just("gives"), people, people),
    st.tuples(st.just("gives_to_both"), people, people),
    st.tuples(st.just("gives_without_name"), people, people),
    st.tuples(st.just("reads_all"), people, people),
    st.tuples(st.just("answers"), people, people),
    st.tuples(st.just("time_passes"), people, people),
)


@dataclass
class Company:
    """Six people, what they do, and what each author was shown: primary keys by that of the feedback."""

    session: Session
    now: datetime = BEGIN
    everybody: list[Person] = field(default_factory=list)
    shown: dict[int, set[int]] = field(default_factory=dict)

    def begin(self) -> None:
        self.session.add(Workspace(id="T1", name="Acme", created_at=BEGIN))
        self.session.flush()
        self.session.add(WorkspaceSettings(workspace_id="T1"))
        self.everybody = [Person(slack_id=f"U{n}", name=f"P{n}", synced_at=BEGIN) for n in SIX]
        self.session.add_all(self.everybody)
        self.session.flush()

    def manages(self, one: Person, other: Person) -> None:
        other.manager_id = None if one is other else one.key

    def leaves(self, one: Person, _other: Person) -> None:
        one.status, one.left_at = "left", self.now

    def returns(self, one: Person, _other: Person) -> None:
        one.status, one.left_at = "active", None

    def runs_cairn(self, one: Person, _other: Person) -> None:
        one.is_admin = not one.is_admin

    def gives(self, one: Person, other: Person, wanted: Wanted | None = None) -> None:
        wanted = wanted or Wanted(Kind.CONSTRUCTIVE, "Words")
        card = feedback.look_over(self.session, one, other.key, wanted, self.now)
        named = {person.key for person in self.everybody if person.name in card.readers}
        if feedback.send(self.session, one, card.draft_id, self.now) is None:
            latest = self.session.scalars(select(Feedback).order_by(col(Feedback.id).desc()).limit(1)).one()
            self.shown[latest.key] = named

    def gives_to_both(self, one: Person, other: Person) -> None:
        self.gives(one, other, Wanted(Kind.PRAISE, "Words", Readers.MANAGER))

    def gives_without_name(self, one: Person, other: Person) -> None:
        self.gives(one, other, Wanted(Kind.CONSTRUCTIVE, "Words", is_confidential=True))

    def reads_all(self, one: Person, _other: Person) -> None:
        for thread in self.session.scalars(select(Feedback)).all():
            refusable(partial(feedback_threads.read, self.session, one, thread.ref, self.now))

    def answers(self, one: Person, _other: Person) -> None:
        for thread in self.session.scalars(select(Feedback)).all():
            refusable(partial(feedback_threads.answer, self.session, one, thread.ref, "An answer", self.now))

    def time_passes(self, _one: Person, _other: Person) -> None:
        self.now += timedelta(hours=5)
        self.session.flush()
        while any(step(self.session, self.now) for step in ticks.TICKS):
            pass

    def does(self, what: str, one: int, other: int) -> None:
        act: Callable[[Person, Person], None] = getattr(self, what)
        if what.startswith("gives") and self.everybody[one].status == "left":
            return
        refusable(lambda: act(self.everybody[one], self.everybody[other]))
        self.session.flush()


def refusable(act: Callable[[], object]) -> None:
    try:
        act()
    except UserError:
        return


def nobody_else_reads(company: Company) -> None:
    """Neither by the rule nor in any message that would be sent to them now."""
    session = company.session
    for thread in session.scalars(select(Feedback)).all():
        allowed = company.shown[thread.key] | {thread.author_id}
        two = {thread.author_id, thread.receiver_id}
        may = audience.readable_by_each(col(Feedback.author_id), col(Feedback.audience_id))
        found = select(col(Person.id)).select_from(Feedback).join(Person, col(Person.id) > 0)
        assert set(session.scalars(found.where(col(Feedback.id) == thread.key, may))) <= allowed
        may = audience.readable_by_each(col(FeedbackMessage.writer_id), col(FeedbackMessage.audience_id))
        found = select(col(Person.id)).select_from(FeedbackMessage).join(Person, col(Person.id) > 0)
        said = session.scalars(select(FeedbackMessage).where(col(FeedbackMessage.feedback_id) == thread.key)).all()
        for n, message in enumerate(sorted(said, key=lambda each: each.key)):
            readers = set(session.scalars(found.where(col(FeedbackMessage.id) == message.key, may)))
            assert readers <= (two if n else allowed)
    for row in session.scalars(select(Outbox).where(col(Outbox.kind).like("feedback.%"))).all():
        for person in company.everybody:
            payload = registry.of(row.kind, row.ids).render(session, Reader(person.voice, person.key), company.now)
            if payload is not None and person.status != "left":
                assert person.key in allowed_by(session, company, row)


def allowed_by(session: Session, company: Company, row: Outbox) -> set[int]:
    ids = dict(row.ids)
    if "message_id" in ids:
        ids["feedback_id"] = session.get_one(FeedbackMessage, ids["message_id"]).feedback_id
    thread = session.get_one(Feedback, ids["feedback_id"])
    return company.shown[thread.key] | {thread.author_id}


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, clock=MovableClock(BEGIN))
    yield database
    database.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(steps, min_size=4, max_size=24))
def test_no_reorganisation_lets_anybody_else_read(database: Database, told: list[tuple[str, int, int]]) -> None:
    with database.session("T1") as session:
        company = Company(session)
        company.begin()
        for what, one, other in told:
            company.does(what, one, other)
        company.time_passes(*company.everybody[:2])
        nobody_else_reads(company)
        session.rollback()
