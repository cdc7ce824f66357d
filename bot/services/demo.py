"""The company of the demo: a team with a weekly check-in that is about to fall due."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.setup import CheckInRequest, TeamRequest
from bot.domain.templates import WEEKLY
from bot.services import channels, checkins, teams
from bot.services.channels import ChannelFacts
from storage import people

LEAD, HOME = "UDANA", "CPLATFORM"


def seed(session: Session, home: tuple[ChannelFacts, list[str] | None], now: datetime) -> None:
    """Let Dana make the team Platform of everybody in its channel, and switch its weekly check-in on."""
    dana = people.by_slack_id(session, LEAD)
    facts, members = home
    if dana is None:
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
