"""Starting early: somebody's part in a round that hasn't opened yet, and what becomes of it when it does.

Until then the part belongs to a round of its own (n is `AHEAD`), which is never planned, closed or told of. When the
round opens, its plan takes the part over: whoever has answered isn't asked, whoever has begun is asked at their time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from bot.domain.calendars import window_end
from bot.domain.checkins import PromptState, freeze
from bot.domain.early import LASTS, Ahead, Choice, from_when
from bot.domain.forms import Form, Submission, Waiting, typed_of
from bot.errors import UserError
from bot.i18n import mark
from bot.notices import waiting as waiting_rules
from bot.notices.home import HomeNotice
from bot.services import answers, digests, drafts, simulation
from storage import answers as stored_answers
from storage import checkins, hidden, outbox, rounds
from storage.bulk import among
from storage.calendars import Calendars
from storage.checkins import CheckIn
from storage.people import Person
from storage.rounds import AHEAD, Prompt, Round
from storage.types import UTCDateTime

NOTHING_WAITS = mark("Nothing waits for you: no check-in is open. The next one comes to you by DM.")
TOO_EARLY = mark("This check-in can't be started yet, or doesn't ask you next time. Nothing was changed.")


def waiting(session: Session, actor: Person, now: datetime) -> Form | Choice:
    """What `/checkin` opens: the form of the one that waits, or what there is to choose from.

    What can be started early is offered where all that is open is answered. Raises UserError where there is nothing.
    """
    found = answers.waiting(session, actor, now)
    listed = [_listed(found)] if isinstance(found, Form) else found
    is_asked = any(not each.is_answered and not each.is_late for each in listed)
    ahead = [] if is_asked else offered(session, actor, now)
    if isinstance(found, Form) and not ahead:
        return found
    if not listed and not ahead:
        raise UserError(NOTHING_WAITS)
    return Choice(listed, ahead)


def _listed(form: Form) -> Waiting:
    return Waiting(form.prompt_id, form.checkin, form.nominal, form.closes_at, form.is_late, is_answered=form.is_edit)


def offered(session: Session, actor: Person, now: datetime) -> list[Ahead]:
    """What will ask somebody next, on their next working day at the latest, and isn't open nor started."""
    begun = {checkin_id for checkin_id, _ in rounds.ahead_of(session, actor.key, now - LASTS)}
    found = [_of(session, actor, each, now) for each in checkins.asking(session, [actor.key]) if each.key not in begun]
    return sorted((each for each in found if each is not None), key=lambda each: each.at)


def _of(session: Session, actor: Person, checkin: CheckIn, now: datetime) -> Ahead | None:
    found = simulation.next_of(session, checkin, actor, now)
    if found is None:
        return None
    calendar, each = found
    if now < from_when(each.at, calendar):
        return None
    return Ahead(checkin.key, checkin.name, each.nominal, each.at)


def start(session: Session, actor: Person, checkin_id: int, now: datetime) -> Form:
    """Open somebody's part of the next round ahead, and give its form; starting twice is once.

    Raises UserError where that is too early, or they won't be asked; where it has opened meanwhile, that is its form.
    """
    mine = [part for part in waiting_rules.open_parts(session, actor, now) if part.checkin.key == checkin_id]
    begun = next((part.prompt for part in mine if part.round.n == AHEAD), None)
    checkin = checkins.hold(session, checkin_id)  # or its round may open before there is a part to take over
    ahead = None if checkin is None or begun is not None else _of(session, actor, checkin, now)
    if checkin is not None and ahead is not None:
        begun = _begin(session, actor, checkin, ahead, now)
        outbox.publish(session, HomeNotice(actor.key), person_id=actor.key)
    opened = (part.prompt for part in mine if part.prompt.answered_at is None and now < part.prompt.closes_at)
    prompt = begun or next(opened, None)
    if prompt is None:
        raise UserError(TOO_EARLY)
    return answers.form(session, actor, prompt.key, now)


def _begin(session: Session, actor: Person, checkin: CheckIn, ahead: Ahead, now: datetime) -> Prompt:
    round_ = _round(session, checkin, ahead, now)
    calendars, asked = Calendars(session, checkin), checkins.asked_in(session, checkin.key, [actor.key])
    part: dict[str, Any] = {
        "round_id": round_.key,
        "due_at": ahead.at,
        "closes_at": window_end(ahead.at, checkin.window, calendars.schedule.zone_for(calendars.of(actor))),
        "team_ids": asked.get(actor.key, []),
        "released_at": now,  # or it would be sent at its time, though the round may not open then
    }
    begun = rounds.ahead_of(session, actor.key, now - LASTS)
    # Who started what was put off since goes on with that.
    prompt = next((prompt for checkin_id, prompt in begun if checkin_id == checkin.key), None)
    if prompt is None:
        prompt = Prompt(person_id=actor.key, **part)
    elif prompt.answered_at is None:
        prompt.sqlmodel_update({**part, "state": PromptState.DUE, "reason": None, "off": None})
    session.add(prompt)
    session.flush()
    return prompt


