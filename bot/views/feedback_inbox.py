"""`/give-feedback` alone: the list of what somebody got, gave and owes; a thread in it; and its lines on Home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.feedback import Kind, Name
from bot.domain.feedback_inbox import Box, Inbox, Line, Standing, Words
from bot.i18n import Voice
from bot.views import actions
from bot.views.blocks import (
    Block,
    Field,
    Modal,
    button,
    context,
    escape,
    field,
    header,
    people_select,
    quoted,
    section,
)
from bot.views.blocks import actions as row
from bot.views.feedback import Talk, named, shown

VALUE = "value"


def inbox(voice: Voice, card: Inbox) -> Block:
    """One page of one of the lists, and the way to the others."""
    tabs = {
        Box.GOT: voice.say("What you got"),
        Box.GIVEN: voice.say("What you gave"),
        Box.OWED: voice.say("What you owe"),
    }
    counts = {Box.GOT: card.unread, Box.GIVEN: 0, Box.OWED: card.owed}
    switch = [
        button(_counted(label, counts[box]), actions.feedback_box(box), f"{box} 0", style=_style(box, card.box))
        for box, label in tabs.items()
    ]
    blocks = [row(*switch), *_lists(voice, card), *_pages(voice, card)]
    blocks.append(
        row(
            button(voice.say("Give feedback"), actions.CHOOSE_RECEIVER),
            button(voice.say("Ask for feedback"), actions.ASK_FEEDBACK),
        )
    )
    return Modal(actions.FEEDBACK_INBOX_FORM, voice.say("Feedback"), blocks, close=voice.say("Close")).view()


def _style(box: Box, chosen: Box) -> str | None:
    return "primary" if box is chosen else None


def _counted(label: str, n: int) -> str:
    return f"{label} ({n})" if n else label


def _lists(voice: Voice, card: Inbox) -> list[Block]:
    if card.box is Box.OWED:
        return _owed(voice, card)
    lines = [_line(voice, each, card.box) for each in card.lines]
    if lines:
        return lines
    if card.box is Box.GOT:
        return [section(voice.say("Nobody has written to you yet. `/give-feedback ask` asks somebody."))]
    return [section(voice.say("You have given none yet. `/give-feedback` and a name begins."))]


def _line(voice: Voice, line: Line, box: Box) -> Block:
    kind = voice.say("praise") if line.kind is Kind.PRAISE else voice.say("constructive")
    parts = [f"*{named(voice, line.name)}*", kind, voice.day(line.day)]
    if box is Box.GIVEN:
        parts.append(voice.say("confidential") if line.is_confidential else voice.say("signed"))
        parts += [_standing(voice, line.standing)] if line.standing is not Standing.ARRIVED else []
    if line.is_unread:
        parts.append(voice.say("not read yet"))
    label = voice.say("Read") if line.is_unread else voice.say("Open")
    if line.standing is Standing.BACK:
        return section(" · ".join(parts))
    return section(" · ".join(parts), button(label, actions.OPEN_FEEDBACK, line.ref))


def _standing(voice: Voice, standing: Standing) -> str:
    return voice.say("on its way") if standing is Standing.WAITS else voice.say("read by nobody")


def _owed(voice: Voice, card: Inbox) -> list[Block]:
    requests = [
        section(
            voice.say(
                "*{asker}* asks until {when}: {topic}",
                asker=escape(each.asker),
                when=each.closes_at,
                topic=escape(each.topic),
            ),
            button(voice.say("Answer"), actions.ANSWER_REQUEST, str(each.ask_id)),
        )
        for each in card.requests[:20]
    ]
    drafts = [
        section(
            voice.say("A draft for *{name}*, which only you can open", name=escape(each.name)),
            button(voice.say("Continue your draft"), actions.GIVE_FEEDBACK, str(each.receiver_id)),
        )
        for each in card.drafts[:20]
    ]
    return [*requests, *drafts] or [section(voice.say("Nothing: nobody waits for you."))]


def _pages(voice: Voice, card: Inbox) -> list[Block]:
    buttons = []
    if card.page > 0:
        buttons.append(button(voice.say("Newer"), actions.FEEDBACK_PAGE_BACK, f"{card.box} {card.page - 1}"))
    if card.has_more:
        buttons.append(button(voice.say("Older"), actions.FEEDBACK_PAGE, f"{card.box} {card.page + 1}"))
    return [row(*buttons)] if buttons else []


def where(value: str) -> tuple[Box, int]:
    """Which list and page a button leads to."""
    box, _, page = value.partition(" ")
    return Box(box), int(page)


def thread(voice: Voice, talk: Talk, said: Sequence[Words], *, is_shortened: bool) -> Block:
    """A thread with its latest words, of either side."""
    blocks = [context(voice.say("Here are its latest words."))] if is_shortened else []
    for each in said:
        blocks += [context(_whose(voice, talk.name, each)), quoted(shown(voice, each.words, is_edited=each.is_edited))]
    if not said:
        blocks.append(section(voice.say("These words aren't there any more.")))
    if talk.is_closed:
        blocks.append(context(voice.say("This thread is closed: what is written in it isn't passed on.")))
    else:
        blocks.append(row(button(voice.say("Reply"), actions.ANSWER_FEEDBACK, talk.ref)))
    return Modal(actions.FEEDBACK_THREAD_FORM, voice.say("Feedback"), blocks, close=voice.say("Back")).view()


def _whose(voice: Voice, name: Name, each: Words) -> str:
    if not each.is_own:
        return voice.say("From {name}:", name=named(voice, name))
    return voice.say("From you, on its way:") if each.is_on_its_way else voice.say("From you:")


def choose(voice: Voice) -> Block:
    """For whom?"""
    return Modal(
        actions.RECEIVER_FORM,
        voice.say("Give feedback"),
        [field(Field("receiver", voice.say("Who is it for?")), people_select(VALUE, 1))],
        submit=voice.say("Continue"),
        close=voice.say("Close"),
    ).view()


def chosen(view: Mapping[str, Any]) -> list[str]:
    """Whom that form names, by Slack id."""
    return list(view["state"]["values"]["receiver"][VALUE].get("selected_users") or ())


def on_home(voice: Voice, card: Inbox) -> list[Block]:
    """What waits of feedback; nothing where nothing does."""
    lines = []
    if card.unread:
        lines.append(voice.say_n("{n} piece of feedback to read", "{n} pieces of feedback to read", card.unread))
    lines += [
        voice.say(
            "*{asker}* asks until {when}: {topic}",
            asker=escape(each.asker),
            when=each.closes_at,
            topic=escape(each.topic),
        )
        for each in card.requests[:5]
    ]
    lines += [
        voice.say("A draft for *{name}*, which only you can open", name=escape(each.name)) for each in card.drafts[:5]
    ]
    return [header(voice.say("Feedback")), section("\n".join(lines))] if lines else []
