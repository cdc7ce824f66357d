"""What a form shows is what its parser reads, whatever stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as settings_of_a_test
from hypothesis import strategies as st

from bot.domain.checkin_setup import begin, fields_of, from_json, to_json
from bot.domain.checkins import MAX_WORDS, Question, QuestionKind
from bot.domain.forms import Form, Moved, Progress, Typed
from bot.domain.goals import Direction, MeasureKind, Terms
from bot.domain.public_holidays import Region
from bot.domain.readers import ReadBy
from bot.domain.rhythms import (
    MAX_WEEKS,
    NTHS,
    MonthlyOnDate,
    MonthlyOnWeekday,
    Rhythm,
    Weekly,
    WorkingDays,
    flaws,
)
from bot.domain.setup import WINDOWS, CheckInRequest, ConditionRequest, QuestionRequest, SettingsRequest
from bot.domain.templates import WEEKLY
from bot.errors import FieldErrors
from bot.i18n import Voice
from bot.playground.views import initial_state
from bot.views import answer_form, checkin_form, kept_inputs, question_form, settings, teams
from bot.views.blocks import Block
from bot.views.checkin_form import SetupCard
from bot.views.question_form import QuestionCard
from bot.views.teams import TeamForm

VOICE = Voice("en-GB", "Europe/Berlin")
QUESTIONS = tuple(
    Question(
        number,
        kind,
        f"Question {number}?",
        required=number % 2 == 0,
        options=("Red", "Green", "Blue") if kind.has_options else (),
    )
    for number, kind in enumerate(QuestionKind, start=7)
    if kind is not QuestionKind.PROGRESS
)
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=MAX_WORDS)


def sent(view: Block, **changed: Mapping[str, Any]) -> dict[str, Any]:
    """The view as Slack sends it back, with what it was filled with and what was `changed` by block_id."""
    values = initial_state(view["blocks"])
    for block_id, fields in changed.items():
        (entry,) = values[block_id].values()
        entry |= fields
    return {**view, "id": "V1", "hash": "1.a", "state": {"values": values}}


def form(values: dict[int, Typed], generation: int = 0) -> Form:
    return Form(
        prompt_id=42,
        checkin="Weekly",
        nominal=date(2026, 11, 23),
        questions=QUESTIONS,
        values=values,
        closes_at=datetime(2026, 11, 24, 11, tzinfo=UTC),
        read_by=ReadBy("team", "Platform", ("Ana",), 1),
        generation=generation,
    )


def typed_into(question: Question) -> st.SearchStrategy[Typed]:
    if question.kind is QuestionKind.CHOICES:
        several = st.sets(st.sampled_from(question.steps), min_size=1)
        return st.none() | several.map(lambda chosen: tuple(sorted(chosen)))
    return st.none() | (st.sampled_from(question.steps) if question.steps else words)


@pytest.mark.parametrize("moved", [Moved(), Moved("2,5"), Moved(is_same=True), Moved("2.5", is_same=True)])
@pytest.mark.parametrize("generation", [0, 3])
def test_what_is_said_of_measures_comes_back(moved: Moved, generation: int) -> None:
    terms = Terms(MeasureKind.NUMBER, Direction.UP, Decimal(1), Decimal(9))
    done = Terms(MeasureKind.DONE, Direction.UP, Decimal(0), Decimal(1))
    asked = (Progress(5, "Goal", terms, last=Decimal(3), moved=moved), Progress(6, "Done?", done, moved=Moved("1")))
    question = Question(3, QuestionKind.PROGRESS, "How do they go?")
    shown = replace(form({}, generation), questions=(question,), progress=asked)

    submission = answer_form.parse(sent(answer_form.answer_form(VOICE, shown)))

    assert submission.moved == {5: moved, 6: Moved("1")}
    assert submission.values == {}


@given(
    st.tuples(*map(typed_into, QUESTIONS)),
    st.integers(0, 999_999),
)
def test_answers_come_back_as_they_were_typed(typed: tuple[Typed, ...], generation: int) -> None:
    values = {question.id: value for question, value in zip(QUESTIONS, typed, strict=True)}

    submission = answer_form.parse(sent(answer_form.answer_form(VOICE, form(values, generation))), "7.7")

    assert submission.values == values
    assert (submission.prompt_id, submission.view_id, submission.action_ts) == (42, "V1", "7.7")


def test_a_form_of_another_generation_has_none_of_the_inputs_that_slack_remembers() -> None:
    blocks = [
        {block["block_id"] for block in answer_form.answer_form(VOICE, form({}, n))["blocks"] if "label" in block}
        for n in (0, 5, 6)
    ]

    assert not blocks[0] & blocks[1]
    assert not blocks[1] & blocks[2]


REQUEST = CheckInRequest(
    team_ids=(3, 4),
    name="Weekly check-in",
    questions=WEEKLY.questions,
    rhythm=Weekly(0),
    at=time(9),
    window_minutes=27 * 60,
    readers="team",
    home_channel="CPLATFORM",
)
TODAY = date(2026, 11, 25)
rhythms = st.one_of(
    st.just(WorkingDays()),
    st.builds(
        lambda days, every, start: Weekly(*days, every=every, start=start),
        st.frozensets(st.integers(0, 6), min_size=1),
        st.integers(1, MAX_WEEKS),
        st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    ),
    st.builds(MonthlyOnDate, st.integers(1, 31)),
    st.builds(MonthlyOnWeekday, st.sampled_from(NTHS), st.integers(0, 6)),
)


def as_sent(request: CheckInRequest, **changed: Mapping[str, Any]) -> CheckInRequest:
    """A request by way of its form; `changed` by block_id."""
    setup = begin(fields_of(request, TODAY), [(each, None) for each in request.questions])
    card = SetupCard(7, from_json(to_json(setup)), {3: "Platform", 4: "Design", 5: "Sales"})
    view = sent(checkin_form.checkin_form(VOICE, card), **changed)
    assert checkin_form.draft_id(view) == 7
    return checkin_form.parse(setup.filled_in(checkin_form.read(view)))


@given(rhythms, st.sampled_from(sorted(WINDOWS)), st.times(), st.sampled_from(["own", "team"]), st.booleans())
def test_a_check_in_comes_back_as_it_is(rhythm: Rhythm, window: int, at: time, zone: str, leads: bool) -> None:
    request = replace(
        REQUEST,
        rhythm=rhythm,
        window_minutes=window,
        at=at.replace(second=0, microsecond=0),
        zone_kind=zone,
        readers="leads" if leads else "team",
        home_channel=None if leads else "CPLATFORM",
        reminders="light" if leads else "active",
        digest_when="arrival" if leads else "close",
        names_hidden=not leads,
    )
    if flaws(rhythm, timedelta(minutes=window)):
        with pytest.raises(FieldErrors) as refused:
            as_sent(request)
        assert [each.field for each in refused.value.errors] == ["window"]
    else:
        assert as_sent(request) == request


def option(view: Block, block_id: str, value: str) -> dict[str, Any]:
    """A choice that the form offers."""
    (element,) = [block["element"] for block in view["blocks"] if block.get("block_id") == block_id]
    return {"selected_option": next(each for each in element["options"] if each["value"] == value)}


@pytest.mark.parametrize("at", [None, "", "24:00", "9 o'clock", "-1:30"])
def test_a_time_that_isnt_one_is_an_error_at_its_field(at: str | None) -> None:
    with pytest.raises(FieldErrors) as refused:
        as_sent(REQUEST, at={"selected_time": at})

    assert [each.field for each in refused.value.errors] == ["at"]


ASKED = [
    QuestionRequest(QuestionKind.LONG_TEXT, "What next?", required=False, is_plan=True),
    QuestionRequest(QuestionKind.CHOICES, "With what?", options=("Pen", "Paper")),
    QuestionRequest(QuestionKind.NUMBER, "How long?", unit="hours"),
    QuestionRequest(QuestionKind.NUMBER, "How many?"),
    QuestionRequest(QuestionKind.SHORT_TEXT, "Why?", condition=ConditionRequest(0, (1, 2))),
    *(QuestionRequest(kind, "Really?", options=("Yes", "No") if kind.has_options else ()) for kind in QuestionKind),
]


@pytest.mark.parametrize("asked", ASKED)
def test_a_question_comes_back_as_it_is(asked: QuestionRequest) -> None:
    mood = QuestionRequest(QuestionKind.MOOD, "How was it?")
    setup = begin({}, [(mood, None), (asked, None)]).writing(question_form.typed_for(asked))

    view = sent(question_form.question_form(VOICE, QuestionCard(7, 2, setup)))

    assert question_form.read(view) == (7, 2)
    assert question_form.parse({**setup.asking, **kept_inputs.read(view)}) == asked


@settings_of_a_test(deadline=None)  # the first country takes a while to load
@given(st.booleans(), st.booleans(), st.frozensets(st.integers(0, 6), min_size=1))
@pytest.mark.parametrize("region", [None, Region("FR"), Region("DE", "BY"), Region("BR", "São Paulo Capital")])
def test_settings_come_back_as_they_stand(
    region: Region | None, anyone: bool, guests: bool, days: frozenset[int]
) -> None:
    pilot = frozenset({5})
    current = SettingsRequest(anyone, guests, days, time(8, 30), time(16, 45), region, 12, pilot_teams=pilot, k=7)
    if anyone:
        current = replace(
            current, kudos_values=("craft", "Customer first"), kudos_emoji="raised_hands", kudos_a_day=1_000
        )

    request = settings.parse(VOICE, sent(settings.settings_form(VOICE, current, {3: "Platform", 5: "Design"})))

    assert request == current


@pytest.mark.parametrize("groups", [{}, {"SLEADS": "Leads"}])
def test_a_team_is_read_as_it_was_chosen(groups: dict[str, str]) -> None:
    view = teams.team_form(VOICE, groups, "CPLATFORM")
    chosen: dict[str, Mapping[str, Any]] = {
        "name": {"value": "Platform"},
        "members": {"selected_users": ["UANA", "UBO"]},
        "leads": {"selected_users": ["UEVA"]},
        "from_channel": {"selected_conversation": "CGENERAL"},
    }
    if groups:
        chosen["from_group"] = option(view, "from_group", "SLEADS")

    assert teams.parse(sent(view, **chosen)) == TeamForm(
        name="Platform",
        members=("UANA", "UBO"),
        from_channel="CGENERAL",
        from_group="SLEADS" if groups else None,
        leads=("UEVA",),
        observers=(),
        home_channel="CPLATFORM",
    )
