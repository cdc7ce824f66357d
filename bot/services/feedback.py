"""Feedback is written: the form, whose words are kept while they are typed; the visibility card; Send, and Undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.audience import Listed
from bot.domain.feedback import UNDO, Flaw, FormCard, Kind, Readers, VisibilityCard, Wanted, arrives_at, flaw_of
from bot.domain.feedback_requests import TOGETHER
from bot.domain.preferences import Card
from bot.errors import UserError
from bot.i18n import mark
from bot.notices.feedback import FeedbackSent, sent_key
from bot.notices.home import HomeNotice
from bot.services import drafts
from bot.services import preferences as preference_service
from bot.services.feedback_owed import say_first, say_so, window_of
from storage import (
    audience,
    feedback,
    feedback_reports,
    feedback_requests,
    goals,
    outbox,
    people,
    preferences,
    workspaces,
)
from storage.feedback import Feedback, FeedbackDraft, FeedbackMessage
from storage.feedback_requests import FeedbackRequest
from storage.outbox_rows import Priority
from storage.people import Person

NOBODY = mark("Say who it is for: `/give-feedback @ana`. Nothing was sent.")
ONE_AT_A_TIME = mark("Feedback goes to one person at a time, and you named {n}. Nothing was sent.")
ONESELF = mark("Feedback is for somebody else. What you want to remember, keep in a check-in. Nothing was sent.")
STRANGER = mark(
    "Cairn knows nobody by that name: bots and people of other companies get no feedback. Nothing was sent."
)
HAS_LEFT = mark("{name} has left, so nothing reaches them. Nothing was sent.")
NO_MANAGER = mark("Cairn knows no manager of {name} to share this with. Choose another reader; nothing was sent.")
NOT_CONFIDENTIAL = mark(
    "{name} takes no confidential feedback that they didn't ask for. Sign it, or keep it as a draft."
)
NO_GOAL = mark("That goal isn't there for you any more. Choose another one, or none; nothing was sent.")
GONE = mark("This draft isn't there any more. Nothing was sent.")
NOT_THERE = mark("This feedback isn't there any more. Nothing was changed.")
HAS_IT = mark("{name} has it already, so it can't be undone. Write to {name} in the thread. Nothing was changed.")
MOST_GOALS = 50
FLAWS = {
    Flaw.NO_WORDS: mark("Please write something: a few words are enough."),
    Flaw.TOO_LONG: mark("That is longer than the 3,000 characters that fit here. Please shorten it; nothing was sent."),
}


def form(session: Session, actor: Person, slack_ids: Sequence[str], words: str, now: datetime) -> FormCard:
    """The form for whoever was named, with what was typed below what was written to them before.

    Raises UserError where that isn't one person who can get it.
    """
    if not slack_ids:
        raise UserError(NOBODY)
    if len(slack_ids) > 1:
        raise UserError(ONE_AT_A_TIME, n=len(slack_ids))
    receiver = people.by_slack_id(session, slack_ids[0])
    if receiver is None:
        raise UserError(STRANGER)
    card = form_to(session, actor, receiver.key, now)
    both = "\n".join(each for each in (card.wanted.words, words) if each)
    return replace(card, wanted=replace(card.wanted, words=both))


def open_for(session: Session, actor: Person, receiver_id: int, now: datetime) -> FormCard:
    """The form for somebody by primary key, from a button."""
    return form_to(session, actor, receiver_id, now)


def form_to(session: Session, actor: Person, receiver_id: int, now: datetime) -> FormCard:
    """The form for somebody by primary key."""
    receiver = receiver_of(session, actor, receiver_id)
    draft, manager = feedback.draft_of(session, actor.key, receiver.key), _manager(session, actor, receiver)
    return FormCard(
        receiver.key,
        receiver.name,
        Wanted() if draft is None else wanted_in(draft),
        None if manager is None else manager.name,
        takes_confidential=takes_confidential(session, actor, receiver),
        is_draft=draft is not None and bool(draft.words),
        likes=_likes(session, receiver, now),
        goals=_goals(session, actor, receiver),
    )


def _goals(session: Session, actor: Person, receiver: Person) -> list[tuple[int, str]]:
    """The receiver's goals that whoever writes may see."""
    found = goals.page(session, goals.of_person(receiver.key), actor, size=MOST_GOALS)
    return [(each.key, each.title) for each in found]


def _likes(session: Session, receiver: Person, now: datetime) -> Card | None:
    """How somebody likes criticism, and when what is sent now would reach them."""
    found = preference_service.cards(session, [receiver.key], now)
    return replace(found[0], opens_at=arrives_at(found[0].window, now, in_slots=False)) if found else None


