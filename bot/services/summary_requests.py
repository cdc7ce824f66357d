"""`/team-summary`: whose, for which days, who may, and what becomes of it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.domain.periods import Period, parse
from bot.domain.roles import Action
from bot.domain.summary import Summary
from bot.errors import UserError
from bot.i18n import mark
from bot.notices.summaries import SummaryCopy, SummaryPosted, of_team
from bot.services import channels as channel_service
from bot.services.channels import ChannelFacts
from bot.services.roles import Refusal, require
from storage import access, channels, outbox, people, roles, summaries, teams
from storage.channels import Channel
from storage.people import Person
from storage.summaries import PostedSummary
from storage.teams import LEAD, MEMBER, Team

REFUSED = Refusal(
    named=mark(
        "{names} can open this team's summary, and so can those they report to. What you answered yourself stays on "
        "your check-ins in your DM with Cairn. Nothing was posted."
    ),
    otherwise=mark("Nobody leads this team yet, so nobody can open its summary. Nothing was posted."),
)
NO_TEAM = mark(
    "You lead no team, and nobody who reports to you does, so there is no summary that you can open. "
    "`/cairn team` shows your teams. Nothing was posted."
)
UNKNOWN = mark(
    "“{typed}” is neither a team of yours nor a period. Type `/team-summary`, then a team's name, or a period such as "
    "`last week`, `last 30 days`, `2026-10` or `Q3`, or both. Nothing was posted."
)
CANNOT_POST = mark(
    "Cairn can't post in that channel: it isn't in there, the channel is archived, or another company shares it. "
    "“DM me the full copy” works. Nothing was posted."
)
MOST_TYPED = 40


@dataclass(frozen=True)
class Previewed:
    """A summary for one person to look at before anything is posted."""

    summary: Summary
    team_id: int
    may_post: bool


@dataclass(frozen=True)
class Choice:
    """Several teams could be meant, by primary key and name; `period` as it was typed."""

    teams: Sequence[tuple[int, str]]
    period: str


@dataclass(frozen=True)
class Before:
    """It was posted already: by whom, when, and for the `nth` time."""

    name: str
    at: datetime
    nth: int


@dataclass(frozen=True)
class Place:
    """Where somebody asks: a channel (Slack id), with what Slack says of it now; neither in a DM.

    Nothing is `looked_up` where Cairn isn't in the channel.
    """

    channel: str | None = None
    looked_up: tuple[ChannelFacts, list[str] | None] | None = None


def ask(session: Session, actor: Person, typed: str, place: Place, now: datetime) -> Previewed | Choice:
    """What `/team-summary` comes to in a place.

    Raises UserError for a team or a period that isn't one, and whoever may not.
    """
    teams_led = _summarised_by(session, actor)
    team, period = _split(typed, teams.existing(session))
    here = [each for each in teams.existing(session) if each.home_channel == place.channel] if place.channel else []
    if team is None:
        candidates = [each for each in here if each in teams_led] or here or teams_led
        if not candidates:
            _require_any(session, actor)
        if len(candidates) > 1:
            _read_period(actor, candidates[0], period, typed, now)
            return Choice([(each.key, each.name) for each in candidates if each in teams_led], period)
        team = candidates[0]
    return _preview(session, actor, team, _read_period(actor, team, period, typed, now), place, now)


def of_choice(session: Session, actor: Person, value: str, place: Place, now: datetime) -> Previewed:
    """The same where a button or a menu says which team, by primary key, and which period."""
    team, typed = _chosen(session, value)
    return _preview(session, actor, team, _read_period(actor, team, typed, typed, now), place, now)


def _require_any(session: Session, actor: Person) -> None:
    """Whoever leads nobody is told who can open the summary of a team of theirs."""
    own = teams.of_person(session, actor.key, MEMBER)
    if own:
        require(session, actor, Action.SUMMARISE, REFUSED, own[0].key)
    raise UserError(NO_TEAM)


def post(session: Session, actor: Person, value: str, channel: str, nth: int, now: datetime) -> Before | None:
    """Have it posted in a channel, unless it was posted `nth` times or more already: that is asked about."""
    team, typed = _chosen(session, value)
    require(session, actor, Action.SUMMARISE, REFUSED, team.key)
    period = parse(typed, _today(team, now), actor.locale)
    known = channels.by_slack_id(session, channel)
    if known is None or not channels.takes_posts(known):
        raise UserError(CANNOT_POST)
    summaries.hold_team(session, team.key)
    before = summaries.newest_posted(session, team.key, channel, period.first, period.last)
    if before is not None and before.nth > nth:
        by = session.get_one(Person, before.asked_by)
        return Before(by.name, before.at, before.nth)
    row = summaries.add_posted(
        session,
        PostedSummary(
            team_id=team.key,
            channel=channel,
            first=period.first,
            last=period.last,
            nth=nth + 1,
            asked_by=actor.key,
            at=now,
        ),
    )
    notice = SummaryPosted(row.key, channel)
    outbox.post(session, notice, key=notice.key, to=channel, owner=actor.key)
    return None


def copy(session: Session, actor: Person, value: str, now: datetime) -> None:
    """Owe somebody the full copy by DM; what they are shown in it is remembered."""
    team, typed = _chosen(session, value)
    require(session, actor, Action.SUMMARISE, REFUSED, team.key)
    period = parse(typed, _today(team, now), actor.locale)
    _log(session, actor, of_team(session, team, period, actor, None, now), team, "summary.copy", now)
    notice = SummaryCopy(team.key, actor.key, str(period.first), str(period.last), secrets.token_hex(8))
    outbox.post(session, notice, key=notice.key, to=actor.key)


def _preview(session: Session, actor: Person, team: Team, period: Period, place: Place, now: datetime) -> Previewed:
    require(session, actor, Action.SUMMARISE, REFUSED, team.key)
    known = _remember(session, place, now)
    summary = of_team(session, team, period, actor, known, now)
    _log(session, actor, summary, team, "summary", now)
    return Previewed(summary, team.key, may_post=known is not None and channels.takes_posts(known))


def _remember(session: Session, place: Place, now: datetime) -> Channel | None:
    if place.channel is None:
        return None
    if place.looked_up is not None:
        return channel_service.remember(session, *place.looked_up, now)
    # Cairn isn't in there: nobody knows who reads it, so nothing is for it.
    return Channel(slack_id=place.channel, name="", is_private=True, has_strangers=True, synced_at=now)


def _summarised_by(session: Session, actor: Person) -> list[Team]:
    """The teams whose summary somebody may open, by name."""
    led = {team.key for team in teams.of_person(session, actor.key, LEAD)}
    if not people.has_reports(session, actor.key):
        return [team for team in teams.existing(session) if team.key in led]
    return [
        team
        for team in teams.existing(session)
        if team.key in led or roles.allowed(session, actor, Action.SUMMARISE, team.key)
    ]


def _split(typed: str, existing: Sequence[Team]) -> tuple[Team | None, str]:
    """The team that what was typed begins with, by the longest name, and the rest."""
    words = typed.split()
    by_name = {" ".join(team.name.casefold().split()): team for team in existing}
    for n in range(len(words), 0, -1):
        team = by_name.get(" ".join(words[:n]).casefold())
        if team is not None:
            return team, " ".join(words[n:])
    return None, " ".join(words)


def _read_period(actor: Person, team: Team, period: str, typed: str, now: datetime) -> Period:
    try:
        return parse(period, _today(team, now), actor.locale)
    except UserError as error:
        is_only_a_word = period == " ".join(typed.split()) and not any(map(str.isdigit, period))
        if is_only_a_word and "typed" in error.params:
            raise UserError(UNKNOWN, typed=typed[:MOST_TYPED]) from None
        raise


def _today(team: Team, now: datetime) -> date:
    return now.astimezone(ZoneInfo(team.zone)).date()


def _chosen(session: Session, value: str) -> tuple[Team, str]:
    team_id, _, typed = value.partition(" ")
    team = teams.get(session, int(team_id))
    if team is None:
        raise UserError(mark("That team isn't there any more. Nothing was posted."))
    return team, typed


def _log(session: Session, actor: Person, summary: Summary, team: Team, place: str, now: datetime) -> None:
    pairs = [(each.reporter_id, each.id) for each in summary.blockers]
    access.log(session, actor.key, pairs, what="blocker", place=place, at=now)
    members = [(person.key, team.key) for person in teams.people(session, team.key, MEMBER)]
    access.log(session, actor.key, members, what="team_summary", place=place, at=now)
