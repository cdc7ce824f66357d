"""Teams shown to their people, and changed by whoever may: members, leads, observers, name, home channel, zone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from zoneinfo import available_timezones

from sqlalchemy import delete as delete_rows
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.checkins import PromptState, Reason
from bot.domain.roles import Action
from bot.domain.schedules import due, first_round
from bot.domain.teams import PAGE, Editable, Listed, TeamCard, TeamChange
from bot.errors import UserError
from bot.i18n import mark
from bot.notices.home import HomeNotice
from bot.notices.teams import AddedToTeam, MadeLead, RemovedFromTeam, TeamEnded
from bot.services import checkins as checkin_service
from bot.services import digest_copies, roles
from bot.services import teams as team_service
from bot.services.roles import Refusal
from storage import checkins, outbox, people, teams
from storage import roles as held
from storage.calendars import Calendars, working_moment
from storage.checkins import CheckIn
from storage.people import Person
from storage.rounds import Prompt, Round
from storage.teams import LEAD, MEMBER, OBSERVER, Membership, Team

MOST_LISTED = 90
NOT_YOURS = Refusal(
    mark("{names} can show you this team. Nothing was changed."),
    mark("Only the people of a team can see it. Nothing was changed."),
)
MAY_NOT = Refusal(
    mark("{names} can change this team. Nothing was changed."),
    mark("A team is changed by its leads and by whoever runs Cairn here. Nothing was changed."),
)
GONE = mark("This team was deleted. Nothing was changed.")
CHANGED_MEANWHILE = mark(
    "Somebody changed this team while your form was open. Nothing was saved: open it again with `/cairn team`."
)


def mine(session: Session, actor: Person, _now: datetime) -> list[Listed]:
    """Somebody's own teams by name, then the others that they may change."""
    own = teams.of_person(session, actor.key)
    keys = {team.key for team in own}
    others = [
        team
        for team in teams.existing(session)
        if team.key not in keys and held.allowed(session, actor, Action.CHANGE_TEAM, team.key)
    ]
    return [_listed(session, team, team.key in keys) for team in [*own, *others][:MOST_LISTED]]


def _listed(session: Session, team: Team, is_own: bool) -> Listed:
    leads = tuple(person.name for person in teams.people(session, team.key, LEAD))
    return Listed(team.key, team.name, leads, len(teams.keys(session, [team.key], MEMBER)), is_own)


def show(session: Session, actor: Person, team_id: int, page: int, _now: datetime) -> TeamCard:
    """A team, and a page of its members."""
    team = existing(session, team_id)
    roles.require(session, actor, Action.SEE_TEAM, NOT_YOURS, team_id)
    members = teams.names(session, [team_id], MEMBER)
    return TeamCard(
        id=team_id,
        name=team.name,
        leads=teams.names(session, [team_id], LEAD),
        members=members[page * PAGE : (page + 1) * PAGE],
        observers=teams.names(session, [team_id], OBSERVER),
        checkins=[checkin.name for checkin in checkins.of_team(session, team_id)],
        home_channel=team.home_channel,
        zone=team.zone,
        total=len(members),
        page=page,
        may_change=held.allowed(session, actor, Action.CHANGE_TEAM, team_id),
    )


def editable(session: Session, actor: Person, team_id: int, _now: datetime) -> Editable:
    """A team for its form; raises UserError where somebody may not change it."""
    team = existing(session, team_id)
    roles.require(session, actor, Action.CHANGE_TEAM, MAY_NOT, team_id)
    return Editable(
        id=team_id,
        version=team.version,
        name=team.name,
        members={person.key: person.name for person in teams.people(session, team_id, MEMBER)},
        leads=[person.slack_id for person in teams.people(session, team_id, LEAD)],
        observers=[person.slack_id for person in teams.people(session, team_id, OBSERVER)],
        home_channel=team.home_channel,
        zone=team.zone,
    )


def existing(session: Session, team_id: int) -> Team:
    """A team that wasn't deleted; raises UserError where it was."""
    team = teams.get(session, team_id)
    if team is None:
        raise UserError(GONE)
    return team


