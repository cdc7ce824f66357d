"""Setting goals and changing them: the form behind them, what is refused, and what is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.checkin_setup import Value
from bot.domain.goal_requests import GoalRequest, MeasureRequest, flaws
from bot.domain.goals import Direction, GoalKind, MeasureKind, Milestone, SeenBy
from bot.domain.roles import Action
from bot.errors import FieldErrors, UserError
from bot.i18n import mark
from bot.notices.home import HomeNotice
from bot.services import company, goal_agreement, goal_tree
from bot.services.goals import CHANGED_MEANWHILE, audience_of, changeable, manager_of, to_change, today, who_may_see
from bot.views import goal_form
from bot.views.goal_form import MINE, GoalForm, Shown
from storage import goals, measures, outbox, roles, teams, workspaces
from storage.goals import Goal
from storage.measures import Measure
from storage.people import Person
from storage.teams import LEAD

COMPANYS = f"{GoalKind.COMPANY}:0"
NOT_THEIRS = mark("You can set goals of your own, and of teams that you lead. Choose again; your words stay here.")
NOT_OFFERED = mark("That isn't one of those who may read it any more. Choose again; your words stay here.")


def new(session: Session, actor: Person, now: datetime) -> GoalForm:
    """The form of a new goal."""
    seers = who_may_see(session, actor, actor.voice)
    return _form(session, actor, actor, Shown(None, 0, ("n0",), goal_form.begin(today(actor, now), seers)))


def edit(session: Session, actor: Person, goal_id: int, _now: datetime) -> GoalForm:
    """The form of a goal as it is; raises UserError where somebody may not change it."""
    goal = to_change(session, actor, goal_id)
    wanted = request_of(session, goal)
    slots = tuple(each.key for each in wanted.measures)
    typed = Shown(goal.key, goal.version, slots, goal_form.typed_for(actor.voice, wanted))
    return _form(session, actor, session.get_one(Person, goal.owner_id), typed)


def drawn_anew(session: Session, actor: Person, typed: Shown, _now: datetime) -> GoalForm:
    """The form as somebody has filled it in so far."""
    goal = goals.get(session, typed.goal_id) if typed.goal_id is not None else None
    owner = session.get_one(Person, goal.owner_id) if goal else actor
    return _form(session, actor, owner, typed)


def _form(session: Session, actor: Person, owner: Person, typed: Shown) -> GoalForm:
    kind = goals.kind_of(session, typed.goal_id) or GoalKind.PERSON
    manager = manager_of(session, owner, kind)
    return GoalForm(
        fields=typed.fields,
        slots=typed.slots,
        owners=_owners(session, actor) if typed.goal_id is None else {},
        seers=who_may_see(session, owner, actor.voice),
        parent=_parent(session, actor, typed.fields),
        asked=manager.name if manager else None,
        goal_id=typed.goal_id,
        version=typed.version,
    )


def _owners(session: Session, actor: Person) -> dict[str, str]:
    """Whose goal it may be, where there is a choice."""
    voice = actor.voice
    led = {
        f"{GoalKind.TEAM}:{team.key}": voice.say("The team {team}", team=team.name)
        for team in teams.of_person(session, actor.key, LEAD)[:90]
    }
    if actor.is_admin:
        led[COMPANYS] = voice.say("All of {company}", company=workspaces.current(session).name)
    return {MINE: voice.say("My own"), **led} if led else {}


def _parent(session: Session, actor: Person, fields: Mapping[str, Value]) -> tuple[str, str] | None:
    value = fields.get("parent")
    if not isinstance(value, str) or not value.isdecimal():
        return None
    goal = goals.readable_by(session, int(value), actor)
    return (value, goal.title) if goal is not None else None


def request_of(session: Session, goal: Goal) -> GoalRequest:
    """A goal as somebody would have to ask for it."""
    kept = measures.of_goals(session, [goal.key])[goal.key]
    steps = measures.milestones(session, [each.key for each in kept])
    return GoalRequest(
        title=goal.title,
        why=goal.why,
        measures=tuple(_asked(each, steps[each.key]) for each in kept),
        starts_on=goal.starts_on,
        due_on=goal.due_on,
        seen_by=SeenBy(goal.seen_by),
        seen_by_team_id=goal.seen_by_team_id,
        parent_id=goal.parent_id,
        kind=GoalKind(goal.kind),
        team_id=goal.team_id,
        goal_id=goal.key,
        version=goal.version,
    )


def _asked(measure: Measure, milestones: Sequence[Milestone]) -> MeasureRequest:
    stays = measure.direction == Direction.WITHIN
    first, second = (measure.low, measure.high) if stays else (measure.baseline, measure.target)
    is_done = measure.kind == MeasureKind.DONE
    return MeasureRequest(
        key=f"m{measure.key}",
        kind=MeasureKind(measure.kind),
        stays=stays,
        first=None if is_done else first,
        second=None if is_done else second,
        name=measure.name,
        unit=measure.unit,
        currency=measure.currency,
        milestones=tuple(milestones),
    )


def create(session: Session, actor: Person, wanted: GoalRequest, now: datetime) -> Goal:
    """Set a new goal, and ask the owner's manager to agree where there is one."""
    _check(session, actor, actor, wanted, now)
    if wanted.kind is GoalKind.COMPANY:
        wanted = replace(wanted, team_id=company.ensure(session, actor, now).key)
    goal = Goal(
        kind=wanted.kind,
        owner_id=actor.key,
        team_id=wanted.team_id,
        title=wanted.title,
        why=wanted.why,
        starts_on=wanted.starts_on,
        due_on=wanted.due_on,
        seen_by=wanted.seen_by,
        seen_by_team_id=wanted.seen_by_team_id,
        audience_id=audience_of(session, actor, wanted.seen_by, wanted.seen_by_team_id),
        created_at=now,
        look_at=now,
    )
    session.add(goal)
    session.flush()
    goal_tree.put_below(session, actor, goal, wanted.parent_id)
    _put_measures(session, goal, wanted.measures, now)
    goal_agreement.ask(session, goal, now)
    outbox.publish(session, HomeNotice(actor.key), person_id=actor.key)
    return goal


