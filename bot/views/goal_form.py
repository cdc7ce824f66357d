"""The form of a goal, new or changed, and its parser. What it holds is in Slack alone until it is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.domain import amounts
from bot.domain.amounts import Amount, Wanted
from bot.domain.checkin_setup import Value
from bot.domain.checkins import MAX_WORDS
from bot.domain.goal_requests import GoalRequest, MeasureRequest
from bot.domain.goals import (
    MOST_MEASURES,
    NAME_CHARACTERS,
    TITLE_CHARACTERS,
    UNIT_CHARACTERS,
    GoalKind,
    MeasureKind,
    Milestone,
    SeenBy,
)
from bot.domain.words import as_name, forwards
from bot.errors import FieldErrors, UserError
from bot.i18n import Voice, mark
from bot.views import actions, goal_milestones
from bot.views.blocks import (
    OPTION_TEXT,
    Block,
    Field,
    Modal,
    button,
    context,
    cut,
    datepicker,
    divider,
    external_select,
    field,
    options,
    select,
    text_input,
)
from bot.views.blocks import actions as row
from bot.views.goals import ParentOption
from bot.views.kept_inputs import date_of, one, read

VALUE = "value"
MINE = "me"
OWNER_SHOWN = 25
NUMBER_CHARACTERS = 40
REACH, STAY = "reach", "stay"
WHICH_CURRENCY = mark("Which currency? Write its three letters, like EUR.")


@dataclass(frozen=True)
class GoalForm:
    """What the form shows. `fields` by block_id; `slots` name its measures, in order.

    `owners`: whose goal it may be, by value; none where it is settled. `seers`: who may read it, by value. `parent`:
    the goal it belongs to, by value and title. `asked`: who is asked to agree, by name.
    """

    fields: Mapping[str, Value]
    slots: tuple[str, ...]
    owners: Mapping[str, str]
    seers: Mapping[str, str]
    parent: tuple[str, str] | None = None
    asked: str | None = None
    goal_id: int | None = None
    version: int = 0

    def with_another(self) -> GoalForm:
        """With a measure more, as far as there may be."""
        taken = [int(slot[1:]) for slot in self.slots if slot.startswith("n")]
        added = (*self.slots, f"n{max(taken, default=-1) + 1}")
        return replace(self, slots=added[:MOST_MEASURES])

    def without(self, slot: str) -> GoalForm:
        """Without one of its measures, but for the last."""
        left = tuple(each for each in self.slots if each != slot)
        return replace(self, slots=left or self.slots)


@dataclass(frozen=True)
class Shown:
    """What a form that is open holds: enough to draw it anew."""

    goal_id: int | None
    version: int
    slots: tuple[str, ...]
    fields: Mapping[str, Value]


def shown(view: Mapping[str, Any]) -> Shown:
    """What somebody's form holds now."""
    about = json.loads(view["private_metadata"])
    return Shown(about["goal"], about["version"], tuple(about["slots"]), read(view))


def goal_form(voice: Voice, form: GoalForm) -> Block:
    """The form, as `views.open` takes it."""
    is_new = form.goal_id is None
    about = {"goal": form.goal_id, "version": form.version, "slots": form.slots}
    return Modal(
        actions.GOAL_FORM,
        voice.say("New goal") if is_new else voice.say("Change the goal"),
        [*_what(voice, form), *_measures(voice, form), *_when(voice, form), context(_who(voice, form))],
        submit=voice.say("Propose it") if is_new and form.asked else voice.say("Save"),
        close=voice.say("Close"),
        metadata=json.dumps(about),
    ).view()


def _who(voice: Voice, form: GoalForm) -> str:
    if form.asked is None:
        return voice.say("Nobody has to agree: once saved, it is agreed by you.")
    return voice.say("{name} is asked to agree, and can suggest a change.", name=forwards(form.asked))


def _what(voice: Voice, form: GoalForm) -> list[Block]:
    typed = form.fields
    blocks = []
    if form.owners:
        menu = select(VALUE, form.owners, one(typed, "owner") or None)
        blocks.append(field(Field("owner", voice.say("Whose goal")), menu))
    return [
        *blocks,
        field(
            Field("title", voice.say("Goal"), voice.say("What will be different once it is reached?")),
            text_input(VALUE, TITLE_CHARACTERS, one(typed, "title")),
        ),
        field(
            Field("why", voice.say("Why it matters"), optional=True),
            text_input(VALUE, MAX_WORDS, one(typed, "why"), multiline=True),
        ),
        field(
            Field("parent", voice.say("Goal it belongs to"), voice.say("Type to search."), optional=True),
            external_select(actions.GOAL_PARENT, form.parent),
        ),
    ]


