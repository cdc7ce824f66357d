"""Blockers: raised in a check-in, told to the leads, open until whoever raised one closes it; and the reminders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.audience import Kind, Listed
from bot.domain.blockers import Ended, first_nudge, may_reopen, next_nudge, same_words
from bot.domain.checkins import AnswerValue, QuestionKind
from bot.errors import UserError
from bot.i18n import mark
from bot.notices.blocker_posts import BlockerPosted
from bot.notices.blockers import BlockerNudge, BlockerRaised
from bot.notices.checkins import PromptNotice, prompt_key
from bot.notices.home import HomeNotice
from bot.services.turns import NOW, is_next, take_next
from storage import audience, blockers, outbox, people, rounds
from storage.audience import Audience
from storage.blockers import Blocker, BlockerTeam, BlockerWatch
from storage.calendars import calendar_of_person, working_moment
from storage.outbox import NewPost
from storage.outbox_rows import DROPPED, Priority
from storage.parts import Part
from storage.people import Person
from storage.rounds import Round
from storage.teams import Membership

NUDGE_KEPT = timedelta(days=3)
"""A reminder that couldn't be sent for so long isn't news any more."""

GONE = mark("This blocker isn't there any more. Nothing was changed.")
NOT_YOURS = mark(
    "Only {name} can close this, knowing best when it is out of the way. You can write to {name}. Nothing was changed."
)
NOT_FOR_YOU = mark("Only whoever raised this can close it or share it. Nothing was changed.")
TOO_LATE = mark(
    "This was closed a while ago, so it can't be opened again. Say it in your next check-in, and it is new. "
    "Nothing was changed."
)
NO_LEAD = mark("They don't lead your team any more, so nothing was shared.")


def follow(session: Session, part: Part, given: Sequence[AnswerValue], now: datetime) -> None:
    """What answers say is in the way: opened with them, changed with them, closed where they are taken back.

    Asks nothing of the database where somebody answers for the first time and nothing is in their way.
    """
    asked = _asked(part.round)
    said = {each.question_id: each.words for each in given if each.question_id in asked and each.words}
    said = {question: words for question, words in said.items() if words.strip()}
    is_first = part.prompt.edited_at is None
    if not asked or (is_first and not said):
        return
    known = {} if is_first else blockers.of_prompt(session, part.prompt.key)
    _open_new(session, part, {question: words for question, words in said.items() if question not in known}, now)
    for question, (blocker, _, changed_at) in known.items():
        if question not in said:
            _end(session, blocker, Ended.EMPTIED, now)
        elif blocker.ended == Ended.EMPTIED:
            _open_again(session, blocker, now)
        elif changed_at == now:
            say_so(session, blocker)


def _asked(round_: Round) -> set[int]:
    return {each["id"] for each in round_.questions if each["kind"] == QuestionKind.BLOCKER}


def _open_new(session: Session, part: Part, said: Mapping[int, str], now: datetime) -> None:
    if not said:
        return
    before = blockers.open_words(session, part.prompt.person_id, part.checkin.key)
    for question, words in said.items():
        if not any(same_words(words, each) for each in before):
            _open(session, part, question, now)


def _open(session: Session, part: Part, question_id: int, now: datetime) -> None:
    prompt = part.prompt
    blocker = Blocker(
        reporter_id=prompt.person_id,
        checkin_id=part.checkin.key,
        prompt_id=prompt.key,
        question_id=question_id,
        audience_id=prompt.audience_id,
        opened_at=now,
    )
    blockers.add(session, blocker, prompt.team_ids)
    reporter = session.get_one(Person, prompt.person_id)
    _watch(session, blocker, reporter, next_nudge(now, calendar_of_person(session, reporter)))
    for lead in blockers.leads_to_tell(session, blocker):
        _tell(session, blocker, lead, now)
    session.flush()


def _tell(session: Session, blocker: Blocker, lead: Person, now: datetime) -> None:
    """At once, where the lead works now, else as their next working hours begin; their Home says it at once."""
    _watch(session, blocker, lead, first_nudge(now, calendar_of_person(session, lead)))
    notice = BlockerRaised(blocker.key, lead.key)
    not_before = working_moment(session, lead, now)
    outbox.post_many(session, [NewPost(notice, notice.key, lead.key, priority=Priority.URGENT, not_before=not_before)])
    outbox.publish(session, HomeNotice(lead.key), person_id=lead.key)


def _watch(session: Session, blocker: Blocker, person: Person, due_at: datetime) -> None:
    session.add(BlockerWatch(blocker_id=blocker.key, person_id=person.key, due_at=due_at))


def close(session: Session, actor: Person, blocker_id: int, now: datetime) -> bool:
    """It is out of the way, says whoever raised it; closing twice changes nothing. UserError for anybody else."""
    blocker = own_held(session, actor, blocker_id)
    return _end(session, blocker, Ended.CLOSED, now)


def reopen(session: Session, actor: Person, blocker_id: int, now: datetime) -> bool:
    """Take closing back, within a day; raises UserError after that, and for anybody else."""
    blocker = own_held(session, actor, blocker_id)
    if blocker.closed_at is None:
        return False
    if not may_reopen(Ended(blocker.ended or ""), blocker.closed_at, now):
        raise UserError(TOO_LATE)
    _open_again(session, blocker, now)
    return True


def share(session: Session, actor: Person, blocker_id: int, person_id: int, now: datetime) -> bool:
    """Let a lead who came later read one's own open blocker; raises UserError where they don't lead the team."""
    blocker = own_held(session, actor, blocker_id)
    lead, led = people.get(session, person_id), blockers.leading_teams(session, blocker_id, person_id)
    if lead is None or not led:
        raise UserError(NO_LEAD)
    before = session.get(Audience, blocker.audience_id)
    if blocker.closed_at is not None or before is None or before.kind != Kind.PEOPLE:
        return False
    if any(watch.person_id == person_id for watch in blockers.watches(session, blocker_id)):
        return False
    wider = [*audience.listed(session, before.id or 0), *(Listed(person_id, team_id) for team_id in led)]
    blocker.audience_id = audience.of_people(session, wider)
    session.flush()
    _tell(session, blocker, lead, now)
    session.flush()
    say_so(session, blocker)
    return True


def own_held(session: Session, actor: Person, blocker_id: int) -> Blocker:
    """Somebody's own blocker, locked; raises UserError where it isn't theirs, or is gone."""
    blocker = blockers.held(session, blocker_id)
    if blocker is None:
        raise UserError(GONE)
    if blocker.reporter_id != actor.key:
        raise _refusal(session, actor, blocker_id)
    return blocker


def _refusal(session: Session, actor: Person, blocker_id: int) -> UserError:
    """Who can, where the one who asks may know who raised it."""
    led = blockers.led_by(session, actor, [blocker_id])
    return UserError(NOT_YOURS, name=led[0].name) if led else UserError(NOT_FOR_YOU)


def _end(session: Session, blocker: Blocker, why: Ended, now: datetime) -> bool:
    if blocker.closed_at is not None:
        return False
    blocker.closed_at, blocker.ended = now, why
    session.flush()
    blockers.stop_nudges(session, blocker.key)
    say_so(session, blocker)
    return True


def _open_again(session: Session, blocker: Blocker, now: datetime) -> None:
    blocker.closed_at = blocker.ended = None
    for watch in blockers.watches(session, blocker.key):
        person = session.get_one(Person, watch.person_id)
        watch.due_at = next_nudge(now, calendar_of_person(session, person))
    session.flush()
    say_so(session, blocker)


def say_so(session: Session, blocker: Blocker) -> None:
    """Everything in Slack that speaks of a blocker says what is true now, Homes too."""
    told = {watch.person_id: watch for watch in blockers.watches(session, blocker.key)}
    messages = [BlockerRaised(blocker.key, person) for person in told if person != blocker.reporter_id]
    nudges = [BlockerNudge(person, f"{watch.nudged_on}") for person, watch in told.items() if watch.nudged_on]
    there = outbox.update_many(session, {each.key: each for each in messages})
    outbox.update_many(session, {each.key: each for each in nudges})
    if blocker.closed_at is None:  # it was over before they could hear of it, and isn't any more
        outbox.owe_again(session, [each.key for each in messages if each.key not in there], DROPPED)
    if blocker.posted_in is not None:
        posted = BlockerPosted(blocker.key, blocker.posts)
        outbox.update(session, posted, of=posted.key)
    mentioned = [blocker.prompt_id, *rounds.unanswered(session, blocker.checkin_id, blocker.reporter_id)]
    prompts = {prompt_key(each): PromptNotice(each) for each in mentioned}
    outbox.say_again(session, blocker.reporter_id, prompts, home=HomeNotice(blocker.reporter_id))
    for each in messages:
        outbox.publish(session, HomeNotice(each.person_id), person_id=each.person_id)


_IS_IN_TEAM = (
    exists()
    .where(
        col(BlockerTeam.blocker_id) == col(Blocker.id),
        col(BlockerTeam.team_id) == col(Membership.team_id),
        col(Membership.person_id) == col(Blocker.reporter_id),
    )
    .correlate_except(BlockerTeam, Membership)
)
_LEFT = (
    select(Blocker, col(Person.status))
    .join(Person, col(Person.id) == col(Blocker.reporter_id))
    .where(col(Blocker.closed_at).is_(None), or_(col(Person.status) == "left", ~_IS_IN_TEAM), is_next(Blocker))
    .order_by(col(Blocker.reporter_id))  # as the index of the open ones has them
    .limit(1)
    .with_for_update(of=Blocker, skip_locked=True)
)


def close_left(session: Session, now: datetime) -> bool:
    """Close one blocker of somebody who has left the company, or the teams for which they were asked. A tick's step."""

    def close(blocker: Blocker, status: str) -> None:
        _end(session, blocker, Ended.LEFT_COMPANY if status == "left" else Ended.LEFT_TEAM, now)

    return take_next(session, _LEFT, close, now)


