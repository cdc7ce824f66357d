"""Check-ins: set up by leads, planned anew when people or settings change, paused by people for themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.checkins import PromptState, Reason
from bot.domain.checkins import Question as AskedQuestion
from bot.domain.rhythms import to_json
from bot.domain.roles import Action
from bot.domain.schedules import Upcoming, due, first_round
from bot.domain.setup import MAX_NAME, CheckInRequest
from bot.domain.words import as_name
from bot.errors import FieldErrors, UserError
from bot.i18n import mark
from bot.notices.checkins import (
    CheckInDeleted,
    CheckInReady,
    PromptNotice,
    Welcome,
    card_for,
    prompt_key,
    questions_of,
    welcome_key,
)
from bot.notices.home import HomeNotice
from bot.services import digests, hidden, questions, roles, unsent
from bot.services.roles import Refusal
from bot.views.prompts import CheckInCard
from storage import channels, checkins, outbox, rounds, teams
from storage.calendars import Calendars
from storage.checkins import CheckIn, CheckInTeam, Pause
from storage.outbox import NewPost
from storage.outbox_rows import UNDELIVERED, WAITING, Priority
from storage.people import Person
from storage.rounds import Prompt, Round

NOT_LEAD = Refusal(
    mark("{names} can set up check-ins for this team. Nothing was saved."),
    mark("Only a team's leads can set up its check-ins. Nothing was saved."),
)
NOT_DELETED = Refusal(
    mark("{names} can end this check-in. Nothing was deleted."),
    mark("Only a team's leads can delete its check-ins. Nothing was deleted."),
)
EVERYBODY_AND_TEAMS = mark("Whoever is in a team is among everyone, too. Choose everyone, or the teams.")
GONE = mark("This check-in was deleted. Answers given so far are kept.")


def create(session: Session, actor: Person, request: CheckInRequest, now: datetime) -> CheckIn:
    """Set up a check-in, tell its lead when it starts, and welcome everybody it will ask."""
    require_lead(session, actor, request.team_ids)
    flaws = flaws_of(session, actor, request)
    if flaws:
        raise FieldErrors(flaws)
    check_channel(session, request)
    checkin = CheckIn(**columns_of(request), created_by=actor.key, created_at=now)
    session.add(checkin)
    session.flush()
    session.add_all(CheckInTeam(checkin_id=checkin.key, team_id=team_id) for team_id in request.team_ids)
    questions.add(session, checkin.key, request.questions)
    replan(session, checkin, now)
    outbox.post(session, CheckInReady(checkin.key), key=f"checkin:{checkin.key}:ready", to=actor.key)
    welcome_everybody(session, checkin)
    outbox.publish(session, HomeNotice(actor.key), person_id=actor.key)
    return checkin


def require_lead(session: Session, actor: Person, team_ids: Iterable[int]) -> None:
    """Raises UserError where somebody doesn't lead every one of these teams."""
    for team_id in team_ids:
        roles.require(session, actor, Action.MAKE_CHECKIN, NOT_LEAD, team_id)


def columns_of(request: CheckInRequest) -> dict[str, Any]:
    """What is asked for, as the check-in's row keeps it."""
    return {
        "name": as_name(request.name),
        "rhythm": to_json(request.rhythm),
        "at": request.at,
        "zone_kind": request.zone_kind,
        "window_minutes": request.window_minutes,
        "readers": request.readers,
        "home_channel": request.home_channel,
        "reminders": request.reminders,
        "digest_when": request.digest_when,
        "names_hidden": request.names_hidden,
    }


def flaws_of(session: Session, actor: Person, request: CheckInRequest) -> list[UserError]:
    """What is wrong with a check-in's name, people and questions, at the fields of its form."""
    name, errors = as_name(request.name), []
    if not name or len(name) > MAX_NAME:
        errors.append(
            UserError(mark("Give the check-in a name of up to {most} characters."), field="name", most=MAX_NAME)
        )
    if not teams.keys(session, request.team_ids, teams.MEMBER):
        errors.append(UserError(mark("Nobody is in this team to be asked. Add members first."), field="teams"))
    if len(request.team_ids) > 1 and any(teams.is_company(session, team_id) for team_id in request.team_ids):
        errors.append(UserError(EVERYBODY_AND_TEAMS, field="teams"))
    errors += questions.flaws_of(actor.voice, request.questions)
    return errors or hidden.flaws_of(session, request)


