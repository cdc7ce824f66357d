"""Summaries are sums of cells, and whatever is subtracted from whatever leaves nobody, or k people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.checkins import AnswerValue, Question, QuestionKind
from bot.domain.participation import Standing
from bot.domain.periods import Period
from bot.domain.summary import Cell, Counted, Part, Summary, add_up, cells, enough, from_json, to_json

MOOD, HOURS = 1, 2
MONDAY = date(2026, 11, 16)
STANDINGS = st.sampled_from(list(Standing))
# A round: who counts in which team, and whether they said how they feel.
ROUNDS = st.lists(st.lists(st.tuples(st.integers(1, 4), STANDINGS, st.booleans()), max_size=30), min_size=1, max_size=4)


def said(step: int, amount: str | None = None) -> list[AnswerValue]:
    answers = [AnswerValue(MOOD, number=step)]
    return answers if amount is None else [*answers, AnswerValue(HOURS, amount=Decimal(amount))]


def parts(round_: Iterable[tuple[int, Standing, bool]]) -> list[Part]:
    return [
        Part(team, standing, 7, said(3) if speaks and standing is Standing.ANSWERED else ())
        for team, standing, speaks in round_
    ]


@settings(max_examples=80)
@given(rounds=ROUNDS, k=st.integers(3, 6), names_hidden=st.booleans())
def test_no_series_of_summaries_isolates_fewer_than_k_voices(
    rounds: list[list[tuple[int, Standing, bool]]], k: int, names_hidden: bool
) -> None:
    voices: list[frozenset[tuple[int, int]]] = []  # what each summary of one team over some rounds adds up
    for team in range(1, 5):
        for begin, end in combinations(range(len(rounds) + 1), 2):
            heard: set[tuple[int, int]] = set()
            for n, round_ in enumerate(rounds[begin:end], start=begin):
                cell = cells(parts(round_), k, names_hidden=names_hidden).get(team, Cell())
                who = {(n, i) for i, part in enumerate(parts(round_)) if part.team_id == team and part.answers}
                if MOOD in cell.questions:
                    assert cell.questions[MOOD].voices == len(who)
                    heard |= who
            voices.append(frozenset(heard))
    # Whatever is added and subtracted, nobody is told apart from those in the same sums.
    everybody = frozenset[tuple[int, int]]().union(*voices)
    together: dict[tuple[bool, ...], int] = {}
    for one in everybody:
        signature = tuple(one in each for each in voices)
        together[signature] = together.get(signature, 0) + 1
    assert all(count >= k for count in together.values())


@given(voices=st.dictionaries(st.integers(1, 6), st.integers(1, 12)), k=st.integers(3, 6))
def test_what_stands_by_itself_leaves_nobody_or_k_of_the_whole(voices: dict[int, int], k: int) -> None:
    standing = enough(voices, k)
    left = sum(count for team, count in voices.items() if team not in standing)
    assert all(voices[team] >= k for team in standing)
    assert left == 0 or left >= k or not standing


@given(rounds=ROUNDS)
def test_with_names_hidden_fewer_than_k_answers_arent_even_counted(
    rounds: list[list[tuple[int, Standing, bool]]],
) -> None:
    for round_ in rounds:
        assert all(cell.answered >= 5 for cell in cells(parts(round_), 5, names_hidden=True).values())


def test_a_cell_counts_who_took_part_and_who_was_away() -> None:
    found = cells(
        [
            *(Part(1, Standing.ANSWERED, 7, said(n, f"{n}.5")) for n in range(1, 6)),
            Part(1, Standing.ANSWERED, None),
            Part(1, Standing.NO_ANSWER, None),
            *(Part(1, each, None) for each in (Standing.AWAY, Standing.AWAY, Standing.NOT_ASKED)),
            Part(2, Standing.OPEN, None),
        ],
        5,
        names_hidden=False,
    )
    assert (found[1].asked, found[1].answered, found[1].away, found[1].no_answer) == (7, 6, 2, 1)
    assert found[1].audiences == {0, 7}
    assert found[1].questions[HOURS].middle == Decimal("3.5")
    assert found[2].asked == 1
    assert from_json(to_json(found[1].questions)) == found[1].questions


def test_what_not_everybody_may_read_counts_in_who_took_part_alone() -> None:
    cell = cells([Part(1, Standing.ANSWERED, 7, said(4)) for _ in range(5)], 5, names_hidden=False)[1]
    both = add_up([Counted("Weekly", MONDAY, cell), Counted("Leads'", MONDAY, cell, is_shown=False)])
    assert (both.rounds, both.answered, both.rate) == (2, 10, 100)
    assert both.mood({MOOD}).voices == 5


def test_what_changed_most_is_what_moved_furthest() -> None:
    def of(mood: int, scale: int) -> Cell:
        answers = [AnswerValue(MOOD, number=mood), AnswerValue(3, number=scale)]
        return cells([Part(1, Standing.ANSWERED, 7, answers) for _ in range(5)], 5, names_hidden=False)[1]

    questions = [Question(MOOD, QuestionKind.MOOD, "Mood?"), Question(3, QuestionKind.SCALE, "Load?")]
    now, then = (add_up([Counted("Weekly", MONDAY, each)]) for each in (of(4, 2), of(3, 5)))
    found = Summary("Platform", Period(MONDAY, MONDAY), datetime(2026, 11, 23, tzinfo=UTC), 5, now, then, questions)
    assert found.changed_most == (questions[1], Decimal("5.0"), Decimal("2.0"))
    assert found.mood.mean == Decimal("4.0")
    assert add_up([]).rate is None
