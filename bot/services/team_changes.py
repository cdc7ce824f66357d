"""Teams shown to their people, and changed by whoever may: members, leads, observers, name, home channel, zone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import available_timezones

from sqlalchemy import delete as delete_rows
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.roles import Action
from bot.domain.teams import PAGE, Editable, Listed, TeamCard, TeamChange
from bot.errors import UserError
from bot.i18n import mark
from bot.notices.checkins import CheckInReady
from bot.notices.home import HomeNotice
from bot.notices.teams import AddedToTeam, MadeLead, RemovedFromTeam, TeamEnded
from bot.services import checkins as checkin_service
from bot.services import days, digest_copies, moves, privacy, roles
from bot.services import teams as team_service
from bot.services.roles import Refusal
from storage import checkins, outbox, people, teams, workspaces
from storage import roles as held
from storage.calendars import digits, weekdays, working_moment
from storage.checkins import CheckIn
from storage.people import Person
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
        working_days=None if team.working_days is None else weekdays(team.working_days),
        region=days.region_of(team),
    )


def editable(session: Session, actor: Person, team_id: int, _now: datetime) -> Editable:
    """A team for its form; raises UserError where somebody may not change it."""
    team = existing(session, team_id)
    roles.require(session, actor, Action.CHANGE_TEAM, MAY_NOT, team_id)
    settings = workspaces.settings(session)
    return Editable(
        id=team_id,
        version=team.version,
        name=team.name,
        members={person.key: person.name for person in teams.people(session, team_id, MEMBER)},
        leads=[person.slack_id for person in teams.people(session, team_id, LEAD)],
        observers=[person.slack_id for person in teams.people(session, team_id, OBSERVER)],
        home_channel=team.home_channel,
        zone=team.zone,
        working_days=weekdays(team.working_days or settings.working_days),
        region=days.region_of(team),
        companys=days.region_of(settings),
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
    days.check_working_days(wanted.working_days)
    _claim(session, team, wanted.version)
    is_elsewhere = zone != team.zone
    team.name, team.name_key, team.zone, team.home_channel = name, name.casefold(), zone, wanted.home_channel
    has_other_days = _set_days(session, team, wanted)
    asked_before = _asked(session, team.key)
    before = {person.key for person in teams.people(session, team.key)}
    read_before = privacy.readers_of_team(session, team.key)
    led_before = {person.key for person in teams.people(session, team.key, LEAD)}
    for role, those in parts.items():
        _put(session, team, role, {person.key for person in those}, now)
    session.flush()
    session.expire_all()
    after = {person.key: person for those in parts.values() for person in those}
    _follow(session, team, asked_before ^ _asked(session, team.key), now, is_elsewhere=is_elsewhere)
    if has_other_days:
        checkin_service.replan_for_all(session, parts[MEMBER], now)
    privacy.team_changed(session, actor, team.key, read_before, now)
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


def _set_days(session: Session, team: Team, wanted: TeamChange) -> bool:
    """Take a team's days over, as its own where they aren't the workspace's; says whether they are others now."""
    before = (team.working_days, days.region_of(team))
    typed = digits(wanted.working_days)
    team.working_days = None if typed == workspaces.settings(session).working_days else typed
    team.country, team.subdivision = wanted.region or (None, None)
    return before != (team.working_days, days.region_of(team))


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


def _follow(session: Session, team: Team, moved: Collection[int], now: datetime, *, is_elsewhere: bool) -> None:
    """What check-ins make of it: the next round is planned for whoever is asked now, the others are let go.

    `moved`: who is asked now and wasn't, or was and isn't any more. `is_elsewhere`: the team is in another zone.
    """
    for checkin in checkins.of_team(session, team.key):
        if is_elsewhere and checkin.zone_kind == "team":
            checkin_service.replan_coming(session, checkin, now)
        else:
            checkin_service.replan_for_people(session, checkin, now)
    for checkin in checkins.about_team(session, team.key):
        moves.follow(session, checkin, moved)


def _asked(session: Session, team_id: int) -> set[int]:
    return {person_id for person_id, _ in teams.keys(session, [team_id], MEMBER)}


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
    """End a team, and take it out of what asks others too. What was answered is kept, and read by who could.

    Raises UserError while a check-in asks this team alone.
    """
    team = existing(session, team_id)
    roles.require(session, actor, Action.CHANGE_TEAM, MAY_NOT, team_id)
    asking = checkins.of_team(session, team_id)
    _refuse_alone(session, asking)
    members = _asked(session, team_id)
    team.deleted_at = now
    session.flush()
    for checkin in asking:
        checkins.leave_out(session, checkin.key, team_id)
        checkin_service.replan_for_people(session, checkin, now)
    for checkin in [*asking, *checkins.about_team(session, team_id)]:
        moves.follow(session, checkin, members)
        outbox.update(session, CheckInReady(checkin.key), of=f"checkin:{checkin.key}:ready")
    _say_it_ended(session, actor, team, now)
    outbox.publish(session, HomeNotice(actor.key), person_id=actor.key)
    return team


def _refuse_alone(session: Session, asking: Sequence[CheckIn]) -> None:
    alone = [checkin.name for checkin in asking if len(checkins.teams(session, checkin.key)) == 1]
    if alone:
        raise UserError(
            mark("{names} still asks this team. Delete it first, with `/checkin edit`; nothing was deleted.")
            if len(alone) == 1
            else mark("{names} still ask this team. Delete them first, with `/checkin edit`; nothing was deleted."),
            names=alone,
        )


def _say_it_ended(session: Session, actor: Person, team: Team, now: datetime) -> None:
    for person in teams.people(session, team.key):
        if person.key != actor.key:
            at = working_moment(session, person, now)
            notice = TeamEnded(team.key, actor.key)
            outbox.post(session, notice, key=f"team:{team.key}:ended:{person.key}", to=person.key, not_before=at)
