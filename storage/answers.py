"""Answers, and drafts of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, Index, UniqueConstraint, bindparam, delete, insert, select
from sqlalchemy.orm import Session, aliased
from sqlmodel import Field, SQLModel, col

from bot.domain.checkins import AnswerValue
from storage.base import Owned
from storage.bulk import among
from storage.database import share, shared, workspace_of
from storage.rounds import Prompt, Round
from storage.types import Exact, NumbersJSON, UTCDateTime, Words, WordsJSON


class Answer(Owned, table=True):
    """What somebody said to one question, in one of four ways.

    `words`; `number`: a step, or the number of an option; `chosen`: the numbers of several; `amount`: exact. `done`
    are the items of the plan before that they ticked, beside the new plan.
    """

    __tablename__ = "answer"
    __table_args__ = (
        UniqueConstraint("prompt_id", "question_id"),
        CheckConstraint(
            "words IS NOT NULL OR number IS NOT NULL OR chosen IS NOT NULL OR amount IS NOT NULL OR done IS NOT NULL",
            name="says_something",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    prompt_id: int = Field(foreign_key="prompt.id")
    question_id: int = Field(foreign_key="question.id", index=True)
    words: str | None = Field(default=None, sa_type=Words)
    number: int | None = None
    chosen: list[int] | None = Field(default=None, sa_type=NumbersJSON)
    amount: Decimal | None = Field(default=None, sa_type=Exact)
    done: list[str] | None = Field(default=None, sa_type=WordsJSON)
    at: datetime = Field(sa_type=UTCDateTime)

    @property
    def value(self) -> AnswerValue:
        """What it says."""
        return AnswerValue(
            self.question_id,
            self.words,
            self.number,
            tuple(self.chosen or ()),
            self.amount,
            tuple(self.done or ()),
        )


class Draft(Owned, table=True):
    """What somebody has typed and not sent yet, by block_id as the form has it; only they ever see it.

    `action_ts` is Slack's time of the last keystroke taken in: the newer wins.
    """

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("person_id", "prompt_id"), Index("ix_draft_updated_at", "updated_at"))

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    prompt_id: int = Field(foreign_key="prompt.id", index=True)
    typed: dict[str, Any] = Field(sa_type=WordsJSON)
    action_ts: str = Field(default="", max_length=32)
    updated_at: datetime = Field(sa_type=UTCDateTime)

    @property
    def filled(self) -> int:
        """How many inputs hold something; what didn't fit into one is of that one."""
        return sum(1 for name, value in self.typed.items() if value and not name.startswith("rest"))


_EARLIER: Any = aliased(Prompt)
_LAST_ANSWERED = (
    select(_EARLIER.id)
    .join(Round, col(Round.id) == _EARLIER.round_id)
    .where(
        _EARLIER.person_id == bindparam("person_id"),
        _EARLIER.due_at < bindparam("before", type_=UTCDateTime),
        _EARLIER.answered_at.is_not(None),
        col(Round.checkin_id) == bindparam("checkin_id"),
    )
    .order_by(_EARLIER.due_at.desc())
    .limit(1)
    .scalar_subquery()
)
_LAST_WORDS = select(col(Answer.question_id), col(Answer.words)).where(
    col(Answer.prompt_id) == _LAST_ANSWERED,
    among(col(Answer.question_id), "question_ids"),
    col(Answer.words).is_not(None),
)
# With RETURNING they all go in one statement, not in one each.
_ADD = insert(_answers := SQLModel.metadata.tables["answer"]).returning(_answers.c.id)
_OWN = select(Answer).where(col(Answer.prompt_id) == bindparam("prompt_id"))
_OF_PROMPT = (col(Draft.person_id) == bindparam("person_id"), col(Draft.prompt_id) == bindparam("prompt_id"))
_DRAFT = select(Draft).where(*_OF_PROMPT)
_DRAFTS = select(Draft).where(among(col(Draft.prompt_id), "prompt_ids"))
# By table, since each submission does it: SQLAlchemy's own work on classes costs as much as the statement.
_drafts = SQLModel.metadata.tables["draft"]
_DISCARD = delete(_drafts).where(
    *(_drafts.c[name] == bindparam(name) for name in ("workspace_id", "person_id", "prompt_id"))
)


