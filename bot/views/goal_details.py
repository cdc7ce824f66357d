"""One goal: what it is for, how far it is, what was said about it, who reads it, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bot.domain.goal_coach import Advice
from bot.domain.goal_status import Standing, Status
from bot.domain.goals import GoalKind, MeasureKind
from bot.i18n import Voice
from bot.views import actions, goal_coach, goal_milestones, goal_numbers
from bot.views.blocks import Block, Element, Modal, button, context, cut, divider, escape, quoted, section
from bot.views.blocks import actions as row
from bot.views.goal_numbers import MeasureLine
from bot.views.goals import GoalLine, line_text, outcome

WORDS, UNDER = 1_500, 5


@dataclass(frozen=True)
class Said:
    """An update: who said what, and when."""

    name: str
    at: datetime
    confidence: int | None = None
    note: str | None = None


@dataclass(frozen=True)
class GoalCard:
    """All that the details of a goal show to one reader. Names are as their people write them.

    `owner`: who keeps it; `team`: whose it is, where it is a team's or the company's. `agreed`: who agreed, None where
    nobody has; `above`: the goal it belongs to, where the reader may read that; `under`: those below that they may
    read, of which there are `children`, and how far these are together, where that gives nobody away. `to_share`: who
    would read it by its owner's choice and doesn't yet.
    """

    line: GoalLine
    owner: str
    kind: GoalKind
    measures: Sequence[MeasureLine]
    standings: Sequence[Standing]
    starts_on: date
    why: str | None = None
    team: str | None = None
    agreed: str | None = None
    is_own_agreement: bool = False
    above: tuple[int, str, bool] | None = None
    under: Sequence[GoalLine] = ()
    children: int = 0
    below: Decimal | None = None
    said: Sequence[Said] = ()
    lesson: str | None = None
    readers: Sequence[str] = ()
    everybody: str | None = None
    more_readers: int = 0
    to_share: Sequence[str] = ()
    is_owner: bool = False
    may_change: bool = False
    may_agree: bool = False
    has_left: bool = False
    advice: Sequence[Advice] = ()


def details(voice: Voice, of: GoalCard) -> Block:
    """The goal, as `views.open` and `views.push` take it."""
    blocks = [section(f"*{escape(of.line.title)}*\n{_facts(voice, of)}")]
    if of.why:
        blocks.append(quoted(cut(of.why, WORDS)))
    blocks += [
        section("\n".join(_measures(voice, of))),
        *goal_milestones.shown(voice, of.measures),
        *_ended(voice, of),
        *_place(voice, of),
        *_updates(voice, of),
        *goal_coach.blocks(voice, of.advice),
        context(_readers(voice, of)),
        *_for_programs(voice, of),
        *_buttons(voice, of),
    ]
    return Modal(
        actions.GOAL_VIEW, voice.say("Goal"), blocks, close=voice.say("Close"), metadata=str(of.line.goal_id)
    ).view()


def _facts(voice: Voice, of: GoalCard) -> str:
    whose = voice.say("{name}, kept by {owner}", name=escape(of.team), owner=escape(of.owner)) if of.team else None
    facts = [whose or escape(of.owner), voice.say("since {day}", day=of.starts_on)]
    if of.line.due_on is not None:
        due = voice.say("was due {day}", day=of.line.due_on) if of.line.is_overdue else None
        facts.append(due or voice.say("due {day}", day=of.line.due_on))
    facts.append(_agreement(voice, of))
    if of.line.confidence is not None and of.line.outcome is None:
        facts.append(goal_numbers.confidence(voice, of.line.confidence))
    return " · ".join([*facts, *goal_numbers.pace(voice, of.line.status)])


def _agreement(voice: Voice, of: GoalCard) -> str:
    if of.line.outcome is not None:
        return outcome(voice, of.line.outcome)
    if of.agreed is None:
        return voice.say("proposed, waits for {name}", name=escape(of.line.asked or ""))
    if of.is_own_agreement:
        return voice.say("agreed by {name} alone", name=escape(of.agreed))
    return voice.say("agreed with {name}", name=escape(of.agreed))


def _measures(voice: Voice, of: GoalCard) -> list[str]:
    lines = []
    for measure, standing in zip(of.measures, of.standings, strict=True):
        text = goal_numbers.line(voice, measure)
        if of.line.status is not Status.UNKNOWN or of.is_owner:
            text += goal_numbers.ahead(voice, measure, standing)
        lines.append(text)
    return lines


def _ended(voice: Voice, of: GoalCard) -> list[Block]:
    if not of.lesson:
        return []
    return [context(voice.say("What was learnt:")), quoted(cut(of.lesson, WORDS))]


def _place(voice: Voice, of: GoalCard) -> list[Block]:
    blocks = []
    if of.above is not None:
        goal_id, title, is_open = of.above
        text = voice.say("Belongs to *{title}*", title=escape(cut(title, 100)))
        if not is_open:
            text += " · " + voice.say("which is closed: choose another one where that helps")
        blocks.append(section(text, accessory=button(voice.say("Open"), actions.SHOW_GOAL, str(goal_id))))
    if of.under:
        blocks.append(divider())
        heading = voice.say_n(
            "{n} goal below it that you may read", "{n} goals below it that you may read", of.children
        )
        if of.below is not None:
            heading += ": " + goal_numbers.bar_with_number(voice, of.below)
        blocks.append(section(heading))
        for each in of.under[:UNDER]:
            open_it = button(voice.say("Open"), actions.SHOW_GOAL, str(each.goal_id))
            blocks.append(section(line_text(voice, each), accessory=open_it))
        if of.children > UNDER:
            blocks.append(context(voice.say("`/goals tree` shows all of them.")))
    return blocks


def _updates(voice: Voice, of: GoalCard) -> list[Block]:
    blocks = []
    for each in of.said:
        facts = [escape(each.name), voice.day(voice.local(each.at).date())]
        if each.confidence is not None:
            facts.append(goal_numbers.confidence(voice, each.confidence))
        blocks.append(context(" · ".join(facts)))
        if each.note:
            blocks.append(quoted(cut(each.note, WORDS)))
    return [divider(), *blocks] if blocks else []


def _readers(voice: Voice, of: GoalCard) -> str:
    if of.everybody is not None:
        return voice.say("Everyone at {company} can read this goal.", company=escape(of.everybody))
    names = [escape(name) for name in of.readers]
    if of.more_readers:
        names.append(voice.say_n("{n} more", "{n} more", of.more_readers))
    return voice.say("Read by {names}.", names=names)


def _for_programs(voice: Voice, of: GoalCard) -> list[Block]:
    """By which numbers programs and files name its measures, for whoever may set that up."""
    if not of.may_change or of.line.outcome is not None or not of.measures:
        return []
    names = [f"{each.measure_id} ({escape(each.name)})" if each.name else str(each.measure_id) for each in of.measures]
    return [
        context(
            voice.say_n(
                "For files and programs: measure {names}",
                "For files and programs: measures {names}",
                len(names),
                names=names,
            )
        )
    ]


def _buttons(voice: Voice, of: GoalCard) -> list[Block]:
    goal_id = str(of.line.goal_id)
    buttons: list[Element] = []
    if of.may_change and of.line.outcome is None:
        buttons += [
            button(voice.say("Update"), actions.UPDATE_GOAL, goal_id, style="primary"),
            button(voice.say("Change"), actions.EDIT_GOAL, goal_id),
            button(voice.say("Close the goal"), actions.CLOSE_GOAL, goal_id),
            button(voice.say("Hand over"), actions.HAND_OVER, goal_id),
        ]
    if any(each.value is not None and each.terms.kind is not MeasureKind.DONE for each in of.measures):
        buttons.append(button(voice.say("Send me its charts"), actions.GOAL_CHARTS, goal_id))
    return [row(*buttons)] if buttons else []
