"""The look at a check-in before it is switched on or saved: who gets what in the next 14 days, and then that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time
from typing import NamedTuple

from sqlalchemy.orm import Session

from bot.domain.calendars import WorkCalendar
from bot.domain.checkin_setup import Setup, TypedIn, from_json
from bot.domain.checkins import minutes
from bot.domain.rhythms import Flaw, Rhythm
from bot.domain.schedules import Occurrence, Schedule, first_round, goes_without_saying, plan
from bot.domain.setup import CheckInRequest
from bot.errors import FieldErrors
from bot.i18n import Voice, mark
from bot.notices import readers
from bot.services import channels as channel_service
from bot.services import checkin_changes, checkin_setup
from bot.services import checkins as checkin_service
from bot.services.channels import ChannelFacts
from bot.views import checkin_form, days_off, rhythm_inputs
from bot.views.checkin_setup import Asked, PreviewCard, PreviewDay
from storage import checkin_setup as drafts
from storage import teams, workspaces
from storage.calendars import calendars_of_people, zone_of
from storage.checkin_setup import SetupDraft
from storage.checkins import CheckIn
from storage.people import Person
from storage.teams import Team

CHANGED_MEANWHILE = mark(
    "{name} changed this check-in on {day}, while you had this form open. What you typed is kept. "
    "If you save now, yours replaces theirs; to look at theirs first, go back and choose “Begin from how it is now”."
)
LookedUp = tuple[ChannelFacts, list[str] | None] | None
"""A home channel as Slack tells of it, with its members where it is private."""


def look_over(session: Session, actor: Person, typed: TypedIn, looked_up: LookedUp, now: datetime) -> PreviewCard:
    """Take the form in, and show what would come of it; raises FieldErrors with all that is wrong with it."""
    draft = checkin_setup.held(session, actor, typed.draft_id)
    setup = checkin_setup.taken(draft, typed)
    checkin_setup.keep(session, draft, setup, now)
    if looked_up is not None:
        channel_service.remember(session, *looked_up, now)
    return _preview(session, actor, draft, setup, now)


def checked(session: Session, actor: Person, draft: SetupDraft, setup: Setup, now: datetime) -> CheckInRequest:
    """What a form asks for. Raises FieldErrors with all that is wrong with it but for its channel."""
    request = checkin_form.parse(setup)
    _may(session, actor, draft, request)
    errors = checkin_service.flaws_of(session, actor, request)
    if errors:
        raise FieldErrors(errors)
    if first_round(_schedule(session, request), _calendars(session, request).values(), now) is None:
        raise rhythm_inputs.flaw_at(Flaw.NEVER)
    return request


def _may(session: Session, actor: Person, draft: SetupDraft, request: CheckInRequest) -> None:
    """Whoever changes a check-in leads one of its teams; whoever adds a team to one leads that."""
    asked_before: set[int] = set()
    if draft.checkin_id is not None:
        checkin = checkin_setup.editable(session, actor, draft.checkin_id)
        asked_before = set(checkin_setup.request_of(session, checkin).team_ids)
    checkin_service.require_lead(session, actor, [each for each in request.team_ids if each not in asked_before])


def _preview(session: Session, actor: Person, draft: SetupDraft, setup: Setup, now: datetime) -> PreviewCard:
    request = checked(session, actor, draft, setup, now)
    checkin_service.check_channel(session, request)
    asking = teams_of(session, request)
    people = _people(session, request)
    calendars = _calendars(session, request)
    schedule = _schedule(session, request)
    coming = plan(schedule, calendars.values(), now)
    first = first_round(schedule, calendars.values(), now)
    card = PreviewCard(
        draft_id=draft.key,
        version=0,
        name=request.name,
        team=" + ".join(team.name for team in asking),
        questions=len(request.questions),
        minutes=minutes(request.questions),
        rhythm=request.rhythm,
        at=request.at,
        team_zone=asking[0].zone if request.zone_kind == "team" else None,
        people=len(people),
        read_by=replace(
            readers.who_would_read(session, request.readers, request.home_channel, asking),
            k=workspaces.settings(session).k if request.names_hidden else 0,
        ),
        days=_days(actor.voice, people, calendars, coming, request.rhythm),
        first=first and first.nominal,
    )
    return _beside_others(session, actor, draft, card)


def _beside_others(session: Session, actor: Person, draft: SetupDraft, card: PreviewCard) -> PreviewCard:
    """Where the check-in is there already: which version of it would be replaced, and whose that is."""
    if draft.checkin_id is None:
        return card
    checkin = checkin_setup.editable(session, actor, draft.checkin_id)
    sentence = said_by_another(session, actor, checkin) if checkin.version != draft.version else ""
    return replace(card, is_edit=True, version=checkin.version, sentence=sentence)


def said_by_another(session: Session, actor: Person, checkin: CheckIn) -> str:
    """That somebody changed a check-in since its form was begun."""
    by = session.get(Person, checkin.changed_by) if checkin.changed_by else None
    when = checkin.changed_at or checkin.created_at
    return actor.voice.say(CHANGED_MEANWHILE, name=by.name if by else "", day=when)


def teams_of(session: Session, request: CheckInRequest) -> list[Team]:
    """The teams that a check-in would ask, by name."""
    found = (teams.get(session, team_id) for team_id in request.team_ids)
    return sorted((team for team in found if team is not None), key=lambda team: team.name.casefold())


def _people(session: Session, request: CheckInRequest) -> list[Person]:
    found = {each.key: each for team_id in request.team_ids for each in teams.people(session, team_id, teams.MEMBER)}
    return sorted(found.values(), key=lambda person: person.name.casefold())


def _schedule(session: Session, request: CheckInRequest) -> Schedule:
    asking = teams_of(session, request)
    return Schedule(request.rhythm, request.at, zone_of(asking) if request.zone_kind == "team" else None)


def _calendars(session: Session, request: CheckInRequest) -> dict[int, WorkCalendar]:
    """Everybody's calendar, by primary key."""
    asking = teams_of(session, request)
    in_teams = teams.existing(session) if any(team.is_company for team in asking) else asking
    return calendars_of_people(session, _people(session, request), [team.key for team in in_teams])


