"""Rhythms in words and back: what is said can be typed again, in each language; English has short forms too."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.rhythms import LAST, MonthlyOnDate, MonthlyOnWeekday, Rhythm, Weekly, WorkingDays
from bot.errors import UserError
from bot.i18n import Voice
from bot.views.rhythm_words import parse, words, words_at
from tests.domain.rhythms import DAYS, RHYTHMS

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
BRITISH, AMERICAN, GERMAN, FRENCH = (Voice(locale) for locale in ("en-GB", "en-US", "de-DE", "fr-FR"))
MONDAY = date(2026, 11, 23)
NEXT_WEEK = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("rhythm", "english", "german"),
    [
        (WorkingDays(), "every working day", "jeden Arbeitstag"),
        (Weekly(MON), "every Monday", "jeden Montag"),
        (Weekly(THU, MON), "every Monday and Thursday", "jeden Montag und Donnerstag"),
        (Weekly(FRI, every=2), "every second Friday", "jeden zweiten Freitag"),
        (Weekly(MON, THU, every=2), "every 2 weeks on Monday and Thursday", "alle 2 Wochen am Montag und Donnerstag"),
        (Weekly(FRI, every=3), "every 3 weeks on Friday", "alle 3 Wochen am Freitag"),
        (MonthlyOnDate(1), "monthly on the 1st", "am 1. jedes Monats"),
        (MonthlyOnDate(12), "monthly on the 12th", "am 12. jedes Monats"),
        (MonthlyOnDate(22), "monthly on the 22nd", "am 22. jedes Monats"),
        (
            MonthlyOnDate(30),
            "monthly on the 30th, or the last day of a shorter month",
            "am 30. jedes Monats, in kürzeren am letzten Tag",
        ),
        (MonthlyOnDate(31), "on the last day of the month", "am letzten Tag des Monats"),
        (MonthlyOnWeekday(1, TUE), "on the first Tuesday of the month", "am ersten Dienstag des Monats"),
        (MonthlyOnWeekday(LAST, FRI), "on the last Friday of the month", "am letzten Freitag des Monats"),
    ],
)
def test_in_words(rhythm: Rhythm, english: str, german: str) -> None:
    assert words(BRITISH, rhythm) == english
    assert words(GERMAN, rhythm) == german
    assert words(FRENCH, rhythm) == english, "no French sentences"


def test_which_weeks_count_is_said_by_a_date() -> None:
    fridays = Weekly(FRI, every=2, start=NEXT_WEEK)

    assert words(BRITISH, fridays, MONDAY) == "every second Friday, from Fri 4 Dec"
    assert words(AMERICAN, fridays, MONDAY) == "every second Friday, from Fri, Dec 4"
    assert words(GERMAN, fridays, MONDAY) == "jeden zweiten Freitag, ab Fr., 4. Dez."
    assert words(BRITISH, Weekly(FRI), MONDAY) == "every Friday"


def test_with_the_time_of_day() -> None:
    assert words_at(BRITISH, MonthlyOnDate(15), time(9), "your time") == "monthly on the 15th at 09:00, your time"
    assert words_at(GERMAN, MonthlyOnDate(15), time(9), "deine Zeit") == "am 15. jedes Monats um 09:00 Uhr (deine Zeit)"


@given(RHYTHMS, DAYS, st.sampled_from([BRITISH, AMERICAN, GERMAN, FRENCH]))
@settings(deadline=None)
def test_what_is_said_can_be_typed(rhythm: Rhythm, today: date, voice: Voice) -> None:
    assert parse(words(voice, rhythm, today), voice, today) == rhythm


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("weekdays", WorkingDays()),
        ("Daily", WorkingDays()),
        ("every working day.", WorkingDays()),
        ("each business day", WorkingDays()),
        ("mondays", Weekly(MON)),
        ("  every   Monday ", Weekly(MON)),
        ("mon, thu", Weekly(MON, THU)),
        ("mon/wed/fri", Weekly(MON, WED, FRI)),
        ("tues, thurs & sat", Weekly(TUE, THU, SAT)),
        ("weekly on wed", Weekly(WED)),
        ("every week on the Monday", Weekly(MON)),
        ("mon-thu", Weekly(MON, TUE, WED, THU)),
        ("Saturday to Monday", Weekly(SAT, SUN, MON)),
        ("every 2 weeks on mon, thu", Weekly(MON, THU, every=2, start=MONDAY)),
        ("every other friday", Weekly(FRI, every=2, start=MONDAY)),
        ("biweekly on tuesday", Weekly(TUE, every=2, start=MONDAY)),
        ("fridays every third week", Weekly(FRI, every=3, start=MONDAY)),
        ("every fortnight on sun", Weekly(SUN, every=2, start=MONDAY)),
        ("every second week on Fri from 2026-12-04", Weekly(FRI, every=2, start=NEXT_WEEK)),
        ("every 2 weeks on friday starting 4 December", Weekly(FRI, every=2, start=NEXT_WEEK)),
        ("every 2 weeks on friday, starting on Dec 1st, 2026", Weekly(FRI, every=2, start=NEXT_WEEK)),
        ("every third monday from 22 feb", Weekly(MON, every=3, start=date(2027, 2, 22))),
        ("monthly on the 15th", MonthlyOnDate(15)),
        ("15th of the month", MonthlyOnDate(15)),
        ("every month on day 3", MonthlyOnDate(3)),
        ("monthly on the 31st", MonthlyOnDate(31)),
        ("last day of each month", MonthlyOnDate(31)),
        ("first tuesday of the month", MonthlyOnWeekday(1, TUE)),
        ("every 2nd wed of the month", MonthlyOnWeekday(2, WED)),
        ("monthly on the last friday", MonthlyOnWeekday(LAST, FRI)),
    ],
)
def test_short_forms(typed: str, expected: Rhythm) -> None:
    assert parse(typed, BRITISH, MONDAY) == expected
    assert parse(typed, GERMAN, MONDAY) == expected, "English is read everywhere"


def test_weeks_count_from_the_next_of_its_days() -> None:
    wednesday = date(2026, 11, 25)

    assert parse("every second Monday", BRITISH, wednesday) == Weekly(MON, every=2, start=NEXT_WEEK)
    assert parse("every second Thursday", BRITISH, wednesday) == Weekly(THU, every=2, start=wednesday)
    assert parse("jeden zweiten Montag", GERMAN, wednesday) == Weekly(MON, every=2, start=NEXT_WEEK)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "whenever",
        "every",
        "every moonday",
        "monthly",
        "second friday",
        "every monday at nine",
        "every monday from 7 dec",
        "every 2 weeks on friday from 31 feb",
        "15",
        "month",
        "jeden Montag",
    ],
)
def test_what_cannot_be_read_is_told_what_can(typed: str) -> None:
    with pytest.raises(UserError) as refused:
        parse(typed, BRITISH, MONDAY, field="rhythm")

    assert refused.value.field == "rhythm"
    sentence = BRITISH.say(refused.value.msgid, **refused.value.params)
    assert sentence == (
        "Cairn doesn't know that rhythm. You can type, for example: every working day; every Monday and Thursday; "
        "every second Friday; monthly on the 15th; on the last Friday of the month."
    )


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("every 9 weeks on monday", "A check-in can come every 1 to 8 weeks. Choose a number from 1 to 8."),
        ("every 0 weeks on monday", "A check-in can come every 1 to 8 weeks. Choose a number from 1 to 8."),
        ("monthly on the 32nd", "Choose a day of the month from 1 to 31. In a shorter month it is the last day."),
        ("fifth friday of the month", "Choose the first, second, third, fourth or last weekday of the month."),
    ],
)
def test_what_is_wrong_is_told(typed: str, sentence: str) -> None:
    with pytest.raises(UserError) as refused:
        parse(typed, BRITISH, MONDAY)

    assert refused.value.msgid == sentence
