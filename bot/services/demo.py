"""The company of the demo: people who report to somebody, a team with a weekly check-in that is about to fall due,
values, and goals that are under way."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.setup import CheckInRequest, TeamRequest
from bot.domain.templates import WEEKLY
from bot.services import channels, checkins, demo_goals, people_import, teams
from bot.services.channels import ChannelFacts
from bot.services.people_import import Row
from storage import people, workspaces

LEAD, HOME, MEMBER = "UDANA", "CPLATFORM", "UANA"
VALUES = ["craft", "care", "courage"]


def seed(session: Session, home: tuple[ChannelFacts, list[str] | None], now: datetime) -> None:
    """Let Dana make the team Platform of those in its channel, who report to her, and switch its weekly check-in on."""
    dana, ana = people.by_slack_id(session, LEAD), people.by_slack_id(session, MEMBER)
    facts, members = home
    if dana is None or ana is None:
        raise RuntimeError("the demo's company isn't there")
    channels.remember(session, facts, members, now)
    team = teams.create(session, dana, TeamRequest("Platform", tuple(members or ()), home_channel=facts.slack_id), now)
    request = CheckInRequest(
        team_ids=(team.key,),
        name=dana.voice.say(WEEKLY.name),
        questions=WEEKLY.questions,
        rhythm=WEEKLY.schedule.rhythm,
        at=WEEKLY.schedule.at,
        window_minutes=WEEKLY.window_minutes,
        readers="team",
        home_channel=facts.slack_id,
    )
    checkins.create(session, dana, request, now)
    workspaces.settings(session).kudos_values = VALUES
    # Before anybody reports to anybody: what is agreed by its owner asks nobody.
    demo_goals.seed(session, dana, ana, team.key, now)
    reports = [each.slack_id for each in people.by_slack_ids(session, members or ()) if each.key != dana.key]
    people_import.import_rows(session, [Row(line, each, LEAD, None) for line, each in enumerate(reports, start=2)], now)
