"""Home: what waits, drafts, teams, as they are when it is published."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.feedback_inbox import Box
from bot.domain.roles import Action
from bot.domain.streaks import streak
from bot.i18n import Voice
from bot.notices import goal_home
from bot.notices.blockers import on_home
from bot.notices.feedback_inbox import inbox
from bot.notices.kudos import kudos_of
from bot.notices.registry import Exempt, Home, Notice, Reader, register
from bot.notices.waiting import drafted, waiting
from bot.views import home as home_views
from bot.views.home import HomeCard, KeptLine, TeamLine
from bot.views.rhythms import rhythm
from storage import away, checkins, keeps, kudos, people, roles, rounds, teams
from storage.checkins import CheckIn
from storage.people import Person
from storage.teams import LEAD, Team

RECENT = 3
"""Kudos that Home shows."""


@register("home", Exempt.ACT)
@dataclass(frozen=True)
class HomeNotice(Notice):
    """One person's Home."""

    person_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Home | None:
        person = people.get(session, self.person_id)
        if person is None or reader.person_id != person.key:
            return None
        listed = waiting(session, person, now)
        drafts = drafted(session, person, now)
        today = person.voice.local(now).date()
        lines = [_line(session, person, team) for team in teams.of_person(session, person.key)]
        lines += _companys(session, person)
        in_drafts = {each.prompt_id for each in drafts}
        card = HomeCard(
            waiting=[each for each in listed if not each.is_answered and not each.is_skipped],
            drafts=drafts,
            sent=[each for each in listed if each.is_answered and each.prompt_id not in in_drafts],
            teams=lines,
            paused=[(checkin.key, checkin.name) for checkin in checkins.paused_by(session, person.key)],
            is_admin=person.is_admin,
            may_make_teams=roles.allowed(session, person, Action.MAKE_TEAM),
            blockers=on_home(session, person, now),
            streak=streak(rounds.latest_states(session, person.key)),
            away=next((each for each in away.days(session, person.key) if today in each), None),
            feedback=inbox(session, person, Box.OWED, 0, now),
            goals=goal_home.on_home(session, person, now),
            kept=_kept(session, person) if any(line.is_lead for line in lines) else [],
            kudos=[kudos_of(session, given, person, now) for given in kudos.got(session, person.key, RECENT)],
        )
        return Home(home_views.home(reader.voice, card))


def _kept(session: Session, lead: Person) -> list[KeptLine]:
    return [
        KeptLine(prompt.key, author.name, checkin.name, round_.nominal)
        for prompt, round_, checkin, author in keeps.listed(session, lead)
    ]


def _line(session: Session, person: Person, team: Team) -> TeamLine:
    return TeamLine(
        name=team.name,
        checkins=tuple(_next(person.voice, checkin, team) for checkin in checkins.of_team(session, team.key)),
        is_lead=teams.has_role(session, team.key, person.key, LEAD),
    )


def _companys(session: Session, person: Person) -> list[TeamLine]:
    """What asks the whole company, where anything does."""
    everybody = teams.company(session)
    line = _line(session, person, everybody) if everybody is not None else None
    return [replace(line, is_run=person.is_admin)] if line is not None and line.checkins else []


def _next(voice: Voice, checkin: CheckIn, team: Team) -> str:
    when = rhythm(voice, checkin.recurs, checkin.at, team.zone if checkin.zone_kind == "team" else None)
    line, paused = f"{checkin.name}: {when}", voice.say("paused")
    return line if checkin.paused_at is None else f"{line} ({paused})"