_TO_NUDGE = (
    select(BlockerWatch)
    .where(and_(col(BlockerWatch.due_at).is_not(None), col(BlockerWatch.due_at) <= NOW), is_next(BlockerWatch))
    .order_by(col(BlockerWatch.due_at))
    .limit(1)
    .with_for_update(skip_locked=True)
)


def nudge_due(session: Session, now: datetime) -> bool:
    """Remind one person of all that is open and theirs to see to, in one message. A tick's step."""
    return take_next(session, _TO_NUDGE, lambda watch: _nudge(session, watch.person_id, now), now)


def _nudge(session: Session, person_id: int, now: datetime) -> None:
    watched = blockers.to_nudge(session, person_id)
    person = people.get(session, person_id)
    own = {watch.blocker_id for watch, reporter in watched if reporter == person_id}
    led = blockers.led_by(session, person, [watch.blocker_id for watch, _ in watched]) if person else []
    theirs = own | {each.id for each in led}
    for watch, _ in watched:
        if person is None or watch.blocker_id not in theirs:
            watch.due_at = None  # they don't lead the team, or mayn't read it, any more
    # What they were reminded of before comes along, so that a person's reminders grow into one a week.
    due = [watch for watch, _ in watched if watch.due_at and (watch.due_at <= now or watch.nudged_on)]
    session.flush()
    if person is not None and due:
        _remind(session, person, _put_off(session, person, due, now), now)


