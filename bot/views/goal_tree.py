"""`/goals tree`: goals below those that they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.rollup import RolledUp
from bot.i18n import Voice
from bot.views import actions
from bot.views.blocks import Block, Element, Modal, button, context, cut, escape, section
from bot.views.blocks import actions as row
from bot.views.goal_numbers import bar_with_number, pace
from bot.views.goals import GoalLine, outcome

PAGE = 30
DEEPEST = 5
TITLE_SHOWN = 100
_STEP = "\u2003"


@dataclass(frozen=True)
class TreeLine:
    """A goal in the tree, so many steps down, with what is below it."""

    line: GoalLine
    depth: int
    rolled: RolledUp


@dataclass(frozen=True)
class GoalTree:
    """A page of the tree."""

    lines: Sequence[TreeLine]
    total: int
    page: int = 0


def goal_tree(voice: Voice, of: GoalTree) -> Block:
    """A page, as `views.open` takes it."""
    blocks = [_line(voice, each) for each in of.lines]
    if not blocks:
        nothing = voice.say("There is no open goal that you may read yet. `/goals new` sets the first one.")
        blocks = [section(nothing), row(button(voice.say("New goal"), actions.NEW_GOAL))]
    blocks += _turning(voice, of)
    blocks.append(
        context(voice.say("Only goals that you may read are here and counted; each part of a goal counts the same."))
    )
    return Modal(actions.GOALS_VIEW, voice.say("Goals"), blocks, close=voice.say("Close")).view()


def _line(voice: Voice, of: TreeLine) -> Block:
    step = _STEP * min(of.depth, DEEPEST)
    owner = f" · {escape(of.line.owner)}" if of.line.owner else ""
    share = of.rolled.whole if of.rolled.below is not None else of.line.share
    facts = [bar_with_number(voice, share), *pace(voice, of.line.status)]
    if of.line.outcome is not None:
        facts.append(outcome(voice, of.line.outcome))
    if of.rolled.below is not None:
        facts.append(voice.say_n("with {n} below it", "with {n} below it", of.rolled.children))
    text = f"{step}*{escape(cut(of.line.title, TITLE_SHOWN))}*{owner}\n{step}" + " · ".join(facts)
    return section(text, accessory=button(voice.say("Open"), actions.SHOW_GOAL, str(of.line.goal_id)))


def _turning(voice: Voice, of: GoalTree) -> list[Block]:
    buttons: list[Element] = []
    if of.page:
        buttons.append(button(voice.say("Before"), actions.TREE_PAGE_BACK, str(of.page - 1)))
    if (of.page + 1) * PAGE < of.total:
        buttons.append(button(voice.say("More"), actions.TREE_PAGE, str(of.page + 1)))
    if not buttons:
        return []
    last = min(of.total, (of.page + 1) * PAGE)
    return [
        context(voice.say("{first} to {last} of {total}", first=of.page * PAGE + 1, last=last, total=of.total)),
        row(*buttons),
    ]
