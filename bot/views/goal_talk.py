"""What is written about a goal that is to be agreed: the form that suggests a change, and the messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.checkins import MAX_WORDS
from bot.i18n import Voice
from bot.views import actions
from bot.views.blocks import Block, Field, Modal, context, cut, escape, field, quoted, section, text_input
from bot.views.replies import FALLBACK_TEXT, VALUE, WORDS


@dataclass(frozen=True)
class SuggestForm:
    """Whom a suggestion goes to, by name, and about which goal."""

    goal_id: int
    terms: int
    to: str
    title: str


def suggest_form(voice: Voice, of: SuggestForm) -> Block:
    """The form in which somebody suggests a change."""
    first = voice.say(
        "To {name}, about *{title}*. Only the two of you can read it in Cairn.",
        name=escape(of.to),
        title=escape(cut(of.title, 150)),
    )
    note = voice.say("It stays proposed: {name} changes it, and you are asked again.", name=escape(of.to))
    words = Field(WORDS, voice.say("What would you change?"))
    return Modal(
        actions.SUGGEST_FORM,
        voice.say("Suggest a change"),
        [section(first), context(note), field(words, text_input(VALUE, MAX_WORDS, multiline=True))],
        submit=voice.say("Send"),
        close=voice.say("Close"),
        metadata=f"{of.goal_id} {of.terms}",
    ).view()


def parse(view: Mapping[str, Any]) -> tuple[int, int, str]:
    """The goal, its terms, and what is suggested."""
    goal_id, terms = map(int, str(view["private_metadata"]).split())
    return goal_id, terms, view["state"]["values"][WORDS][VALUE].get("value") or ""


def received(voice: Voice, name: str, title: str, words: str, *, edited: bool) -> tuple[str, list[Block]]:
    """What the other one wrote."""
    shown = f"{words} ({voice.say('edited')})" if edited else words
    first = voice.say("*{name}* about the goal *{title}*:", name=escape(name), title=escape(cut(title, 150)))
    note = voice.say("What you write in this thread goes to {name} alone.", name=escape(name))
    return cut(f"{first}\n{escape(words)}", FALLBACK_TEXT), [section(first), quoted(shown), context(note)]


def own(voice: Voice, name: str, words: str) -> tuple[str, list[Block]]:
    """One's own words from a form, in the thread where the others stand."""
    first = voice.say("You to *{name}*:", name=escape(name))
    return cut(f"{first}\n{escape(words)}", FALLBACK_TEXT), [section(first), quoted(words)]