def change(session: Session, actor: Person, wanted: GoalRequest, now: datetime) -> Goal:
    """Change a goal. Another target or date of one that is agreed is asked about again."""
    goal = changeable(session, actor, wanted.goal_id or 0)
    owner = session.get_one(Person, goal.owner_id)
    if goal.version != wanted.version:
        raise UserError(CHANGED_MEANWHILE)
    before = request_of(session, goal)
    _check(session, actor, owner, wanted, now, before)
    goal.title, goal.why = wanted.title, wanted.why
    goal.starts_on, goal.due_on = wanted.starts_on, wanted.due_on
    goal.seen_by, goal.seen_by_team_id = wanted.seen_by, wanted.seen_by_team_id
    goal.audience_id = audience_of(session, owner, wanted.seen_by, wanted.seen_by_team_id)
    goal.version += 1
    session.flush()
    if wanted.parent_id != before.parent_id:
        goal_tree.put_below(session, actor, goal, wanted.parent_id)
    _put_measures(session, goal, wanted.measures, now)
    if _terms(wanted) != _terms(before):
        goal_agreement.ask(session, goal, now)
    else:
        goal_agreement.say_again(session, goal)
    outbox.publish(session, HomeNotice(actor.key), person_id=actor.key)
    return goal


def _terms(of: GoalRequest) -> object:
    """What was agreed: when, and how far."""
    return (
        of.starts_on,
        of.due_on,
        [(each.measure_id, each.terms, each.currency, each.milestones) for each in of.measures],
    )


def _check(
    session: Session,
    actor: Person,
    owner: Person,
    wanted: GoalRequest,
    now: datetime,
    before: GoalRequest | None = None,
) -> None:
    """Raises FieldErrors with all that is wrong."""
    errors = flaws(wanted, today(actor, now), due_before=before.due_on if before else None)
    if before is None and not _may_own(session, actor, wanted):
        errors.append(UserError(NOT_THEIRS, field="owner"))
    offered = who_may_see(session, owner, actor.voice)
    team = f":{wanted.seen_by_team_id}" if wanted.seen_by_team_id else ""
    kept = before is not None and (before.seen_by, before.seen_by_team_id) == (wanted.seen_by, wanted.seen_by_team_id)
    if not kept and f"{wanted.seen_by}{team}" not in offered:
        errors.append(UserError(NOT_OFFERED, field="seen_by"))
    if errors:
        raise FieldErrors(errors)


def _may_own(session: Session, actor: Person, wanted: GoalRequest) -> bool:
    match wanted.kind:
        case GoalKind.TEAM:
            led = {team.key for team in teams.of_person(session, actor.key, LEAD)}
            return wanted.team_id in led
        case GoalKind.COMPANY:
            return roles.allowed(session, actor, Action.SET_COMPANY_GOAL)
    return actor.status == "active"


def _put_measures(session: Session, goal: Goal, wanted: Sequence[MeasureRequest], now: datetime) -> None:
    """Let a goal have exactly these measures; one that is counted in something else is another one.

    All are taken away first, and come back one by one: no two may have the same place, not even for a moment.
    """
    kept = {measure.key: measure for measure in measures.of_goals(session, [goal.key])[goal.key]}
    for measure in kept.values():
        measure.dropped_at = now
    session.flush()
    for place, each in enumerate(wanted):
        before = kept.get(each.measure_id or 0)
        is_same = before is not None and (before.kind, before.currency) == (each.kind, each.currency)
        new = Measure(goal_id=goal.key, kind=each.kind, direction=each.terms.direction, created_at=now)
        measure = before if before is not None and is_same else new
        _fill(measure, each, place)
        session.add(measure)
        session.flush()
        measures.set_milestones(session, measure.key, each.milestones)
    session.flush()


def _fill(measure: Measure, wanted: MeasureRequest, place: int) -> None:
    terms = wanted.terms
    measure.position, measure.name, measure.unit = place, wanted.name, wanted.unit
    measure.kind, measure.direction, measure.currency = terms.kind, terms.direction, wanted.currency
    measure.baseline, measure.target, measure.low, measure.high = terms.baseline, terms.target, terms.low, terms.high
    measure.decimals, measure.dropped_at = wanted.decimals, None
