"""What the coach says about a goal, and that it is right about most."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.goal_coach import FAR, About, Advice, Hint, Sketch, advise
from bot.i18n import Voice
from bot.views import goal_coach
from tests.bench.coach import rates
from tests.domain.labelled_goals import GOALS, START, UNSEEN

GOOD = Sketch("Cut the time from order to delivery to five days", START, START + timedelta(days=90), 1, has_parent=True)


def hints(title: str, **more: object) -> list[Hint]:
    """What is said about a goal that is good but for its title, and what else is given."""
    given = {"due_on": GOOD.due_on, "measures": 1, "has_parent": True, **more}
    return [advice.hint for advice in advise(Sketch(title, START, **given))]  # type: ignore[arg-type]


def test_there_is_nothing_to_say_about_a_good_one() -> None:
    assert advise(GOOD) == ()


@pytest.mark.parametrize(
    ("title", "hint"),
    [
        ("Sales", Hint.SHORT),
        ("Improve quality", Hint.VAGUE),
        ("Be a role model for all of the juniors in Graz", Hint.VAGUE),
        ("Launch the app and hire a designer and clean up the wiki", Hint.SEVERAL),
    ],
)
def test_a_title_that_says_too_little(title: str, hint: Hint) -> None:
    assert hints(title) == [hint]


def test_the_words_that_are_vague_are_named() -> None:
    assert advise(Sketch("Improve quality", START, GOOD.due_on, 1, True)) == (Advice(Hint.VAGUE, "Improve"),)


def test_a_number_and_a_date_in_the_title_are_offered_as_what_they_are() -> None:
    found = advise(Sketch("Win 12 reference customers by the end of March", START, has_parent=True))

    assert found == (Advice(Hint.NUMBER_IN_TITLE, "12"), Advice(Hint.DATE_IN_TITLE, "by the end of March"))


def test_a_date_is_no_number_to_measure() -> None:
    assert hints("Open the Lyon warehouse by 2027", measures=0) == [Hint.NO_MEASURE]


def test_a_date_far_away_binds_nobody() -> None:
    assert hints("Open the Lyon warehouse", due_on=START + FAR) == []
    assert hints("Open the Lyon warehouse", due_on=START + FAR + timedelta(days=1)) == [Hint.FAR_DATE]


def test_a_goal_of_the_company_has_none_above_it() -> None:
    assert hints("Open the Lyon warehouse", has_parent=False) == [Hint.NO_PARENT]
    assert hints("Open the Lyon warehouse", has_parent=False, could_have_parent=False) == []


def test_there_are_enough_labelled_goals_and_none_is_there_twice() -> None:
    titles = [goal.title for goal in (*GOALS, *UNSEEN)]

    assert len(titles) == len(set(titles)) >= 60


@pytest.mark.parametrize("about", About)
def test_it_is_right_about_the_goals_it_was_made_with_and_seldom_wrong_about_others(about: About) -> None:
    precision, recall, wanting = rates(GOALS, about)

    assert wanting >= 15
    assert min(precision, recall) >= 0.95
    assert rates(UNSEEN, about)[0] >= 0.9


@pytest.mark.parametrize("locale", ["en-GB", "de-DE"])
@pytest.mark.parametrize("hint", Hint)
def test_each_hint_says_how_to_mend_it(hint: Hint, locale: str) -> None:
    said = goal_coach.sentence(Voice(locale), Advice(hint, "<!channel> & co"))

    assert 15 < len(said) < 240
    assert "{" not in said
    assert "<!" not in said


@given(st.text(max_size=150))
@settings(max_examples=100)
def test_whatever_the_title_is_it_is_said_at_most_once_about_each(title: str) -> None:
    about = [advice.about for advice in advise(Sketch(title, START))]

    assert len(about) == len(set(about)) <= len(About)