def _measures(voice: Voice, form: GoalForm) -> list[Block]:
    blocks: list[Block] = []
    for slot in form.slots:
        blocks += [divider(), *_measure(voice, form, slot)]
        if len(form.slots) > 1:
            blocks.append(row(button(voice.say("Remove this measure"), actions.REMOVE_MEASURE, slot)))
    if len(form.slots) < MOST_MEASURES:
        blocks.append(row(button(voice.say("Add a measure"), actions.ADD_MEASURE)))
    return [*blocks, divider()]


def _measure(voice: Voice, form: GoalForm, slot: str) -> list[Block]:
    typed, kind = form.fields, kind_of(form.fields, slot)
    shape = Field(f"{slot}_kind", voice.say("Measured by"), saves=True)
    blocks = [
        field(shape, select(actions.MEASURE_SHAPE, kinds(voice), kind.value)),
        field(
            Field(f"{slot}_name", voice.say("What is measured"), voice.say("Like customer rating."), optional=True),
            text_input(VALUE, NAME_CHARACTERS, one(typed, f"{slot}_name")),
        ),
    ]
    if kind is MeasureKind.DONE:
        return blocks
    steps = goal_milestones.box(voice, f"{slot}_steps", one(typed, f"{slot}_steps"), VALUE)
    return [*blocks, *_numbers(voice, form, slot), *_unit(voice, form, slot, kind), steps]


def _numbers(voice: Voice, form: GoalForm, slot: str) -> list[Block]:
    typed = form.fields
    ways = {REACH: voice.say("Go from a start to a target"), STAY: voice.say("Stay between two numbers")}
    way = one(typed, f"{slot}_way")
    return [
        field(Field(f"{slot}_way", voice.say("It should")), select(VALUE, ways, way if way in ways else REACH)),
        field(
            Field(f"{slot}_from", voice.say("Start, or lower end")),
            text_input(VALUE, NUMBER_CHARACTERS, one(typed, f"{slot}_from")),
        ),
        field(
            Field(f"{slot}_to", voice.say("Target, or upper end")),
            text_input(VALUE, NUMBER_CHARACTERS, one(typed, f"{slot}_to")),
        ),
    ]


def _unit(voice: Voice, form: GoalForm, slot: str, kind: MeasureKind) -> list[Block]:
    if kind is MeasureKind.PERCENT:
        return []
    if kind is MeasureKind.MONEY:
        box = text_input(VALUE, UNIT_CHARACTERS, one(form.fields, f"{slot}_currency"))
        return [field(Field(f"{slot}_currency", voice.say("Currency"), voice.say("Like EUR."), optional=True), box)]
    box = text_input(VALUE, UNIT_CHARACTERS, one(form.fields, f"{slot}_unit"))
    return [field(Field(f"{slot}_unit", voice.say("Unit"), voice.say("Like hours or bugs."), optional=True), box)]


def _when(voice: Voice, form: GoalForm) -> list[Block]:
    typed = form.fields
    seen = one(typed, "seen_by")
    return [
        field(Field("starts_on", voice.say("Start")), datepicker(VALUE, one(typed, "starts_on"))),
        field(Field("due_on", voice.say("Due"), optional=True), datepicker(VALUE, one(typed, "due_on"))),
        field(
            Field("seen_by", voice.say("Who may read it")),
            select(VALUE, form.seers, seen if seen in form.seers else None),
        ),
    ]


def kinds(voice: Voice) -> dict[str, str]:
    """What a measure counts in, as somebody chooses it."""
    return {
        MeasureKind.NUMBER: voice.say("A number"),
        MeasureKind.PERCENT: voice.say("A percentage"),
        MeasureKind.MONEY: voice.say("Money"),
        MeasureKind.COUNT: voice.say("A count, without parts"),
        MeasureKind.DONE: voice.say("Done or not done"),
    }


def kind_of(fields: Mapping[str, Value], slot: str) -> MeasureKind:
    """What a measure of the form counts in, a number where nothing else was chosen."""
    chosen = one(fields, f"{slot}_kind")
    return MeasureKind(chosen) if chosen in list(MeasureKind) else MeasureKind.NUMBER


def parse(voice: Voice, typed: Shown) -> GoalRequest:
    """The goal that the form asks for, not yet checked; raises FieldErrors where something can't be read."""
    fields, errors = typed.fields, list[UserError]()
    measures = [_parse_measure(voice, fields, slot, errors) for slot in typed.slots]
    seen_by, _, team = one(fields, "seen_by").partition(":")
    starts_on = date_of(fields, "starts_on")
    if starts_on is None:
        errors.append(UserError(mark("That isn't a date. Choose the day on which it starts."), field="starts_on"))
    if seen_by not in list(SeenBy):
        errors.append(UserError(mark("Choose one from the list."), field="seen_by"))
    if errors:
        raise FieldErrors(errors)
    kind, team_id = _owner(one(fields, "owner"))
    parent = one(fields, "parent")
    return GoalRequest(
        title=as_name(one(fields, "title")),
        why=one(fields, "why").strip() or None,
        measures=tuple(measures),
        starts_on=starts_on or date.min,
        due_on=date_of(fields, "due_on"),
        seen_by=SeenBy(seen_by),
        seen_by_team_id=int(team) if team else None,
        parent_id=int(parent) if parent.isdecimal() else None,
        kind=kind,
        team_id=team_id,
        goal_id=typed.goal_id,
        version=typed.version,
    )


