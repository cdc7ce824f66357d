"""A round's digest: in the home channel where its audience allows that, else for each reader alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import ColumnElement, false
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.checkins import AnswerValue, PromptState, Question, thaw
from bot.domain.forms import typed_of
from bot.domain.participation import ASKED, Standing, standing
from bot.i18n import Voice
from bot.notices import hidden
from bot.notices.registry import Exempt, Message, Notice, Outcome, PostponeError, Reader, register
from bot.views import digests as digest_views
from bot.views import hidden_digests, stuck
from bot.views.blocks import Block
from bot.views.digests import Digest, Entry, Offer, Said
from bot.views.hidden_digests import HiddenDigest
from storage import access, answers, audience, channels, checkins, keeps, outbox, people, rounds, teams
from storage.answers import Answer
from storage.checkins import CheckIn
from storage.outbox_rows import DROPPED, FAILED, SENT
from storage.people import Person
from storage.rounds import Prompt, Round
from storage.teams import LEAD, Team

Offering = Callable[[Prompt], Offer | None]

LOOKED_UP_WITHIN = timedelta(seconds=5)


@dataclass(frozen=True)
class DigestNotice(Notice):
    """One page of one copy of a digest.

    A page that was sent owes the next one in the thread: whether there is more to say turns out when that is
    rendered, outside of any transaction that writes. A page with nothing to say is dropped.
    """

    round_id: int
    page: int

    @property
    def key(self) -> str:
        """The outbox key of this page of this copy."""
        raise NotImplementedError

    def may_show(self, session: Session) -> ColumnElement[bool]:
        """The condition under which an answer is in this copy."""
        raise NotImplementedError

    def target(self) -> int | str:
        """Where this copy stands: a person's primary key or a channel."""
        raise NotImplementedError

    def led(self, session: Session) -> frozenset[int]:  # noqa: ARG002
        """The teams that the reader of this copy leads."""
        return frozenset()

    def about(self, session: Session, checkin: CheckIn) -> list[Team]:  # noqa: ARG002
        """The teams that this copy tells of; none where it is all that were asked."""
        return []

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        pages = self.pages(session, reader.voice)
        if self.page < len(pages):
            return Message(*pages[self.page])
        return self._emptied(session, reader.voice)

    def pages(self, session: Session, voice: Voice) -> list[tuple[str, list[Block]]]:
        """All pages of this copy as they would be now; none where there is nothing that may be shown."""
        without_names = self._hidden(session)
        if without_names is not None:
            return hidden_digests.pages(voice, without_names) if without_names.groups else []
        digest = self._shown(session)
        return digest_views.pages(voice, digest) if digest is not None and digest.entries else []

    def _hidden(self, session: Session) -> HiddenDigest | None:
        """What may be shown with names hidden; None where names are shown."""
        round_ = session.get(Round, self.round_id)
        if round_ is None or not round_.k:
            return None
        return hidden.digest(session, round_, self.may_show(session), self.led(session))

    def authors(self, session: Session) -> list[tuple[int, int]]:
        """Whose answers are in this copy: pairs of person and prompt."""
        round_ = session.get_one(Round, self.round_id)
        if round_.k:
            return hidden.authors(session, round_, self.may_show(session))
        return answers.authors_of_round(session, self.round_id, self.may_show(session))

    def _shown(self, session: Session) -> Digest | None:
        round_ = session.get(Round, self.round_id)
        if round_ is None:
            return None
        shown = answers.of_round(session, round_.key, self.may_show(session))
        offering = self.offering(session, [prompt.key for prompt, _ in shown])
        checkin = session.get_one(CheckIn, round_.checkin_id)
        return _digest(session, (checkin, round_), shown, offering, self.about(session, checkin))

    def offering(self, session: Session, prompt_ids: list[int]) -> Offering:  # noqa: ARG002
        """What this copy's reader may do with each person's answers."""
        return lambda _prompt: None

    def _emptied(self, session: Session, voice: Voice) -> Message | None:
        """What a page says that stands in Slack and has nothing left to show: words taken back stand nowhere."""
        posted = outbox.posted(session, self.key)
        if posted is None or posted.ts is None:
            return None
        if self.page:
            return Message(*digest_views.emptied(voice))
        without_names = self._hidden(session)
        if without_names is not None:
            return Message(*hidden_digests.emptied(voice, without_names))
        digest = self._shown(session)
        return None if digest is None else Message(*digest_views.pages(voice, digest)[0])

    def settled(self, session: Session, outcome: Outcome, now: datetime) -> None:  # noqa: ARG002
        if outcome.state == SENT:
            following = self.at(self.page + 1)
            outbox.post(session, following, key=following.key, to=self.target(), thread_of=self.at(0).key)

    def at(self, page: int) -> Self:
        """Another page of the same copy."""
        return replace(self, page=page)


