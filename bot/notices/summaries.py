"""Team summaries: computed for whoever reads along, posted where somebody said so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.checkins import Question, thaw
from bot.domain.periods import Period
from bot.domain.roles import Action
from bot.domain.summary import Counted, Figures, GoalFigure, LeftOut, Summary, add_up
from bot.notices import goal_cards
from bot.notices.registry import Message, Notice, Outcome, PostponeError, Reader, register
from bot.views import summaries as views
from storage import audience, channels, goals, outbox, roles, summaries, teams, workspaces
from storage.channels import Channel
from storage.goals import Goal
from storage.outbox_rows import DROPPED, FAILED, SENT
from storage.people import Person
from storage.summaries import OfRound, OpenBlocker, PostedSummary
from storage.teams import LEAD, Team

TREND = 8
LOOKED_UP_WITHIN = timedelta(seconds=5)
Allowed = Callable[[Iterable[int]], set[int]]


@dataclass(frozen=True)
class _Read:
    """What a period's rows are, whoever may read them."""

    cells: Sequence[OfRound]
    blockers: Sequence[OpenBlocker]
    goals: Sequence[Goal]
    kudos: Sequence[tuple[int, list[str]]]

    @property
    def audiences(self) -> set[int]:
        """Everybody's who may read any of it."""
        of_cells = {key for each in self.cells for key in each.cell.audiences}
        return (
            of_cells
            | {each.audience_id for each in self.blockers}
            | {each.audience_id for each in self.goals}
            | {audience_id for audience_id, _ in self.kudos}
        )


def of_team(
    session: Session, team: Team, period: Period, asker: Person, channel: Channel | None, now: datetime
) -> Summary:
    """A team's period for those who read `channel`, or for `asker` alone.

    What is left out is told of only as far as `asker` may read it. Whoever may ask may know each count of k people.
    """
    read = _read(session, team, period, now)
    for_asker = audience.all_with(session, read.audiences, asker)
    shown = for_asker if channel is None else audience.all_in(session, read.audiences, channel)
    counted = [(each, channel is None or each.cell.audiences <= shown) for each in read.cells]
    trend = [(each, _figures(counted, each)) for each in period.last_ones(TREND)]
    current = [each for each, _ in counted if period.first <= each.nominal <= period.last]
    readers = _nobody(team, asker, now) if channel is not None else asker
    blockers = [each for each in read.blockers if each.audience_id in shown]
    kudos = [values for audience_id, values in read.kudos if audience_id in shown]
    settings = workspaces.settings(session)
    is_public = channel is not None and not channel.is_private
    return Summary(
        *(team.name, period, now, settings.k, trend[-1][1], trend[-2][1]),
        questions=_questions(session, [each.round_id for each, _ in counted]),
        trend=trend,
        blockers=[each.blocker for each in blockers],
        goals=_goals(session, [each for each in read.goals if each.audience_id in shown], readers, now),
        kudos=len(kudos),
        values=dict(Counter(value for values in kudos for value in values).most_common()),
        replied=_replied(session, team, current),
        left_out=_left_out(read, counted, period, shown, for_asker),
        channel=channel.name if channel else None,
        everybody=workspaces.current(session).name if is_public else None,
        has_checkins=summaries.has_checkins(session, team.key),
        open_rounds=summaries.open_rounds(session, team.key, period.first, period.last),
    )


def _read(session: Session, team: Team, period: Period, now: datetime) -> _Read:
    begin, end = period.bounds(ZoneInfo(team.zone))
    since = period.last_ones(TREND)[0].first
    return _Read(
        summaries.of_team(session, team.key, since, period.last),
        summaries.open_blockers(session, team.key, min(end, now + timedelta(microseconds=1))),
        list(session.scalars(goals.in_team(team.key).where(col(Goal.state) == "agreed"))),
        summaries.kudos(session, team.key, begin, end),
    )


def _figures(counted: Iterable[tuple[OfRound, bool]], period: Period) -> Figures:
    return add_up(
        Counted(each.checkin, each.nominal, each.cell, is_shown)
        for each, is_shown in counted
        if period.first <= each.nominal <= period.last
    )


def _questions(session: Session, round_ids: Sequence[int]) -> list[Question]:
    return [thaw(each) for each in summaries.questions(session, round_ids)] if round_ids else []


