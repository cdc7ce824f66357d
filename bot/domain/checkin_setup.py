"""The form that sets a check-in up, as far as somebody has filled it in: pure changes of it, and its JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from bot.domain.calendars import DAY
from bot.domain.checkins import QuestionKind
from bot.domain.rhythms import MAX_WEEKS, WEEK, MonthlyOnDate, MonthlyOnWeekday, Rhythm, Weekly, dates
from bot.domain.setup import CheckInRequest, ConditionRequest, QuestionRequest
from bot.errors import UserError
from bot.i18n import mark

Value = str | list[str] | None
"""One input's value as the form has it: words, an option, several, or None where it was emptied."""


@dataclass(frozen=True)
class TypedIn:
    """What somebody's form shows. `key`: the question that it is about, 0 where it is the check-in's form.

    `action_ts` is Slack's time of the keystroke or click; empty for a form that was sent.
    """

    draft_id: int
    fields: Mapping[str, Value]
    action_ts: str = ""
    key: int = 0


NEEDED_BEFORE = mark(
    "Another question is asked only after certain answers to this one. Change that first, or keep this one above it."
)


@dataclass(frozen=True)
class Listed:
    """A question in the form. `key` names it while it is moved about; `question_id` is its row's, None where new."""

    key: int
    asked: QuestionRequest
    question_id: int | None = None


@dataclass(frozen=True)
class Setup:
    """A check-in as its form has it. `fields` by block_id; `asking`: a question that is being written, by block_id.

    `next_key` is the key of the next question that is added. `generation` is another one where the form is to forget
    what was typed into it.
    """

    fields: Mapping[str, Value]
    questions: tuple[Listed, ...] = ()
    next_key: int = 1
    asking: Mapping[str, Value] = field(default_factory=dict)
    generation: int = 0

    @property
    def requests(self) -> tuple[QuestionRequest, ...]:
        """The questions as they will be asked, in order."""
        return tuple(each.asked for each in self.questions)

    def position(self, key: int) -> int | None:
        """Where a question stands, from 0 on; None where it was removed."""
        return next((n for n, each in enumerate(self.questions) if each.key == key), None)

    def filled_in(self, fields: Mapping[str, Value]) -> Setup:
        """With what the form shows now; what it doesn't show stays, for when it shows it again."""
        return replace(self, fields={**self.fields, **fields})

    def writing(self, fields: Mapping[str, Value]) -> Setup:
        """With what is typed into the form of a question."""
        return replace(self, asking=dict(fields))

    def without(self, key: int) -> Setup:
        """Without a question. Raises UserError where another depends on it."""
        gone = self.position(key)
        if gone is None:
            return self
        if any(each.condition and each.condition.position == gone for each in self.requests):
            raise UserError(NEEDED_BEFORE)
        return self._in_order([n for n in range(len(self.questions)) if n != gone])

    def moved(self, key: int, by: int) -> Setup:
        """With a question so many places further down. Raises UserError where it would come after what needs it."""
        here = self.position(key)
        if here is None or not 0 <= here + by < len(self.questions):
            return self
        order = list(range(len(self.questions)))
        order.insert(here + by, order.pop(here))
        moved = self._in_order(order)
        if any(each.condition and each.condition.position >= n for n, each in enumerate(moved.requests)):
            raise UserError(NEEDED_BEFORE)
        return moved

    def _in_order(self, order: Sequence[int]) -> Setup:
        """The questions at these positions; conditions follow theirs."""
        now_at = {before: now for now, before in enumerate(order)}
        return replace(self, questions=tuple(_tied(self.questions[before], now_at) for before in order))

    def put(self, key: int, asked: QuestionRequest) -> Setup:
        """With a question asked like this: the one with this key, or a new one at the end."""
        if self.position(key) is None:
            added = (*self.questions, Listed(key, asked))
            return replace(self, questions=added, next_key=max(self.next_key, key) + 1, asking={})
        changed = tuple(replace(each, asked=asked) if each.key == key else each for each in self.questions)
        return replace(self, questions=changed, asking={})


