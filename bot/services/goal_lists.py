"""Goals shown: lists of mine, of somebody, of a team and of the company, and the details of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from bot.domain.audience import Kind
from bot.domain.goal_coach import Advice, Sketch, advise
from bot.domain.goals import OPEN, GoalKind, GoalState, MeasureKind
from bot.domain.rollup import LEAST_CHILDREN, mean
from bot.errors import UserError
from bot.i18n import mark
from bot.notices import goal_cards
from bot.notices.goal_charts import GoalCharts
from bot.notices.goal_handover import goals_to_share
from bot.services import goals as goal_service
from bot.services import team_changes
from bot.views.goal_details import GoalCard, Said
from bot.views.goal_handover import Unshared
from bot.views.goals import PAGE, GoalList, Scope
from storage import access, audience, goals, outbox, people, teams, workspaces
from storage.goals import Goal
from storage.outbox_rows import Priority
from storage.people import Person

NOBODY = mark("Cairn doesn't know that person. Type `/goals @name`, and choose them from Slack's list.")
NO_TEAM = mark("You are in no team yet: a lead adds you. `/goals` shows your own goals.")
UNKNOWN_TEAM = mark("There is no team of that name that you may see. `/cairn team` lists yours.")
NAMED = 5
UPDATES = 3
UNSHARED = 20
CHILDREN = 200


def mine(session: Session, actor: Person, page: int, now: datetime) -> GoalList:
    """Somebody's own open goals."""
    return _page(session, actor, (Scope.MINE, actor.key, actor.name), goals.of_person(actor.key), page, now)


def over(session: Session, actor: Person, page: int, now: datetime) -> GoalList:
    """Somebody's own closed goals."""
    query = goals.of_person(actor.key, closed=True)
    return _page(session, actor, (Scope.OVER, actor.key, actor.name), query, page, now)


def of_person(session: Session, actor: Person, slack_id: str, now: datetime) -> GoalList:
    """The open goals of somebody, as far as `actor` may read them."""
    person = people.by_slack_id(session, slack_id)
    if person is None:
        raise UserError(NOBODY)
    return turned(session, actor, Scope.MINE if person.key == actor.key else Scope.PERSON, person.key, 0, now)


def of_team(session: Session, actor: Person, name: str, now: datetime) -> GoalList:
    """The open goals of a team and its members: the one that is named, else the first of somebody's own."""
    own = teams.of_person(session, actor.key)
    typed = " ".join(name.split()).casefold()
    if not typed and not own:
        raise UserError(NO_TEAM)
    found = own[:1] if not typed else [team for team in teams.existing(session) if team.name.casefold() == typed]
    if not found:
        raise UserError(UNKNOWN_TEAM)
    return turned(session, actor, Scope.TEAM, found[0].key, 0, now)


def turned(session: Session, actor: Person, scope: Scope, key: int, page: int, now: datetime) -> GoalList:
    """A page of any list; what is read of others is remembered. `key` 0: somebody's own team."""
    match scope:
        case Scope.MINE:
            return mine(session, actor, page, now)
        case Scope.OVER:
            return over(session, actor, page, now)
        case Scope.PERSON:
            person = session.get_one(Person, key)
            found = _page(session, actor, (scope, key, person.name), goals.of_person(key), page, now)
            return replace(found, unshared=_unshared(session, actor, person, now)) if page == 0 else found
        case Scope.TEAM if key == 0:
            return of_team(session, actor, "", now)
        case Scope.TEAM:
            team = team_changes.existing(session, key)
            return _page(session, actor, (scope, key, team.name), goals.in_team(key), page, now)
    return _companys(session, actor, page, now)


def _unshared(session: Session, actor: Person, owner: Person, now: datetime) -> list[Unshared]:
    """The agreed goals of a report whose words aren't shared with their manager: that they are there, and numbers."""
    if owner.manager_id != actor.key:
        return []
    found = goals_to_share(session, owner, actor)[:UNSHARED]
    log(session, actor, found, "unshared", now)
    known = goal_cards.look_up(session, found, actor, now)
    return [
        Unshared(
            goal_service.today(actor, goal.agreed_at or now),
            goal.due_on,
            mean(each.progress for each in known.lines(goal)),
        )
        for goal in found
    ]


def _companys(session: Session, actor: Person, page: int, now: datetime) -> GoalList:
    everybody = teams.company(session)
    about = (Scope.COMPANY, 0, workspaces.current(session).name)
    return _page(session, actor, about, goals.of_team(everybody.key if everybody else 0), page, now)


