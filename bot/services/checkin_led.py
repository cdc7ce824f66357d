"""The check-ins that somebody leads."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.errors import UserError
from bot.i18n import mark
from bot.services import teams as team_service
from bot.views.checkin_setup import Led
from bot.views.rhythms import rhythm_for_all
from storage import checkins
from storage.checkins import CheckIn
from storage.people import Person

NONE_YET = mark("None of your teams has a check-in yet. Set one up with `/checkin new`.")


def led(session: Session, actor: Person, now: datetime) -> list[Led]:
    """The check-ins of somebody's teams, by name; raises UserError where they run none."""
    found = still_led(session, actor, now)
    if not found:
        team_service.may_set_up(session, actor, now)
        raise UserError(NONE_YET)
    return found


def still_led(session: Session, actor: Person, _now: datetime) -> list[Led]:
    """The check-ins of somebody's teams, by name; none where there are none."""
    own = team_service.run_by(session, actor)
    found = {checkin.key: checkin for team in own for checkin in checkins.of_team(session, team.key)}
    return [_as_led(session, actor, each) for each in sorted(found.values(), key=lambda each: each.name.casefold())]


def _as_led(session: Session, actor: Person, checkin: CheckIn) -> Led:
    asking = checkins.teams(session, checkin.key)
    zone = asking[0].zone if checkin.zone_kind == "team" and asking else None
    return Led(
        checkin.key,
        checkin.name,
        " + ".join(team.name for team in asking),
        rhythm_for_all(actor.voice, checkin.recurs, checkin.at, zone),
        checkin.paused_at is not None,
    )
