"""Goals in lists: mine, somebody's, a team's, the company's; a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from bot.domain.goal_status import Status
from bot.domain.goals import GoalState, Outcome
from bot.i18n import Voice
from bot.views import actions
from bot.views.blocks import Block, Element, Modal, as_typed, button, context, cut, escape, section
from bot.views.blocks import actions as row
from bot.views.goal_handover import Unshared, unshared
from bot.views.goal_numbers import bar_with_number, confidence, pace

PAGE = 10
TITLE_SHOWN = 150


class Scope(StrEnum):
    """Whose goals a list shows. PERSON and TEAM come with a primary key."""

    MINE = "mine"
    OVER = "over"
    PERSON = "person"
    TEAM = "team"
    COMPANY = "company"


class ParentOption(NamedTuple):
    """A goal that can be chosen as the one above, with whose it is."""

    goal_id: int
    title: str
    owner: str


@dataclass(frozen=True)
class GoalLine:
    """A goal in a list. `share`: how far its measures are, 0 to 1; `owner` where that isn't plain from the list."""

    goal_id: int
    title: str
    state: GoalState
    due_on: date | None
    share: Decimal | None = None
    measures: int = 1
    confidence: int | None = None
    status: Status = Status.UNKNOWN
    owner: str | None = None
    asked: str | None = None
    outcome: Outcome | None = None
    is_overdue: bool = False


@dataclass(frozen=True)
class GoalList:
    """A page of goals. `key`: of the person or the team; `name`: theirs."""

    scope: Scope
    lines: Sequence[GoalLine]
    total: int
    page: int = 0
    key: int = 0
    name: str = ""
    may_add: bool = True
    has_team: bool = False
    unshared: Sequence[Unshared] = ()

    @property
    def where(self) -> str:
        """The list, as a button's value says it."""
        return f"{self.scope} {self.key}"


def goal_list(voice: Voice, of: GoalList) -> Block:
    """A page, as `views.open` takes it."""
    lines = [_line(voice, each) for each in of.lines] or [section(_nothing(voice, of))]
    lines += [unshared(voice, each) for each in of.unshared]
    blocks = [section(f"*{_title(voice, of)}*"), *lines, *_turning(voice, of), row(*_others(voice, of))]
    return Modal(actions.GOALS_VIEW, voice.say("Goals"), blocks, close=voice.say("Close"), metadata=of.where).view()


def unknown(voice: Voice, typed: str) -> str:
    """What is said to whoever typed something else after the command; `typed` as Slack sends it."""
    return (
        voice.say("Cairn doesn't know “{typed}”.", typed=escape(cut(as_typed(typed), 50)))
        + "\n"
        + voice.say(
            "`/goals` shows yours, `/goals new` sets one; `/goals @name`, `team`, `tree` and `company` show others."
        )
    )


def _title(voice: Voice, of: GoalList) -> str:
    match of.scope:
        case Scope.MINE:
            return voice.say_n("{n} goal of yours", "{n} goals of yours", of.total)
        case Scope.OVER:
            return voice.say_n("{n} closed goal of yours", "{n} closed goals of yours", of.total)
        case Scope.PERSON:
            return voice.say_n(
                "{n} goal of {name} that you may read",
                "{n} goals of {name} that you may read",
                of.total,
                name=escape(of.name),
            )
        case Scope.TEAM:
            return voice.say_n("{n} goal in {name}", "{n} goals in {name}", of.total, name=escape(of.name))
    return voice.say_n("{n} goal of {name}", "{n} goals of {name}", of.total, name=escape(of.name))


def _nothing(voice: Voice, of: GoalList) -> str:
    match of.scope:
        case Scope.MINE:
            return voice.say(
                "You have no open goal. Press New goal: one that says what will be different, how you would "
                "measure it and by when. You choose who reads it."
            )
        case Scope.OVER:
            return voice.say("None of your goals is closed yet.")
        case Scope.PERSON:
            return voice.say(
                "{name} shares no open goal with you. Who owns a goal chooses who reads it: ask them.",
                name=escape(of.name),
            )
        case Scope.TEAM:
            return voice.say(
                "There is no open goal in {name} that you may read. Its leads set the team's goals with `/goals new`.",
                name=escape(of.name),
            )
    return voice.say("The company has no open goal yet. Whoever runs Cairn here sets one with `/goals new`.")


def _line(voice: Voice, of: GoalLine) -> Block:
    return section(line_text(voice, of), accessory=button(voice.say("Open"), actions.SHOW_GOAL, str(of.goal_id)))


def line_text(voice: Voice, of: GoalLine) -> str:
    """A goal in two lines of mrkdwn."""
    owner = f" · {escape(of.owner)}" if of.owner else ""
    facts = [bar_with_number(voice, of.share), *pace(voice, of.status), *_when(voice, of)]
    if of.confidence is not None and of.outcome is None:
        facts.append(confidence(voice, of.confidence))
    return f"*{escape(cut(of.title, TITLE_SHOWN))}*{owner}\n" + " · ".join(facts)


def _when(voice: Voice, of: GoalLine) -> list[str]:
    if of.outcome is not None:
        return [outcome(voice, of.outcome)]
    said = []
    if of.due_on is not None:
        said.append(
            voice.say("was due {day}", day=of.due_on) if of.is_overdue else voice.say("due {day}", day=of.due_on)
        )
    if of.state is GoalState.PROPOSED and of.asked:
        said.append(voice.say("waits for {name}", name=escape(of.asked)))
    return said


def outcome(voice: Voice, of: Outcome) -> str:
    """How a goal ended."""
    return outcomes(voice)[of]


def outcomes(voice: Voice) -> dict[str, str]:
    """How a goal may have ended, as its owner chooses."""
    return {
        Outcome.REACHED: voice.say("Reached"),
        Outcome.PARTLY: voice.say("Reached in part"),
        Outcome.MISSED: voice.say("Not reached"),
        Outcome.DROPPED: voice.say("Dropped: something else mattered more"),
    }


def _turning(voice: Voice, of: GoalList) -> list[Block]:
    buttons: list[Element] = []
    if of.page:
        buttons.append(button(voice.say("Before"), actions.GOALS_PAGE_BACK, f"{of.where} {of.page - 1}"))
    if (of.page + 1) * PAGE < of.total:
        buttons.append(button(voice.say("More"), actions.GOALS_PAGE, f"{of.where} {of.page + 1}"))
    if not buttons:
        return []
    last = min(of.total, (of.page + 1) * PAGE)
    note = voice.say("{first} to {last} of {total}", first=of.page * PAGE + 1, last=last, total=of.total)
    return [context(note), row(*buttons)]


def _others(voice: Voice, of: GoalList) -> list[Element]:
    buttons = [button(voice.say("New goal"), actions.NEW_GOAL, style=None if of.lines else "primary")]
    names = {
        Scope.MINE: voice.say("My goals"),
        Scope.OVER: voice.say("Closed goals"),
        Scope.TEAM: voice.say("My team's"),
        Scope.COMPANY: voice.say("The company's"),
    }
    for scope, name in names.items():
        if scope is not of.scope and (scope is not Scope.TEAM or of.has_team):
            buttons.append(button(name, f"{actions.GOALS}.{scope}", f"{scope} 0"))
    return [*buttons, button(voice.say("The tree"), actions.TREE, "0")]