@register("digest.channel", Exempt.WORDS)
@dataclass(frozen=True)
class ChannelDigest(DigestNotice):
    """The copy in the home channel: what every reader of the channel may read."""

    channel: str

    @property
    def key(self) -> str:
        return f"round:{self.round_id}:digest:{self.page}"

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:
        channel = channels.by_slack_id(session, self.channel)
        if channel is not None and channel.wanted_at is not None:
            raise PostponeError(now + LOOKED_UP_WITHIN)
        return super().render(session, reader, now)

    def target(self) -> str:
        return self.channel

    def may_show(self, session: Session) -> ColumnElement[bool]:
        channel = channels.by_slack_id(session, self.channel)
        if channel is None:
            return false()
        return audience.showable_in(col(Prompt.person_id), col(Prompt.audience_id), channel)

    def settled(self, session: Session, outcome: Outcome, now: datetime) -> None:
        super().settled(session, outcome, now)
        if self.page == 0 and outcome.state == FAILED:
            self._tell_owners(session, outcome.error or "")
        elif self.page == 0 and outcome.state == DROPPED:
            session.get_one(Round, self.round_id).digest_stale_at = now  # its readers get it by DM
        elif self.page == 0 and outcome.state == SENT:
            for notice, key in self._told(session):
                outbox.update(session, notice, of=key)

    def _tell_owners(self, session: Session, error: str) -> None:
        checkin = _checkin_of(session, self.round_id)
        tries = {notice.nth for notice, _ in self._told(session)}
        for owner in owners(session, checkin) if checkin else []:
            notice = DigestStuck(self.round_id, self.channel, error, owner.key, len(tries))
            outbox.post(session, notice, key=notice.key, to=owner.key)

    def _told(self, session: Session) -> Iterator[tuple[DigestStuck, str]]:
        """Every message that said that this digest is stuck: it may be refused again after somebody saw to it."""
        checkin = _checkin_of(session, self.round_id)
        for owner in owners(session, checkin) if checkin else []:
            notice = DigestStuck(self.round_id, self.channel, "", owner.key, 0)
            while outbox.posted(session, notice.key) is not None:
                yield notice, notice.key
                notice = replace(notice, nth=notice.nth + 1)


def owners(session: Session, checkin: CheckIn) -> list[Person]:
    """Who sees to a check-in's digest: whoever set it up, and once they have left, the leads of its teams.

    Of one that asks the whole company, the admins.
    """
    maker = people.get(session, checkin.created_by)
    if maker is not None:
        return [maker]
    is_companys = any(team.is_company for team in checkins.teams(session, checkin.key))
    return people.admins(session) if is_companys else leads(session, checkin)


def leads(session: Session, checkin: CheckIn) -> list[Person]:
    """The leads of a check-in's teams, by name."""
    in_teams = [team.key for team in checkins.read_in(session, checkin.key)]
    return people.by_ids(session, {person_id for person_id, _ in teams.keys(session, in_teams, LEAD)})


@register("digest.person", Exempt.WORDS)
@dataclass(frozen=True)
class PersonDigest(DigestNotice):
    """One reader's copy by DM: what they may read."""

    person_id: int

    @property
    def key(self) -> str:
        return f"round:{self.round_id}:digest:{self.page}:{self.person_id}"

    def target(self) -> int:
        return self.person_id

    def may_show(self, session: Session) -> ColumnElement[bool]:
        person = session.get(Person, self.person_id)
        if person is None:
            return false()
        return audience.readable(col(Prompt.person_id), col(Prompt.audience_id), person)

    def about(self, session: Session, checkin: CheckIn) -> list[Team]:
        """Where everybody is read in their own team, it is those of the reader."""
        if checkin.readers == "channel":
            return []
        own = {team.key for team in teams.of_person(session, self.person_id)}
        return [team for team in checkins.read_in(session, checkin.key) if team.key in own]

    def led(self, session: Session) -> frozenset[int]:
        return frozenset(team.key for team in teams.of_person(session, self.person_id, LEAD))

    def offering(self, session: Session, prompt_ids: list[int]) -> Offering:
        """Leads reply to the answers of those whom they lead, and keep them for a talk."""
        led = self.led(session)
        kept = keeps.kept(session, self.person_id, prompt_ids) if led else frozenset()

        def offer(prompt: Prompt) -> Offer | None:
            is_led = prompt.person_id != self.person_id and not led.isdisjoint(prompt.team_ids)
            return Offer(prompt.key, is_kept=prompt.key in kept) if is_led else None

        return offer

    def settled(self, session: Session, outcome: Outcome, now: datetime) -> None:
        super().settled(session, outcome, now)
        if outcome.state == SENT and self.page == 0:
            access.log(session, self.person_id, self.authors(session), what="checkin", place="digest", at=now)


