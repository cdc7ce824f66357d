"""A company to measure with: people in teams of ten, check-ins, and rounds that are open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session
from sqlmodel import SQLModel

from bot.domain.audience import Listed
from bot.domain.checkins import PromptState, Question, freeze
from bot.domain.rhythms import to_json
from bot.domain.templates import WEEKLY
from bot.notices.checkins import PromptNotice, prompt_key
from storage import audience, checkins, teams, workspaces
from storage.checkins import CheckIn, CheckInTeam
from storage.checkins import Question as QuestionRow
from storage.outbox_rows import POST, SENT, Outbox
from storage.people import Person
from storage.rounds import Prompt, Round
from storage.teams import LEAD, MEMBER, Membership, Team
from storage.workspaces import Workspace

WORKSPACE, CHANNEL = "TBENCH", "CBENCH"
ZONE = "Europe/Berlin"
TEAM_SIZE = 10
WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Part:
    """Somebody's prompt, as what they send names it."""

    slack_id: str
    person_id: int
    prompt_id: int
    audience_id: int
    checkin: str
    closes_at: datetime
    questions: tuple[Question, ...]


def slack_id(n: int) -> str:
    """The Slack id of the nth person."""
    return f"U{n:06}"


def move_in(session: Session, people: int, now: datetime, *, team_size: int = TEAM_SIZE) -> list[Team]:
    """People with open DMs, in teams whose first member leads."""
    workspaces.register(session, Workspace(id=WORKSPACE, name="Bench", bot_user_id="UCAIRN", created_at=now))
    persons = [
        Person(
            slack_id=slack_id(n),
            name=f"Person {n}",
            zone=ZONE,
            dm_channel=f"D{n:06}",
            synced_at=now,
        )
        for n in range(people)
    ]
    session.add_all(persons)
    session.flush()
    groups = [persons[start : start + team_size] for start in range(0, people, team_size)]
    made = [
        Team(name=f"Team {n}", name_key=f"team {n}", zone=ZONE, created_by=group[0].key, created_at=now)
        for n, group in enumerate(groups)
    ]
    session.add_all(made)
    session.flush()
    for team, group in zip(made, groups, strict=True):
        session.add(Membership(team_id=team.key, person_id=group[0].key, role=LEAD, joined_at=now))
        session.add_all(Membership(team_id=team.key, person_id=each.key, role=MEMBER, joined_at=now) for each in group)
    session.flush()
    return made


def set_up(session: Session, asked: Sequence[Team], now: datetime, next_due_at: datetime) -> CheckIn:
    """A weekly check-in for these teams, each person in their own zone."""
    checkin = CheckIn(
        name=WEEKLY.name,
        rhythm=to_json(WEEKLY.schedule.rhythm),
        at=WEEKLY.schedule.at,
        window_minutes=WEEKLY.window_minutes,
        readers="team",
        created_by=asked[0].created_by,
        created_at=now,
        next_nominal=next_due_at.date(),
        next_due_at=next_due_at,
    )
    session.add(checkin)
    session.flush()
    session.add_all(CheckInTeam(checkin_id=checkin.key, team_id=team.key) for team in asked)
    session.add_all(
        QuestionRow(checkin_id=checkin.key, position=n, kind=each.kind, wording=each.wording, required=each.required)
        for n, each in enumerate(WEEKLY.questions)
    )
    session.flush()
    return checkin


