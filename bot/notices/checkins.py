"""What a check-in says by itself: that it is set up, the welcome, the prompt, and that it ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import update
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.checkins import PromptState, Question, Reason, minutes, mood_question, thaw
from bot.domain.schedules import send_time
from bot.notices import readers
from bot.notices.blockers import look_up_open, raised_in, still_open
from bot.notices.registry import Exempt, Message, Notice, Outcome, PostponeError, Reader, register
from bot.views import blockers as blocker_views
from bot.views import checkin_cards, prompts
from bot.views.prompts import CheckInCard, PromptCard
from storage import answers, away, checkins, people, rounds, workspaces
from storage.calendars import calendars_of
from storage.checkins import CheckIn
from storage.database import share, shared
from storage.outbox_rows import FAILED, SENT
from storage.people import Person
from storage.rounds import Prompt, Round


def prompt_key(prompt_id: int) -> str:
    """The outbox key of a prompt's DM: one for ever, so that nobody is asked twice."""
    return f"prompt:{prompt_id}"


def welcome_key(checkin_id: int, person_id: int) -> str:
    """The outbox key of somebody's welcome to a check-in: one for ever."""
    return f"checkin:{checkin_id}:welcome:{person_id}"


def questions_of(session: Session, checkin: CheckIn) -> list[Question]:
    """A check-in's questions as they stand now."""
    return [each.asked for each in checkins.questions(session, checkin.key)]


def card_of(session: Session, checkin: CheckIn, team_ids: Sequence[int] | None = None) -> CheckInCard:
    """What is told of a check-in, as it is set up now: to somebody who is asked for these teams, or to its leads."""
    whose = None if team_ids is None else tuple(team_ids)
    return shared(session, ("card", checkin.key, whose), lambda: _card_of(session, checkin, whose))


def card_for(session: Session, checkin: CheckIn, person_id: int) -> CheckInCard:
    """What is told of a check-in to somebody whom it asks now, or doesn't ask any more."""
    asked_in = checkins.asked_in(session, checkin.key, [person_id])
    return card_of(session, checkin, asked_in.get(person_id))


def _card_in(session: Session, checkin: CheckIn, round_: Round, team_ids: Sequence[int]) -> CheckInCard:
    """What is told of a check-in in one round, which settled whether names are hidden."""
    card = card_of(session, checkin, team_ids)
    return card if card.read_by.k == round_.k else replace(card, read_by=replace(card.read_by, k=round_.k))


def _card_of(session: Session, checkin: CheckIn, team_ids: Sequence[int] | None) -> CheckInCard:
    asking = checkins.teams(session, checkin.key)
    own = asking if team_ids is None else readers.own_teams(session, checkin, team_ids)
    questions = questions_of(session, checkin)
    return CheckInCard(
        checkin_id=checkin.key,
        name=checkin.name,
        team=" + ".join(team.name for team in own or asking),
        questions=len(questions),
        minutes=minutes(questions),
        recurs=checkin.recurs,
        at=checkin.at,
        read_by=readers.who_reads(session, checkin, team_ids=team_ids),
        team_zone=asking[0].zone if checkin.zone_kind == "team" and asking else None,
    )


def _newest_id(session: Session, checkin: CheckIn) -> int | None:
    return shared(session, ("newest", checkin.key), lambda: rounds.newest_id(session, checkin.key))


@register("checkin.ready", Exempt.ACT)
@dataclass(frozen=True)
class CheckInReady(Notice):
    """To whoever set a check-in up: when it starts, and how to end it."""

    checkin_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        checkin = checkins.get(session, self.checkin_id)
        if checkin is None:
            return None
        return Message(
            *checkin_cards.ready(
                reader.voice,
                card_of(session, checkin),
                first=checkin.next_nominal or checkin.last_nominal,
                people=len(checkins.asked_people(session, checkin.key)),
                is_deleted=checkin.deleted_at is not None,
                is_paused=checkin.paused_at is not None,
            )
        )


@register("checkin.deleted")
@dataclass(frozen=True)
class CheckInDeleted(Notice):
    """To the people whom a check-in asked: it has ended, and what they said is kept."""

    checkin_id: int
    by_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        checkin, by = checkins.get(session, self.checkin_id), session.get(Person, self.by_id)
        if checkin is None or by is None:
            return None
        return Message(*checkin_cards.deleted(reader.voice, card_of(session, checkin), by=by.name))


@register("checkin.welcome", Exempt.PROMPT)
@dataclass(frozen=True)
class Welcome(Notice):
    """Before anyone's first prompt: who switched this on, what is asked and how often, who reads it, how to pause."""

    checkin_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:
        checkin = checkins.get(session, self.checkin_id)
        person = people.get(session, reader.person_id)
        if checkin is None or checkin.deleted_at is not None or person is None:
            return None
        _wait_for_the_pilot(session, checkin, person, now)
        maker = session.get(Person, checkin.created_by)
        card = card_for(session, checkin, person.key)
        if any(team.is_company for team in checkins.teams(session, checkin.key)):
            # Their own team reads, and it was switched on for everybody.
            card = replace(card, team=card_of(session, checkin).team)
        return Message(
            *prompts.welcome(
                reader.voice,
                card,
                reader=person.name,
                maker=maker.name if maker and maker.key != person.key else None,
                paused=checkins.is_paused_for(session, checkin.key, person.key),
            )
        )


def _wait_for_the_pilot(session: Session, checkin: CheckIn, person: Person, now: datetime) -> None:
    """Raises PostponeError while other teams try Cairn first: nobody is welcomed to what doesn't ask them yet."""
    settings = workspaces.settings(session)
    if settings.pilot_teams:
        asked_in = checkins.asked_in(session, checkin.key, [person.key])
        if workspaces.is_waiting(settings, asked_in.get(person.key, ())):
            raise PostponeError(now + timedelta(days=1))