def _put_off(session: Session, person: Person, due: Sequence[BlockerWatch], now: datetime) -> list[BlockerWatch]:
    """Let a week pass before somebody is reminded of what a prompt asks them about already; gives the others."""
    asked = _asked_about(session, person.key, now)
    for watch in due:
        if watch.blocker_id in asked:
            watch.due_at = next_nudge(now, calendar_of_person(session, person))
    session.flush()
    return [watch for watch in due if watch.blocker_id not in asked]


def _asked_about(session: Session, person_id: int, now: datetime) -> set[int]:
    """What a prompt asks somebody about who can answer it still."""
    asking = [round_ for round_ in rounds.open_for(session, person_id, now) if _asked(round_)]
    found = [blockers.still_open(session, person_id, round_.checkin_id) for round_ in asking]
    return {each.id for each in found if each is not None}


def _remind(session: Session, person: Person, due: Sequence[BlockerWatch], now: datetime) -> None:
    if not due:
        return
    calendar = calendar_of_person(session, person)
    today = calendar.date_at(now)
    for watch in due:
        watch.nudged_on, watch.due_at = today, next_nudge(now, calendar)
    session.flush()
    notice = BlockerNudge(person.key, today.isoformat())
    at = working_moment(session, person, now) or now
    if not outbox.post(session, notice, key=notice.key, to=person.key, not_before=at, expires_at=at + NUDGE_KEPT):
        outbox.update(session, notice, of=notice.key)
