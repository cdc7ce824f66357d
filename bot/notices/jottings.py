"""Words that somebody typed to Cairn while a check-in was open for them: offered to be put into it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.checkins import MAX_WORDS
from bot.domain.readers import ReadBy
from bot.notices import waiting
from bot.notices.readers import who_reads
from bot.notices.registry import Exempt, Message, Notice, Reader, register
from bot.views import jottings as jotting_views
from bot.views.jottings import OfferCard
from storage import jottings, people, rounds
from storage.parts import Part


@register("jottings.offer", Exempt.ACT)
@dataclass(frozen=True)
class JottingsOffer(Notice):
    """To whoever typed them; later, what became of them."""

    person_id: int
    first_ts: str

    @property
    def key(self) -> str:
        """The outbox key: one for what is offered together."""
        return f"jottings:{self.person_id}:{self.first_ts}"

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:
        rows = jottings.offered(session, self.person_id, self.first_ts)
        person = people.get(session, self.person_id)
        if person is None or reader.person_id != person.key or not rows:
            return None
        words = jottings.words_of(rows)
        if not words:
            return _ended(session, reader, next((row.prompt_id for row in rows if row.prompt_id is not None), None))
        parts = waiting.taking_words(session, person, now, rows[-1].about_id)
        card = OfferCard(
            self.first_ts,
            [waiting.as_waiting(part, now) for part in parts],
            read_by=_who_reads(session, parts[0]) if len(parts) == 1 else None,
            is_too_long=len(words) > MAX_WORDS,
        )
        return Message(*jotting_views.offer(reader.voice, card))


def _who_reads(session: Session, part: Part) -> ReadBy:
    return who_reads(session, part.checkin, part.round, part.prompt.team_ids)


def _ended(session: Session, reader: Reader, prompt_id: int | None) -> Message:
    row = None if prompt_id is None else rounds.with_round(session, prompt_id)
    if row is None:
        return Message(*jotting_views.left(reader.voice))
    _, round_, checkin = row
    return Message(*jotting_views.was_put(reader.voice, checkin.name, round_.nominal))
