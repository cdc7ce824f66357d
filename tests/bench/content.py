"""Long forms and long digests, from the database to the JSON that Slack gets, beside that JSON alone being written."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from statistics import median
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.checkins import AnswerValue, PromptState, Question, QuestionKind
from bot.domain.forms import Submission, Typed
from bot.domain.setup import ConditionRequest, QuestionRequest
from bot.i18n import Voice
from bot.notices.digests import PersonDigest
from bot.services import answers as service
from bot.services import questions
from bot.views import digests
from bot.views.answer_form import answer_form
from storage import answers, checkins
from storage.database import Database
from storage.people import Person
from storage.rounds import Prompt
from tests.bench import company
from tests.bench.databases import KINDS, Databases
from tests.bench.processes import in_own_process
from tests.bench.report import Line, at_most

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
RUNS = 25
FORM_BAR, DIGEST_BAR = 60.0, 200.0
PEOPLE, ANSWERS_EACH = 75, 4
WORDS = "The launch checklist went through without a question, and the index is rebuilt. " * 12
OPTIONS = ("Time without interruptions", "Feedback", "Room to learn", "Clear priorities")
TWENTY = (
    QuestionRequest(QuestionKind.MOOD, "How was it?"),
    QuestionRequest(QuestionKind.LONG_TEXT, "Why?", condition=ConditionRequest(0, (1, 2, 3, 4))),
    QuestionRequest(QuestionKind.LONG_TEXT, "What next?", is_plan=True),
    *(QuestionRequest(QuestionKind.LONG_TEXT, f"Question {n}?") for n in range(8)),
    *(QuestionRequest(QuestionKind.CHOICE, f"Choice {n}?", options=OPTIONS) for n in range(3)),
    *(QuestionRequest(QuestionKind.CHOICES, f"Choices {n}?", options=OPTIONS) for n in range(3)),
    *(QuestionRequest(QuestionKind.NUMBER, f"Number {n}?", unit="hours") for n in range(3)),
)


def measure(databases: Databases) -> Iterator[Line]:
    """CPU of a form that is opened, and the time of a digest that is rendered."""
    for kind in KINDS:
        opened, bare = in_own_process(open_form, databases.fresh(kind))
        yield at_most(f"a form of 20 questions with a draft, CPU, {kind}", opened, FORM_BAR, "ms", bare)
        rendered, bare = in_own_process(render_digest, databases.fresh(kind))
        yield at_most(f"a digest of {PEOPLE * ANSWERS_EACH} answers, {kind}", rendered, DIGEST_BAR, "ms", bare)


def open_form(url: str) -> tuple[float, float]:
    """Milliseconds of CPU for a form of 20 questions, a draft and last time's plan in it; and for its JSON alone."""
    database = Database(url)
    with database.session(company.WORKSPACE) as session:
        parts = _rounds(session, TWENTY, people=1)
        for part in parts:
            person = session.get_one(Person, part.person_id)
            typed = {question.id: _typed(question) for question in part.questions}
            service.save_draft(session, person, Submission(part.prompt_id, typed, "V1", "7.7"), NOW)
        _answer(session, parts[0])

    def form() -> dict[str, Any]:
        with database.session(company.WORKSPACE) as session:
            person = session.get_one(Person, parts[1].person_id)
            return answer_form(person.voice, service.form(session, person, parts[1].prompt_id, NOW))

    shown = form()
    if len(shown["blocks"]) < len(TWENTY) or WORDS not in json.dumps(shown):
        raise RuntimeError("the form isn't whole")
    times = _milliseconds(lambda: json.dumps(form()), time.process_time), _milliseconds(lambda: json.dumps(shown))
    database.close()
    return times


def render_digest(url: str) -> tuple[float, float]:
    """Milliseconds until every page of a reader's digest is there, with its answers; and for their JSON alone."""
    database = Database(url)
    with database.session(company.WORKSPACE) as session:
        parts = _rounds(session, TWENTY[2 : 2 + ANSWERS_EACH], people=PEOPLE)[:PEOPLE]
        for part in parts:
            _answer(session, part)
        prompt = session.get_one(Prompt, parts[0].prompt_id)
        notice = PersonDigest(prompt.round_id, 0, parts[0].person_id)

    def pages() -> list[tuple[str, list[dict[str, Any]]]]:
        with database.session(company.WORKSPACE) as session:
            return notice.pages(session, Voice("en-GB", company.ZONE))

    shown = pages()
    if sum(json.dumps(page).count(WORDS.strip()) for page in shown) < PEOPLE * ANSWERS_EACH:
        raise RuntimeError(f"the digest isn't whole: {len(shown)} pages of {digests.PAGE_TEXT}")
    times = _milliseconds(lambda: json.dumps(pages())), _milliseconds(lambda: json.dumps(shown))
    database.close()
    return times


def _rounds(session: Session, asked: tuple[QuestionRequest, ...], people: int) -> list[company.Part]:
    """Last week's round and this week's, of a check-in that asks these questions."""
    (team,) = company.move_in(session, people, NOW, team_size=people)
    checkin = company.set_up(session, [team], NOW, NOW)
    for before in checkins.questions(session, checkin.key):
        before.deleted_at = NOW
    questions.add(session, checkin.key, asked)
    return company.open_round(session, checkin, NOW - company.WEEK) + company.open_round(session, checkin, NOW)


def _typed(question: Question) -> Typed:
    match question.kind:
        case QuestionKind.NUMBER:
            return "1,234.5"
        case QuestionKind.CHOICES:
            return (1, 3)
        case QuestionKind.LONG_TEXT:
            return WORDS
    return 2


def _answer(session: Session, part: company.Part) -> None:
    words = [each.id for each in part.questions if each.kind is QuestionKind.LONG_TEXT]
    answers.add(session, part.prompt_id, [AnswerValue(question, words=WORDS.strip()) for question in words], NOW)
    answered = {"state": PromptState.ANSWERED, "answered_at": NOW, "audience_id": part.audience_id}
    session.execute(update(Prompt).where(col(Prompt.id) == part.prompt_id).values(**answered))


def _milliseconds(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    times = []
    for _ in range(RUNS):
        started = clock()
        work()
        times.append((clock() - started) * 1000)
    return median(times)