def wanted_in(draft: FeedbackDraft) -> Wanted:
    """What a draft holds."""
    return Wanted(Kind(draft.kind), draft.words, Readers(draft.readers), draft.is_confidential, draft.goal_id)


def receiver_of(session: Session, actor: Person, receiver_id: int) -> Person:
    """Whom somebody may write to; raises UserError for themselves and for whoever has left."""
    receiver = session.get_one(Person, receiver_id)
    if receiver.key == actor.key:
        raise UserError(ONESELF)
    if receiver.status == "left":
        raise UserError(HAS_LEFT, name=receiver.name)
    return receiver


def takes_confidential(session: Session, actor: Person, receiver: Person) -> bool:
    """Whether somebody takes confidential feedback from this one that they didn't ask for."""
    refuses = preferences.of_person(session, receiver.key).refuses_confidential
    return not refuses and not feedback_reports.blocked(session, receiver.key, actor.key)


def _manager(session: Session, actor: Person, receiver: Person) -> Person | None:
    """Who may be let read it beside the receiver: their manager, where that isn't whoever writes."""
    manager = people.get(session, receiver.manager_id)
    return None if manager is None or manager.key == actor.key else manager


def keep(
    session: Session, actor: Person, receiver_id: int, wanted: Wanted, action_ts: str, now: datetime
) -> FormCard | None:
    """Keep what is being typed; what was typed before what is kept already changes nothing, and gives None."""
    draft = _draft(session, actor, receiver_id, now)
    if draft.saved_ts and action_ts <= draft.saved_ts:
        return None
    if wanted != wanted_in(draft):
        _put(draft, wanted, now)
    draft.saved_ts = action_ts
    session.flush()
    return form_to(session, actor, receiver_id, now)


def _draft(session: Session, actor: Person, receiver_id: int, now: datetime) -> FeedbackDraft:
    draft = feedback.draft_of(session, actor.key, receiver_id)
    if draft is None:
        draft = FeedbackDraft(author_id=actor.key, receiver_id=receiver_id, kind="", readers="", updated_at=now)
        _put(draft, Wanted(), now)
        session.add(draft)
        session.flush()
    return draft


def _put(draft: FeedbackDraft, wanted: Wanted, now: datetime) -> None:
    draft.kind, draft.words, draft.readers = wanted.kind, wanted.words, wanted.readers
    draft.is_confidential, draft.updated_at, draft.shown = wanted.is_confidential, now, None
    draft.goal_id = wanted.goal_id


def look_over(session: Session, actor: Person, receiver_id: int, wanted: Wanted, now: datetime) -> VisibilityCard:
    """Who will be able to read what the form holds, which is kept. Raises UserError at what has to change."""
    receiver = receiver_of(session, actor, receiver_id)
    _check(session, actor, receiver, wanted)
    draft = _draft(session, actor, receiver.key, now)
    _put(draft, wanted, now)
    return _card(session, actor, receiver, draft, now)


def _check(session: Session, actor: Person, receiver: Person, wanted: Wanted) -> None:
    flaw = flaw_of(wanted.words)
    if flaw is not None:
        raise UserError(FLAWS[flaw], field="words")
    if wanted.readers is Readers.MANAGER and _manager(session, actor, receiver) is None:
        raise UserError(NO_MANAGER, field="readers", name=receiver.name)
    if wanted.goal_id is not None and wanted.goal_id not in dict(_goals(session, actor, receiver)):
        raise UserError(NO_GOAL, field="goal")
    if wanted.is_confidential and not takes_confidential(session, actor, receiver):
        raise UserError(NOT_CONFIDENTIAL, field="signed", name=receiver.name)


def _card(session: Session, actor: Person, receiver: Person, draft: FeedbackDraft, now: datetime) -> VisibilityCard:
    readers = _readers(session, actor, receiver, wanted_in(draft))
    draft.shown = [each.key for each in readers]
    session.flush()
    wanted = wanted_in(draft)
    window = window_of(session, receiver, wanted.kind)
    return VisibilityCard(
        draft.key,
        receiver.name,
        [each.name for each in readers],
        wanted,
        workspaces.current(session).name,
        arrives_at(window, now, in_slots=wanted.is_confidential, waits=UNDO),
        len(people.admins(session)),
    )


def _readers(session: Session, actor: Person, receiver: Person, wanted: Wanted) -> list[Person]:
    manager = _manager(session, actor, receiver) if wanted.readers is Readers.MANAGER else None
    return [receiver] if manager is None else [receiver, manager]