def _tied(listed: Listed, now_at: Mapping[int, int]) -> Listed:
    condition = listed.asked.condition
    if condition is None:
        return listed
    moved = ConditionRequest(now_at[condition.position], condition.values)
    return replace(listed, asked=replace(listed.asked, condition=moved))


def begin(
    fields: Mapping[str, Value], questions: Sequence[tuple[QuestionRequest, int | None]], generation: int = 0
) -> Setup:
    """A form that begins with these questions, each with its row's primary key where it has one."""
    listed = tuple(Listed(key, asked, row) for key, (asked, row) in enumerate(questions, start=1))
    return Setup(fields, listed, len(listed) + 1, generation=generation)


def fields_of(request: CheckInRequest, today: date) -> dict[str, Value]:
    """What the form's inputs hold for a check-in like this; menus that its rhythm doesn't need hold a usual choice."""
    return {
        "teams": [str(team_id) for team_id in request.team_ids],
        "name": request.name,
        **_rhythm_fields(request.rhythm, today),
        "at": f"{request.at:%H:%M}",
        "zone": request.zone_kind,
        "window": str(request.window_minutes),
        "reminders": request.reminders,
        "readers": request.readers,
        "home_channel": request.home_channel,
        "digest_when": request.digest_when,
        "names": "hidden" if request.names_hidden else "shown",
    }


def _rhythm_fields(rhythm: Rhythm, today: date) -> dict[str, Value]:
    usual: dict[str, Value] = {
        "rhythm": "working_days",
        "weekdays": ["0"],
        "every": "1",
        "start": None,
        "date": "1",
        "nth": "1",
        "weekday": "0",
    }
    match rhythm:
        case Weekly(weekdays=weekdays, every=every):
            days = [str(day) for day in sorted(weekdays)]
            first = next(dates(rhythm, today - DAY, WEEK * (MAX_WEEKS + 1)), today)
            return usual | {"rhythm": "weekly", "weekdays": days, "every": str(every), "start": first.isoformat()}
        case MonthlyOnDate(day):
            return usual | {"rhythm": "monthly_date", "date": str(day)}
        case MonthlyOnWeekday(nth, weekday):
            return usual | {"rhythm": "monthly_weekday", "nth": str(nth), "weekday": str(weekday)}
    return usual


def to_json(setup: Setup) -> dict[str, Any]:
    """The form as JSON."""
    return {
        "fields": dict(setup.fields),
        "questions": [_question_json(each) for each in setup.questions],
        "next_key": setup.next_key,
        "asking": dict(setup.asking),
        "generation": setup.generation,
    }


def _question_json(listed: Listed) -> dict[str, Any]:
    asked = listed.asked
    return {
        "key": listed.key,
        "id": listed.question_id,
        "kind": asked.kind.value,
        "wording": asked.wording,
        "required": asked.required,
        "options": list(asked.options),
        "unit": asked.unit,
        "after": asked.condition and [asked.condition.position, list(asked.condition.values)],
        "is_plan": asked.is_plan,
    }


def from_json(stored: Mapping[str, Any]) -> Setup:
    """The form that `to_json` made this of."""
    return Setup(
        stored["fields"],
        tuple(_question_from(each) for each in stored["questions"]),
        stored["next_key"],
        stored["asking"],
        stored["generation"],
    )


def _question_from(stored: Mapping[str, Any]) -> Listed:
    after = stored["after"]
    asked = QuestionRequest(
        QuestionKind(stored["kind"]),
        stored["wording"],
        stored["required"],
        options=tuple(stored["options"]),
        unit=stored["unit"],
        condition=ConditionRequest(after[0], tuple(after[1])) if after else None,
        is_plan=stored["is_plan"],
    )
    return Listed(stored["key"], asked, stored["id"])
