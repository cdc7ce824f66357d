from bot.domain.checkins import QuestionKind, minutes
from bot.domain.setup import MAX_NAME, MAX_WORDING, WINDOWS
from bot.domain.templates import WEEKLY


def test_the_weekly_check_in_takes_about_two_minutes_and_one_question_is_free() -> None:
    assert minutes(WEEKLY.questions) == 2
    assert [question.kind for question in WEEKLY.questions if not question.required] == [QuestionKind.BLOCKER]


def test_the_weekly_check_in_fits_the_form() -> None:
    assert len(WEEKLY.name) <= MAX_NAME
    assert all(len(question.wording) <= MAX_WORDING for question in WEEKLY.questions)
    assert WEEKLY.window_minutes in WINDOWS
