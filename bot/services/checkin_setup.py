"""Setting check-ins up and changing them: the draft behind the form, while it is filled in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from bot.domain import questions as question_rules
from bot.domain.checkin_setup import Setup, TypedIn, Value, begin, fields_of, from_json, to_json
from bot.domain.rhythms import Weekly
from bot.domain.roles import Action
from bot.domain.schedules import Schedule
from bot.domain.setup import MAX_QUESTIONS, CheckInRequest
from bot.domain.templates import TEMPLATES, Template
from bot.errors import FieldErrors, UserError
from bot.i18n import Voice, mark
from bot.services import checkins as checkin_service
from bot.services import company, roles
from bot.services import questions as question_service
from bot.services import teams as team_service
from bot.services.roles import Refusal
from bot.views import question_form
from bot.views.checkin_form import SetupCard
from bot.views.question_form import QuestionCard
from storage import checkin_setup, checkins
from storage.checkin_setup import SetupDraft
from storage.checkins import CheckIn
from storage.people import Person
from storage.teams import Team

DRAFTS_KEPT = timedelta(days=14)
EMPTY = Template("", (), Schedule(Weekly(0), time(9)), 24 * 60)
"""A form without questions, for who knows what they want."""
OFFERED = {**TEMPLATES, "empty": EMPTY}
"""What a new check-in can begin with, in the order in which it is offered."""

GONE = mark(
    "This form was finished or has expired: what was typed into it is kept for 14 days. "
    "Open a new one with `/checkin new` or `/checkin edit`. Nothing was changed."
)
NEEDED = mark("Another question is asked only after answers that this one would have no more. Change that one first.")
NOT_EDITED = Refusal(
    mark("{names} can change this check-in. Nothing was changed."),
    mark("Only a team's leads can change its check-ins. Nothing was changed."),
)


def unfinished(session: Session, actor: Person, now: datetime) -> int | None:
    """The new check-in that somebody began and didn't switch on; raises UserError where they lead no team."""
    team_service.may_set_up(session, actor, now)
    draft = checkin_setup.newest(session, actor.key, None)
    return draft.key if draft else None


def start(session: Session, actor: Person, template: str, channel: str | None, now: datetime) -> SetupCard:
    """Begin a new check-in from a template: for the team that is at home in `channel`, else the first of theirs.

    Admins can choose everybody, too: where they lead no team, that is what they begin with.
    """
    if actor.is_admin:
        company.ensure(session, actor, now)
    run = team_service.may_set_up(session, actor, now)
    team = min(run, key=lambda each: (channel is None or each.home_channel != channel, each.is_company))
    chosen = OFFERED.get(template, EMPTY)
    request = CheckInRequest(
        team_ids=(team.key,),
        name=actor.voice.say(chosen.name) if chosen.name else "",
        questions=(),
        rhythm=chosen.schedule.rhythm,
        at=chosen.schedule.at,
        window_minutes=chosen.window_minutes,
        readers="leads" if team.is_company else "team",
        home_channel=team.home_channel,
        reminders=chosen.reminders,
    )
    asked = [(each.said_by(actor.voice), None) for each in chosen.questions]
    setup = begin(fields_of(request, actor.voice.local(now).date()), asked)
    return _card(session, actor, _draft(session, actor, setup, None, now))


def edit(session: Session, actor: Person, checkin_id: int, now: datetime) -> SetupCard:
    """The form of a check-in: as somebody left it before they saved, else as it is."""
    checkin = editable(session, actor, checkin_id)
    draft = checkin_setup.newest(session, actor.key, checkin_id)
    if draft is not None and (draft.action_ts or draft.version == checkin.version):
        return _card(session, actor, draft)
    return edit_anew(session, actor, checkin_id, now)


