"""The inputs in which a check-in asks how goals go: a value and "no change" for each measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from bot.domain.checkins import Question
from bot.domain.forms import Form, Moved, Progress
from bot.domain.goals import MeasureKind
from bot.i18n import Voice
from bot.views import actions, goal_numbers
from bot.views.blocks import Block, Field, checkboxes, context, cut, escape, field, radio, section, text_input
from bot.views.goal_form import NUMBER_CHARACTERS
from bot.views.goal_numbers import MeasureLine

VALUE, SAME = "m", "s"
BEGINS = (VALUE, SAME)
"""With what a block_id begins: what takes a measure's value, and what says that it hasn't changed."""
TITLE = 150


def inputs(voice: Voice, question: Question, asked: Sequence[Progress], generation: str) -> list[Block]:
    """The question, and its inputs; a sentence where there is nothing to ask."""
    wording = section(f"*{escape(voice.say(question.wording))}*")
    if not asked:
        return [wording, context(voice.say("You have no open goal with a measure to ask about. Nothing to fill in."))]
    who = voice.say("Who reads each goal reads its values. They aren't in the digest.")
    blocks = [wording, context(who)]
    for each in asked:
        blocks += _inputs(voice, each, generation)
    return blocks


def _inputs(voice: Voice, of: Progress, generation: str) -> list[Block]:
    line = MeasureLine(of.measure_id, of.terms, of.name, of.unit, of.currency, of.last, of.decimals)
    label = cut(f"{of.goal}: {of.name}" if of.name else of.goal, TITLE)
    # A tick answers as well as a value does, so that Slack must not ask for one of the two.
    spec = Field(f"{VALUE}{of.measure_id}{generation}", label, _hint(voice, line, of), optional=True, saves=True)
    if of.terms.kind is MeasureKind.DONE:
        choices = {"0": voice.say("Not done"), "1": voice.say("Done")}
        said = _now(of.last) if of.is_said else None
        return [field(spec, radio(actions.ANSWER_INPUT, choices, of.moved.typed or said))]
    said = voice.as_typed(of.last) if of.is_said and of.last is not None else None
    value = field(spec, text_input(actions.ANSWER_INPUT, NUMBER_CHARACTERS, of.moved.typed or said))
    if of.last is None or of.is_said:
        return [value]
    last = goal_numbers.plain_value(voice, line, of.last)
    same = Field(f"{SAME}{of.measure_id}{generation}", voice.say("Or"), optional=True, saves=True)
    ticks = {"1": voice.say("No change: still {last}", last=last)}
    return [value, field(same, checkboxes(actions.ANSWER_INPUT, ticks, ("1",) if of.moved.is_same else ()))]


def _now(last: Decimal | None) -> str | None:
    return None if last is None else str(int(last))


def _hint(voice: Voice, line: MeasureLine, of: Progress) -> str:
    way = goal_numbers.plainly(voice, line)
    if of.is_said:
        return voice.say("You sent this; what you change corrects it. Empty: it stays.")
    if of.last is None:
        return voice.say("Last: none yet. It should go {way}.", way=way)
    return voice.say("Last: {last}. It should go {way}.", last=goal_numbers.plain_value(voice, line, of.last), way=way)


def gone(voice: Voice, form: Form) -> list[Block]:
    """Why it wasn't sent: a goal was closed, or a measure taken away, while it was open."""
    if not form.has_gone:
        return []
    told = voice.say(
        "*A goal in this form was closed, or its measure taken away, while it was open.* That is left out now; "
        "all else is as you typed it. Nothing was sent yet: send it again."
    )
    return [section(told)]


def read(name: str, element: Mapping[str, Any]) -> tuple[int, Moved]:
    """Which measure an input is about, and what it says."""
    measure_id = int(name[1:])
    if name.startswith(SAME):
        return measure_id, Moved(is_same=bool(element.get("selected_options")))
    option = element.get("selected_option")
    typed = option["value"] if option else element.get("value")
    return measure_id, Moved((typed or "").strip() or None)
