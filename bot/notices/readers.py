"""Who reads a check-in's answers, worked out for the line that says so under every prompt."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from bot.domain.readers import ReadBy
from storage import channels, checkins, hidden, teams, workspaces
from storage.checkins import CheckIn
from storage.rounds import Round
from storage.teams import LEAD, Team

_ROLES = {"leads": (LEAD,), "team": ()}


def look_up(session: Session, asking: Collection[CheckIn], team_ids: Collection[int]) -> None:
    """Look up at once what `who_reads` and the cards of these check-ins ask for one by one, for these teams' people."""
    checkins.look_up(session, [checkin.key for checkin in asking])
    teams.look_up(
        session, set(team_ids) - {each.key for checkin in asking for each in checkins.read_in(session, checkin.key)}
    )
    for readers, roles in _ROLES.items():
        if any(checkin.readers == readers for checkin in asking):
            teams.look_up_names(session, team_ids, *roles)


def look_up_one(session: Session, checkin: CheckIn) -> None:
    """Look up at once what `who_reads` asks for of one check-in."""
    if checkin.readers in _ROLES:
        checkins.look_up_one(session, checkin.key, *_ROLES[checkin.readers])


def who_reads(
    session: Session, checkin: CheckIn, round_: Round | None = None, team_ids: Sequence[int] | None = None
) -> ReadBy:
    """The people who may read what is answered to `checkin` as it is set up now, and whether by name.

    `team_ids`: those of one person, who is read in their own teams; None where all who are asked are meant. Whether
    names are hidden was settled for a round when it was opened, and stays so.
    """
    if team_ids is None:
        asked = checkins.teams(session, checkin.key)
        found = who_would_read(session, checkin.readers, checkin.home_channel, asked)
    else:
        found = _who_reads_of(session, checkin.readers, checkin.home_channel, own_teams(session, checkin, team_ids))
    return replace(found, k=hidden.k_of(session, checkin) if round_ is None else round_.k)


def own_teams(session: Session, checkin: CheckIn, team_ids: Collection[int]) -> list[Team]:
    """The teams in which somebody's answers are read who is asked for these; none where they are in no team.

    One that was deleted since reads still what was answered in it.
    """
    asking = [team for team in checkins.read_in(session, checkin.key) if team.key in team_ids]
    return asking or [team for team in teams.ever(session, team_ids) if not team.is_company]


def who_would_read(session: Session, kind: str, home_channel: str | None, asked: Sequence[Team]) -> ReadBy:
    """The people who may read what all of these teams answer: team, leads or channel."""
    if kind != "channel" and (len(asked) > 1 or any(team.is_company for team in asked)):
        return ReadBy(kind, " + ".join(team.name for team in asked), is_each=True)
    return _who_reads_of(session, kind, home_channel, asked)


def _who_reads_of(session: Session, kind: str, home_channel: str | None, asked: Sequence[Team]) -> ReadBy:
    team = " + ".join(each.name for each in asked)
    if kind == "channel":
        return _in_channel(session, home_channel, team)
    names = teams.names(session, [each.key for each in asked], *_ROLES[kind])
    return ReadBy(kind, team, tuple(names), len(names))


def _in_channel(session: Session, home_channel: str | None, team: str) -> ReadBy:
    channel = channels.by_slack_id(session, home_channel or "")
    is_public = channel is not None and not channel.is_private
    count = 0 if channel is None or is_public else len(channels.member_ids(session, channel.slack_id))
    return ReadBy(
        "channel",
        team,
        (),
        count,
        channel=home_channel,
        is_public=is_public,
        company=workspaces.current(session).name,
    )