def edit_anew(session: Session, actor: Person, checkin_id: int, now: datetime) -> SetupCard:
    """The form of a check-in as it is, whatever somebody had typed into it before."""
    checkin = editable(session, actor, checkin_id)
    before = checkin_setup.newest(session, actor.key, checkin_id)
    checkin_setup.discard(session, actor.key, checkin_id)
    request = request_of(session, checkin)
    asked = zip(request.questions, (each.key for each in checkins.questions(session, checkin_id)), strict=True)
    # Another generation, so that Slack forgets what was typed into the form before.
    setup = begin(fields_of(request, actor.voice.local(now).date()), list(asked), before.key if before else 0)
    return _card(session, actor, _draft(session, actor, setup, checkin, now))


def editable(session: Session, actor: Person, checkin_id: int) -> CheckIn:
    """A check-in that somebody may change; raises UserError where it is gone, or with who can."""
    checkin = checkin_service.existing(session, checkin_id)
    asking = [team.key for team in checkins.teams(session, checkin_id)]
    roles.require(session, actor, Action.MAKE_CHECKIN, NOT_EDITED, *asking)
    return checkin


def request_of(session: Session, checkin: CheckIn) -> CheckInRequest:
    """A check-in as somebody would have to ask for it."""
    return CheckInRequest(
        team_ids=tuple(team.key for team in checkins.teams(session, checkin.key)),
        name=checkin.name,
        questions=tuple(question_service.requests_of(session, checkin.key)),
        rhythm=checkin.recurs,
        at=checkin.at,
        window_minutes=checkin.window_minutes,
        readers=checkin.readers,
        home_channel=checkin.home_channel,
        zone_kind=checkin.zone_kind,
        reminders=checkin.reminders,
        digest_when=checkin.digest_when,
        names_hidden=checkin.names_hidden,
    )


def _draft(session: Session, actor: Person, setup: Setup, checkin: CheckIn | None, now: datetime) -> SetupDraft:
    draft = SetupDraft(
        person_id=actor.key,
        checkin_id=checkin.key if checkin else None,
        version=checkin.version if checkin else 0,
        form=to_json(setup),
        updated_at=now,
    )
    session.add(draft)
    session.flush()
    return draft


def _card(session: Session, actor: Person, draft: SetupDraft) -> SetupCard:
    asked = checkins.teams(session, draft.checkin_id) if draft.checkin_id else []
    offered = {team.key: _label(actor.voice, team) for team in (*asked, *team_service.run_by(session, actor))}
    return SetupCard(draft.key, from_json(draft.form), offered, draft.checkin_id)


def _label(voice: Voice, team: Team) -> str:
    return voice.say("Everyone at {company}", company=team.name) if team.is_company else team.name


def show(session: Session, actor: Person, draft_id: int, _now: datetime) -> SetupCard:
    """The form where somebody left it."""
    draft = checkin_setup.own(session, actor.key, draft_id)
    if draft is None:
        raise UserError(GONE)
    return _card(session, actor, draft)


def type_in(session: Session, actor: Person, typed: TypedIn, now: datetime) -> SetupCard:
    """Keep what the form holds; the newer keystroke wins."""
    draft = held(session, actor, typed.draft_id)
    keep(session, draft, taken(draft, typed), now)
    return _card(session, actor, draft)


def held(session: Session, actor: Person, draft_id: int) -> SetupDraft:
    """Somebody's draft, locked; raises UserError where it is gone."""
    draft = checkin_setup.held(session, actor.key, draft_id)
    if draft is None:
        raise UserError(GONE)
    return draft


def taken(draft: SetupDraft, typed: TypedIn) -> Setup:
    """The form with what it shows now, where that is newer than what is kept; what was sent always is."""
    setup = from_json(draft.form)
    if typed.action_ts and typed.action_ts <= draft.action_ts:
        return setup
    draft.action_ts = max(draft.action_ts, typed.action_ts)
    return setup.filled_in(typed.fields)


def keep(session: Session, draft: SetupDraft, setup: Setup, now: datetime) -> None:
    """Remember a form as it stands."""
    draft.form, draft.updated_at = to_json(setup), now
    session.flush()


