"""Kudos to look at: one's own, page by page, and for leads who had none."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.kudos import PAGE, UNTHANKED, KudosPage, Unthanked
from bot.errors import UserError
from bot.i18n import mark
from bot.notices.kudos import kudos_of
from storage import access, kudos, teams
from storage.people import Person
from storage.teams import LEAD, MEMBER

LEADS_ONLY = mark(
    "Leads can see who in their team had no thanks for a while, and you lead none. "
    "Your own thanks are in `/kudos mine`. Nothing was shown."
)


def mine(session: Session, actor: Person, got: bool, page: int, now: datetime) -> KudosPage:
    """A page of what somebody got, or of what they gave."""
    find = kudos.got if got else kudos.gave
    found = find(session, actor.key, PAGE + 1, page * PAGE)
    items = tuple(kudos_of(session, given, actor, now) for given in found[:PAGE])
    return KudosPage(got, page, items, has_more=len(found) > PAGE)


def coverage(session: Session, actor: Person, now: datetime) -> list[Unthanked]:
    """Who in the teams that somebody leads had no thanks lately, by name; raises UserError for whoever leads none.

    It is noted that they looked: it says something of each member.
    """
    led = teams.of_person(session, actor.key, LEAD)
    if not led:
        raise UserError(LEADS_ONLY)
    found = []
    for team in led:
        members = [person for person in teams.people(session, team.key, MEMBER) if person.key != actor.key]
        thanked = kudos.thanked_since(session, [person.key for person in members], now - UNTHANKED)
        names = tuple(person.name for person in members if person.key not in thanked)
        found.append(Unthanked(team.name, names, len(members)))
        pairs = [(person.key, team.key) for person in members]
        access.log(session, actor.key, pairs, what="kudos", place="coverage", at=now)
    return found
