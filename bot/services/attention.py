"""The attention budget: of what a lane has claimed, what goes out by itself and what stands in a tray instead.

This is asked in the transaction that claims, which only the lane's holder has: so two processes never count at once,
and what one counted the other reads. What isn't counted costs nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.orm import Session

from bot.domain.attention import goes_alone, week_of
from bot.i18n import DEFAULT_LOCALE, Voice
from bot.notices import registry
from bot.notices.attention import Tray
from bot.notices.registry import PostponeError, Reader
from bot.services import delivery
from storage import attention, outbox, workspaces
from storage.claims import Claimed
from storage.outbox_rows import DELETE, DROPPED, POST, SENT, UPDATE, WAITING
from storage.settling import Ended, Settlement

log = structlog.get_logger(__name__)
AGAIN_IN = 60.0
"""Seconds of machine time until what can't be rendered is tried again."""


@dataclass(frozen=True)
class Kept:
    """Claimed rows that are to be sent, and those that end, or wait, without being sent.

    `owes_more`: rows were written here that aren't claimed yet.
    """

    to_send: Sequence[Claimed]
    ended: Sequence[Settlement] = ()
    owes_more: bool = False


def within_budget(session: Session, claimed: Sequence[Claimed], now: datetime) -> Kept:
    """Take out what is above somebody's budget, and put it into their tray; trays that change are owed anew."""
    changed = _change_trays(session, claimed)
    asked = [row for row in claimed if _is_counted(row, now)]
    above = _count(session, asked, now) if asked else []
    ended = {row.id: found for row in above if (found := _says_nothing(session, row, now)) is not None}
    changed |= _put(session, [row for row in above if row.id not in ended], now)
    if changed:
        _owe(session, changed)
    gone = {row.id for row in above}
    return Kept([row for row in claimed if row.id not in gone], list(ended.values()), bool(changed))


def _is_counted(row: Claimed, now: datetime) -> bool:
    """Whether it is a DM of its own, by Cairn itself, that may be sent now."""
    is_dm = row.action == POST and row.person_id is not None and row.thread_key is None
    is_over = row.status == "left" or (row.expires_at is not None and row.expires_at <= now)
    return is_dm and not is_over and registry.counts(row.kind)


def _count(session: Session, asked: Sequence[Claimed], now: datetime) -> list[Claimed]:
    """Let those that are within the budget count; gives the others, in their order."""
    weeks = {row.id: _week(row, now) for row in asked}
    budget = workspaces.settings(session).dms_a_week
    people = {row.person_id or 0 for row in asked}
    sent = attention.counted(session, people, min(weeks.values()))
    trays = _trays(session, {_tray(row, weeks[row.id]).key for row in asked})
    counts: dict[date, list[int]] = {}
    above = []
    for row in asked:
        week, whose = weeks[row.id], (row.person_id or 0, weeks[row.id])
        if row.week == week:
            continue  # it was counted when it was tried before
        if goes_alone(sent.get(whose, 0), budget, has_tray=_tray(row, week).key in trays):
            sent[whose] = sent.get(whose, 0) + 1
            counts.setdefault(week, []).append(row.id)
        else:
            above.append(row)
    for week, row_ids in counts.items():
        attention.count_in(session, week, row_ids)
    return above


def _trays(session: Session, keys: Iterable[str]) -> set[str]:
    """Those of these trays that count: one that was dropped had nothing to say, and isn't there."""
    return {key for key, state in outbox.states(session, list(keys)).items() if state != DROPPED}


def _says_nothing(session: Session, row: Claimed, now: datetime) -> Settlement | None:
    """How a row goes on that has nothing to say now, so that it belongs in no tray; None where it has."""
    try:
        with session.begin_nested():
            says = registry.of(row.kind, row.ids).render(session, _reader(row), now)
    except PostponeError as postponed:
        return Settlement(row, WAITING, not_before=postponed.until)
    except Exception:
        log.exception("attention.not_rendered", row=row.id, kind=row.kind)
        return Settlement(row, WAITING, error="not_rendered", retry_in=AGAIN_IN, attempted=True)
    return Settlement(row, DROPPED) if says is None else None


def _put(session: Session, rows: Sequence[Claimed], now: datetime) -> set[Tray]:
    """Put rows into their readers' trays, where they are read; gives those trays."""
    if not rows:
        return set()
    trays = {row.id: _tray(row, _week(row, now)) for row in rows}
    attention.put(session, {row_id: tray.key for row_id, tray in trays.items()})
    delivery.tell(session, [Ended(row.id, row.kind, row.ids, SENT) for row in rows], now)
    return set(trays.values())


def _change_trays(session: Session, claimed: Sequence[Claimed]) -> set[Tray]:
    """What is said anew, or taken back, and stands in a tray, changes there: it has no message of its own."""
    changed = set()
    for row in claimed:
        if row.post is None or row.post.tray is None or row.of_key is None:
            continue
        if row.action == UPDATE:
            attention.change(session, row.of_key, row.kind, row.ids)
        elif row.action == DELETE:
            attention.take_out(session, row.of_key)
        changed.add(Tray.named(row.post.tray))
    return changed


def _owe(session: Session, trays: set[Tray]) -> None:
    """Let trays say what stands in them now: for the first time, or by an edit, which rings nobody's phone."""
    by_key = {tray.key: tray for tray in trays}
    there = outbox.update_many(session, by_key)
    new = [tray for key, tray in by_key.items() if key not in there]
    if not new:
        return
    outbox.post_many(session, [outbox.NewPost(tray, tray.key, tray.person_id) for tray in new])
    outbox.owe_again(session, [tray.key for tray in new], DROPPED)
    attention.count_posts(session, {tray.key: tray.begins for tray in new})


def _tray(row: Claimed, week: date) -> Tray:
    return Tray(row.person_id or 0, week.isoformat())


def _week(row: Claimed, now: datetime) -> date:
    return week_of(now, ZoneInfo(row.zone or "UTC"))


def _reader(row: Claimed) -> Reader:
    return Reader(Voice(row.locale or DEFAULT_LOCALE, row.zone or "UTC"), person_id=row.person_id)
