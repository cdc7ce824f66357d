"""What a check-in over several teams came to, for who leads one of them, who is above, and who set it up."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.checkins import Question, minutes, thaw
from bot.domain.results import COUNTED, Group, Line, Result, Results, shown, whole
from bot.notices.registry import Message, Notice, Reader, register
from bot.views import results as result_views
from storage import checkins, people, results, roles, teams
from storage.people import Person
from storage.results import RoundResults
from storage.rounds import Round
from storage.teams import LEAD, Team


@register("checkin.results")
@dataclass(frozen=True)
class ResultsNotice(Notice):
    """One reader's results of a round, as it was when it closed."""

    round_id: int
    person_id: int

    @property
    def key(self) -> str:
        """The outbox key."""
        return f"round:{self.round_id}:results:{self.person_id}"

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        kept, round_ = results.of_round(session, self.round_id), session.get(Round, self.round_id)
        person = people.get(session, self.person_id)
        if kept is None or round_ is None or person is None or reader.person_id != person.key:
            return None
        found = for_reader(session, kept, round_, person)
        return None if found is None else Message(*result_views.results(reader.voice, found))


def for_reader(session: Session, kept: RoundResults, round_: Round, reader: Person) -> Results | None:
    """What somebody is shown of a round's results; None where it is none of their business.

    Who leads a team, or is above its lead, is shown that team and the whole; who set the check-in up, and admins, how
    many took part and how long it takes them, and nothing that anybody said.
    """
    checkin, groups = checkins.get(session, round_.checkin_id), kept.groups
    if checkin is None:
        return None
    led = teams.held_in(session, reader.key, groups, LEAD)
    offered = led | _below(session, groups, reader)
    runs = reader.is_admin or reader.key == checkin.created_by
    if not offered and not runs:
        return None
    # Who is in a team reads its words, where they aren't for its leads alone.
    known = led if checkin.readers == "leads" else teams.held_in(session, reader.key, groups)
    # A team is read whole or not at all where names are hidden, and the channel reads; else a lead who came later
    # reads a part of it, and whoever is in several teams is read in each and counts in one.
    is_whole = bool(round_.k) or checkin.readers == "channel"
    read = None if is_whole else results.read_by(session, kept, reader.key, known)
    part = _Part(groups, _names(session, groups), kept.k, offered, known, read)
    questions = [thaw(each) for each in round_.questions]
    counted = part.counted(groups.keys() if runs else offered)
    return Results(
        checkin=checkin.name,
        team=" + ".join(team.name for team in checkins.teams(session, checkin.key)),
        nominal=round_.nominal,
        k=kept.k,
        lines=[Line(None, whole(groups)), *counted],
        results=[part.result(each) for each in questions if each.kind in COUNTED] if offered else [],
        is_lead=bool(offered),
        minutes=minutes(questions) if runs else None,
        names_hidden=round_.k > 0,
        withheld=len(groups if runs else offered) - len(counted),
    )


def _below(session: Session, groups: Collection[int], reader: Person) -> set[int]:
    if not people.has_reports(session, reader.key):
        return set()
    return {team_id for team_id in groups if roles.is_above(session, reader, team_id)}


def _names(session: Session, groups: Collection[int]) -> dict[int, str]:
    """The teams' names; none for those who are in no team."""
    found = {team_id: session.get_one(Team, team_id) for team_id in groups}
    return {team_id: "" if team.is_company else team.name for team_id, team in found.items()}


@dataclass(frozen=True)
class _Part:
    """What one reader may be shown of some teams, by primary key.

    `known` are those whose words they read anyway; `read`: how many of each they do, by question, where that may be
    a part of them.
    """

    groups: Mapping[int, Group]
    names: Mapping[int, str]
    k: int
    offered: Collection[int]
    known: Collection[int]
    read: Mapping[int, Mapping[int, int]] | None

    def counted(self, offered: Collection[int]) -> list[Line]:
        """How many took part in those of these teams that may stand by themselves, by name."""
        found = shown({team: group.asked for team, group in self.groups.items()}, self.k, offered=offered)
        return [Line(self.names[team], self.groups[team]) for team in self._by_name(found.teams)]

    def result(self, question: Question) -> Result:
        """How a question was answered, as far as it may be shown."""
        tallies = {team: group.voices_of(question.id) for team, group in self.groups.items()}
        voices = {team: each.voices for team, each in tallies.items()}
        found = shown(voices, self.k, offered=self.offered, known=self._known(question.id, voices))
        of_teams = [(self.names[team], tallies[team]) for team in self._by_name(found.teams)]
        return Result(question, of_teams + ([(None, whole(self.groups).voices_of(question.id))] if found.whole else []))

    def _known(self, question_id: int, voices: Mapping[int, int]) -> dict[int, int]:
        if self.read is None:
            return {team: count for team, count in voices.items() if team in self.known}
        read = self.read.get(question_id, {})
        return {team: min(count, read.get(team, 0)) for team, count in voices.items()}

    def _by_name(self, team_ids: Collection[int]) -> list[int]:
        return sorted(team_ids, key=lambda team_id: self.names[team_id].casefold())
