"""Goals as time goes by: updates with values, confidence and a note; and how they end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from bot.domain import amounts
from bot.domain.amounts import Wanted
from bot.domain.checkins import MAX_WORDS
from bot.domain.goal_requests import LONG_WHY
from bot.domain.goals import MOST_CONFIDENT, GoalState, MeasureKind, Source
from bot.errors import FieldErrors, UserError
from bot.i18n import mark
from bot.notices import goal_cards
from bot.notices.goals import GoalCelebrated, ParentOver
from bot.notices.home import HomeNotice
from bot.services import channels, goal_agreement
from bot.services.channels import ChannelFacts
from bot.services.goals import changeable, to_change
from bot.views.goal_updates import CloseRequest, UpdateForm, UpdateRequest
from storage import goals, measures, outbox, readings
from storage.calendars import working_moment
from storage.goals import Goal, GoalUpdate
from storage.measures import Measure
from storage.people import Person
from storage.readings import Reading

NOTHING = mark("Nothing was filled in. Say a value, how confident you are, or a note.")
TAKEN_AWAY = mark("This measure was taken away while your form was open. Nothing was saved: open it again.")


def update_form(session: Session, actor: Person, goal_id: int, now: datetime) -> UpdateForm:
    """The form of an update; raises UserError where the goal isn't theirs to update."""
    goal = to_change(session, actor, goal_id)
    known = goal_cards.look_up(session, [goal], actor, now)
    return UpdateForm(goal.key, goal.title, known.lines(goal), known.confidence(goal))


def update(session: Session, actor: Person, said: UpdateRequest, now: datetime) -> Goal:
    """Keep what somebody says of a goal: readings, how confident they are, and a note, all at once."""
    goal = changeable(session, actor, said.goal_id)
    kept = {measure.key: measure for measure in measures.of_goals(session, [goal.key])[goal.key]}
    values = _values(actor, said, kept)
    update = GoalUpdate(goal_id=goal.key, person_id=actor.key, confidence=said.confidence, note=said.note, at=now)
    session.add(update)
    session.flush()
    for measure_id, value in values.items():
        replaced = readings.newest(session, measure_id) if measure_id in said.corrected else None
        session.add(
            Reading(
                measure_id=measure_id,
                value=value,
                # What replaces another was so when that was said to be.
                at=replaced.at if replaced else now,
                recorded_at=now,
                source=Source.PERSON,
                person_id=actor.key,
                update_id=update.key,
                corrects_id=replaced.key if replaced else None,
            )
        )
    goal.heard_at = goal.look_at = now
    session.flush()
    outbox.publish(session, HomeNotice(actor.key), person_id=actor.key)
    return goal


def _values(actor: Person, said: UpdateRequest, kept: Mapping[int, Measure]) -> dict[int, Decimal]:
    """The values that were typed, by measure; raises FieldErrors with all that is wrong."""
    if not said.typed and said.note is None and said.confidence is None:
        raise UserError(NOTHING)
    values, errors = dict[int, Decimal](), _flaws(said)
    for key, typed in said.typed.items():
        try:
            values[key] = value_of(actor, kept.get(key), typed, f"v{key}")
        except UserError as error:
            errors.append(error)
    if errors:
        raise FieldErrors(errors)
    return values


def value_of(actor: Person, measure: Measure | None, typed: str, field: str) -> Decimal:
    """A value as somebody typed it; raises UserError at `field` where it isn't one, or its measure was taken away."""
    if measure is None:
        raise UserError(TAKEN_AWAY, field=field)
    counted = Wanted(MeasureKind(measure.kind), measure.currency, measure.unit)
    return amounts.amount(actor.voice, typed, counted, field=field).value


def _flaws(said: UpdateRequest) -> list[UserError]:
    found = []
    if len(said.note or "") > MAX_WORDS:
        found.append(UserError(LONG_WHY, field="note", most=MAX_WORDS))
    if said.confidence is not None and not 1 <= said.confidence <= MOST_CONFIDENT:
        found.append(UserError(mark("Choose one from the list."), field="confidence"))
    return found


def close_form(session: Session, actor: Person, goal_id: int, _now: datetime) -> Goal:
    """The goal that somebody may close."""
    return to_change(session, actor, goal_id)


def close(
    session: Session,
    actor: Person,
    wanted: CloseRequest,
    looked_up: tuple[ChannelFacts, list[str] | None] | None,
    now: datetime,
) -> Goal:
    """Close a goal. Those below it stand, and their owners hear of it."""
    goal = changeable(session, actor, wanted.goal_id)
    if len(wanted.lesson or "") > MAX_WORDS:
        raise UserError(LONG_WHY, field="lesson", most=MAX_WORDS)
    goal.state, goal.outcome, goal.lesson = GoalState.CLOSED, wanted.outcome, wanted.lesson
    goal.closed_id, goal.closed_at, goal.look_at = actor.key, now, None
    goal.version += 1
    session.flush()
    goal_agreement.say_again(session, goal)
    _tell_those_below(session, actor, goal, now)
    if wanted.channel is not None and looked_up is not None:
        channels.remember(session, *looked_up, now)
        key = f"goal:{goal.key}:celebrated"
        outbox.post(session, GoalCelebrated(goal.key), key=key, to=wanted.channel, owner=actor.key)
    outbox.publish(session, HomeNotice(actor.key), person_id=actor.key)
    return goal


def _tell_those_below(session: Session, actor: Person, goal: Goal, now: datetime) -> None:
    for child in goals.children(session, goal.key):
        owner = session.get_one(Person, child.owner_id)
        if child.state == GoalState.CLOSED or owner.key == actor.key or owner.status == "left":
            continue
        key = f"goal:{child.key}:parent_over:{goal.key}"
        at = working_moment(session, owner, now)
        outbox.post(session, ParentOver(child.key, goal.key), key=key, to=owner.key, not_before=at)