def _page(
    session: Session, actor: Person, about: tuple[Scope, int, str], query: Select[Any], page: int, now: datetime
) -> GoalList:
    scope, key, name = about
    total = goals.count(session, query, actor)
    page = max(0, min(page, (total - 1) // PAGE))
    found = goals.page(session, query, actor, start=page * PAGE, size=PAGE)
    if scope not in (Scope.MINE, Scope.OVER):
        log(session, actor, found, "list", now)
    owned = scope in (Scope.TEAM, Scope.COMPANY)
    lines = goal_cards.lines(session, found, actor, now, owned=owned)
    has_team = bool(teams.of_person(session, actor.key))
    return GoalList(scope, lines, total, page, key, name, has_team=has_team)


def log(session: Session, actor: Person, shown: list[Goal], place: str, now: datetime) -> None:
    """Remember whose goals somebody was shown."""
    pairs = [(goal.owner_id, goal.key) for goal in shown]
    access.log(session, actor.key, pairs, what="goal", place=f"goals.{place}", at=now)


def show(session: Session, actor: Person, goal_id: int, now: datetime) -> GoalCard:
    """All that somebody may read of a goal; others' reading is remembered."""
    goal = goal_service.readable(session, actor, goal_id)
    log(session, actor, [goal], "details", now)
    return card(session, actor, goal, now)


def send_charts(session: Session, actor: Person, goal_id: int, now: datetime) -> None:
    """Send somebody a goal's charts by DM; asked for twice within a minute, they come once."""
    goal = goal_service.readable(session, actor, goal_id)
    log(session, actor, [goal], "charts", now)
    key = f"goal:{goal.key}:charts:{actor.key}:{now:%Y%m%d%H%M}"
    if outbox.post(session, GoalCharts(goal.key), key=key, to=actor.key, priority=Priority.PERSONAL):
        outbox.update(session, GoalCharts(goal.key), of=key)


def reshow(session: Session, actor: Person, goal_id: int, now: datetime) -> GoalCard:
    """The same for whoever has just changed it, to look at what they did."""
    return card(session, actor, goal_service.readable(session, actor, goal_id), now)


def card(session: Session, actor: Person, goal: Goal, now: datetime) -> GoalCard:
    """The details of a goal for somebody who may read it."""
    known = goal_cards.look_up(session, [goal], actor, now)
    (line,) = goal_cards.lines(session, [goal], actor, now)
    names = goal_cards.names_of(session, [goal])
    under = goals.page(session, goals.under(goal.key), actor, size=CHILDREN)
    lines = goal_cards.lines(session, under, actor, now, owned=True)
    owner = session.get_one(Person, goal.owner_id)
    readers = _readers(session, goal)
    return GoalCard(
        line=line,
        owner=owner.name,
        kind=GoalKind(goal.kind),
        measures=known.lines(goal),
        standings=known.standings(goal),
        starts_on=goal.starts_on,
        why=goal.why,
        team=names.get(("team", goal.team_id or 0)),
        agreed=names.get(("person", goal.agreed_id or 0)),
        is_own_agreement=goal.agreed_id == goal.owner_id,
        above=_above(session, actor, goal),
        under=lines,
        children=len(lines),
        below=mean(each.share for each in lines) if len(lines) >= LEAST_CHILDREN else None,
        said=_said(session, goal),
        lesson=goal.lesson,
        readers=readers[:NAMED],
        more_readers=max(0, len(readers) - NAMED),
        everybody=_everybody(session, goal),
        is_owner=goal.owner_id == actor.key,
        may_change=goal.state in OPEN and goal_service.may_change(session, actor, goal),
        may_agree=goal.state == GoalState.PROPOSED and goal.asked_id == actor.key,
        has_left=owner.status == "left",
        advice=_advice(goal, known) if goal.owner_id == actor.key and goal.state in OPEN else (),
    )


def _advice(goal: Goal, known: goal_cards.Known) -> tuple[Advice, ...]:
    counted = [each for each in known.measures[goal.key] if each.kind != MeasureKind.DONE]
    sketch = Sketch(
        goal.title,
        goal.starts_on,
        goal.due_on,
        measures=len(counted),
        has_parent=goal.parent_id is not None,
        could_have_parent=goal.kind != GoalKind.COMPANY,
    )
    return advise(sketch)


def _above(session: Session, actor: Person, goal: Goal) -> tuple[int, str, bool] | None:
    above = goals.readable_by(session, goal.parent_id, actor) if goal.parent_id else None
    return None if above is None else (above.key, above.title, above.state in OPEN)


def _said(session: Session, goal: Goal) -> list[Said]:
    said = goals.updates(session, goal.key, limit=UPDATES)
    names = {person.key: person.name for person in people.by_ids(session, {each.person_id for each in said})}
    return [Said(names.get(each.person_id, ""), each.at, each.confidence, each.note) for each in said]


def _everybody(session: Session, goal: Goal) -> str | None:
    is_for_all = audience.kind_of(session, goal.audience_id) is Kind.EVERYONE
    return workspaces.current(session).name if is_for_all else None


def _readers(session: Session, goal: Goal) -> list[str]:
    """Who may read a goal by name, its owner first."""
    found = people.by_ids(session, audience.reader_ids(session, goal.audience_id) | {goal.owner_id})
    here = [person for person in found if person.status != "left"]
    return [person.name for person in sorted(here, key=lambda each: each.key != goal.owner_id)]
