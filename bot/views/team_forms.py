"""`/cairn team`: somebody's teams, one of them, and the form that changes it with its parser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.setup import MAX_NAME
from bot.domain.teams import PAGE, Editable, Listed, TeamCard, TeamChange
from bot.i18n import Voice
from bot.views import actions, regions
from bot.views.blocks import (
    IN_A_MENU,
    OPTION_TEXT,
    Block,
    Field,
    Modal,
    button,
    channel_select,
    checkboxes,
    confirm,
    context,
    cut,
    escape,
    field,
    multi_select,
    people_select,
    section,
    select,
    text_input,
)
from bot.views.blocks import actions as row
from bot.views.teams import VALUE

MAX_ZONE = 60
LEADS, OBSERVERS, ADDED = 20, 100, 100


def mine(voice: Voice, listed: Sequence[Listed]) -> Block:
    """Somebody's teams, each to be opened."""
    blocks = [
        section(_line(voice, each), accessory=button(voice.say("Open"), actions.SHOW_TEAM, str(each.id)))
        for each in listed
    ]
    if not blocks:
        blocks = [section(voice.say("You are in no team yet: a lead adds you."))]
    return Modal(actions.TEAMS_FORM, voice.say("Teams"), blocks, close=voice.say("Close")).view()


def _line(voice: Voice, of: Listed) -> str:
    name, people = escape(of.name), voice.say_n("{n} member", "{n} members", of.members)
    if not of.leads:
        return f"*{name}* · {people} · " + voice.say("nobody leads it")
    return f"*{name}* · {people} · " + voice.say("led by {names}", names=list(map(escape, of.leads)))


def team(voice: Voice, of: TeamCard) -> Block:
    """One team: who leads it, who is in it, who reads along, what asks it."""
    blocks = [
        section(f"*{escape(of.name)}*"),
        section(_facts(voice, of)),
        section(
            voice.say_n("*{n} member*", "*{n} members*", of.total)
            + "\n"
            + (voice.names(map(escape, of.members)) or voice.say("It has no members yet."))
        ),
    ]
    turning = []
    if of.page:
        turning.append(button(voice.say("Before"), actions.TEAM_PAGE_BACK, f"{of.id} {of.page - 1}"))
    if (of.page + 1) * PAGE < of.total:
        turning.append(button(voice.say("More"), actions.TEAM_PAGE, f"{of.id} {of.page + 1}"))
    if turning:
        blocks.append(row(*turning))
    if of.may_change:
        blocks.append(row(button(voice.say("Change the team"), actions.EDIT_TEAM, str(of.id)), _delete(voice, of)))
    elif of.leads:
        blocks.append(context(voice.say("Its leads can change it.")))
    else:
        blocks.append(context(voice.say("It has no lead any more. Whoever runs Cairn here can choose one.")))
    return Modal(actions.TEAM_FORM, voice.say("Team"), blocks, close=voice.say("Close")).view()


def _delete(voice: Voice, of: TeamCard) -> Block:
    sure = confirm(
        voice.say("Delete this team?"),
        voice.say("Everybody in it is told. What was answered is kept."),
        yes=voice.say("Delete it"),
        no=voice.say("Keep it"),
    )
    return button(voice.say("Delete the team"), actions.DELETE_TEAM, str(of.id), style="danger", confirm=sure)


def _facts(voice: Voice, of: TeamCard) -> str:
    nobody, none = voice.say("nobody"), voice.say("none")
    lines = [
        voice.say("Leads: {names}", names=voice.names(map(escape, of.leads)) or nobody),
        voice.say("Check-ins: {names}", names=voice.names(map(escape, of.checkins)) or none),
        voice.say("Home channel: {channel}", channel=f"<#{of.home_channel}>" if of.home_channel else none),
        voice.say("Time zone: {zone}", zone=of.zone),
    ]
    if of.working_days is not None:
        lines.append(voice.say("Working days: {days}", days=[voice.weekday(day) for day in sorted(of.working_days)]))
    if of.region is not None:
        lines.append(voice.say("Public holidays of {region}", region=regions.written(of.region)))
    if of.observers:
        lines.insert(1, voice.say("Observers: {names}", names=voice.names(map(escape, of.observers))))
    return cut("\n".join(lines), 2900)


def deleted(voice: Voice, name: str) -> Block:
    """In place of the team, once it is deleted."""
    text = voice.say("The team *{team}* is deleted. Its people are told; what was answered is kept.", team=escape(name))
    return Modal(actions.TEAM_FORM, voice.say("Team"), [section(text)], close=voice.say("Close")).view()


