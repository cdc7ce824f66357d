"""Kudos to look at: `/kudos mine`, `/kudos team`, and the latest on Home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.kudos import KudosPage, Shown, Unthanked
from bot.i18n import Voice
from bot.views import actions
from bot.views.blocks import (
    IN_A_VIEW,
    Block,
    Element,
    Modal,
    button,
    context,
    cut,
    divider,
    escape,
    header,
    quoted,
    section,
)
from bot.views.blocks import actions as row
from bot.views.kudos import heading, own_buttons

GOT, GAVE = "got", "gave"
ON_HOME = 300
"""Characters of each that Home shows."""


def mine(voice: Voice, page: KudosPage) -> Block:
    """A page of somebody's kudos."""
    title = voice.say("Thanks that you got") if page.got else voice.say("Thanks that you gave")
    other = _other(voice, page)
    blocks = [section(f"*{title}*", accessory=other)]
    for shown in page.items:
        blocks += [divider(), *_item(voice, shown, is_own=not page.got)]
    if not page.items:
        empty = voice.say("None yet.") if page.number == 0 else voice.say("No more of them.")
        blocks.append(section(empty))
    turning = _turning(voice, page)
    if turning:
        blocks.append(row(*turning))
    kind = GOT if page.got else GAVE
    return Modal(
        actions.MY_KUDOS_FORM,
        voice.say("Your kudos"),
        blocks,
        close=voice.say("Close"),
        metadata=f"{kind} {page.number}",
    ).view()


def _other(voice: Voice, page: KudosPage) -> Element:
    if page.got:
        return button(voice.say("What you gave"), actions.KUDOS_GAVE, f"{GAVE} 0")
    return button(voice.say("What you got"), actions.KUDOS_GOT, f"{GOT} 0")


def _turning(voice: Voice, page: KudosPage) -> list[Element]:
    kind = GOT if page.got else GAVE
    newer = button(voice.say("Newer"), actions.KUDOS_NEWER, f"{kind} {page.number - 1}")
    older = button(voice.say("Older"), actions.KUDOS_OLDER, f"{kind} {page.number + 1}")
    return [newer] * (page.number > 0) + [older] * page.has_more


def turned(value: str) -> tuple[bool, int]:
    """Which page a button leads to: of what was got, and its number."""
    kind, number = value.split()
    return kind == GOT, int(number)


def place(view: Mapping[str, Any]) -> tuple[bool, int]:
    """Which page is shown."""
    return turned(view["private_metadata"])


def _item(voice: Voice, shown: Shown, *, is_own: bool) -> list[Block]:
    blocks = [section(heading(voice, shown))]
    if shown.words:
        blocks.append(quoted(shown.words))
    blocks.append(context(" · ".join(_facts(voice, shown))))
    if is_own and shown.may_change:
        blocks.append(row(*own_buttons(voice, shown.kudos_id)))
    return blocks


def _facts(voice: Voice, shown: Shown) -> list[str]:
    facts = [voice.day(voice.local(shown.at).date())]
    if shown.emoji is not None:
        facts.append(voice.say("by a reaction, :{emoji}:", emoji=shown.emoji))
    if shown.source is not None:
        about = voice.say(
            "about <{link}|a message> in <#{channel}>", link=shown.source.link, channel=shown.source.channel
        )
        facts.append(about)
    if shown.channel is not None:
        facts.append(voice.say("a card in <#{channel}>", channel=shown.channel))
    return facts


def coverage(voice: Voice, found: Sequence[Unthanked]) -> Block:
    """Who had no thanks lately, team by team, for a lead."""
    note = voice.say("Only you see this: who, by name, and not how many. Nobody is ranked.")
    blocks = [context(note)]
    for team in found:
        name = escape(team.team)
        if not team.members:
            text = voice.say("*{team}* has no members beside you.", team=name)
        elif not team.names:
            text = voice.say("*{team}*: everybody had some thanks in the last 30 days.", team=name)
        else:
            names = list(map(escape, team.names))
            text = voice.say("*{team}*: no thanks in the last 30 days for {names}.", team=name, names=names)
        blocks.append(section(text))
    return Modal(actions.MY_KUDOS_FORM, voice.say("Kudos"), blocks[:IN_A_VIEW], close=voice.say("Close")).view()


def on_home(voice: Voice, recent: Sequence[Shown]) -> list[Block]:
    """The latest that somebody got; nothing where there are none."""
    if not recent:
        return []
    lines = [section(heading(voice, shown) + _said(shown)) for shown in recent]
    return [header(voice.say("Recent kudos")), *lines, row(button(voice.say("Your kudos"), actions.MY_KUDOS))]


def _said(shown: Shown) -> str:
    words = " ".join(shown.words.split())
    return f"\n> {escape(cut(words, ON_HOME))}" if words else ""