def open_round(session: Session, checkin: CheckIn, now: datetime, *, is_sent: bool = True) -> list[Part]:
    """A round that was opened an hour ago; its prompts stand in the DMs, or are still to be sent."""
    asked = checkins.asked_people(session, checkin.key)
    in_teams = checkins.asked_in(session, checkin.key, [person.key for person in asked])
    questions = tuple(each.asked for each in checkins.questions(session, checkin.key))
    opened_at, closes_at = now - timedelta(hours=1), now + timedelta(days=1)
    round_ = Round(
        checkin_id=checkin.key,
        nominal=opened_at.date(),
        questions=[freeze(each) for each in questions],
        opened_at=opened_at,
        closes_at=closes_at,
        planned_at=opened_at,
    )
    session.add(round_)
    session.flush()
    prompts = [
        Prompt(
            round_id=round_.key,
            person_id=person.key,
            state=PromptState.SENT if is_sent else PromptState.DUE,
            due_at=opened_at,
            closes_at=closes_at,
            released_at=opened_at,
            sent_at=opened_at if is_sent else None,
            team_ids=in_teams[person.key],
        )
        for person in asked
    ]
    session.add_all(prompts)
    session.flush()
    if is_sent:
        session.add_all(_sent(prompt, now) for prompt in prompts)
    read_by = _audience(session, in_teams)
    session.flush()
    return [
        Part(
            person.slack_id,
            person.key,
            prompt.key,
            read_by,
            checkin.name,
            closes_at,
            questions,
        )
        for person, prompt in zip(asked, prompts, strict=True)
    ]


def fill(session: Session, people: int, now: datetime) -> None:
    """As many people in teams of ten as a large company has, each team with a round that is open, table by table.

    The first team is made row by row, as all others are made here: by copying it in the database.
    """
    (team,) = move_in(session, TEAM_SIZE, now)
    checkin = set_up(session, [team], now, now + WEEK)
    open_round(session, checkin, now)
    session.flush()
    size = {table: _count(session, table) for table, _, _ in _COPIED}
    for table, own, others in _COPIED:
        moved = {"id": table, **others}
        given = {name: f"made.{name} || '-' || copies.n" for name in own}
        given |= {name: f"made.{name} + copies.n * {size[of]}" for name, of in moved.items()}
        copy(session, table, given, people // TEAM_SIZE - 1)


# What a team consists of, in an order in which each row finds what it refers to: the columns that are different for
# each team in themselves, and those that refer to another table.
_COPIED: tuple[tuple[str, tuple[str, ...], dict[str, str]], ...] = (
    ("person", ("slack_id", "dm_channel"), {}),
    ("team", ("name", "name_key"), {"created_by": "person"}),
    ("membership", (), {"team_id": "team", "person_id": "person"}),
    ("checkin", (), {"created_by": "person"}),
    ("checkin_team", (), {"checkin_id": "checkin", "team_id": "team"}),
    ("question", (), {"checkin_id": "checkin"}),
    ("round", (), {"checkin_id": "checkin"}),
    ("prompt", (), {"round_id": "round", "person_id": "person"}),
    ("outbox", ("key", "nonce", "ts"), {"person_id": "person"}),
)


def copy(session: Session, table: str, given: dict[str, str], times: int) -> None:
    """Copy a table's rows so many times: the nth copy of a row refers to the nth copies of what the row refers to."""
    columns = SQLModel.metadata.tables[table].columns.keys()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL statement_timeout = 0"))  # millions of rows take longer than any request may
    session.execute(
        text(
            f"WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < {times})"
            f' INSERT INTO "{table}" ({", ".join(columns)})'
            f' SELECT {", ".join(given.get(name, f"made.{name}") for name in columns)} FROM "{table}" AS made, copies'
        )
    )


def _count(session: Session, table: str) -> int:
    return session.execute(select(func.count()).select_from(SQLModel.metadata.tables[table])).scalar_one()


def _sent(prompt: Prompt, now: datetime) -> Outbox:
    notice = PromptNotice(prompt.key)
    return Outbox(
        key=prompt_key(prompt.key),
        action=POST,
        kind=notice.kind,
        ids=notice.ids,
        person_id=prompt.person_id,
        state=SENT,
        nonce=f"nonce{prompt.key}",
        attempts=1,
        posted_channel=f"D{prompt.person_id:06}",
        ts=f"{prompt.key}.000100",
        created_at=now,
    )


def _audience(session: Session, in_teams: dict[int, list[int]]) -> int:
    """Last week's audience: where the same people are in a team, the same row serves again."""
    wanted = sorted({team_id for team_ids in in_teams.values() for team_id in team_ids})
    listed = [Listed(person.key, team_id) for team_id in wanted for person in teams.people(session, team_id)]
    return audience.of_people(session, listed)