def change(session: Session, actor: Person, wanted: TeamChange, now: datetime) -> Team:
    """Change a team: who joins is asked from the next round on, who leaves is asked nothing more, and all are told."""
    team = existing(session, wanted.team_id)
    roles.require(session, actor, Action.CHANGE_TEAM, MAY_NOT, team.key)
    name = team_service.checked_name(session, wanted.name, but=team.key)
    parts = _parts(session, team, wanted)
    zone = _checked_zone(wanted.zone)
    _claim(session, team, wanted.version)
    moved = zone != team.zone
    team.name, team.name_key, team.zone, team.home_channel = name, name.casefold(), zone, wanted.home_channel
    before = {person.key for person in teams.people(session, team.key)}
    led_before = {person.key for person in teams.people(session, team.key, LEAD)}
    for role, those in parts.items():
        _put(session, team, role, {person.key for person in those}, now)
    session.flush()
    session.expire_all()
    after = {person.key: person for those in parts.values() for person in those}
    _follow(session, team, now, is_moved=moved)
    _tell(session, actor, team, [after[key] for key in sorted(after.keys() - before)], now)
    _tell_leads(session, actor, team, [each for each in parts[LEAD] if each.key in before - led_before], now)
    _say_farewell(session, actor, team, sorted(before - after.keys()), now)
    digest_copies.narrow(session, (before - after.keys()) | (led_before - {each.key for each in parts[LEAD]}))
    outbox.publish(session, HomeNotice(actor.key), person_id=actor.key)
    return team


def _claim(session: Session, team: Team, version: int) -> None:
    claimed = (
        update(Team)
        .where(col(Team.id) == team.key, col(Team.version) == version, col(Team.deleted_at).is_(None))
        .values(version=version + 1)
        .returning(col(Team.version))
    )
    if session.execute(claimed).first() is None:
        raise UserError(CHANGED_MEANWHILE)


def _parts(session: Session, team: Team, wanted: TeamChange) -> dict[str, list[Person]]:
    stay = [each for each in teams.people(session, team.key, MEMBER) if each.key not in wanted.taken_out]
    members = team_service.checked_members(session, (*(each.slack_id for each in stay), *wanted.added))
    leads = team_service.present(session, wanted.leads)
    if not leads:
        raise UserError(
            mark("A team needs a lead who is still here. Choose who leads it next; nothing was saved."), field="leads"
        )
    return {MEMBER: members, LEAD: leads, OBSERVER: team_service.present(session, wanted.observers)}


def _checked_zone(typed: str) -> str:
    wanted = "_".join(typed.split()).casefold()
    for zone in sorted(available_timezones(), key=lambda zone: ("/" not in zone, zone)):
        if wanted in (zone.casefold(), zone.casefold().rpartition("/")[2]):
            return zone
    raise UserError(mark("Cairn doesn't know that time zone. Write one like Europe/Berlin, or a city."), field="zone")


def _put(session: Session, team: Team, role: str, wanted: Collection[int], now: datetime) -> None:
    """Let exactly these people have a role; who has left the company keeps theirs, in case they come back."""
    here = {person.key for person in teams.people(session, team.key, role)}
    gone = here - set(wanted)
    session.execute(
        delete_rows(Membership).where(
            col(Membership.team_id) == team.key, col(Membership.role) == role, col(Membership.person_id).in_(gone)
        )
    )
    stored = set(
        session.scalars(
            select(col(Membership.person_id)).where(col(Membership.team_id) == team.key, col(Membership.role) == role)
        )
    )
    new = sorted(set(wanted) - stored)
    session.add_all(Membership(team_id=team.key, person_id=key, role=role, joined_at=now) for key in new)


def _follow(session: Session, team: Team, now: datetime, *, is_moved: bool) -> None:
    """What its check-ins make of it: the next round is planned for whoever is asked now, the others are let go."""
    for checkin in checkins.of_team(session, team.key):
        if is_moved and checkin.zone_kind == "team":
            checkin_service.replan_coming(session, checkin, now)
        else:
            _replan(session, checkin, now)
        _let_go(session, checkin)