class _When(NamedTuple):
    """When some people are asked: the moment in UTC, what their clocks show, where, and what it is instead of."""

    moment: datetime
    at: time
    place: str
    moved: str


def _days(
    voice: Voice,
    people: Iterable[Person],
    calendars: dict[int, WorkCalendar],
    coming: dict[WorkCalendar, list[Occurrence]],
    rhythm: Rhythm,
) -> tuple[PreviewDay, ...]:
    """What comes, by date and by time, on everybody's own clocks; no weekends on which nobody works."""
    asked: dict[date, dict[_When, list[str]]] = {}
    skipped: dict[date, dict[str, list[str]]] = {}
    telling: set[date] = set()
    for person in people:
        calendar = calendars[person.key]
        for each in coming[calendar]:
            if each.moment is None:
                reason = days_off.reasons(voice, each.off, calendar)
                skipped.setdefault(each.nominal, {}).setdefault(reason, []).append(person.name)
                if not goes_without_saying(rhythm, each.off):
                    telling.add(each.nominal)
                continue
            local = each.moment.astimezone(calendar.zone)
            moved = _moved(voice, each, calendar) if each.is_moved else ""
            group = _When(each.moment, local.time(), _place(calendar), moved)
            asked.setdefault(local.date(), {}).setdefault(group, []).append(person.name)
    return tuple(_day(day, asked.get(day, {}), skipped.get(day, {})) for day in sorted({*asked, *telling}))


def _day(day: date, asked: dict[_When, list[str]], skipped: dict[str, list[str]]) -> PreviewDay:
    groups = tuple(Asked(when.at, when.place, tuple(people), when.moved) for when, people in sorted(asked.items()))
    return PreviewDay(day, groups, {reason: tuple(people) for reason, people in skipped.items()})


def _moved(voice: Voice, each: Occurrence, calendar: WorkCalendar) -> str:
    reason = days_off.reason(voice, each.off[0], calendar)
    return voice.say("instead of {nominal}: {reason}", nominal=each.nominal, reason=reason)


def _place(calendar: WorkCalendar) -> str:
    return str(calendar.zone).rpartition("/")[2].replace("_", " ")


def switch_on(session: Session, actor: Person, draft_id: int, version: int, now: datetime) -> CheckIn | PreviewCard:
    """Make what a form asks for so. Where somebody changed the check-in since `version`, that is shown instead."""
    draft = checkin_setup.held(session, actor, draft_id)
    setup = from_json(draft.form)
    request = checked(session, actor, draft, setup, now)
    checkin_service.check_channel(session, request)
    if draft.checkin_id is None:
        made: CheckIn | None = checkin_service.create(session, actor, request, now)
    else:
        rows = [each.question_id for each in setup.questions]
        made = checkin_changes.change(session, actor, (draft.checkin_id, version), request, rows, now)
    if made is None:
        return _preview(session, actor, draft, setup, now)
    drafts.discard(session, actor.key, draft.checkin_id)
    return made