def check_channel(session: Session, request: CheckInRequest) -> None:
    """Raises UserError where the home channel that is asked for can't be one."""
    if request.home_channel is None:
        if request.readers == "channel":
            raise UserError(mark("Choose the home channel whose readers may read the answers."), field="home_channel")
        return
    channel = channels.by_slack_id(session, request.home_channel)
    if channel is None or not channel.bot_in:
        raise UserError(
            mark("Cairn isn't in that channel. Type `/invite @Cairn` there, then send this form again."),
            field="home_channel",
        )
    if channel.is_shared and request.readers == "channel":
        raise UserError(
            mark(
                "That channel is shared with another company, whose people would read along. "
                "Choose another channel, or let the team read."
            ),
            field="home_channel",
        )
    if channel.is_archived:
        raise UserError(mark("That channel is archived. Choose another one."), field="home_channel")


def welcome_everybody(session: Session, checkin: CheckIn) -> None:
    """Owe everybody whom a check-in asks its welcome, a chunk a tick: of a whole company that takes seconds."""
    checkin.welcoming_after = 0
    session.flush()


def next_round_of(checkin: CheckIn) -> Upcoming | None:
    """The round that is planned next, as the check-in's row has it."""
    if checkin.next_due_at is None or checkin.next_nominal is None:
        return None
    return Upcoming(checkin.next_nominal, checkin.next_due_at)


def replan(session: Session, checkin: CheckIn, now: datetime) -> None:
    """Work out anew when the next round falls due, for the people, zones and settings of now."""
    if checkin.deleted_at is not None or checkin.paused_at is not None:
        upcoming = None
    else:
        calendars = Calendars(session, checkin)
        people = checkins.asked_people(session, checkin.key)
        calendars.look_up([person.key for person in people])
        upcoming = first_round(calendars.schedule, map(calendars.of, people), now, checkin.last_nominal)
    checkin.next_nominal = upcoming and upcoming.nominal
    checkin.next_due_at = upcoming and upcoming.moment
    session.flush()


def replan_for(session: Session, person: Person, now: datetime) -> None:
    """Somebody's zone or days changed: what asks them is planned anew, and so are their own prompts to come."""
    replan_for_all(session, [person], now)


def replan_for_all(session: Session, people: Sequence[Person], now: datetime) -> None:
    """The same for many, each of their check-ins once."""
    for checkin in checkins.asking(session, [person.key for person in people]):
        replan_for_people(session, checkin, now)
    unsent.replan_all(session, people, now)


def replan_all(session: Session, now: datetime) -> None:
    """The working days or hours of the workspace changed."""
    for checkin in session.scalars(select(CheckIn).where(col(CheckIn.deleted_at).is_(None))):
        replan_for_people(session, checkin, now)


def replan_for_people(session: Session, checkin: CheckIn, now: datetime) -> None:
    """Plan the next round anew for other people, or other days of theirs.

    It isn't dropped since it would be late for one of them, who came or moved after their own hour: whoever's is still
    to come is asked for it.
    """
    planned = next_round_of(checkin)
    replan_coming(session, checkin, now)
    fresh = next_round_of(checkin)
    if planned is None or planned.moment <= now or (fresh is not None and fresh.nominal <= planned.nominal):
        return
    calendars, people = Calendars(session, checkin), checkins.asked_people(session, checkin.key)
    calendars.look_up([person.key for person in people])
    moments = (due(calendars.schedule, planned.nominal, calendar) for calendar in set(map(calendars.of, people)))
    coming = [moment for moment in moments if moment is not None and moment > now]
    if coming:
        checkin.next_nominal, checkin.next_due_at = planned.nominal, min(coming)
        session.flush()


def replan_coming(session: Session, checkin: CheckIn, now: datetime) -> None:
    """Plan anew what is still to come."""
    # A round whose moment has passed is the next tick's to open: planning it anew would lose it.
    if checkin.next_due_at is None or checkin.next_due_at > now:
        replan(session, checkin, now)


def people_left(session: Session, people: Sequence[Person], now: datetime) -> None:
    """Some left the company: nothing more is asked of them, and what asks the others is planned anew, each once."""
    for person in people:
        skip_unanswered(session, Reason.LEFT_COMPANY, person_id=person.key)
    replan_for_all(session, people, now)


def skip_unanswered(
    session: Session, reason: Reason, *, person_id: int | None = None, checkin_id: int | None = None
) -> None:
    """Skip what is due or sent and not answered yet, of a person, of a check-in, or of both."""
    statement = update(Prompt).where(col(Prompt.state).in_([PromptState.DUE, PromptState.SENT]))
    if person_id is not None:
        statement = statement.where(col(Prompt.person_id) == person_id)
    if checkin_id is not None:
        of_checkin = select(col(Round.id)).where(col(Round.checkin_id) == checkin_id)
        statement = statement.where(col(Prompt.round_id).in_(of_checkin))
    session.execute(statement.values(state=PromptState.SKIPPED, reason=reason))