def _replan(session: Session, checkin: CheckIn, now: datetime) -> None:
    """The next round for other people: no sooner than now, and not dropped since one of them joined late for it."""
    if checkin.next_nominal is None or checkin.next_due_at is None or checkin.next_due_at <= now:
        checkin_service.replan_coming(session, checkin, now)
        return
    nominal, calendars = checkin.next_nominal, Calendars(session, checkin)
    people_calendars = [calendars.of(person) for person in checkins.asked_people(session, checkin.key)]
    fresh = first_round(calendars.schedule, people_calendars, now, checkin.last_nominal)
    if fresh is None or fresh.nominal <= nominal:
        checkin_service.replan_coming(session, checkin, now)
        return
    moments = [moment for each in people_calendars if (moment := due(calendars.schedule, nominal, each))]
    coming = [moment for moment in moments if moment > now]
    if coming:
        checkin.next_due_at = min(coming)
    else:
        checkin_service.replan_coming(session, checkin, now)


def _let_go(session: Session, checkin: CheckIn) -> None:
    """Whoever is in none of a check-in's teams any more is asked nothing, and their open prompt says so."""
    of_checkin = (
        select(Prompt)
        .join(Round, col(Round.id) == col(Prompt.round_id))
        .where(col(Round.checkin_id) == checkin.key, col(Prompt.state).in_([PromptState.DUE, PromptState.SENT]))
        .order_by(col(Prompt.id))
    )
    unanswered = list(session.scalars(of_checkin))
    asked = checkins.asked_in(session, checkin.key, [prompt.person_id for prompt in unanswered])
    opened = []
    for prompt in unanswered:
        if prompt.person_id not in asked:
            if prompt.state == PromptState.SENT:
                opened.append(prompt.key)
            prompt.state, prompt.reason = PromptState.SKIPPED, Reason.LEFT_TEAM
    session.flush()
    checkin_service.say_so(session, opened)


def _tell(session: Session, actor: Person, team: Team, joined: list[Person], now: datetime) -> None:
    for person in joined:
        outbox.post(
            session,
            AddedToTeam(team.key, actor.key),
            key=f"team:{team.key}:added:{person.key}:{team.version}",
            to=person.key,
            not_before=None if person.key == actor.key else working_moment(session, person, now),
        )


def _tell_leads(session: Session, actor: Person, team: Team, leads: list[Person], now: datetime) -> None:
    for person in leads:
        if person.key != actor.key:
            key, at = f"team:{team.key}:lead:{person.key}:{team.version}", working_moment(session, person, now)
            outbox.post(session, MadeLead(team.key, actor.key), key=key, to=person.key, not_before=at)


def _say_farewell(session: Session, actor: Person, team: Team, left: Collection[int], now: datetime) -> None:
    for person in people.by_ids(session, left):
        if person.status == "left" or person.key == actor.key:
            continue
        outbox.post(
            session,
            RemovedFromTeam(team.key, actor.key),
            key=f"team:{team.key}:removed:{person.key}:{team.version}",
            to=person.key,
            not_before=working_moment(session, person, now),
        )


def delete(session: Session, actor: Person, team_id: int, now: datetime) -> Team:
    """End a team; raises UserError while check-ins ask it. What was answered is kept."""
    team = existing(session, team_id)
    roles.require(session, actor, Action.CHANGE_TEAM, MAY_NOT, team_id)
    asking = [checkin.name for checkin in checkins.of_team(session, team_id)]
    if asking:
        raise UserError(
            mark("{names} still asks this team. Delete it first, with `/checkin edit`; nothing was deleted.")
            if len(asking) == 1
            else mark("{names} still ask this team. Delete them first, with `/checkin edit`; nothing was deleted."),
            names=asking,
        )
    team.deleted_at = now
    session.flush()
    for person in teams.people(session, team_id):
        if person.key != actor.key:
            at = working_moment(session, person, now)
            notice = TeamEnded(team_id, actor.key)
            outbox.post(session, notice, key=f"team:{team_id}:ended:{person.key}", to=person.key, not_before=at)
    outbox.publish(session, HomeNotice(actor.key), person_id=actor.key)
    return team
