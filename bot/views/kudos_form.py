"""What is typed after `/kudos`, the form that gives kudos, the one that changes them, and their parsers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.kudos import MAX_RECEIVERS, MAX_WORDS, KudosRequest, Reaction, Shown, Source, Typed, message_link
from bot.i18n import Voice
from bot.views import actions
from bot.views.blocks import (
    Block,
    Field,
    Modal,
    as_typed,
    channel_select,
    context,
    cut,
    field,
    multi_select,
    people_select,
    quoted,
    section,
    text_input,
)

VALUE = "value"
PEOPLE, GROUP, WORDS, VALUES, CHANNEL, QUOTE = "people", "group", "words", "values", "channel", "quote"
QUOTED = 1_000
"""Characters of a message that are quoted."""

_PERSON = re.compile(r"<@(\w+)(?:\|[^<>]*)?>")
_NAMELESS = re.compile(r"<@(\w+)>")
_RECEIVER = re.compile(
    r"\s*(?:,|&amp;|and\b|und\b)?\s*(?:<@(\w+)(?:\|[^<>]*)?>|<!subteam\^(\w+)(?:\|[^<>]*)?>)", re.IGNORECASE
)
_GROUP = re.compile(r"<!subteam\^(\w+)(?:\|[^<>]*)?>")
_LINK = re.compile(r"<((?:https?|mailto):[^<>|]+)(?:\|[^<>]*)?>")


@dataclass(frozen=True)
class Filled:
    """What the form holds as it opens. `groups`: the workspace's, by Slack id; `notice`: why it is there again."""

    people: tuple[str, ...] = ()
    in_groups: tuple[str, ...] = ()
    words: str = ""
    chosen: tuple[str, ...] = ()
    channel: str | None = None
    source: Source | None = None
    groups: Mapping[str, str] | None = None
    values: tuple[str, ...] = ()
    notice: str | None = None


def parse_command(text: str) -> Typed:
    """What was typed after the command, as Slack sends it: @names as ids.

    Who is named at its beginning is thanked; where nobody is, whoever is named anywhere.
    """
    people: list[str] = []
    groups: list[str] = []
    begins = 0
    while (found := _RECEIVER.match(text, begins)) is not None:
        (people if found[1] else groups).append(found[1] or found[2])
        begins = found.end()
    rest = text[begins:].lstrip(" ,") if begins else text
    if not begins:
        people, groups = _PERSON.findall(text), _GROUP.findall(text)
    words, mentioned = heard(rest)
    return Typed(tuple(dict.fromkeys(people)), tuple(dict.fromkeys(groups)), words.strip(), mentioned)


def heard(text: str) -> tuple[str, tuple[str, ...]]:
    """Words as their author saw them, and the ids in them for which Slack sent no name."""
    return as_typed(_LINK.sub(r"\1", text)), tuple(dict.fromkeys(_NAMELESS.findall(text)))


def form(voice: Voice, filled: Filled) -> Block:
    """The form that gives kudos."""
    blocks = [] if filled.notice is None else [section(filled.notice)]
    to = Field(PEOPLE, voice.say("To"), optional=bool(filled.groups))
    blocks.append(field(to, people_select(VALUE, MAX_RECEIVERS, filled.people)))
    if filled.groups:
        everybody = Field(GROUP, voice.say("And everybody in these user groups"), optional=True)
        blocks.append(field(everybody, multi_select(VALUE, filled.groups, filled.in_groups)))
    blocks += _quote(voice, filled.source)
    blocks += [_words(voice, filled.words), *_values(voice, filled.values, filled.chosen)]
    blocks.append(_channel(voice, filled.channel))
    source = filled.source
    return Modal(
        actions.GIVE_KUDOS_FORM,
        voice.say("Give kudos"),
        blocks,
        submit=voice.say("Give kudos"),
        close=voice.say("Cancel"),
        metadata="" if source is None else json.dumps([source.channel, source.ts, source.link]),
    ).view()


def parse(view: Mapping[str, Any]) -> tuple[KudosRequest, tuple[str, ...]]:
    """What the form holds, and the user groups whose people are meant too."""
    values = _state(view)
    request = KudosRequest(
        people=tuple(values[PEOPLE].get("selected_users") or ()),
        words=values[WORDS].get("value") or "",
        values=_chosen(values, VALUES),
        channel=values[CHANNEL].get("selected_conversation"),
        source=_source(view),
    )
    return request, _chosen(values, GROUP)


