"""Who reads what one answers is somebody else now: told to everybody who is asked, before they are asked again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.privacy import Readership, change, from_json
from bot.notices.checkins import card_of
from bot.notices.registry import Exempt, Message, Notice, Reader, register
from bot.views import privacy as privacy_views
from bot.views.privacy import ChangeCard
from storage import checkins, hidden, outbox, people, teams
from storage.checkins import CheckIn
from storage.people import Person
from storage.privacy import ReadersChange
from storage.teams import LEAD, OBSERVER

_READ = {"leads": (LEAD,), "team": ()}
_SET_OVER = {"leads": (LEAD,), "team": (LEAD, OBSERVER)}


def readership(session: Session, checkin: CheckIn, team_ids: Sequence[int] | None = None) -> Readership:
    """Who reads a check-in as it is set up now; in all the teams for which anybody is asked, or in these."""
    read_in = [team.key for team in checkins.read_in(session, checkin.key)]
    asking = [key for key in read_in if team_ids is None or key in team_ids]
    k = hidden.k_of(session, checkin)
    if checkin.readers == "channel":
        return Readership(checkin.readers, checkin.home_channel, k)
    return Readership(
        checkin.readers,
        None,
        k,
        _by_team(session, asking, _READ[checkin.readers]),
        _by_team(session, asking, _SET_OVER[checkin.readers]),
    )


def _by_team(session: Session, asking: Sequence[int], roles: Sequence[str]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {team_id: set() for team_id in asking}
    for person_id, team_id in teams.keys(session, asking, *roles):
        found[team_id].add(person_id)
    return {team_id: frozenset(keys) for team_id, keys in found.items()}


@register("checkin.readers_changed", Exempt.PRIVACY)
@dataclass(frozen=True)
class ReadersChanged(Notice):
    """To one of those whom a check-in asks: what has changed that day, from when, and who reads it now."""

    change_id: int
    person_id: int

    @property
    def key(self) -> str:
        """The outbox key: one for all that changes on a day."""
        return f"readers:{self.change_id}:{self.person_id}"

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        told, person = session.get(ReadersChange, self.change_id), people.get(session, self.person_id)
        checkin = None if told is None else checkins.get(session, told.checkin_id)
        if told is None or checkin is None or checkin.deleted_at is not None or person is None:
            return None
        asked_in = checkins.asked_in(session, checkin.key, [person.key]).get(person.key)
        if not asked_in:
            return None
        found = change(from_json(told.before), readership(session, checkin, asked_in), asked_in)
        came = tuple(each.name for each in people.by_ids(session, found.came - {person.key}))
        posted = outbox.posted(session, self.key)
        if not (came or found.is_set_up_anew) and (posted is None or posted.ts is None):
            return None  # it was changed back before they could hear of it, or it is themselves who came
        by = session.get_one(Person, told.by_id)
        card = ChangeCard(card_of(session, checkin, asked_in), by.name, found.is_other, came, found.k)
        return Message(*privacy_views.changed(reader.voice, card))