def send(session: Session, actor: Person, draft_id: int, now: datetime) -> VisibilityCard | None:
    """Send what the card showed; the card anew, and nothing sent, where others would read it by now."""
    draft = session.get(FeedbackDraft, draft_id, with_for_update=True)
    if draft is None or draft.author_id != actor.key:
        raise UserError(GONE)
    receiver, wanted = receiver_of(session, actor, draft.receiver_id), wanted_in(draft)
    _check(session, actor, receiver, wanted)
    readers = [each.key for each in _readers(session, actor, receiver, wanted)]
    if readers != draft.shown:
        return _card(session, actor, receiver, draft, now)
    session.delete(draft)
    begin(session, actor, receiver, wanted, readers, now)
    return None


def begin(
    session: Session, actor: Person, receiver: Person, wanted: Wanted, readers: Sequence[int], now: datetime
) -> Feedback:
    """A thread, with its first words on their way to these readers, and its author's own message."""
    begun = Feedback(
        author_id=actor.key,
        receiver_id=receiver.key,
        kind=wanted.kind,
        is_confidential=wanted.is_confidential,
        goal_id=wanted.goal_id,
        audience_id=audience.of_people(session, [Listed(each) for each in readers]),
        at=now,
    )
    session.add(begun)
    session.flush()
    say_first(session, begun, wanted.words, now)
    outbox.post(session, FeedbackSent(begun.key), key=sent_key(begun.key), to=actor.key, priority=Priority.PERSONAL)
    outbox.publish(session, HomeNotice(actor.key), person_id=actor.key)
    return begun


def undo(session: Session, actor: Person, ref: str, now: datetime) -> bool:
    """Take back what hasn't arrived: nobody read it, and its words are a draft again. Twice is once."""
    taken = own(session, actor, ref)
    if taken.withdrawn_at is not None:
        return False
    held = select(FeedbackMessage).where(col(FeedbackMessage.feedback_id) == taken.key).with_for_update()
    messages = list(session.scalars(held.order_by(col(FeedbackMessage.id))))
    receiver = session.get_one(Person, taken.receiver_id)
    if messages[0].released_at is not None:
        raise UserError(HAS_IT, name=receiver.name)
    taken.withdrawn_at = now
    restore(session, actor, taken, messages, now)
    return True


def restore(
    session: Session, author: Person, taken: Feedback, messages: Sequence[FeedbackMessage], now: datetime
) -> None:
    """What nobody has read is a draft again."""
    words, request = messages[0].words or "", feedback_requests.of_feedback(session, taken.key)
    for each in messages:
        each.due_at, each.words, each.deleted_at = None, None, now
    session.flush()
    if request is not None:
        feedback_requests.open_again(session, taken.key)
        _wait_again(session, request)
    _put_back(session, author, taken, words, now)
    session.flush()
    say_so(session, taken, author.key)


def _wait_again(session: Session, request: FeedbackRequest) -> None:
    """Where fewer than three confidential answers are left, none of which has arrived, they wait for others again."""
    left = feedback_requests.waiting(session, request)
    if not request.is_confidential or len(left) >= TOGETHER or feedback_requests.has_arrived(session, request):
        return
    # A request that was over ends anew: whose answers are left choose whether they sign them.
    request.together_at = request.over_at = None
    for each in left:
        feedback.first(session, each.key).due_at = None
    session.flush()


def _put_back(session: Session, actor: Person, taken: Feedback, words: str, now: datetime) -> None:
    """Words that weren't sent, as a draft; what is being written to the same person stands below them."""
    draft = _draft(session, actor, taken.receiver_id, now)
    both = f"{words}\n{draft.words}" if draft.words else words
    wanted = Wanted(Kind(taken.kind), both, _readers_of(session, taken), taken.is_confidential, taken.goal_id)
    _put(draft, wanted, now)


def _readers_of(session: Session, taken: Feedback) -> Readers:
    return Readers.MANAGER if len(audience.listed(session, taken.audience_id)) > 1 else Readers.RECEIVER


def own(session: Session, actor: Person, ref: str) -> Feedback:
    """Somebody's own feedback, locked; raises UserError where it isn't there."""
    found = feedback.by_ref(session, ref, held=True)
    if found is None or found.author_id != actor.key:
        raise UserError(NOT_THERE)
    return found


def forget_old_drafts(session: Session, now: datetime) -> bool:
    """Let go of what nobody has touched for as long as drafts are kept. A tick's step."""
    return feedback.forget_drafts(session, now - drafts.KEPT)
