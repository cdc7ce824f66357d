"""Milestones of a measure: the box of the goal's form that they are typed into, one a line, and how they are shown."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.domain import amounts
from bot.domain.amounts import Wanted
from bot.domain.goals import Milestone
from bot.errors import UserError
from bot.i18n import Voice, mark
from bot.views import typed_dates
from bot.views.blocks import Block, Field, context, escape, field, text_input
from bot.views.goal_numbers import MeasureLine

CHARACTERS = 1_000
EXAMPLE = "2026-12-31: 40"
NOT_ONE = mark("Line {line} isn't a milestone. Write one a line, a day and where the number should be, like {example}.")


def box(voice: Voice, name: str, typed: str, action_id: str) -> Block:
    """The box, with what stands in it."""
    hint = voice.say("Where it should be on the way, one a line, like {example}.", example=EXAMPLE)
    shape = Field(name, voice.say("Milestones"), hint, optional=True)
    return field(shape, text_input(action_id, CHARACTERS, typed, multiline=True))


def parse(voice: Voice, typed: str, counted: Wanted, starts_on: date, *, name: str) -> tuple[Milestone, ...]:
    """What was typed, in its order; raises UserError at the input `name` at the first line that isn't one.

    A day without its year is the one nearest to the goal's start.
    """
    lines = [(number, line) for number, line in enumerate(typed.splitlines(), 1) if line.strip()]
    return tuple(_one(voice, line, number, counted, starts_on, name) for number, line in lines)


def _one(voice: Voice, line: str, number: int, counted: Wanted, starts_on: date, name: str) -> Milestone:
    day, _, value = line.partition(":")
    due_on = typed_dates.dated(voice, day, starts_on)
    if due_on is None or not value.strip():
        raise UserError(NOT_ONE, field=name, line=number, example=EXAMPLE)
    return Milestone(due_on, amounts.amount(voice, value, counted, field=name).value)


def typed_for(voice: Voice, of: Iterable[Milestone]) -> str:
    """These as their box holds them, for `parse` to read."""
    return "\n".join(f"{each.due_on.isoformat()}: {voice.as_typed(each.value)}" for each in of)


def said(voice: Voice, of: MeasureLine) -> str:
    """On the way to its end, where a measure should be when, as mrkdwn; empty where it has no milestones."""
    if not of.milestones:
        return ""
    steps = [f"{voice.day(each.due_on)}: {voice.write(each.value)}" for each in of.milestones]
    name = f"{escape(of.name)} · " if of.name else ""
    return name + voice.say("Milestones: {steps}", steps="; ".join(steps))


def shown(voice: Voice, of: Iterable[MeasureLine]) -> list[Block]:
    """The milestones of each of these measures that has some."""
    return [context(text) for text in (said(voice, each) for each in of) if text]
