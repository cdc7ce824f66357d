"""A digest with names hidden, for one reader or one channel: from what was fixed as the round closed, and no name."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from bot.domain.checkins import Question, thaw
from bot.domain.hidden import readable
from bot.views.hidden_digests import Asked, Group, HiddenDigest
from storage import checkins, hidden
from storage.checkins import CheckIn
from storage.hidden import HiddenGroup
from storage.rounds import Round
from storage.teams import Team


def digest(session: Session, round_: Round, may_show: ColumnElement[bool], led: Collection[int]) -> HiddenDigest:
    """What may be shown of a closed round to whoever may read what fulfils `may_show`; `led`: the teams they lead."""
    checkin = session.get_one(CheckIn, round_.checkin_id)
    asking = {team.key: team.name for team in checkins.read_in(session, checkin.key)}
    found = _shown(session, round_, may_show)
    sealed = [each for each in hidden.of_round(session, round_.key) if _is_told(each, round_.k, led, asking)]
    questions = [thaw(each) for each in round_.questions]
    return HiddenDigest(
        checkin=checkin.name,
        team=" + ".join(asking.values()),
        nominal=round_.nominal,
        k=round_.k,
        groups=[_group(session, each, questions) for each in found] + [_sealed(session, each) for each in sealed],
    )


def authors(session: Session, round_: Round, may_show: ColumnElement[bool]) -> list[tuple[int, int]]:
    """Whose answers stand in a digest, for the log that they can look into: pairs of person and prompt."""
    return hidden.authors(session, _shown(session, round_, may_show))


def _shown(session: Session, round_: Round, may_show: ColumnElement[bool]) -> list[HiddenGroup]:
    """The groups that are large enough, and readable whole."""
    groups = {each.team_id: each for each in hidden.of_round(session, round_.key) if len(each.answered) >= round_.k}
    refused = hidden.unreadable(session, round_.key, may_show)
    may = readable({group: each.answered for group, each in groups.items()}, refused)
    return [each for group, each in groups.items() if group in may]


def _is_told(group: HiddenGroup, k: int, led: Collection[int], asking: Collection[int]) -> bool:
    """Whether somebody hears that a group stays sealed: who leads its people, whoever of them answered.

    Asking who may read its answers would tell whether there are any.
    """
    of_teams = asking if group.team_id is None else [group.team_id]
    return len(group.answered) < k and not set(led).isdisjoint(of_teams)


def _group(session: Session, group: HiddenGroup, questions: list[Question]) -> Group:
    said = group.values()
    return Group(
        team=_name(session, group),
        asked=group.asked,
        away=group.away,
        answered=len(group.answered),
        questions=[Asked(each.kind, each.wording, each.options, said.get(each.id, ())) for each in questions],
    )


def _sealed(session: Session, group: HiddenGroup) -> Group:
    return Group(_name(session, group), group.asked, group.away)


def _name(session: Session, group: HiddenGroup) -> str:
    team = session.get(Team, group.team_id) if group.team_id else None
    return team.name if team else ""
