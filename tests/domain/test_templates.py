import pytest

from bot.domain.checkins import QuestionKind, minutes
from bot.domain.questions import flaws
from bot.domain.rhythms import flaws as rhythm_flaws
from bot.domain.setup import MAX_NAME, WINDOWS
from bot.domain.templates import PULSE, STAND_UP, TEMPLATES, WEEKLY, Template
from bot.i18n import Voice

EACH = pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)


def test_the_weekly_check_in_takes_about_two_minutes_and_one_question_is_free() -> None:
    assert minutes(WEEKLY.questions) == 2
    assert [question.kind for question in WEEKLY.questions if not question.required] == [QuestionKind.BLOCKER]


def test_each_takes_about_two_minutes_at_most() -> None:
    assert [minutes(template.questions) for template in TEMPLATES.values()] == [2, 2, 2]
    assert [len(template.questions) for template in (WEEKLY, STAND_UP, PULSE)] == [4, 3, 6]


@EACH
def test_a_template_fits_the_form_in_every_language(template: Template) -> None:
    for voice in (Voice("en-GB"), Voice("de-DE")):
        assert len(voice.say(template.name)) <= MAX_NAME
        assert flaws([question.said_by(voice) for question in template.offered]) == []
    assert template.window_minutes in WINDOWS
    assert template.reminders in ("light", "standard", "active")
    assert rhythm_flaws(template.schedule.rhythm) == []


@EACH
def test_a_template_speaks_the_language_of_whoever_sets_it_up(template: Template) -> None:
    german = [question.said_by(Voice("de-DE")) for question in template.offered]

    for here, there in zip(template.offered, german, strict=True):
        assert here.wording != there.wording
        assert all(
            option != translated
            for option, translated in zip(here.options, there.options, strict=True)
            if " " in option
        )


def test_habits_ask_for_a_plan_and_a_pulse_why_it_was_hard() -> None:
    assert [question.wording for question in WEEKLY.questions if question.is_plan] == ["What will you do next?"]
    assert [question.wording for question in STAND_UP.questions if question.is_plan] == ["What will you do today?"]
    assert [question.wording for question in PULSE.questions if question.condition] == [
        "What made it hard, and what would help?"
    ]
