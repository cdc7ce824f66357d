"""One transaction of a lane's holder: renew the lease, settle what came back, claim what goes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.services import attention, delivery
from storage import claims, lanes, settling
from storage.claims import Claimed
from storage.database import machine_now
from storage.lanes import LaneNews, LaneState
from storage.outbox_rows import ASKED
from storage.people import Person
from storage.settling import Settlement


@dataclass(frozen=True, slots=True)
class Opened:
    """A person's DM, or Slack's code where it can't be opened."""

    person_id: int
    channel: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Errand:
    """What the holder brings to a turn and what it has room for: rows by action, DMs to open, one post to look for."""

    holder: str
    settlements: Sequence[Settlement] = ()
    opened: Sequence[Opened] = ()
    news: LaneNews | None = None
    rooms: Mapping[str, int] = field(default_factory=dict)
    room_to_open: int = 0
    may_look: bool = False
    may_release: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """What a turn gave. `lane` is None while another process holds it; then there is nothing else.

    `owes_more`: this turn itself wrote what the next one may claim.
    """

    lane: LaneState | None = None
    settled: Sequence[Settlement] = ()
    claimed: Sequence[Claimed] = ()
    to_open: Sequence[tuple[int, str]] = ()
    to_look_for: Claimed | None = None
    may_probe: bool = False
    owes_more: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.claimed or self.to_open or self.to_look_for or self.may_probe or self.owes_more)


def take_turn(session: Session, errand: Errand, now: datetime) -> Turn:
    """Do all of an errand in this transaction; `now` is calendar time. Settling needs tokens, not the lane."""
    machine = machine_now(session)
    lane = lanes.take(session, errand.holder, machine)
    settled = _settle(session, errand, now, machine)
    if lane is None:
        return Turn(settled=settled)
    if errand.news is not None:
        lanes.learn(session, errand.news, machine)
        lane = lanes.take(session, errand.holder, machine) or lane
    turn = replace(_claim(session, errand, lane, now, machine), settled=settled)
    if turn.is_empty and errand.may_release:
        lanes.release(session, errand.holder)
    return turn


def _settle(session: Session, errand: Errand, now: datetime, machine: datetime) -> Sequence[Settlement]:
    settled = _end(session, errand.settlements, now, machine)
    for each in settled:
        if each.state == ASKED:
            delivery.ask_owner(session, each.row.id)
    for opened in errand.opened:
        remember_dm(session, opened, now)
    return settled


def _end(session: Session, settlements: Sequence[Settlement], now: datetime, machine: datetime) -> Sequence[Settlement]:
    settled = settling.settle(session, settlements, machine)
    delivery.tell(session, [each.ended for each in settled if each.ended is not None], now)
    return settled


def remember_dm(session: Session, opened: Opened, now: datetime) -> None:
    """Keep a DM's id for ever; where it can't be opened, what waits for it fails."""
    if opened.channel is not None:
        session.execute(update(Person).where(col(Person.id) == opened.person_id).values(dm_channel=opened.channel))
        return
    delivery.tell(session, settling.fail_posts_to(session, opened.person_id, opened.error or "cannot_open"), now)


def _claim(session: Session, errand: Errand, lane: LaneState, now: datetime, machine: datetime) -> Turn:
    for row_id in claims.recover(session, machine):
        delivery.ask_owner(session, row_id)
    if lane.is_paused:
        return Turn(lane)
    if lane.is_stopped:
        if lane.may_probe:
            lanes.postpone_probe(session, machine)
        return Turn(lane, may_probe=lane.may_probe)
    claimed = [
        row for action, room in errand.rooms.items() for row in claims.claim(session, action, room, now, machine)
    ]
    kept = attention.within_budget(session, claimed, now)
    _end(session, kept.ended, now, machine)
    return Turn(
        lane,
        claimed=kept.to_send,
        owes_more=kept.owes_more,
        to_open=claims.people_to_open(session, errand.room_to_open, now, machine) if errand.room_to_open else (),
        to_look_for=claims.claim_look(session, machine) if errand.may_look else None,
    )
