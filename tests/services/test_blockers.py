"""What following answers asks of the database."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

import pytest
from sqlalchemy.orm import Session

from bot.domain.checkins import AnswerValue
from bot.services.blockers import follow
from storage.checkins import CheckIn
from storage.parts import Part
from storage.rounds import Prompt, Round

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
UNTIL = NOW + timedelta(hours=27)
NO_DATABASE = cast("Session", None)


def part(*kinds: str) -> Part:
    asked: list[dict[str, Any]] = [{"id": n, "kind": kind} for n, kind in enumerate(kinds)]
    round_ = Round(id=1, checkin_id=1, nominal=date(2026, 11, 23), questions=asked, opened_at=NOW, closes_at=UNTIL)
    prompt = Prompt(id=1, round_id=1, person_id=1, due_at=NOW, closes_at=UNTIL, answered_at=NOW, team_ids=[1])
    checkin = CheckIn(
        id=1, name="Weekly", rhythm={}, at=time(9), window_minutes=60, readers="team", created_by=1, created_at=NOW
    )
    return Part(prompt, round_, checkin, None, True)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (part("long_text", "blocker"), [AnswerValue(0, words="All is well")]),
        (part("long_text", "blocker"), [AnswerValue(0, words="All is well"), AnswerValue(1, words=" \n")]),
        (part("long_text"), [AnswerValue(0, words="Nothing was asked of that kind")]),
    ],
    ids=["not answered", "only spaces", "not asked"],
)
def test_answers_with_nothing_in_the_way_ask_nothing_of_the_database(asked: Part, said: list[AnswerValue]) -> None:
    follow(NO_DATABASE, asked, said, NOW)


def test_an_answer_with_something_in_the_way_does() -> None:
    with pytest.raises(AttributeError):
        follow(NO_DATABASE, part("blocker"), [AnswerValue(0, words="The server")], NOW)
