"""Teams: made by whoever may, their members told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.roles import Action
from bot.domain.setup import MAX_NAME, MAX_PEOPLE, TeamRequest
from bot.domain.words import as_name
from bot.errors import UserError
from bot.i18n import mark
from bot.notices.home import HomeNotice
from bot.notices.teams import AddedToTeam
from bot.services import moves, roles
from bot.services.roles import Refusal
from storage import checkins, outbox, people, teams, workspaces
from storage import roles as held
from storage.calendars import working_moment
from storage.people import Person
from storage.teams import LEAD, MEMBER, OBSERVER, Membership, Team

MAY_NOT = Refusal(
    mark(
        "{names} can make teams for you, and so can everyone with people reporting to them. "
        "Ask one of them for yours. Nothing was made."
    ),
    mark(
        "The people who run Cairn here, and everyone with people reporting to them, can make teams. "
        "Ask one of them to make yours. Nothing was made."
    ),
)
LEADS_NONE = Refusal(
    mark("{names} can set up check-ins for your team. For a team of your own: `/cairn team new`. Nothing was changed."),
    mark(
        "Check-ins are set up by a team's lead. Make a team with `/cairn team new`, or ask your lead. "
        "Nothing was changed."
    ),
)
LEADS_AND_MAKES_NONE = Refusal(
    mark("{names} can set up check-ins for your team. Nothing was changed."),
    mark("Check-ins are set up by a team's lead: ask yours. Nothing was changed."),
)
NO_LEAD = mark("Your team has no lead any more. {names} can choose one with `/cairn team`. Nothing was changed.")


def may_make(session: Session, actor: Person, _now: datetime) -> Person:
    """The maker, where they may make a team; raises UserError with who can."""
    roles.require(session, actor, Action.MAKE_TEAM, MAY_NOT)
    return actor


def create(session: Session, actor: Person, request: TeamRequest, now: datetime) -> Team:
    """Make a team with its maker as a lead, and tell everybody in it."""
    roles.require(session, actor, Action.MAKE_TEAM, MAY_NOT)
    name = checked_name(session, request.name)
    members = checked_members(session, request.members)
    leads = present(session, (actor.slack_id, *request.leads))
    observers = present(session, request.observers)
    team = Team(
        name=name,
        name_key=name.casefold(),
        home_channel=request.home_channel,
        zone=request.zone or actor.zone,
        created_by=actor.key,
        created_at=now,
    )
    session.add(team)
    session.flush()
    for role, those in ((MEMBER, members), (LEAD, leads), (OBSERVER, observers)):
        session.add_all(
            Membership(team_id=team.key, person_id=person.key, role=role, joined_at=now) for person in those
        )
    session.flush()
    for checkin in checkins.about_team(session, team.key):
        moves.follow(session, checkin, [person.key for person in members])
    _tell(session, team, [*members, *leads, *observers], now)
    outbox.publish(session, HomeNotice(actor.key), person_id=actor.key)
    return team


def _tell(session: Session, team: Team, those: list[Person], now: datetime) -> None:
    for person in sorted({person.key: person for person in those}.values(), key=lambda person: person.key):
        # The maker reads it at once; it is news to the others, and waits until they work.
        at = None if person.key == team.created_by else working_moment(session, person, now)
        notice = AddedToTeam(team.key, team.created_by)
        outbox.post(session, notice, key=f"team:{team.key}:added:{person.key}", to=person.key, not_before=at)


def checked_name(session: Session, name: str, but: int | None = None) -> str:
    """A name that no other team has, but the team `but` may; raises UserError where it can't be one."""
    name = as_name(name)
    if not name:
        raise UserError(mark("Give the team a name."), field="name")
    if len(name) > MAX_NAME:
        raise UserError(mark("A team's name can have {most} characters."), field="name", most=MAX_NAME)
    if name.casefold() in {team.name.casefold() for team in teams.existing(session) if team.key != but}:
        raise UserError(mark("There is a team called {name} already. Choose another name."), field="name", name=name)
    return name


def checked_members(session: Session, slack_ids: tuple[str, ...]) -> list[Person]:
    """Those of these Slack ids who can be asked; raises UserError where there is nobody, or too many."""
    members = [person for person in present(session, slack_ids) if _can_be_asked(session, person)]
    if not members:
        raise UserError(
            mark("A team needs at least one member who is still here. Choose people, a channel or a user group."),
            field="members",
        )
    refuse_crowds(len(members))
    return members


def refuse_crowds(size: int) -> None:
    """Raises UserError where a team would have more than MAX_PEOPLE members."""
    if size > MAX_PEOPLE:
        raise UserError(
            mark("A team can have {most} members; these are {n}. Make several smaller ones."),
            field="members",
            most=MAX_PEOPLE,
            n=size,
        )


def present(session: Session, slack_ids: tuple[str, ...]) -> list[Person]:
    """Those of these Slack ids who are still here, by name."""
    wanted = set(slack_ids)
    found = people.by_slack_ids(session, wanted)
    return [person for person in found if person.status != "left"]


def _can_be_asked(session: Session, person: Person) -> bool:
    return person.status == "active" or (person.status == "guest" and workspaces.settings(session).guests_take_part)


def run_by(session: Session, actor: Person) -> list[Team]:
    """The teams whose check-ins somebody sets up and runs: those that they lead, by name; the company for admins."""
    everybody = teams.company(session) if actor.is_admin else None
    return [*teams.of_person(session, actor.key, LEAD), *([everybody] if everybody else [])]


def may_set_up(session: Session, actor: Person, _now: datetime) -> list[Team]:
    """The same; raises UserError where somebody neither leads a team nor runs Cairn here."""
    found = run_by(session, actor)
    if not found and not actor.is_admin:
        own = [team.key for team in teams.of_person(session, actor.key)]
        admins = [person.name for person in people.admins(session)]
        if own and admins and not teams.keys(session, own, LEAD):
            raise UserError(NO_LEAD, names=admins[: roles.NAMED])
        makes = held.allowed(session, actor, Action.MAKE_TEAM)
        raise roles.refused(session, Action.MAKE_CHECKIN, LEADS_NONE if makes else LEADS_AND_MAKES_NONE, own)
    return found
