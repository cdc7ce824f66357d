"""The form that makes a team, its parser, and what members are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.setup import MAX_NAME
from bot.i18n import Voice
from bot.views import actions
from bot.views.blocks import (
    Block,
    Field,
    Modal,
    channel_select,
    context,
    escape,
    field,
    people_select,
    section,
    select,
    text_input,
)
from bot.views.rhythms import names

VALUE = "value"


@dataclass(frozen=True)
class TeamForm:
    """What the form holds: people by Slack id, and a channel or user group whose people are meant too."""

    name: str
    members: tuple[str, ...]
    from_channel: str | None
    from_group: str | None
    leads: tuple[str, ...]
    observers: tuple[str, ...]
    home_channel: str | None


def team_form(voice: Voice, groups: Mapping[str, str], channel: str | None) -> Block:
    """The form; `groups` are the workspace's user groups by Slack id."""
    blocks = [
        section(voice.say("You will lead this team. Everyone in it is told.")),
        field(Field("name", voice.say("Name")), text_input(VALUE, MAX_NAME)),
        field(
            Field("members", voice.say("Members"), voice.say("Who is asked in check-ins."), optional=True),
            people_select(VALUE, 100),
        ),
        field(
            Field("from_channel", voice.say("And everybody in this channel"), optional=True),
            channel_select(VALUE),
        ),
    ]
    if groups:
        chosen = Field("from_group", voice.say("And everybody in this user group"), optional=True)
        blocks.append(field(chosen, select(VALUE, groups)))
    blocks += [
        field(
            Field("leads", voice.say("Other leads"), optional=True),
            people_select(VALUE, 20),
        ),
        field(
            Field("observers", voice.say("Observers"), voice.say("They read the digest and aren't asked."), True),
            people_select(VALUE, 100),
        ),
        field(
            Field("home_channel", voice.say("Home channel"), optional=True),
            channel_select(VALUE, channel),
        ),
    ]
    return Modal(
        actions.NEW_TEAM_FORM,
        voice.say("New team"),
        blocks,
        submit=voice.say("Make the team"),
        close=voice.say("Cancel"),
    ).view()


def parse(view: Mapping[str, Any]) -> TeamForm:
    """What the form holds."""
    values = {block_id: inputs[VALUE] for block_id, inputs in view["state"]["values"].items() if VALUE in inputs}
    group = values.get("from_group", {}).get("selected_option")
    return TeamForm(
        name=values["name"].get("value") or "",
        members=tuple(values["members"].get("selected_users") or ()),
        from_channel=values["from_channel"].get("selected_conversation"),
        from_group=group["value"] if group else None,
        leads=tuple(values["leads"].get("selected_users") or ()),
        observers=tuple(values["observers"].get("selected_users") or ()),
        home_channel=values["home_channel"].get("selected_conversation"),
    )


@dataclass(frozen=True)
class Joined:
    """A team as whoever was added to it is told of it.

    `asks`: it has check-ins already; `reads_along`: they observe it, and aren't asked.
    """

    name: str
    leads: tuple[str, ...]
    members: int
    asks: bool = False
    reads_along: bool = False


def added(voice: Voice, card: Joined, *, by: str, is_maker: bool) -> tuple[str, list[Block]]:
    """To everybody in a new team."""
    team, people = escape(card.name), voice.say_n("{n} member", "{n} members", card.members)
    if is_maker:
        text = voice.say(
            "*{team}* is set up with {people}, and you lead it. Next: `/checkin new` for its first check-in.",
            team=team,
            people=people,
        )
        return text, [section(text)]
    first = voice.say("{by} added you to the team *{team}* ({people}).", by=escape(by), team=team, people=people)
    second = voice.say("It has no lead at the moment.")
    if card.leads:
        second = voice.say_n("{names} leads it.", "{names} lead it.", len(card.leads), names=names(voice, card.leads))
    if card.reads_along:
        second += " " + voice.say("You read its digests, and aren't asked.")
    elif not card.asks:
        second += " " + voice.say("Nothing is asked of you yet.")
    return f"{first} {second}", [section(first), context(second)]


def removed(voice: Voice, team: str, *, by: str) -> tuple[str, list[Block]]:
    """To whoever isn't in a team any more."""
    text = voice.say(
        "{by} took you off the team *{team}*: its check-ins don't ask you any more. What you answered is kept.",
        by=escape(by),
        team=escape(team),
    )
    return text, [section(text)]


def ended(voice: Voice, team: str, *, by: str) -> tuple[str, list[Block]]:
    """To everybody in a team that was deleted."""
    text = voice.say(
        "{by} ended the team *{team}*. Nothing is asked of it any more; what was answered is kept.",
        by=escape(by),
        team=escape(team),
    )
    return text, [section(text)]


def made_lead(voice: Voice, team: str, *, by: str) -> tuple[str, list[Block]]:
    """To whoever leads a team now that they were in already."""
    text = voice.say(
        "{by} made you a lead of *{team}*. `/cairn team` changes it, `/checkin new` sets up a check-in for it.",
        by=escape(by),
        team=escape(team),
    )
    return text, [section(text)]
