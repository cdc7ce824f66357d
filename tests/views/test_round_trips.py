"""What a form shows is what its parser reads, whatever stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checkins import MAX_WORDS, Question, QuestionKind
from bot.domain.forms import Form, Typed
from bot.domain.readers import ReadBy
from bot.domain.rhythms import Weekly, WorkingDays
from bot.domain.setup import WINDOWS, CheckInRequest, SettingsRequest
from bot.domain.templates import WEEKLY
from bot.errors import UserError
from bot.i18n import Voice
from bot.playground.views import initial_state
from bot.views import answer_form, checkin_form, settings, teams
from bot.views.blocks import Block
from bot.views.settings import CurrentSettings
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


def test_a_new_check_in_is_the_weekly_template_until_something_is_changed() -> None:
    view = checkin_form.checkin_form(VOICE, {3: "Platform", 4: "Design"}, "CPLATFORM")

    assert checkin_form.parse(sent(view), VOICE) == CheckInRequest(
        team_ids=(3,),
        name="Weekly check-in",
        questions=WEEKLY.questions,
        rhythm=Weekly(0),
        at=time(9),
        window_minutes=27 * 60,
        readers="team",
        home_channel="CPLATFORM",
        zone_kind="own",
    )


@pytest.mark.parametrize("weekday", [None, *range(7)])
@pytest.mark.parametrize("window", WINDOWS)
def test_every_choice_of_the_form_is_read(weekday: int | None, window: int) -> None:
    view = checkin_form.checkin_form(VOICE, {3: "Platform"}, None)
    day = "working_days" if weekday is None else str(weekday)
    rhythm = WorkingDays() if weekday is None else Weekly(weekday)

    request = checkin_form.parse(
        sent(view, weekday=option(view, "weekday", day), window=option(view, "window", str(window))), VOICE
    )

    assert (request.rhythm, request.window_minutes, request.home_channel) == (rhythm, window, None)


def option(view: Block, block_id: str, value: str) -> dict[str, Any]:
    """A choice that the form offers."""
    (element,) = [block["element"] for block in view["blocks"] if block.get("block_id") == block_id]
    return {"selected_option": next(each for each in element["options"] if each["value"] == value)}


@pytest.mark.parametrize("at", [None, "", "24:00", "9 o'clock", "-1:30"])
def test_a_time_that_isnt_one_is_an_error_at_its_field(at: str | None) -> None:
    view = checkin_form.checkin_form(VOICE, {3: "Platform"}, None)

    with pytest.raises(UserError) as refused:
        checkin_form.parse(sent(view, at={"selected_time": at}), VOICE)

    assert refused.value.field == "at"


@given(st.booleans(), st.booleans(), st.frozensets(st.integers(0, 6), min_size=1))
def test_settings_come_back_as_they_stand(anyone: bool, guests: bool, days: frozenset[int]) -> None:
    current = CurrentSettings(anyone, guests, days, time(8, 30), time(16, 45), version=12)

    request = settings.parse(sent(settings.settings_form(VOICE, current)))

    assert request == SettingsRequest(anyone, guests, days, time(8, 30), time(16, 45), version=12)


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