def _owner(value: str) -> tuple[GoalKind, int | None]:
    kind, _, team = value.partition(":")
    return (GoalKind(kind), int(team)) if team else (GoalKind.PERSON, None)


def _parse_measure(voice: Voice, fields: Mapping[str, Value], slot: str, errors: list[UserError]) -> MeasureRequest:
    kind = kind_of(fields, slot)
    asked = MeasureRequest(slot, kind, name=as_name(one(fields, f"{slot}_name")) or None)
    if kind is MeasureKind.DONE:
        return asked
    unit = as_name(one(fields, f"{slot}_unit")) or None
    currency = _currency(fields, f"{slot}_currency", errors) if kind is MeasureKind.MONEY else None
    counted = Wanted(kind, currency, unit)
    first = _amount(voice, fields, f"{slot}_from", counted, errors)
    counted = replace(counted, currency=currency or (first.currency if first else None))
    second = _amount(voice, fields, f"{slot}_to", counted, errors)
    found = counted.currency or (second.currency if second else None)
    steps = _milestones(voice, fields, f"{slot}_steps", replace(counted, currency=found), errors)
    if kind is MeasureKind.MONEY and found is None and not errors:
        errors.append(UserError(WHICH_CURRENCY, field=f"{slot}_currency"))
    return replace(
        asked,
        stays=one(fields, f"{slot}_way") == STAY,
        first=first.value if first else None,
        second=second.value if second else None,
        unit=unit,
        currency=found,
        milestones=steps,
    )


def _milestones(
    voice: Voice, fields: Mapping[str, Value], name: str, counted: Wanted, errors: list[UserError]
) -> tuple[Milestone, ...]:
    starts_on = date_of(fields, "starts_on")
    if starts_on is None:
        return ()
    try:
        return goal_milestones.parse(voice, one(fields, name), counted, starts_on, name=name)
    except UserError as error:
        errors.append(error)
        return ()


def _amount(
    voice: Voice, fields: Mapping[str, Value], name: str, counted: Wanted, errors: list[UserError]
) -> Amount | None:
    try:
        return amounts.amount(voice, one(fields, name), counted, field=name)
    except UserError as error:
        errors.append(error)
        return None


def _currency(fields: Mapping[str, Value], name: str, errors: list[UserError]) -> str | None:
    typed = one(fields, name).strip().upper()
    if typed and not amounts.is_known_currency(typed):
        errors.append(UserError(amounts.NOT_A_CURRENCY, field=name, typed=typed))
    return typed or None


def parent_options(found: Sequence[ParentOption]) -> list[Block]:
    """Goals as the menu of the one above takes them: whose each is stands after its title."""
    return options({str(each.goal_id): _with_owner(each) for each in found}) if found else []


def _with_owner(of: ParentOption) -> str:
    owner = cut(of.owner, OWNER_SHOWN)
    return f"{cut(of.title, OPTION_TEXT - len(owner) - 3)} · {owner}" if owner else of.title


def begin(today: date, seers: Mapping[str, str]) -> dict[str, Value]:
    """What the form of a new goal holds."""
    usual = next((key for key in seers if key.startswith(SeenBy.TEAM)), SeenBy.MANAGER.value)
    return {
        "owner": MINE,
        "starts_on": today.isoformat(),
        "seen_by": usual if usual in seers else next(iter(seers)),
    }


def typed_for(voice: Voice, wanted: GoalRequest) -> dict[str, Value]:
    """What the form holds for a goal like this."""
    team = f":{wanted.seen_by_team_id}" if wanted.seen_by_team_id else ""
    fields: dict[str, Value] = {
        "title": wanted.title,
        "why": wanted.why or "",
        "starts_on": wanted.starts_on.isoformat(),
        "due_on": wanted.due_on.isoformat() if wanted.due_on else None,
        "seen_by": f"{wanted.seen_by.value}{team}",
        "parent": str(wanted.parent_id) if wanted.parent_id else None,
    }
    for each in wanted.measures:
        fields |= _typed_measure(voice, each)
    return fields


def _typed_measure(voice: Voice, of: MeasureRequest) -> dict[str, Value]:
    return {
        f"{of.key}_kind": of.kind.value,
        f"{of.key}_name": of.name or "",
        f"{of.key}_way": STAY if of.stays else REACH,
        f"{of.key}_from": "" if of.first is None else voice.as_typed(of.first),
        f"{of.key}_to": "" if of.second is None else voice.as_typed(of.second),
        f"{of.key}_steps": goal_milestones.typed_for(voice, of.milestones),
        f"{of.key}_unit": of.unit or "",
        f"{of.key}_currency": of.currency or "",
    }