def add(session: Session, prompt_id: int, values: Sequence[AnswerValue], at: datetime) -> None:
    """Keep what somebody says to questions that they said nothing to yet."""
    if not values:
        return
    shared = {"workspace_id": workspace_of(session), "prompt_id": prompt_id, "at": at}
    session.execute(_ADD, [{**shared, "question_id": value.question_id, **columns(value)} for value in values])


def columns(value: AnswerValue) -> dict[str, Any]:
    """What somebody says, by column."""
    return {
        "words": value.words,
        "number": value.number,
        "chosen": list(value.chosen) or None,
        "amount": value.amount,
        "done": list(value.done) or None,
    }


def own(session: Session, prompt_id: int) -> dict[int, Answer]:
    """One prompt's answers by question, for their author."""
    found = session.scalars(_OWN, {"prompt_id": prompt_id})
    return {answer.question_id: answer for answer in found}


def last_words(session: Session, prompt: Prompt, checkin_id: int, question_ids: Sequence[int]) -> dict[int, str]:
    """What somebody said to these questions when they last answered the check-in before this prompt."""
    found = session.execute(
        _LAST_WORDS,
        {
            "person_id": prompt.person_id,
            "before": prompt.due_at,
            "checkin_id": checkin_id,
            "question_ids": list(question_ids),
        },
    )
    return {question: words for question, words in found if words is not None}


def of_round(session: Session, round_id: int, readable: ColumnElement[bool]) -> list[tuple[Prompt, Answer]]:
    """A round's answers that fulfil `readable`, by author and question."""
    query = (
        select(Prompt, Answer)
        .join(Answer, col(Answer.prompt_id) == col(Prompt.id))
        .where(col(Prompt.round_id) == round_id, readable)
        .order_by(col(Prompt.id), col(Answer.question_id))
    )
    return list(session.execute(query))


def authors_of_round(session: Session, round_id: int, readable: ColumnElement[bool]) -> list[tuple[int, int]]:
    """Who answered a round in a way that fulfils `readable`: pairs of person and prompt."""
    query = (
        select(Prompt)
        .where(col(Prompt.round_id) == round_id, col(Prompt.answered_at).is_not(None), readable)
        .order_by(col(Prompt.id))
    )
    return [(prompt.person_id, prompt.key) for prompt in session.scalars(query)]


def typed_into(session: Session, prompt_id: int) -> Prompt | None:
    """The prompt that a draft belongs to, locked: keystrokes come in parallel, and beside the form that is sent."""
    return session.scalars(select(Prompt).where(col(Prompt.id) == prompt_id).with_for_update()).one_or_none()


def draft(session: Session, person_id: int, prompt_id: int) -> Draft | None:
    """Somebody's draft for a prompt."""
    of_prompt = {"person_id": person_id, "prompt_id": prompt_id}
    return shared(session, ("draft", person_id, prompt_id), lambda: session.scalars(_DRAFT, of_prompt).one_or_none())


def look_up_drafts(session: Session, prompts: Sequence[Prompt]) -> None:
    """Drafts for these prompts, for `draft` to give in the rest of a look."""
    found = session.scalars(_DRAFTS, {"prompt_ids": [prompt.key for prompt in prompts]})
    share(session, {("draft", prompt.person_id, prompt.key): None for prompt in prompts})
    share(session, {("draft", each.person_id, each.prompt_id): each for each in found})


def discard_draft(session: Session, person_id: int, prompt_id: int) -> None:
    """Let a draft go, where there is one."""
    of_prompt = {"workspace_id": workspace_of(session), "person_id": person_id, "prompt_id": prompt_id}
    session.execute(_DISCARD, of_prompt)
