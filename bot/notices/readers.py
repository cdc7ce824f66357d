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


def look_up(session: Session, asking: Collection[CheckIn]) -> None:
    """Look up at once what `who_reads` and the cards of these check-ins ask for one by one."""
    checkins.look_up(session, [checkin.key for checkin in asking])
    for readers, roles in _ROLES.items():
        of_these = [checkin.key for checkin in asking if checkin.readers == readers]
        team_ids = {team.key for key in of_these for team in checkins.teams(session, key)}
        teams.look_up_names(session, team_ids, *roles)


def who_reads(session: Session, checkin: CheckIn, round_: Round | None = None) -> ReadBy:
    """The people who may read what is answered to `checkin` as it is set up now, and whether by name.

    Whether names are hidden was settled for a round when it was opened, and stays so.
    """
    found = who_would_read(session, checkin.readers, checkin.home_channel, checkins.teams(session, checkin.key))
    return replace(found, k=hidden.k_of(session, checkin) if round_ is None else round_.k)


def who_would_read(session: Session, kind: str, home_channel: str | None, asked: Sequence[Team]) -> ReadBy:
    """The people who may read what these teams answer: team, leads or channel."""
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
