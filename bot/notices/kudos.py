"""What kudos say by themselves: the card, the DM to each who is thanked, and to their giver where that didn't work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.domain.audience import Listed
from bot.domain.kudos import Shown, Source, is_changeable
from bot.notices.registry import Exempt, Message, Notice, Outcome, Reader, register
from bot.views import kudos as kudos_views
from storage import audience, kudos, outbox
from storage.kudos import REACTION, Kudos
from storage.outbox_rows import FAILED
from storage.people import Person


def card_key(kudos_id: int, nth: int) -> str:
    """The outbox key of the card that was posted for the `nth` time."""
    return f"kudos:{kudos_id}:card:{nth}"


def received_key(kudos_id: int, person_id: int) -> str:
    """The outbox key of the DM to somebody who is thanked."""
    return f"kudos:{kudos_id}:to:{person_id}"


@register("kudos.card")
@dataclass(frozen=True)
class KudosCard(Notice):
    """In the channel where they were given."""

    kudos_id: int
    nth: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:
        given = kudos.get(session, self.kudos_id)
        if given is None or given.taken_back_at is not None or given.posts != self.nth or given.channel is None:
            return None
        thanked = [person for person, in_private in kudos.receivers(session, given.key) if not in_private]
        return Message(*kudos_views.card(reader.voice, shown(session, given, thanked, now, place=given.channel)))

    def settled(self, session: Session, outcome: Outcome, now: datetime) -> None:  # noqa: ARG002
        """Where Slack refused it, it stands nowhere, and its giver is told."""
        given = kudos.held(session, self.kudos_id)
        if outcome.state != FAILED or given is None or given.channel is None or given.posts != self.nth:
            return
        notice = KudosNotPosted(given.key, self.nth, given.channel)
        given.channel, given.audience_id = None, of_those_concerned(session, given)
        session.flush()
        outbox.post(session, notice, key=f"kudos:{given.key}:refused:{self.nth}", to=given.giver_id)
        say_again(session, given)


@register("kudos.received")
@dataclass(frozen=True)
class KudosReceived(Notice):
    """By DM to somebody who is thanked."""

    kudos_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:
        given = kudos.get(session, self.kudos_id)
        if given is None or given.taken_back_at is not None:
            return None
        receivers = kudos.receivers(session, given.key)
        own = [in_private for person, in_private in receivers if person.key == reader.person_id]
        if not own:
            return None
        found = shown_to(session, given, reader.person_id, receivers, now)
        return Message(*kudos_views.received(reader.voice, found, in_private=own[0]))

    def settled(self, session: Session, outcome: Outcome, now: datetime) -> None:  # noqa: ARG002
        given = kudos.get(session, self.kudos_id) if outcome.state == FAILED else None
        if given is None or given.taken_back_at is not None:
            return
        for person, _ in kudos.receivers(session, given.key):
            posted = outbox.posted(session, received_key(given.key, person.key))
            if posted is not None and posted.state == FAILED:
                key = f"kudos:{given.key}:unreached:{person.key}"
                outbox.post(session, KudosNotReceived(given.key, person.key), key=key, to=given.giver_id)


@register("kudos.not_posted", Exempt.ACT)
@dataclass(frozen=True)
class KudosNotPosted(Notice):
    """To the giver: Slack refused the card."""

    kudos_id: int
    nth: int
    channel: str

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        given = kudos.get(session, self.kudos_id)
        if given is None or given.taken_back_at is not None:
            return None
        names = [person.name for person, _ in kudos.receivers(session, given.key)]
        return Message(*kudos_views.not_posted(reader.voice, given.key, self.channel, names))


@register("kudos.not_received", Exempt.ACT)
@dataclass(frozen=True)
class KudosNotReceived(Notice):
    """To the giver: somebody can't be reached by DM."""

    kudos_id: int
    person_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        person = session.get_one(Person, self.person_id)
        return Message(*kudos_views.not_received(reader.voice, person.name))


@register("kudos.reactions")
@dataclass(frozen=True)
class KudosReactions(Notice):
    """By DM, once on one of somebody's days: who reacted to messages of theirs with the emoji that gives kudos."""

    person_id: int
    day: str

    @property
    def key(self) -> str:
        """The outbox key."""
        return f"kudos:reactions:{self.person_id}:{self.day}"

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        found = kudos.reacted(session, self.person_id, date.fromisoformat(self.day))
        if not found or reader.person_id != self.person_id:
            return None
        thanks = [(giver.name, given.source_link or "") for given, giver in found]
        return Message(*kudos_views.reactions(reader.voice, found[0][0].emoji or "", thanks))


@register("kudos.enough", Exempt.ACT)
@dataclass(frozen=True)
class KudosEnough(Notice):
    """To somebody whose reaction would have been one kudos too many, once on one of their days."""

    person_id: int
    a_day: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        return Message(*kudos_views.enough_for_today(reader.voice, self.a_day))


def shown(
    session: Session, given: Kudos, thanked: Sequence[Person], now: datetime, *, place: str | None = None
) -> Shown:
    """Kudos that thank these people by name; `place`: the channel of the card, none in DMs.

    A message that they are about is quoted in its own channel alone.
    """
    giver = session.get_one(Person, given.giver_id)
    return Shown(
        kudos_id=given.key,
        giver=giver.name,
        names=tuple(person.name for person in thanked),
        words=given.words or "",
        values=tuple(given.company_values or ()),
        at=given.at,
        joined=tuple(person.name for person in kudos.joined(session, given.key)),
        channel=given.channel,
        source=_source(given, place),
        is_edited=given.edited_at is not None,
        emoji=given.emoji,
        may_change=given.kind != REACTION and is_changeable(given.at, now),
    )


def shown_to(
    session: Session, given: Kudos, reader_id: int | None, receivers: Sequence[tuple[Person, bool]], now: datetime
) -> Shown:
    """Kudos for somebody whom they thank, or who gave them: who likes thanks in private is named to the giver alone."""
    is_giver = reader_id == given.giver_id
    others = [each for each, in_private in receivers if each.key != reader_id and (is_giver or not in_private)]
    found = shown(session, given, others, now)
    return found if is_giver else replace(found, to_you=True)


def kudos_of(session: Session, given: Kudos, reader: Person, now: datetime) -> Shown:
    """Kudos for somebody whom they thank, or who gave them."""
    return shown_to(session, given, reader.key, kudos.receivers(session, given.key), now)


def _source(given: Kudos, place: str | None) -> Source | None:
    if given.source_channel is None or given.source_ts is None or given.source_link is None:
        return None
    if place not in (None, given.source_channel):
        return None
    quote = given.quote if place is not None else None
    return Source(given.source_channel, given.source_ts, given.source_link, quote or "")


def of_those_concerned(session: Session, given: Kudos) -> int:
    """The audience of whoever gave kudos and those whom they thank."""
    keys = [given.giver_id, *(person.key for person, _ in kudos.receivers(session, given.key))]
    return audience.of_people(session, map(Listed, keys))


def say_again(session: Session, given: Kudos) -> None:
    """Every copy in Slack says what is true now."""
    messages: dict[str, Notice] = {
        received_key(given.key, person.key): KudosReceived(given.key)
        for person, _ in kudos.receivers(session, given.key)
    }
    if given.channel is not None:
        messages[card_key(given.key, given.posts)] = KudosCard(given.key, given.posts)
    outbox.update_many(session, messages)