def edit_form(voice: Voice, of: Editable, groups: Mapping[str, str]) -> Block:
    """The form that changes a team; `groups` are the workspace's user groups by Slack id."""
    blocks = [
        field(Field("name", voice.say("Name")), text_input(VALUE, MAX_NAME, of.name)),
        field(
            Field("members", voice.say("Add"), voice.say("They are told, and asked from the next round on."), True),
            people_select(VALUE, ADDED),
        ),
        field(Field("from_channel", voice.say("And everybody in this channel"), optional=True), channel_select(VALUE)),
    ]
    if groups:
        chosen = Field("from_group", voice.say("And everybody in this user group"), optional=True)
        blocks.append(field(chosen, select(VALUE, groups)))
    blocks += [
        *_to_take_out(voice, of.members),
        field(Field("leads", voice.say("Leads"), optional=True), people_select(VALUE, LEADS, of.leads)),
        field(
            Field("observers", voice.say("Observers"), voice.say("They read the digest and aren't asked."), True),
            people_select(VALUE, OBSERVERS, of.observers),
        ),
        field(Field("home_channel", voice.say("Home channel"), optional=True), channel_select(VALUE, of.home_channel)),
        field(
            Field("zone", voice.say("Time zone"), voice.say("For check-ins on the team's clock: Europe/Berlin, say.")),
            text_input(VALUE, MAX_ZONE, of.zone),
        ),
        *_days(voice, of),
    ]
    return Modal(
        actions.EDIT_TEAM_FORM,
        voice.say("Change the team"),
        blocks,
        submit=voice.say("Save"),
        close=voice.say("Cancel"),
        metadata=f"{of.id} {of.version}",
    ).view()


def _days(voice: Voice, of: Editable) -> list[Block]:
    choices = {str(day): voice.weekday(day) for day in range(7)}
    whose = voice.say("For members who set none for themselves, in this team's check-ins.")
    if of.companys is None:
        example = voice.say("Such as Germany, DE or DE-BY. Empty: none.")
    else:
        example = voice.say("Such as Germany, DE or DE-BY. Empty: {region}.", region=regions.written(of.companys))
    return [
        field(
            Field("working_days", voice.say("Working days"), whose),
            checkboxes(VALUE, choices, [str(day) for day in sorted(of.working_days)]),
        ),
        field(
            Field("region", voice.say("Country, for its public holidays"), example, optional=True),
            text_input(VALUE, regions.MOST, regions.written(of.region)),
        ),
    ]


def _to_take_out(voice: Voice, members: Mapping[int, str]) -> list[Block]:
    """Everybody in it, in as many menus as Slack needs: at most 100 names in each."""
    people = [(str(key), cut(name, OPTION_TEXT)) for key, name in members.items()]
    menus = [dict(people[start : start + IN_A_MENU]) for start in range(0, len(people), IN_A_MENU)]
    hint = voice.say("They are told kindly, and nothing more is asked of them.")
    blocks = []
    for n, menu in enumerate(menus):
        names = list(menu.values())
        label = voice.say("Take out")
        if len(menus) > 1:
            label = voice.say("Take out ({first} to {last})", first=names[0], last=names[-1])
        blocks.append(field(Field(f"out{n}", label, hint, optional=True), multi_select(VALUE, menu)))
    return blocks


def parse(voice: Voice, view: Mapping[str, Any]) -> tuple[TeamChange, str | None, str | None]:
    """What the form holds, and the channel and the user group whose people are meant too.

    Raises UserError at the field that can't be read.
    """
    values = {block_id: inputs[VALUE] for block_id, inputs in view["state"]["values"].items() if VALUE in inputs}
    team_id, version = view["private_metadata"].split()
    group = values.get("from_group", {}).get("selected_option")
    out = (
        int(option["value"])
        for block_id, value in values.items()
        if block_id.startswith("out")
        for option in value.get("selected_options") or ()
    )
    change = TeamChange(
        team_id=int(team_id),
        version=int(version),
        name=values["name"].get("value") or "",
        added=_users(values, "members"),
        taken_out=frozenset(out),
        leads=_users(values, "leads"),
        observers=_users(values, "observers"),
        home_channel=values["home_channel"].get("selected_conversation"),
        zone=values["zone"].get("value") or "",
        working_days=frozenset(int(each["value"]) for each in values["working_days"].get("selected_options") or ()),
        region=regions.parse(voice, values["region"].get("value") or "", "region"),
    )
    return change, values["from_channel"].get("selected_conversation"), group["value"] if group else None


def _users(values: Mapping[str, Any], block_id: str) -> tuple[str, ...]:
    return tuple(values[block_id].get("selected_users") or ())
