"""Names hidden: which check-ins can't, and what a round's digests will say, fixed as it closes."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from bot.domain.checkins import thaw
from bot.domain.hidden import WHY_NOT, Given, Group, flaws, group_of, shown
from bot.domain.participation import ASKED, Standing, standing
from bot.domain.setup import CheckInRequest
from bot.errors import UserError
from storage import hidden, people, teams, workspaces
from storage.checkins import CheckIn
from storage.hidden import HiddenGroup, PartInRound
from storage.rounds import Round
from storage.teams import MEMBER

KEY_BYTES = 32


def flaws_of(session: Session, request: CheckInRequest) -> list[UserError]:
    """Why names can't be hidden in a check-in that somebody asks for, at the fields of its form."""
    if not request.names_hidden:
        return []
    return flaws(request, _sizes(session, request), workspaces.settings(session).k)


def _sizes(session: Session, request: CheckInRequest) -> dict[str, int]:
    """How many people could be asked in each group, by the names of its teams."""
    asked_in: dict[int, list[int]] = {}
    for person_id, team_id in teams.keys(session, request.team_ids, MEMBER):
        asked_in.setdefault(person_id, []).append(team_id)
    asked = {
        person.key
        for person in people.by_ids(session, asked_in)
        if person.status == "active" or workspaces.settings(session).guests_take_part
    }
    named = {team_id: team.name for team_id in request.team_ids if (team := teams.get(session, team_id)) is not None}
    groups: list[Group] = [None] if request.readers == "channel" else list(named)
    sizes = dict.fromkeys(groups, 0)
    for person_id, team_ids in asked_in.items():
        if person_id in asked:
            sizes[group_of(team_ids, request.readers)] += 1
    everybody = " + ".join(sorted(named.values(), key=str.casefold))
    return {everybody if group is None else named[group]: size for group, size in sizes.items()}


def counts(session: Session, checkin: CheckIn, round_: Round) -> dict[Group, dict[Standing, int]]:
    """How many of each group answered and didn't: of an open round as it is, of a closed one as it was then."""
    if round_.closed_at is None:
        found: dict[Group, Counter[Standing]] = {}
        for part in hidden.parts(session, round_.key):
            group = group_of(part.team_ids, checkin.readers)
            found.setdefault(group, Counter())[standing(part.state, part.reason)] += 1
        return dict(found)
    return {each.team_id: _counts(each) for each in hidden.of_round(session, round_.key)}


def _counts(group: HiddenGroup) -> dict[Standing, int]:
    answered = len(group.answered)
    return {Standing.ANSWERED: answered, Standing.NO_ANSWER: group.asked - answered, Standing.AWAY: group.away}


def fix(session: Session, checkin: CheckIn, round_: Round) -> None:
    """Write down what a round that has just been closed says, with a key for its order that nobody keeps."""
    groups: dict[Group, list[PartInRound]] = {}
    for part in hidden.parts(session, round_.key):
        groups.setdefault(group_of(part.team_ids, checkin.readers), []).append(part)
    said, key = _said(session, round_), secrets.token_bytes(KEY_BYTES)
    session.add_all(_group(round_, group, parts, said, key) for group, parts in groups.items())
    session.flush()


def _said(session: Session, round_: Round) -> Mapping[int, Sequence[Given]]:
    """All that was said to questions that can be asked with names hidden, by prompt."""
    may_show = {question.id for question in map(thaw, round_.questions) if question.kind not in WHY_NOT}
    said: dict[int, list[Given]] = {}
    for given in hidden.said_in(session, round_.key, may_show):
        said.setdefault(given.prompt_id, []).append(given)
    return said


def _group(
    round_: Round, group: Group, parts: Sequence[PartInRound], said: Mapping[int, Sequence[Given]], key: bytes
) -> HiddenGroup:
    standings = [standing(part.state, part.reason) for part in parts]
    answered = [part.id for part in parts if part.answered_at is not None]
    given = [each for prompt in answered for each in said.get(prompt, ())]
    return HiddenGroup(
        round_id=round_.key,
        team_id=group,
        asked=sum(each in ASKED for each in standings),
        away=standings.count(Standing.AWAY),
        answered=answered,
        said=hidden.as_said(shown(given, round_.k, key)),
    )


def was_anybody_asked(session: Session, round_: Round) -> bool:
    """Whether there is anything to tell of a closed round."""
    return any(group.asked for group in hidden.of_round(session, round_.key))