def _can_edit_no_more(session: Session, prompt: Prompt, checkin: CheckIn) -> bool:
    """Whether somebody has answered, and has left all the teams that are asked."""
    if prompt.answered_at is None:
        return False
    person_id = prompt.person_id
    return shared(
        session,
        ("has left", checkin.key, person_id),
        lambda: person_id not in checkins.asked_in(session, checkin.key, [person_id]),
    )


def _look_up_who_left(session: Session, parts: Iterable[tuple[Prompt, CheckIn]]) -> None:
    """Look up at once what `_can_edit_no_more` asks for one by one."""
    answered: dict[int, list[int]] = {}
    for prompt, checkin in parts:
        if prompt.answered_at is not None:
            answered.setdefault(checkin.key, []).append(prompt.person_id)
    for checkin_id, person_ids in answered.items():
        asked = checkins.asked_in(session, checkin_id, person_ids)
        share(session, {("has left", checkin_id, each): each not in asked for each in person_ids})


@register("checkin.prompt", Exempt.PROMPT)
@dataclass(frozen=True)
class PromptNotice(Notice):
    """A prompt as it stands: to be answered, answered, skipped."""

    prompt_id: int

    @classmethod
    def look_up(cls, session: Session, notices: Sequence[Self]) -> None:
        """Everybody's prompt with its round, its draft and its person; the check-ins with their teams and readers."""
        found = rounds.look_up(session, [notice.prompt_id for notice in notices])
        rows = [row for prompt in found if (row := rounds.with_round(session, prompt.key)) is not None]
        team_ids = {team_id for prompt in found for team_id in prompt.team_ids}
        readers.look_up(session, list({checkin.key: checkin for _, _, checkin in rows}.values()), team_ids)
        answers.look_up_drafts(session, found)
        people.look_up(session, [prompt.person_id for prompt in found])
        unsent = [(prompt.person_id, checkin) for prompt, _, checkin in rows if prompt.sent_at is None]
        absent = away.days_of(session, [person for person, _ in unsent])
        for checkin in {checkin.key: checkin for _, checkin in unsent}.values():
            theirs = [person for person, its in unsent if its.key == checkin.key]
            calendars_of(session, checkin).look_up(theirs, absent)
        look_up_open(session, [(prompt, round_) for prompt, round_, _ in rows])
        _look_up_who_left(session, [(prompt, checkin) for prompt, _, checkin in rows])

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:
        row = rounds.with_round(session, self.prompt_id)
        if row is None or row[0].person_id != reader.person_id:
            return None
        prompt, round_, checkin = row
        if prompt.sent_at is None and prompt.state != PromptState.DUE:
            return None  # answered early, skipped or deleted before it was sent
        if prompt.sent_at is None and not self._may_come(session, prompt, checkin, now):
            return None
        draft = answers.draft(session, prompt.person_id, prompt.key)
        blocked = still_open(session, prompt, round_) if now < prompt.closes_at else None
        card = PromptCard(
            prompt_id=prompt.key,
            card=_card_in(session, checkin, round_, prompt.team_ids),
            state=prompt.state if prompt.sent_at or prompt.state != PromptState.DUE else PromptState.SENT,
            nominal=round_.nominal,
            closes_at=prompt.closes_at,
            is_over=now >= prompt.closes_at,
            is_closed=now >= prompt.closes_at and _newest_id(session, checkin) != round_.key,
            drafted=0 if draft is None else max(draft.filled, int(prompt.answered_at is not None)),
            is_edited=prompt.edited_at is not None,
            is_gone=checkin.deleted_at is not None,
            has_mood=mood_question(map(thaw, round_.questions)) is not None,
            has_left=prompt.reason == Reason.LEFT_TEAM or _can_edit_no_more(session, prompt, checkin),
            is_away=prompt.reason == Reason.DAY_OFF,
            snoozed_until=prompt.snoozed_until if prompt.snoozed_until and prompt.snoozed_until > now else None,
            is_blocked=blocked is not None,
        )
        raised = raised_in(session, prompt, round_, now)
        said = blocker_views.own_lines(reader.voice, prompts.prompt(reader.voice, card), raised)
        return Message(*blocker_views.still_open(reader.voice, said, blocked))

    def _may_come(self, session: Session, prompt: Prompt, checkin: CheckIn, now: datetime) -> bool:
        """Whether it may be sent now: the outbox may have held it back for hours, into the night.

        Raises PostponeError where it comes at a later working hour; False where none is left in its window.
        """
        person = people.get(session, prompt.person_id)
        if person is None:
            return False
        at = send_time(prompt.due_at, prompt.closes_at, now, calendars_of(session, checkin).of(person))
        if at is not None and at > now:
            raise PostponeError(at)
        return at is not None

    def settled(self, session: Session, outcome: Outcome, now: datetime) -> None:
        """Slack has it, or never will: the prompt knows."""
        if outcome.state == SENT:
            rounds.mark_sent(session, [self.prompt_id], now)
            return
        session.execute(
            update(Prompt)
            .where(col(Prompt.id) == self.prompt_id, col(Prompt.state) == PromptState.DUE)
            .values(
                state=PromptState.SKIPPED,
                reason=Reason.UNDELIVERABLE if outcome.state == FAILED else Reason.DOWNTIME,
            )
        )

    @classmethod
    def settled_many(cls, session: Session, ended: Sequence[tuple[Self, Outcome]], now: datetime) -> None:
        """A round's prompts come by the thousand."""
        rounds.mark_sent(session, [notice.prompt_id for notice, each in ended if each.state == SENT], now)
        super().settled_many(session, [pair for pair in ended if pair[1].state != SENT], now)