def _goals(session: Session, of: Sequence[Goal], reader: Person, now: datetime) -> list[GoalFigure]:
    lines = goal_cards.lines(session, of, reader, now, owned=True) if of else []
    return [GoalFigure(each.title, each.owner or "", each.status, each.share, each.due_on) for each in lines]


def _nobody(team: Team, asker: Person, now: datetime) -> Person:
    """Somebody whose no goal is, to read what any reader of a channel may."""
    return Person(id=0, slack_id="", name="", zone=team.zone, locale=asker.locale, synced_at=now)


def _replied(session: Session, team: Team, current: Sequence[OfRound]) -> tuple[int, int]:
    named = [each for each in current if not each.names_hidden]
    leads = [person.key for person in teams.people(session, team.key, LEAD)]
    done = summaries.replied(session, team.key, [each.round_id for each in named], leads)
    return done, sum(each.cell.answered for each in named)


def _left_out(
    read: _Read, counted: Sequence[tuple[OfRound, bool]], period: Period, shown: set[int], for_asker: set[int]
) -> LeftOut:
    hidden = for_asker - shown
    return LeftOut(
        checkins=tuple(
            dict.fromkeys(
                each.checkin
                for each, is_shown in counted
                if not is_shown and each.cell.questions and period.first <= each.nominal <= period.last
            )
        ),
        blockers=sum(each.audience_id in hidden for each in read.blockers),
        goals=sum(each.audience_id in hidden for each in read.goals),
        kudos=sum(audience_id in hidden for audience_id, _ in read.kudos),
    )


@register("summary.posted")
@dataclass(frozen=True)
class SummaryPosted(Notice):
    """A page of a summary in a channel, for everybody who reads it as it is sent; never changed afterwards."""

    summary_id: int
    channel: str
    page: int = 0

    @property
    def key(self) -> str:
        """The outbox key."""
        return f"summary:{self.summary_id}:{self.page}"

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:
        row = session.get_one(PostedSummary, self.summary_id)
        channel, team = channels.by_slack_id(session, self.channel), teams.get(session, row.team_id)
        if channel is None or team is None or not channels.takes_posts(channel):
            return None
        if channel.wanted_at is not None:
            raise PostponeError(now + LOOKED_UP_WITHIN)
        asker = session.get_one(Person, row.asked_by)
        found = of_team(session, team, Period(row.first, row.last), asker, channel, now)
        return _page(views.posted(reader.voice, found, asker.name), self.page)

    def settled(self, session: Session, outcome: Outcome, now: datetime) -> None:  # noqa: ARG002
        if outcome.state == SENT:
            following = replace(self, page=self.page + 1)
            outbox.post(session, following, key=following.key, to=self.channel, thread_of=replace(self, page=0).key)
        elif outcome.state in (FAILED, DROPPED) and self.page == 0:
            row = session.get_one(PostedSummary, self.summary_id)
            notice = SummaryNotPosted(self.summary_id, self.channel)
            outbox.post(session, notice, key=f"{self.key}:refused", to=row.asked_by)


@register("summary.not_posted")
@dataclass(frozen=True)
class SummaryNotPosted(Notice):
    """To whoever wanted it posted: Slack refused, and what to do."""

    summary_id: int
    channel: str

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        return Message(*views.not_posted(reader.voice, self.channel))


@register("summary.copy")
@dataclass(frozen=True)
class SummaryCopy(Notice):
    """A page of the full copy, by DM to whoever asked for it: all that they may read."""

    team_id: int
    person_id: int
    first: str
    last: str
    asked: str
    page: int = 0

    @property
    def key(self) -> str:
        """The outbox key; `asked` tells one click from another."""
        return f"summary:copy:{self.asked}:{self.page}"

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:
        team = teams.get(session, self.team_id)
        person = session.get_one(Person, self.person_id)
        if team is None or person.status == "left" or reader.person_id != person.key:
            return None
        if not roles.allowed(session, person, Action.SUMMARISE, team.key):
            return None
        period = Period(date.fromisoformat(self.first), date.fromisoformat(self.last))
        found = of_team(session, team, period, person, None, now)
        return _page(views.copy(reader.voice, found), self.page)

    def settled(self, session: Session, outcome: Outcome, now: datetime) -> None:  # noqa: ARG002
        if outcome.state == SENT:
            following = replace(self, page=self.page + 1)
            outbox.post(session, following, key=following.key, to=self.person_id, thread_of=replace(self, page=0).key)


def _page(pages: Sequence[views.Said], page: int) -> Message | None:
    return Message(*pages[page]) if page < len(pages) else None