def say_so(session: Session, prompt_ids: Iterable[int], *, priority: Priority = Priority.PERSONAL) -> None:
    """The DMs of these prompts say what is true now."""
    outbox.update_many(session, {prompt_key(each): PromptNotice(each) for each in prompt_ids}, priority=priority)


def pause_for_me(session: Session, actor: Person, checkin_id: int, now: datetime) -> CheckIn:
    """Stop asking somebody until they resume; what is open for them now is skipped. Twice is once."""
    checkin = existing(session, checkin_id)
    if not checkins.is_paused_for(session, checkin_id, actor.key):
        session.add(Pause(checkin_id=checkin_id, person_id=actor.key, since=now))
        session.flush()
    opened = rounds.unanswered(session, checkin_id, actor.key)
    skip_unanswered(session, Reason.PAUSED_BY_PERSON, person_id=actor.key, checkin_id=checkin_id)
    say_so(session, opened)
    outbox.update(session, Welcome(checkin_id), of=welcome_key(checkin_id, actor.key))
    outbox.publish(session, HomeNotice(actor.key), person_id=actor.key)
    return checkin


def resume_for_me(session: Session, actor: Person, checkin_id: int, _now: datetime) -> CheckIn:
    """Ask somebody again from the next round on."""
    checkin = existing(session, checkin_id)
    session.execute(delete(Pause).where(col(Pause.checkin_id) == checkin_id, col(Pause.person_id) == actor.key))
    outbox.update(session, Welcome(checkin_id), of=welcome_key(checkin_id, actor.key))
    outbox.publish(session, HomeNotice(actor.key), person_id=actor.key)
    return checkin


def remove(session: Session, actor: Person, checkin_id: int, now: datetime) -> CheckIn:
    """End a check-in: nobody is asked again, what was answered is kept, its people are told."""
    checkin = existing(session, checkin_id)
    asking = [team.key for team in checkins.teams(session, checkin_id)]
    roles.require(session, actor, Action.DELETE_CHECKIN, NOT_DELETED, *asking)
    asked = checkins.asked_people(session, checkin_id)
    checkin.deleted_at = now
    replan(session, checkin, now)
    # What was sent in the newest round could be edited still.
    shown = {*rounds.unanswered(session, checkin_id), *rounds.sent_in_newest(session, checkin_id)}
    skip_unanswered(session, Reason.CHECKIN_DELETED, checkin_id=checkin_id)
    say_so(session, sorted(shown), priority=Priority.BULK)
    for round_ in rounds.not_closed(session, checkin_id):
        digests.mark_stale(session, checkin, round_, now)  # what grew as answers arrived is final
    outbox.update(session, CheckInReady(checkin_id), of=f"checkin:{checkin_id}:ready")
    outbox.publish(session, HomeNotice(actor.key), person_id=actor.key)
    _tell_of_the_end(session, actor, checkin, asked, now)
    return checkin


def _tell_of_the_end(session: Session, actor: Person, checkin: CheckIn, asked: Sequence[Person], now: datetime) -> None:
    """Whoever had a welcome, or may have had one, hears of the end in their working hours."""
    states = outbox.states(session, [welcome_key(checkin.key, person.key) for person in asked])
    unheard = (None, WAITING, *UNDELIVERED)
    told = [person for person in asked if states.get(welcome_key(checkin.key, person.key)) not in unheard]
    calendars, notice = Calendars(session, checkin), CheckInDeleted(checkin.key, actor.key)
    calendars.look_up([person.key for person in told])
    outbox.post_many(
        session,
        [
            NewPost(
                notice,
                f"checkin:{checkin.key}:deleted:{person.key}",
                person.key,
                not_before=calendars.of(person).first_working_moment(now, now + timedelta(days=7)),
            )
            for person in told
            if person.key != actor.key
        ],
    )


def card(session: Session, actor: Person, checkin_id: int, _now: datetime) -> CheckInCard:
    """A check-in as it is told of: who reads it, above all."""
    return card_for(session, existing(session, checkin_id), actor.key)


def sample(session: Session, _actor: Person, checkin_id: int, _now: datetime) -> tuple[str, list[AskedQuestion]]:
    """What a check-in will ask: its name and its questions as they stand now."""
    checkin = existing(session, checkin_id)
    return checkin.name, questions_of(session, checkin)


def existing(session: Session, checkin_id: int) -> CheckIn:
    """A check-in that wasn't deleted; raises UserError where it was."""
    checkin = checkins.get(session, checkin_id)
    if checkin is None or checkin.deleted_at is not None:
        raise UserError(GONE)
    return checkin
