"""What people are told about goals by DM, and what a channel is told of a closed one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.goals import Outcome
from bot.i18n import Voice
from bot.views import actions, goal_milestones, goal_numbers
from bot.views.blocks import Block, button, context, cut, escape, quoted, section
from bot.views.blocks import actions as row
from bot.views.goal_numbers import MeasureLine
from bot.views.goals import outcome

Said = tuple[str, list[Block]]
WORDS = 1_500


class Standing(StrEnum):
    """What became of a goal that somebody was asked to agree to."""

    OPEN = "open"
    AGREED = "agreed"
    CHANGED = "changed"  # since then: a newer message asks
    ELSEWHERE = "elsewhere"  # somebody else is asked
    CLOSED = "closed"


@dataclass(frozen=True)
class Asked:
    """A goal as whoever is asked to agree sees it. `before`: they were asked about it, or agreed, earlier."""

    goal_id: int
    terms: int
    title: str
    why: str | None
    owner: str
    due_on: date | None
    measures: Sequence[MeasureLine]
    standing: Standing
    before: bool = False


def asked(voice: Voice, of: Asked) -> Said:
    """The message that asks, or says what became of it."""
    owner, title = escape(of.owner), escape(of.title)
    if of.before:
        first = voice.say("*{owner}* asks you to agree to a changed goal: *{title}*", owner=owner, title=title)
    else:
        first = voice.say("*{owner}* asks you to agree to a goal: *{title}*", owner=owner, title=title)
    if of.due_on is not None:
        first += ", " + voice.say("due {day}", day=of.due_on)
    numbers = "\n".join(goal_numbers.line(voice, each) for each in of.measures)
    note = _note(voice, of)
    blocks = [section(first), *([quoted(cut(of.why, WORDS))] if of.why else []), section(numbers)]
    blocks += [*goal_milestones.shown(voice, of.measures), context(note)]
    if of.standing is Standing.OPEN:
        value = f"{of.goal_id} {of.terms}"
        blocks.append(
            row(
                button(voice.say("Agree"), actions.AGREE_GOAL, value, style="primary"),
                button(voice.say("Suggest a change"), actions.SUGGEST_CHANGE, value),
                button(voice.say("Open"), actions.SHOW_GOAL, str(of.goal_id)),
            )
        )
    return f"{first}\n{note}", blocks


def _note(voice: Voice, of: Asked) -> str:
    owner = escape(of.owner)
    match of.standing:
        case Standing.AGREED:
            return voice.say("You agreed. What you write in this thread goes to {owner}.", owner=owner)
        case Standing.CHANGED:
            return voice.say("{owner} changed it since. The newest message about it asks you.", owner=owner)
        case Standing.ELSEWHERE:
            return voice.say("You aren't asked about this any more. Nothing is left to do.")
        case Standing.CLOSED:
            return voice.say("{owner} closed it. Nothing is left to do.", owner=owner)
    return voice.say(
        "What you write in this thread goes to {owner} alone. It counts as proposed until you agree.", owner=owner
    )


def waits(voice: Voice, goal_id: int, title: str, name: str) -> Said:
    """To its owner: somebody is asked."""
    text = voice.say("*{name}* is asked to agree to your goal *{title}*.", name=escape(name), title=escape(title))
    note = voice.say("What you write in this thread goes to {name} alone.", name=escape(name))
    return f"{text}\n{note}", [section(text), context(note), _open(voice, goal_id)]


def agreed(voice: Voice, goal_id: int, title: str, name: str) -> Said:
    """To its owner: it is agreed."""
    text = voice.say("*{name}* agreed to your goal *{title}*.", name=escape(name), title=escape(title))
    note = voice.say("Another target or date later asks {name} again.", name=escape(name))
    return f"{text}\n{note}", [section(text), context(note), _open(voice, goal_id)]


def over(voice: Voice, title: str) -> Said:
    """To its owner: it is closed."""
    text = voice.say("Your goal *{title}* is closed.", title=escape(title))
    return text, [section(text)]


@dataclass(frozen=True)
class Stranded:
    """A proposed goal about which nobody can say yes any more. `manager`: who can be asked now; None for nobody."""

    goal_id: int
    title: str
    before: str
    manager: str | None
    is_settled: bool = False


def stranded(voice: Voice, of: Stranded) -> Said:
    """To its owner: who was asked isn't their manager any more, and what they can do."""
    title, before = escape(of.title), escape(of.before)
    first = voice.say(
        "Your goal *{title}* waits for {name}, who isn't your manager any more.", title=title, name=before
    )
    if of.is_settled:
        note = voice.say("That is settled by now.")
        return f"{first}\n{note}", [section(first), context(note)]
    if of.manager is None:
        note = voice.say("You have no manager in Cairn. Once you press the button, it is agreed by you.")
        label = voice.say("Agree it myself")
    else:
        note = voice.say("{name} can't read it until you ask them.", name=escape(of.manager))
        label = voice.say("Ask {name}", name=of.manager)
    ask = button(label, actions.ASK_AGAIN, str(of.goal_id), style="primary")
    return f"{first}\n{note}", [section(first), context(note), row(ask)]


def parent_over(voice: Voice, goal_id: int, title: str, above: str | None) -> Said:
    """To its owner: the goal above was closed."""
    mine = escape(title)
    if above is None:
        text = voice.say("The goal above your *{title}* was closed. Yours stands as it is.", title=mine)
    else:
        text = voice.say(
            "*{above}* was closed, to which your *{title}* belongs. Yours stands as it is.",
            above=escape(above),
            title=mine,
        )
    note = voice.say("Where another goal is above it now, change it.")
    change = button(voice.say("Change"), actions.EDIT_GOAL, str(goal_id))
    return f"{text}\n{note}", [section(text), context(note), row(change)]


def celebrated(voice: Voice, title: str, owner: str, how: Outcome) -> Said:
    """In a channel: what somebody chose to share."""
    name, goal = escape(owner), escape(title)
    match how:
        case Outcome.REACHED:
            text = voice.say(":tada: *{name}* reached a goal: *{goal}*", name=name, goal=goal)
        case Outcome.PARTLY:
            text = voice.say("*{name}* reached a good part of a goal: *{goal}*", name=name, goal=goal)
        case _:
            text = voice.say("*{name}* closed a goal: *{goal}* ({how})", name=name, goal=goal, how=outcome(voice, how))
    return text, [section(text)]


def _open(voice: Voice, goal_id: int) -> Block:
    return row(button(voice.say("Open"), actions.SHOW_GOAL, str(goal_id)))