@register("digest.stuck", Exempt.ACT)
@dataclass(frozen=True)
class DigestStuck(Notice):
    """To whoever set the check-in up: its digest couldn't be posted, what to do, and a button to post it again."""

    round_id: int
    channel: str
    error: str
    person_id: int
    nth: int

    @property
    def key(self) -> str:
        """The outbox key of this message."""
        return f"round:{self.round_id}:stuck:{self.person_id}:{self.nth}"

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        round_, checkin = session.get(Round, self.round_id), _checkin_of(session, self.round_id)
        if round_ is None or checkin is None:
            return None
        digest = outbox.posted(session, ChannelDigest(self.round_id, 0, self.channel).key)
        if digest is not None and digest.state == SENT:
            return Message(*stuck.digest_posted(reader.voice, checkin.name, round_.nominal, self.channel))
        is_archived = self.error == "is_archived"
        return Message(
            *stuck.digest_stuck(reader.voice, checkin.name, round_.nominal, (self.round_id, self.channel), is_archived)
        )


def _digest(
    session: Session,
    of: tuple[CheckIn, Round],
    shown: list[tuple[Prompt, Answer]],
    offering: Offering,
    about: Sequence[Team],
) -> Digest:
    checkin, round_ = of
    parts = [
        (standing(part.state, part.reason), part)
        for part in rounds.prompts_of_round(session, round_.key)
        if _is_about(part, about)
    ]
    asked = [part for each, part in parts if each in ASKED]
    changed = round_.closed_at is not None and any(_changed_since(prompt, round_.closed_at) for prompt in asked)
    return Digest(
        checkin=checkin.name,
        team=" + ".join(team.name for team in about or checkins.teams(session, checkin.key)),
        nominal=round_.nominal,
        answered=sum(1 for prompt in asked if prompt.answered_at is not None),
        asked=len(asked),
        entries=_entries(session, round_, shown, offering),
        changed=changed,
        away=sum(1 for each, _ in parts if each is Standing.AWAY),
        is_open=round_.closed_at is None and checkin.deleted_at is None,
    )


def _is_about(part: Prompt, about: Sequence[Team]) -> bool:
    return not about or any(team.key in part.team_ids for team in about)


def _changed_since(prompt: Prompt, closed_at: datetime) -> bool:
    return any(moment >= closed_at for moment in (prompt.answered_at, prompt.edited_at) if moment is not None)


def _checkin_of(session: Session, round_id: int) -> CheckIn | None:
    round_ = session.get(Round, round_id)
    return None if round_ is None else checkins.get(session, round_.checkin_id)


def _entries(session: Session, round_: Round, shown: list[tuple[Prompt, Answer]], offering: Offering) -> list[Entry]:
    authors = {prompt.key: prompt for prompt, _ in shown}
    given: dict[int, dict[int, Answer]] = {key: {} for key in authors}
    for prompt, answer in shown:
        given[prompt.key][answer.question_id] = answer
    names = {
        person.key: person.name for person in people.by_ids(session, {each.person_id for each in authors.values()})
    }
    entries = [
        Entry(
            name=names[prompt.person_id],
            said=_said(round_, given[prompt.key]),
            is_late=prompt.state == PromptState.LATE,
            is_edited=prompt.edited_at is not None,
            offer=offering(prompt),
        )
        for prompt in authors.values()
    ]
    return sorted(entries, key=lambda entry: entry.name.casefold())


def _said(round_: Round, given: dict[int, Answer]) -> list[Said]:
    asked = [thaw(each) for each in round_.questions if each["id"] in given]
    return [_one(each, given[each.id].value) for each in asked]


def _one(question: Question, answer: AnswerValue) -> Said:
    return Said(
        question.kind,
        question.wording,
        typed_of(answer),
        options=question.options,
        unit=question.unit,
        done=answer.done,
    )