def change_form(voice: Voice, shown: Shown, values: Sequence[str]) -> Block:
    """The form that changes kudos, and posts a card of them where there is none yet."""
    offered = tuple(dict.fromkeys([*values, *shown.values]))
    blocks = [_words(voice, shown.words), *_values(voice, offered, shown.values)]
    if shown.channel is None:
        blocks.append(_channel(voice, None))
    return Modal(
        actions.CHANGE_KUDOS_FORM,
        voice.say("Change kudos"),
        blocks,
        submit=voice.say("Save"),
        close=voice.say("Cancel"),
        metadata=str(shown.kudos_id),
    ).view()


def parse_change(view: Mapping[str, Any]) -> tuple[int, KudosRequest]:
    """Which kudos are changed, and to what."""
    values = _state(view)
    channel = values.get(CHANNEL, {}).get("selected_conversation")
    request = KudosRequest((), values[WORDS].get("value") or "", _chosen(values, VALUES), channel=channel)
    return int(view["private_metadata"]), request


def source_of(message: Mapping[str, Any], channel: str, domain: str) -> tuple[Source, tuple[str, ...]]:
    """The message that kudos are to be about, and ids in it without a name; `domain` is the workspace's."""
    ts, thread = message["ts"], message.get("thread_ts")
    link = message_link(domain, channel, ts)
    if thread and thread != ts:
        link += f"?thread_ts={thread}&cid={channel}"
    quote, mentioned = heard(message.get("text") or "")
    return Source(channel, ts, link, cut(quote.strip(), QUOTED)), mentioned


def reaction(event: Mapping[str, Any]) -> Reaction | None:
    """What a reaction event tells; None where it isn't about a message."""
    item = event["item"]
    if item.get("type") != "message":
        return None
    return Reaction(
        emoji=str(event["reaction"]).partition("::")[0].casefold(),
        channel=item["channel"],
        ts=item["ts"],
        author=event.get("item_user") or "",
        event_ts=event["event_ts"],
        is_added=event["type"] == "reaction_added",
    )


def _words(voice: Voice, words: str) -> Block:
    hint = voice.say("What did they do, and what came of it?")
    return field(Field(WORDS, voice.say("Thanks for"), hint), text_input(VALUE, MAX_WORDS, words, multiline=True))


def _values(voice: Voice, values: Sequence[str], chosen: Sequence[str]) -> list[Block]:
    if not values:
        return []
    names = {value: value for value in values}
    return [field(Field(VALUES, voice.say("Company values"), optional=True), multi_select(VALUE, names, chosen))]


def _channel(voice: Voice, channel: str | None) -> Block:
    hint = voice.say("Whoever reads that channel can read it. Empty: a DM to each, and nobody else reads it.")
    return field(Field(CHANNEL, voice.say("A card in"), hint, optional=True), channel_select(VALUE, channel))


def _quote(voice: Voice, source: Source | None) -> list[Block]:
    if source is None:
        return []
    about = voice.say("About this message; its words are quoted in <#{channel}> alone.", channel=source.channel)
    said = [quoted(source.quote) | {"block_id": QUOTE}] if source.quote else []
    return [context(about), *said]


def _state(view: Mapping[str, Any]) -> dict[str, Any]:
    return {block_id: inputs[VALUE] for block_id, inputs in view["state"]["values"].items() if VALUE in inputs}


def _chosen(values: Mapping[str, Any], block_id: str) -> tuple[str, ...]:
    return tuple(option["value"] for option in values.get(block_id, {}).get("selected_options") or ())


def _source(view: Mapping[str, Any]) -> Source | None:
    """The quote stands in the form itself: private_metadata has ids alone."""
    if not view.get("private_metadata"):
        return None
    source = Source(*json.loads(view["private_metadata"]))
    for block in view["blocks"]:
        if block.get("block_id") == QUOTE:
            runs = (run for element in block["elements"] for run in element["elements"])
            source = replace(source, quote="".join(run.get("text", "") for run in runs))
    return source
