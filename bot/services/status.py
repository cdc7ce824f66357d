"""Who has answered and who hasn't: names for leads, everybody's own part for themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.participation import OwnStatus, RoundStatus, Standing, Status, standing
from bot.domain.roles import Action
from bot.services import hidden
from storage import checkins, people, roles, rounds, teams
from storage.checkins import CheckIn
from storage.people import Person
from storage.rounds import Round
from storage.teams import Team


def status(session: Session, actor: Person, channel: str | None, now: datetime) -> Status:  # noqa: ARG001
    """The newest round of each check-in that concerns somebody: of those whom they lead, and their own part.

    Asked in a team's home channel, it is about that team alone.
    """
    mine = teams.of_person(session, actor.key)
    here = [team for team in mine if channel is not None and team.home_channel == channel] or mine
    led = {team.key for team in here if roles.allowed(session, actor, Action.SEE_WHO_ANSWERED, team.key)}
    everybody = teams.company(session)
    newest = list(_newest_rounds(session, [*here, *([everybody] if everybody else [])]))
    return Status(
        tuple(
            each
            for checkin, round_, ids in newest
            if not led.isdisjoint(ids)
            for each in (_hidden if round_.k else _led)(session, checkin, round_, led)
        ),
        tuple(own for checkin, round_, _ in newest if (own := _own(session, checkin, round_, actor)) is not None),
    )


def _newest_rounds(session: Session, of_teams: Iterable[Team]) -> Iterable[tuple[CheckIn, Round, set[int]]]:
    """Each check-in of these teams that has asked already, with its newest round and the teams that it asks."""
    found = {checkin.key: checkin for team in of_teams for checkin in checkins.of_team(session, team.key)}
    for checkin in sorted(found.values(), key=lambda each: each.name.casefold()):
        round_id = rounds.newest_id(session, checkin.key)
        if round_id is not None:
            asking = {team.key for team in checkins.read_in(session, checkin.key)}
            yield checkin, session.get_one(Round, round_id), asking


def _led(session: Session, checkin: CheckIn, round_: Round, led: set[int]) -> list[RoundStatus]:
    parts = [part for part in rounds.prompts_of_round(session, round_.key) if not led.isdisjoint(part.team_ids)]
    standings = {part.person_id: standing(part.state, part.reason) for part in parts}
    by_standing: dict[Standing, list[str]] = {}
    for person in people.by_ids(session, standings):
        by_standing.setdefault(standings[person.key], []).append(person.name)
    of_led = _of_round(session, checkin, round_, led)
    return [replace(of_led, counts=Counter(standings.values()), names=by_standing)]


def _hidden(session: Session, checkin: CheckIn, round_: Round, led: set[int]) -> list[RoundStatus]:
    """Counts alone, of each of the groups that digests are made for: counts of others would tell them apart."""
    asking = {team.key for team in checkins.read_in(session, checkin.key)}
    return [
        replace(_of_round(session, checkin, round_, asking if group is None else {group}), counts=counts, k=round_.k)
        for group, counts in hidden.counts(session, checkin, round_).items()
        if group is None or group in led
    ]


def _of_round(session: Session, checkin: CheckIn, round_: Round, team_ids: set[int]) -> RoundStatus:
    """A round in these teams, with nobody counted yet."""
    return RoundStatus(
        checkin=checkin.name,
        team=_team(session, checkin, team_ids),
        nominal=round_.nominal,
        closes_at=None if round_.closed_at is not None else round_.closes_at,
    )


def _own(session: Session, checkin: CheckIn, round_: Round, actor: Person) -> OwnStatus | None:
    part = rounds.of_person(session, round_.key, actor.key)
    if part is None:
        return None
    return OwnStatus(
        checkin=checkin.name,
        # Who is in no team is asked as one of the whole company; and a team may have been taken out since.
        team=_team(session, checkin, set(part.team_ids)) or _names(teams.ever(session, part.team_ids)),
        nominal=round_.nominal,
        standing=standing(part.state, part.reason),
        due_at=part.due_at,
        closes_at=part.closes_at,
    )


def _team(session: Session, checkin: CheckIn, among: set[int]) -> str:
    return _names(team for team in checkins.read_in(session, checkin.key) if team.key in among)


def _names(found: Iterable[Team]) -> str:
    return " + ".join(team.name for team in found)
