"""A goal's measures as words, to be read before and without their pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.goal_status import Standing
from bot.domain.goals import MeasureKind
from bot.i18n import Voice
from bot.views import actions, goal_numbers
from bot.views.blocks import Block, button, cut, escape, section
from bot.views.blocks import actions as row
from bot.views.goal_numbers import MeasureLine


@dataclass(frozen=True)
class Drawn:
    """A measure as it is drawn: `first` is the day of its first reading, `last` that of its last."""

    measure: MeasureLine
    standing: Standing
    first: date | None = None
    last: date | None = None


def message(voice: Voice, goal_id: int, title: str, measures: Sequence[Drawn]) -> tuple[str, list[Block]]:
    """The message below which the pictures are shown; it says all that they do."""
    lines = [
        goal_numbers.line(voice, each.measure) + goal_numbers.ahead(voice, each.measure, each.standing)
        for each in measures
    ]
    first = voice.say("*{title}*: how it goes", title=escape(title))
    text = "\n".join([first, *lines])
    return text, [section(text), row(button(voice.say("Open the goal"), actions.SHOW_GOAL, str(goal_id)))]


def alt(voice: Voice, title: str, of: Drawn) -> str:
    """What one picture shows, in words: where it was last, where it should be, and where it will end."""
    name = of.measure.name or title
    parts = [f"{cut(name, 150)}:"]
    if of.measure.value is None or of.last is None:
        parts.append(voice.say("no value yet"))
    else:
        now = goal_numbers.plain_value(voice, of.measure, of.measure.value)
        parts.append(voice.say("{value} on {day}", value=now, day=of.last))
    parts.append(goal_numbers.plainly(voice, of.measure))
    ahead = goal_numbers.ahead(voice, of.measure, of.standing).strip()
    return " · ".join(part for part in (" ".join(parts[:2]), parts[2], ahead) if part)


def around(of: MeasureLine) -> tuple[str, str]:
    """What stands before and after each number at the axis."""
    match of.terms.kind:
        case MeasureKind.PERCENT:
            return "", " %"
        case MeasureKind.MONEY:
            return "", f" {of.currency}"
    return "", f" {cut(of.unit, 12)}" if of.unit else ""