def arrange(session: Session, actor: Person, typed: TypedIn, what: str, now: datetime) -> SetupCard:
    """Move the question `typed.key` `up` or `down`, or `remove` it. What was removed already stays removed."""
    changes: dict[str, Callable[[Setup], Setup]] = {
        "up": lambda setup: setup.moved(typed.key, -1),
        "down": lambda setup: setup.moved(typed.key, 1),
        "remove": lambda setup: setup.without(typed.key),
    }
    draft = held(session, actor, typed.draft_id)
    keep(session, draft, changes[what](taken(draft, typed)), now)
    return _card(session, actor, draft)


def ask(session: Session, actor: Person, typed: TypedIn, kind: str | None, now: datetime) -> QuestionCard:
    """The form of the question `typed.key`, or of a new one: of a `kind`, or one of those that templates offer.

    What was typed into it before and not sent is in it again.
    """
    draft = held(session, actor, typed.draft_id)
    setup = taken(draft, typed)
    position = setup.position(typed.key)
    if position is None and len(setup.questions) >= MAX_QUESTIONS:
        raise UserError(question_rules.FULL, most=MAX_QUESTIONS)
    key = setup.next_key if position is None else typed.key
    suggested = question_form.suggestion(kind or "", actor.voice)
    if setup.asking.get("key") != str(key) or suggested is not None:
        begun = _begun(setup, position) if suggested is None else question_form.typed_for(suggested)
        setup = setup.writing({"key": str(key), **begun})
    if kind is not None and suggested is None:
        setup = setup.writing({**setup.asking, "kind": kind})
    keep(session, draft, setup, now)
    return QuestionCard(draft.key, key, setup)


def _begun(setup: Setup, position: int | None) -> dict[str, Value]:
    if position is not None:
        return question_form.typed_for(setup.requests[position])
    return {"more": ["required"], "condition": question_form.ALWAYS}


def type_question(session: Session, actor: Person, typed: TypedIn, now: datetime) -> QuestionCard:
    """Keep what is typed into the form of a question."""
    draft = held(session, actor, typed.draft_id)
    setup = from_json(draft.form)
    if typed.action_ts > draft.action_ts and setup.asking.get("key") == str(typed.key):
        draft.action_ts = typed.action_ts
        setup = setup.writing({**setup.asking, **typed.fields})
        keep(session, draft, setup, now)
    return QuestionCard(draft.key, typed.key, setup)


def put_question(session: Session, actor: Person, typed: TypedIn, now: datetime) -> SetupCard:
    """Take a question into the form, new or changed. Raises FieldErrors with what is wrong with it."""
    draft = held(session, actor, typed.draft_id)
    setup = from_json(draft.form)
    before = setup.asking if setup.asking.get("key") == str(typed.key) else {}
    changed = setup.put(typed.key, question_form.parse({**before, **typed.fields}))
    errors = _errors(changed, changed.position(typed.key) or 0)
    if errors:
        raise FieldErrors(errors)
    keep(session, draft, changed, now)
    return _card(session, actor, draft)


_ASKED_AT = {"is_plan": "more"}


def _errors(setup: Setup, position: int) -> list[UserError]:
    """What is wrong with one question, at the fields of its form, and with those that depend on it."""
    found = question_rules.flaws(setup.requests)
    own = [
        UserError(each.msgid, field=_field(setup, each), **each.params) for each in found if each.position == position
    ]
    if not own and any(each.part == "condition" for each in found):
        return [UserError(NEEDED, field="kind")]
    return own


def _field(setup: Setup, flaw: question_rules.Flaw) -> str:
    condition = setup.requests[flaw.position or 0].condition
    if flaw.part == "condition" and condition is not None and not condition.values:
        return "answers"
    return _ASKED_AT.get(flaw.part, flaw.part)


def forget_old_setups(session: Session, now: datetime) -> bool:
    """Let forms go that nobody has touched for 14 days; says whether there were any."""
    return checkin_setup.forget(session, now - DRAFTS_KEPT)
