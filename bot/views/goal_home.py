"""Goals on Home: one's own open ones, and those that one is asked to agree to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.i18n import Voice
from bot.views import actions
from bot.views.blocks import Block, button, context, header, section
from bot.views.goals import GoalLine, line_text


@dataclass(frozen=True)
class GoalsOnHome:
    """`mine`: the first of one's own, of which there are `more`; `asked`: those that wait for one's yes."""

    mine: Sequence[GoalLine]
    more: int = 0
    asked: Sequence[GoalLine] = ()


def on_home(voice: Voice, of: GoalsOnHome) -> list[Block]:
    """The section; nothing where there is nothing."""
    blocks: list[Block] = []
    if of.asked:
        blocks.append(header(voice.say("Goals that wait for your yes")))
        blocks += [_line(voice, each) for each in of.asked]
    if of.mine:
        blocks.append(header(voice.say("Your goals")))
        blocks += [_line(voice, each) for each in of.mine]
    if of.more:
        blocks.append(context(voice.say_n("and {n} more", "and {n} more", of.more)))
    return blocks


def _line(voice: Voice, of: GoalLine) -> Block:
    return section(line_text(voice, of), accessory=button(voice.say("Open"), actions.SHOW_GOAL, str(of.goal_id)))