def _round(session: Session, checkin: CheckIn, ahead: Ahead, now: datetime) -> Round:
    query = select(Round).where(
        col(Round.checkin_id) == checkin.key, col(Round.nominal) == ahead.nominal, col(Round.n) == AHEAD
    )
    opened: dict[str, Any] = {"opened_at": now, "planned_at": now, "closed_at": now, "closes_at": ahead.at}
    kept = {"questions": _questions(session, checkin), "k": hidden.k_of(session, checkin), **opened}
    round_ = session.scalars(query).one_or_none()
    if round_ is None:
        round_ = Round(checkin_id=checkin.key, nominal=ahead.nominal, n=AHEAD, **kept)
    else:
        # Whoever started before was promised as much; names that are shown since are settled when it opens.
        round_.sqlmodel_update({**kept, "k": max(round_.k, kept["k"])})
    session.add(round_)
    session.flush()
    return round_


def _questions(session: Session, checkin: CheckIn) -> list[dict[str, Any]]:
    return [freeze(each.asked) for each in checkins.questions(session, checkin.key)]


def follow(session: Session, checkin: CheckIn, now: datetime) -> None:
    """A check-in's questions changed: what was started early, and lasts still, asks what its round will ask."""
    is_ahead = (col(Round.n) == AHEAD, col(Round.opened_at) >= now - LASTS)
    begun = select(Round).where(col(Round.checkin_id) == checkin.key, *is_ahead)
    for round_ in session.scalars(begun):
        round_.questions = _questions(session, checkin)
    session.flush()


# Tables, as wherever a round is planned: columns cost a fifth of objects.
_prompt, _round_of = SQLModel.metadata.tables["prompt"], SQLModel.metadata.tables["round"].c
_EARLY = (
    select(_prompt.c.id, _prompt.c.person_id, _prompt.c.answered_at, _round_of.k)
    .join(SQLModel.metadata.tables["round"], _round_of.id == _prompt.c.round_id)
    .where(
        _round_of.checkin_id == bindparam("checkin_id"),
        _round_of.n == AHEAD,
        _round_of.opened_at >= bindparam("since", type_=UTCDateTime),
        among(_prompt.c.person_id, "person_ids"),
    )
    # An answer that is just going in is waited for: it stays, and isn't asked for again.
    .with_for_update(of=_prompt)
)
_TAKE_OVER = update(_prompt).where(_prompt.c.id == bindparam("prompt_id"))
_PLANNED_ANEW = ("state", "reason", "off", "due_at", "closes_at", "team_ids")


def take_over(session: Session, checkin: CheckIn, round_: Round, rows: Sequence[dict[str, Any]]) -> None:
    """Let a round that opens have the parts that were started early, before those of all others are written.

    What was answered stays as it is; what was only begun is planned like everybody's, and so is what was answered with
    names hidden where they aren't now, or need fewer voices: it is a draft again, since it was said to other readers.
    """
    if round_.n:
        return
    people = [row["person_id"] for row in rows]
    asked = {"checkin_id": checkin.key, "person_ids": people, "since": round_.opened_at - LASTS}
    early = {each.person_id: each for each in session.execute(_EARLY, asked)}
    for row in rows:
        begun = early.get(row["person_id"])
        if begun is None:
            continue
        stays = begun.answered_at is not None and begun.k in (0, round_.k)
        if begun.answered_at is not None and not stays:
            _as_draft(session, begun.id, round_.opened_at)
        planned = {} if stays else {name: row[name] for name in _PLANNED_ANEW} | {"released_at": None}
        session.execute(_TAKE_OVER.values(round_id=round_.key, **planned), {"prompt_id": begun.id})
    if early:
        digests.mark_stale(session, checkin, round_, round_.opened_at)


def _as_draft(session: Session, prompt_id: int, now: datetime) -> None:
    """Take back what somebody sent, for them to send it again."""
    prompt = session.get_one(Prompt, prompt_id)
    person = session.get_one(Person, prompt.person_id)
    draft = stored_answers.draft(session, person.key, prompt_id)
    given = stored_answers.own(session, prompt_id)
    values = {question: typed_of(answer.value) for question, answer in given.items()}
    values |= {} if draft is None else drafts.values(draft)
    drafts.keep(session, person, draft, Submission(prompt_id, values, "", ""), now)
    for answer in given.values():
        session.delete(answer)
    prompt.answered_at, prompt.edited_at, prompt.audience_id = None, None, None
    session.flush()
