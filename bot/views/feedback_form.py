"""The form in which feedback is written, and the visibility card before it is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.domain.checkins import MAX_WORDS
from bot.domain.coach.hints import Kind as CoachKind
from bot.domain.feedback import FormCard, Kind, Readers, VisibilityCard, Wanted
from bot.i18n import Voice
from bot.views import actions, coach
from bot.views.blocks import (
    Block,
    Field,
    Modal,
    as_typed,
    context,
    escape,
    field,
    quoted,
    radio,
    section,
    select,
    text_input,
)
from bot.views.preferences import for_criticism

WORDS, KIND, READERS, SIGNED, GOAL, VALUE = "words", "kind", "readers", "signed", "goal", "value"
CONFIDENTIAL, WITH_NAME = "confidential", "signed"
COACHED = {Kind.PRAISE: CoachKind.PRAISE, Kind.CONSTRUCTIVE: CoachKind.CRITICISM}
NAMED = 5
_MENTION = re.compile(r"<(?:@([UW][A-Z0-9]+)|!subteam\^([A-Z0-9]+))(?:\|[^<>]*)?>")


def feedback_form(voice: Voice, card: FormCard, now: datetime) -> Block:
    """The form: praise or constructive, one box, who reads it, and with whose name."""
    name, wanted = escape(card.receiver), card.wanted
    first = voice.say("For *{name}*. Before anything is sent, you see everyone who will be able to read it.", name=name)
    kept = voice.say("This is your draft: only you can open it.") if card.is_draft else None
    blocks = [section(first), *([context(kept)] if kept else [])]
    if card.likes is not None:
        blocks += for_criticism(voice, card.likes, now)
    blocks.append(field(Field(KIND, voice.say("What is it?"), saves=True), _kinds(voice, wanted.kind)))
    blocks += [_words(voice, wanted.words), *coach.beside(voice, wanted.words, COACHED[wanted.kind])]
    if card.goals:
        blocks.append(_goal(voice, card))
    if card.manager is not None:
        blocks.append(_readers(voice, card, card.manager))
    blocks.append(_signed(voice, card))
    return Modal(
        actions.FEEDBACK_FORM,
        voice.say("Feedback"),
        blocks,
        submit=voice.say("See who reads it"),
        close=voice.say("Close"),
        metadata=str(card.receiver_id),
    ).view()


def _kinds(voice: Voice, chosen: Kind) -> Block:
    kinds: dict[str, str] = {Kind.PRAISE: voice.say("Praise"), Kind.CONSTRUCTIVE: voice.say("Constructive")}
    return radio(actions.FEEDBACK_INPUT, kinds, chosen)


def _words(voice: Voice, words: str) -> Block:
    hint = voice.say(
        "Situation: when and where. Behaviour: what you saw. Impact: what came of it. Next: what you would like."
    )
    box = text_input(actions.FEEDBACK_INPUT, MAX_WORDS, words, multiline=True)
    return field(Field(WORDS, voice.say("Your words"), hint, saves=True), box)


def _goal(voice: Voice, card: FormCard) -> Block:
    choices = {str(key): title for key, title in card.goals}
    chosen = None if card.wanted.goal_id is None else str(card.wanted.goal_id)
    label = voice.say("A goal of {name}'s that it belongs to", name=card.receiver)
    return field(Field(GOAL, label, optional=True, saves=True), select(actions.FEEDBACK_INPUT, choices, chosen))


def _readers(voice: Voice, card: FormCard, manager: str) -> Block:
    choices: dict[str, str] = {
        Readers.RECEIVER: voice.say("{name} only", name=card.receiver),
        Readers.MANAGER: voice.say("{name} and {manager}, their manager", name=card.receiver, manager=manager),
    }
    return field(
        Field(READERS, voice.say("Who reads it?"), saves=True),
        radio(actions.FEEDBACK_INPUT, choices, card.wanted.readers),
    )


def _signed(voice: Voice, card: FormCard) -> Block:
    choices = {WITH_NAME: voice.say("With my name")}
    hint = voice.say("{name} takes no confidential feedback that they didn't ask for.", name=card.receiver)
    if card.takes_confidential:
        choices[CONFIDENTIAL] = voice.say("Confidentially: from “a colleague”")
        hint = voice.say(
            "Confidential feedback goes out twice a day, at fixed times, so that the minute tells nothing."
        )
    is_hidden = card.wanted.is_confidential and card.takes_confidential
    return field(
        Field(SIGNED, voice.say("With your name?"), hint, saves=True),
        radio(actions.FEEDBACK_INPUT, choices, CONFIDENTIAL if is_hidden else WITH_NAME),
    )


def parse(view: Mapping[str, Any]) -> tuple[int, Wanted]:
    """For whom the form is, by primary key, and what it holds."""
    values = view["state"]["values"]
    words, goal = _entry(values, WORDS).get("value") or "", _chosen(values, GOAL)
    return int(view["private_metadata"]), Wanted(
        Kind(_chosen(values, KIND) or Kind.CONSTRUCTIVE),
        words,
        Readers(_chosen(values, READERS) or Readers.RECEIVER),
        _chosen(values, SIGNED) == CONFIDENTIAL,
        None if goal is None else int(goal),
    )


def _entry(values: Mapping[str, Any], block_id: str) -> Mapping[str, Any]:
    return next(iter(values.get(block_id, {}).values()), {})


def _chosen(values: Mapping[str, Any], block_id: str) -> str | None:
    option = _entry(values, block_id).get("selected_option")
    return None if option is None else str(option["value"])


def typed(text: str) -> tuple[list[str], str]:
    """Whom a command names, by Slack ids, each once; and the words beside them as they were typed.

    A user group counts as itself: it is more than one.
    """
    named = dict.fromkeys(found[1] or found[2] for found in _MENTION.finditer(text))
    return list(named), as_typed(_MENTION.sub("", text)).strip()


def visibility_card(voice: Voice, card: VisibilityCard) -> Block:
    """Everyone who will be able to read it, before Send; what is said here binds."""
    readers = [escape(each) for each in card.readers]
    arrives = voice.say("*{name}* gets it *{when}*. Until then you can undo it.", name=readers[0], when=card.arrives_at)
    blocks = [section(arrives), quoted(card.wanted.words), section(_who(voice, readers))]
    if len(readers) > NAMED:
        blocks.append(context(voice.say("All of them: {names}", names=readers)))
    blocks.append(section(_name(voice, card)))
    if len(readers) > 1:
        blocks.append(context(voice.say("What you and {name} answer each other stays between you.", name=readers[0])))
    blocks.append(context(_beyond(voice, card)))
    if card.wanted.is_confidential:
        blocks.append(context(_limits(voice, card)))
    return Modal(
        actions.SEND_FEEDBACK_FORM,
        voice.say("Who will read it"),
        blocks,
        submit=voice.say("Send"),
        close=voice.say("Back to your words"),
        metadata=str(card.draft_id),
    ).view()


def _who(voice: Voice, readers: Sequence[str]) -> str:
    shown, more = list(readers[:NAMED]), len(readers) - NAMED
    if more > 0:
        return voice.say_n(
            "*Read in Cairn by* {names} and {n} more, and nobody else but you.",
            "*Read in Cairn by* {names} and {n} more, and nobody else but you.",
            more,
            names=", ".join(shown),
        )
    return voice.say("*Read in Cairn by* {names}, and nobody else but you.", names=shown)


def _name(voice: Voice, card: VisibilityCard) -> str:
    if not card.wanted.is_confidential:
        return voice.say("*Signed*: they see that it is from you.")
    return voice.say(
        "*Confidential*: they see “a colleague”, no name and no picture. The way you write, or what only you could "
        "know, may still give you away."
    )


def _beyond(voice: Voice, card: VisibilityCard) -> str:
    """What others than readers could see; said of every item alike."""
    company = escape(card.company)
    if card.wanted.is_confidential:
        return voice.say(
            "Who runs Cairn's server could find out that it is from you. Who may export the direct messages of "
            "{company}'s Slack could read your own copy in your DM with Cairn, and so know it too.",
            company=company,
        )
    return voice.say(
        "Who runs Cairn's server, and who may export the direct messages of {company}'s Slack, could read it too.",
        company=company,
    )


def _limits(voice: Voice, card: VisibilityCard) -> str:
    name = escape(card.receiver)
    if card.admins < 2:
        return voice.say(
            "{name} may show your words to an admin, and take nothing more from whoever wrote them. It takes two "
            "admins to learn your name, and {company} has fewer, so nobody does.",
            name=name,
            company=escape(card.company),
        )
    return voice.say(
        "{name} may show your words to an admin, and take nothing more from whoever wrote them. Two admins together "
        "can learn your name after that; it is logged, and you are told.",
        name=name,
    )
