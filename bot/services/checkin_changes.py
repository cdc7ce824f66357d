"""What leads do with a check-in that is on: change it, pause and resume it, ask at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.checkins import freeze
from bot.domain.roles import Action
from bot.domain.setup import CheckInRequest, QuestionRequest
from bot.errors import UserError
from bot.i18n import mark
from bot.notices.checkins import CheckInReady, questions_of
from bot.notices.home import HomeNotice
from bot.notices.privacy import readership
from bot.services import checkins as checkin_service
from bot.services import early, moves, privacy, roles
from bot.services import questions as question_service
from bot.services.roles import Refusal
from storage import checkins, hidden, outbox
from storage.checkins import CheckIn, CheckInTeam, Question
from storage.people import Person
from storage.rounds import Round

NOT_RUN = Refusal(
    mark("{names} can do that with this check-in. Nothing was changed."),
    mark("Only a team's leads can do that with its check-ins. Nothing was changed."),
)
STILL_OPEN = mark(
    "The round of {day} is open until {until}, so nobody was asked again. Once it has closed you can ask anew."
)
PAUSED = mark("This check-in is paused, so nobody was asked. Resume it first.")


def change(
    session: Session,
    actor: Person,
    which: tuple[int, int],
    request: CheckInRequest,
    rows: Sequence[int | None],
    now: datetime,
) -> CheckIn | None:
    """Let a check-in be as it is asked for; None where it is another version than the one in `which` by now.

    `rows` are the questions' primary keys, in the order of the request, None where they are new.
    """
    checkin_id, version = which
    before = checkin_service.existing(session, checkin_id)
    read_by = readership(session, before)
    if not _claim(session, actor, checkin_id, version, now):
        return None
    checkin = checkin_service.existing(session, checkin_id)
    for name, value in checkin_service.columns_of(request).items():
        setattr(checkin, name, value)
    _set_teams(session, checkin_id, request.team_ids)
    _set_questions(session, checkin_id, request.questions, rows, now)
    early.follow(session, checkin, now)
    checkin_service.replan_coming(session, checkin, now)
    checkin_service.welcome_everybody(session, checkin)
    moves.follow(session, checkin)
    privacy.readers_changed(session, actor, checkin, read_by, now)
    tell_leads(session, actor, checkin)
    return checkin


def _claim(session: Session, actor: Person, checkin_id: int, version: int, now: datetime) -> bool:
    """Whether nobody changed it since: one of two wins."""
    claimed = (
        update(CheckIn)
        .where(col(CheckIn.id) == checkin_id, col(CheckIn.version) == version)
        .values(version=version + 1, changed_by=actor.key, changed_at=now)
        .returning(col(CheckIn.id))
    )
    won = session.execute(claimed).first() is not None
    session.expire_all()
    return won


def _set_teams(session: Session, checkin_id: int, team_ids: Sequence[int]) -> None:
    before = {team.key for team in checkins.teams(session, checkin_id)}
    gone = delete(CheckInTeam).where(
        col(CheckInTeam.checkin_id) == checkin_id, col(CheckInTeam.team_id).in_(before - set(team_ids))
    )
    session.execute(gone)
    session.add_all(CheckInTeam(checkin_id=checkin_id, team_id=new) for new in team_ids if new not in before)
    session.flush()


def _set_questions(
    session: Session, checkin_id: int, asked: Sequence[QuestionRequest], rows: Sequence[int | None], now: datetime
) -> None:
    """Questions that stay keep their rows. Those that are gone, and those of another kind now, keep their answers."""
    before = {row.key: row for row in checkins.questions(session, checkin_id)}
    kept = [_row(session, checkin_id, before, row, each) for row, each in zip(rows, asked, strict=True)]
    for position, (row, each) in enumerate(zip(kept, asked, strict=True)):
        row.position = position
        question_service.fill_in(row, each)
    session.flush()
    question_service.tie(kept, asked)
    staying = {row.key for row in kept}
    for key, row in before.items():
        if key not in staying:
            row.deleted_at = now
    session.flush()


def _row(
    session: Session, checkin_id: int, before: Mapping[int, Question], row: int | None, asked: QuestionRequest
) -> Question:
    known = before.get(row or 0)
    if known is not None and known.kind == asked.kind and list(known.options or ()) == list(asked.options):
        return known
    # An answer names a step or an option by its number: with others it would say something else.
    made = Question(checkin_id=checkin_id, position=0, kind=asked.kind, wording=asked.wording)
    session.add(made)
    return made


def tell_leads(session: Session, actor: Person, checkin: CheckIn) -> None:
    """What was said of a check-in when it was switched on says what is true now."""
    outbox.update(session, CheckInReady(checkin.key), of=f"checkin:{checkin.key}:ready")
    outbox.publish(session, HomeNotice(actor.key), person_id=actor.key)


def _led(session: Session, actor: Person, checkin_id: int) -> CheckIn:
    checkin = checkin_service.existing(session, checkin_id)
    asking = [team.key for team in checkins.teams(session, checkin_id)]
    roles.require(session, actor, Action.RUN_CHECKIN, NOT_RUN, *asking)
    return checkin


def pause(session: Session, actor: Person, checkin_id: int, now: datetime) -> CheckIn:
    """Open no more rounds of a check-in until somebody resumes it; what is open stays open. Twice is once."""
    checkin = _led(session, actor, checkin_id)
    checkin.paused_at = checkin.paused_at or now
    checkin_service.replan(session, checkin, now)
    tell_leads(session, actor, checkin)
    return checkin


def resume(session: Session, actor: Person, checkin_id: int, now: datetime) -> CheckIn:
    """Ask again from the next date on: what fell into the pause isn't asked afterwards."""
    checkin = _led(session, actor, checkin_id)
    if checkin.paused_at is not None:
        checkin.paused_at = None
        checkin_service.replan(session, checkin, now)
    tell_leads(session, actor, checkin)
    return checkin


def ask_now(session: Session, actor: Person, checkin_id: int, now: datetime) -> Round:
    """Open a round at once, beside those that are planned; everybody gets it in their working hours.

    Raises UserError while another is open, or where the check-in is paused.
    """
    checkin = _led(session, actor, checkin_id)
    if checkin.paused_at is not None:
        raise UserError(PAUSED)
    checkins.hold(session, checkin_id)  # two clicks at the same time take turns
    opened = _open_round(session, checkin_id)
    if opened is not None:
        raise UserError(STILL_OPEN, day=opened.nominal, until=opened.closes_at)
    nominal = actor.voice.local(now).date()
    newest = select(func.max(col(Round.n))).where(col(Round.checkin_id) == checkin_id, col(Round.nominal) == nominal)
    round_ = Round(
        checkin_id=checkin_id,
        nominal=nominal,
        n=max(session.scalars(newest).one() or 0, 0) + 1,
        k=hidden.k_of(session, checkin),
        questions=[freeze(each) for each in questions_of(session, checkin)],
        opened_at=now,
        closes_at=now + timedelta(minutes=checkin.window_minutes),
    )
    session.add(round_)
    session.flush()
    return round_


def _open_round(session: Session, checkin_id: int) -> Round | None:
    still_open = select(Round).where(col(Round.checkin_id) == checkin_id, col(Round.closed_at).is_(None))
    return session.scalars(still_open.order_by(col(Round.id).desc()).limit(1)).one_or_none()
