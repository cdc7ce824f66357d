"""What an owner is asked and reminded of, kindly: the numbers, who else sees what, and from when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.domain.goal_status import Standing
from bot.i18n import Voice
from bot.views import actions, goal_numbers
from bot.views.blocks import Block, button, context, escape, section
from bot.views.blocks import actions as row
from bot.views.goal_numbers import MeasureLine

Said = tuple[str, list[Block]]


def doubted(
    voice: Voice,
    goal: tuple[int, str],
    confidence: int,
    numbers: Sequence[tuple[MeasureLine, Standing]],
    until: datetime,
) -> Said:
    """Numbers say behind where the owner said green: `until` then others see no verdict."""
    goal_id, title = goal
    first = voice.say(
        "*{title}*: its numbers say behind, and you said confidence {n} of 10. What do you see that they don't?",
        title=escape(title),
        n=confidence,
    )
    lines = [goal_numbers.line(voice, of) + goal_numbers.ahead(voice, of, standing) for of, standing in numbers]
    note = voice.say(
        "Only you are told so now. Whoever reads the goal sees its numbers without a verdict until {moment}.",
        moment=until,
    )
    blocks = [section(first), section("\n".join(lines)), context(note), row(*_buttons(voice, goal_id))]
    return "\n".join([first, *lines, note]), blocks


def silent(voice: Voice, goal_id: int, title: str, since: date) -> Said:
    """Nothing was heard since a day."""
    first = voice.say("How does *{title}* go? It was last heard of on {day}.", title=escape(title), day=since)
    note = voice.say("A value or a word is enough, and takes a minute. Read by whoever reads the goal.")
    return f"{first}\n{note}", [section(first), context(note), row(*_buttons(voice, goal_id))]


def _buttons(voice: Voice, goal_id: int) -> list[Block]:
    return [
        button(voice.say("Update"), actions.UPDATE_GOAL, str(goal_id), style="primary"),
        button(voice.say("Open the goal"), actions.SHOW_GOAL, str(goal_id)),
    ]
