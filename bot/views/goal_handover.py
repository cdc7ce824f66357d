"""Goals that change hands: the form, the messages, and what a manager sees before words are shared with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bot.i18n import Voice
from bot.views import actions
from bot.views.blocks import Block, Field, Modal, button, context, cut, escape, field, people_select, section
from bot.views.blocks import actions as row
from bot.views.goal_numbers import bar_with_number

VALUE = "value"


@dataclass(frozen=True)
class Unshared:
    """An agreed goal whose words somebody's new manager can't read: since when, until when, and how far it is."""

    agreed_on: date
    due_on: date | None
    share: Decimal | None


def unshared(voice: Voice, of: Unshared) -> Block:
    """One of them, in a list."""
    facts = [bar_with_number(voice, of.share), voice.say("agreed on {day}", day=of.agreed_on)]
    if of.due_on is not None:
        facts.append(voice.say("due {day}", day=of.due_on))
    return section(voice.say("A goal that isn't shared with you") + "\n" + " · ".join(facts))


def form(voice: Voice, goal_id: int, title: str) -> Block:
    """Who keeps it from now on."""
    note = voice.say("They and their manager read it from now on, and their manager is asked to agree.")
    return Modal(
        actions.HAND_OVER_FORM,
        voice.say("Hand over"),
        [
            section(f"*{escape(cut(title, 150))}*"),
            field(Field("to", voice.say("Who keeps it from now on?")), people_select(VALUE, 1)),
            context(note),
        ],
        submit=voice.say("Hand over"),
        close=voice.say("Close"),
        metadata=str(goal_id),
    ).view()


def parse(view: Mapping[str, Any]) -> tuple[int, str]:
    """The goal, and the Slack id of who was chosen; empty for nobody."""
    chosen = view["state"]["values"]["to"][VALUE].get("selected_users") or [""]
    return int(view["private_metadata"]), chosen[0]


def handed(voice: Voice, title: str) -> Block:
    """What is shown to whoever handed it over, and may not read it any more."""
    text = voice.say("*{title}* is handed over. Whoever keeps it now has been told.", title=escape(cut(title, 150)))
    return Modal("notice", voice.say("Goal"), [section(text)], close=voice.say("Close")).view()


def handed_over(voice: Voice, goal_id: int, title: str, name: str) -> tuple[str, list[Block]]:
    """To whoever keeps it from now on."""
    text = voice.say("*{name}* handed a goal over to you: *{title}*", name=escape(name), title=escape(cut(title, 150)))
    note = voice.say("You and your manager can read it now. You can change it, update it, and choose who reads it.")
    return f"{text}\n{note}", [
        section(text),
        context(note),
        row(button(voice.say("Open"), actions.SHOW_GOAL, str(goal_id))),
    ]


def manager_is_new(voice: Voice, manager_id: int, name: str, n: int) -> tuple[str, list[Block]]:
    """To somebody with agreed goals, of which their new manager can't read so many."""
    if not n:
        text = voice.say("*{name}* is your manager now, and can read your agreed goals.", name=escape(name))
        return text, [section(text)]
    text = voice.say_n(
        "*{name}* is your manager now, and can't read {n} agreed goal of yours.",
        "*{name}* is your manager now, and can't read {n} agreed goals of yours.",
        n,
        name=escape(name),
    )
    note = voice.say("They see since when, until when and how far; the words stay yours until you share them.")
    share = button(voice.say("Share with {name} too", name=name), actions.SHARE_GOALS, str(manager_id))
    return f"{text}\n{note}", [section(text), context(note), row(share)]
