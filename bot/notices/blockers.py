"""What a blocker says by itself: to the leads at once, and to everybody concerned while it stays open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.domain.blockers import LedBlocker, OwnBlocker, StillOpen
from bot.domain.checkins import PromptState, QuestionKind
from bot.notices.registry import Exempt, Message, Notice, Outcome, Reader, register
from bot.views import blockers as blocker_views
from bot.views.blockers import BlockersOnHome
from storage import access, blockers, outbox, people
from storage.outbox_rows import SENT
from storage.people import Person
from storage.rounds import Prompt, Round


def on_home(session: Session, person: Person, now: datetime) -> BlockersOnHome:
    """What is in somebody's own way, and in that of the teams they lead."""
    return BlockersOnHome(blockers.own(session, person.key, now), blockers.open_led_by(session, person), now)


def look_up_open(session: Session, parts: Iterable[tuple[Prompt, Round]]) -> None:
    """Look up at once what `still_open` asks for one by one."""
    asked = {prompt.person_id for prompt, round_ in parts if _asks_for_it(prompt, round_)}
    if asked:
        blockers.look_up_open(session, asked)


def still_open(session: Session, prompt: Prompt, round_: Round) -> StillOpen | None:
    """What has been in somebody's way since an earlier round, for a prompt that is to be answered and asks about it."""
    return blockers.still_open(session, prompt.person_id, round_.checkin_id) if _asks_for_it(prompt, round_) else None


def _asks_for_it(prompt: Prompt, round_: Round) -> bool:
    is_open = prompt.state in (PromptState.DUE, PromptState.SENT)
    return is_open and any(each["kind"] == QuestionKind.BLOCKER for each in round_.questions)


def raised_in(session: Session, prompt: Prompt, round_: Round, now: datetime) -> list[OwnBlocker]:
    """What somebody's answers say is in their way; asked only where they answered, and were asked for it."""
    if prompt.answered_at is None or not any(each["kind"] == QuestionKind.BLOCKER for each in round_.questions):
        return []
    return blockers.own(session, prompt.person_id, now, prompt_id=prompt.key)


def log_reading(session: Session, reader_id: int, shown: Iterable[LedBlocker], place: str, now: datetime) -> None:
    """Whoever raised these can find out who was shown their words."""
    read = [(each.reporter_id, each.id) for each in shown if each.words is not None]
    access.log(session, reader_id, read, what="blocker", place=place, at=now)


def _is_there(session: Session, key: str) -> bool:
    """Whether Slack has this message: what isn't sent yet and has nothing to say needn't be."""
    posted = outbox.posted(session, key)
    return posted is not None and posted.ts is not None


@register("blocker.raised", Exempt.BLOCKER)
@dataclass(frozen=True)
class BlockerRaised(Notice):
    """To one lead: what is in somebody's way, as it stands; later, that it is closed."""

    blocker_id: int
    person_id: int

    @property
    def key(self) -> str:
        """The outbox key: one for ever, so that nobody is told twice."""
        return f"blocker:{self.blocker_id}:lead:{self.person_id}"

    def _found(self, session: Session) -> list[LedBlocker]:
        lead = people.get(session, self.person_id)
        return [] if lead is None else blockers.led_by(session, lead, [self.blocker_id])

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        found, is_there = self._found(session), _is_there(session, self.key)
        if not found:
            return Message(*blocker_views.withdrawn(reader.voice)) if is_there else None
        if found[0].ended is not None and not is_there:
            return None  # over before their working day began
        return Message(*blocker_views.raised(reader.voice, found[0]))

    def settled(self, session: Session, outcome: Outcome, now: datetime) -> None:
        if outcome.state == SENT:
            log_reading(session, self.person_id, self._found(session), "dm", now)


@register("blocker.nudge")
@dataclass(frozen=True)
class BlockerNudge(Notice):
    """To one person, at most once a day (`day`, in ISO 8601): all that is still open and theirs to see to."""

    person_id: int
    day: str

    @property
    def key(self) -> str:
        """The outbox key of this day's reminder."""
        return f"blockers:nudge:{self.person_id}:{self.day}"

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:
        person = people.get(session, self.person_id)
        if person is None:
            return None
        nudged = blockers.nudged(session, person.key, date.fromisoformat(self.day))
        own = [each for each in blockers.own(session, person.key, now) if each.id in nudged]
        led = blockers.led_by(session, person, nudged)
        is_open = any(each.ended is None for each in own) or any(each.ended is None for each in led)
        if not is_open and not _is_there(session, self.key):
            return None
        if not own and not led:
            return Message(*blocker_views.withdrawn(reader.voice))
        return Message(*blocker_views.nudge(reader.voice, own, led, now))

    def settled(self, session: Session, outcome: Outcome, now: datetime) -> None:
        person = people.get(session, self.person_id)
        if outcome.state == SENT and person is not None:
            nudged = blockers.nudged(session, person.key, date.fromisoformat(self.day))
            log_reading(session, person.key, blockers.led_by(session, person, nudged), "reminder", now)
