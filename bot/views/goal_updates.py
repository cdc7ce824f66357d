"""The form of an update: a value per measure, how confident its owner is, a note; and the form that closes a goal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.checkins import MAX_WORDS
from bot.domain.goals import MOST_CONFIDENT, MeasureKind, Outcome
from bot.errors import UserError
from bot.i18n import Voice, mark
from bot.views import actions, goal_numbers
from bot.views.blocks import (
    Block,
    Field,
    Modal,
    channel_select,
    checkboxes,
    context,
    cut,
    escape,
    field,
    radio,
    section,
    select,
    text_input,
)
from bot.views.goal_form import NUMBER_CHARACTERS, VALUE
from bot.views.goal_numbers import MeasureLine
from bot.views.goals import outcomes
from bot.views.kept_inputs import one, read, several

DONE, NOT_DONE = "1", "0"


@dataclass(frozen=True)
class UpdateForm:
    """What the form shows of a goal. `confidence`: what was said last."""

    goal_id: int
    title: str
    measures: Sequence[MeasureLine]
    confidence: int | None = None
    readers: str = ""


@dataclass(frozen=True)
class UpdateRequest:
    """What somebody says: values by measure, as they were typed, and those that replace what was said last."""

    goal_id: int
    typed: Mapping[int, str]
    corrected: frozenset[int] = frozenset()
    confidence: int | None = None
    note: str | None = None


@dataclass(frozen=True)
class CloseRequest:
    """How a goal ended, what was learnt, and the channel (Slack id) that is told where its owner wants that."""

    goal_id: int
    outcome: Outcome
    lesson: str | None = None
    channel: str | None = None


def update_form(voice: Voice, of: UpdateForm) -> Block:
    """The form, as `views.open` takes it."""
    blocks = [section(f"*{escape(of.title)}*"), *(_value(voice, each) for each in of.measures)]
    replaceable = {str(each.measure_id): _name(voice, each) for each in of.measures if each.value is not None}
    confidences = {str(step): str(step) for step in range(1, MOST_CONFIDENT + 1)}
    chosen = str(of.confidence) if of.confidence else None
    sure = Field(
        "confidence",
        voice.say("How confident are you that it will be reached?"),
        voice.say("1 not at all, 10 certain."),
        optional=True,
    )
    blocks += [
        field(sure, select(VALUE, confidences, chosen)),
        field(Field("note", voice.say("Note"), optional=True), text_input(VALUE, MAX_WORDS, multiline=True)),
    ]
    if replaceable:
        wrong = Field("corrected", voice.say("The last value was wrong: this one replaces it"), optional=True)
        blocks.append(field(wrong, checkboxes(VALUE, replaceable)))
    if of.readers:
        blocks.append(context(of.readers))
    return Modal(
        actions.UPDATE_GOAL_FORM,
        voice.say("Update"),
        blocks,
        submit=voice.say("Save"),
        close=voice.say("Close"),
        metadata=str(of.goal_id),
    ).view()


def _name(voice: Voice, of: MeasureLine) -> str:
    return of.name or (voice.say("Done?") if of.terms.kind is MeasureKind.DONE else voice.say("Value"))


def _value(voice: Voice, of: MeasureLine) -> Block:
    """What it is now; left empty where nothing changed."""
    name, block_id = _name(voice, of), f"v{of.measure_id}"
    if of.terms.kind is MeasureKind.DONE:
        choices = {NOT_DONE: voice.say("Not done"), DONE: voice.say("Done")}
        now = None if of.value is None else str(int(of.value))
        return field(Field(block_id, name, optional=True), radio(VALUE, choices, now))
    last = goal_numbers.plain_value(voice, of, of.value) if of.value is not None else voice.say("none yet")
    hint = voice.say(
        "Last: {last}. It should go {way}. Empty: no change.", last=last, way=goal_numbers.plainly(voice, of)
    )
    return field(Field(block_id, name, hint, optional=True), text_input(VALUE, NUMBER_CHARACTERS))


def parse_update(view: Mapping[str, Any]) -> UpdateRequest:
    """What the form says; what was left empty isn't in it."""
    fields = read(view)
    boxes = {name: one(fields, name).strip() for name in fields if name.startswith("v")}
    confidence = one(fields, "confidence")
    return UpdateRequest(
        int(view["private_metadata"]),
        {int(name[1:]): typed for name, typed in boxes.items() if typed},
        frozenset(int(each) for each in several(fields, "corrected")),
        int(confidence) if confidence.isdecimal() else None,
        one(fields, "note").strip() or None,
    )


def close_form(voice: Voice, goal_id: int, title: str) -> Block:
    """How it ended."""
    channel = Field(
        "channel",
        voice.say("Celebrate it in a channel"),
        voice.say("Its title and how it ended are posted there, in your name. Empty: nowhere."),
        optional=True,
    )
    lesson = Field("lesson", voice.say("What was learnt"), voice.say("Read by whoever reads the goal."), optional=True)
    return Modal(
        actions.CLOSE_GOAL_FORM,
        voice.say("Close the goal"),
        [
            section(f"*{escape(cut(title, 150))}*"),
            field(Field("outcome", voice.say("How did it end?")), radio(VALUE, outcomes(voice))),
            field(lesson, text_input(VALUE, MAX_WORDS, multiline=True)),
            field(channel, channel_select(VALUE)),
        ],
        submit=voice.say("Close the goal"),
        close=voice.say("Keep it open"),
        metadata=str(goal_id),
    ).view()


def parse_close(view: Mapping[str, Any]) -> CloseRequest:
    """How it ended; raises UserError where nothing was chosen."""
    fields = read(view)
    how = one(fields, "outcome")
    if how not in list(Outcome):
        raise UserError(mark("Choose one from the list."), field="outcome")
    lesson = one(fields, "lesson").strip() or None
    return CloseRequest(int(view["private_metadata"]), Outcome(how), lesson, one(fields, "channel") or None)
