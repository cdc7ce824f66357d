"""The goals of the demo's company: the company's, the team's and Ana's, eight weeks old, each below the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from bot.domain.goal_requests import GoalRequest, MeasureRequest
from bot.domain.goals import GoalKind, MeasureKind, SeenBy
from bot.services import goal_progress, goal_setting
from bot.views.goal_updates import UpdateRequest
from storage import measures
from storage.people import Person

SINCE, UNTIL = timedelta(weeks=8), timedelta(weeks=5)


@dataclass(frozen=True)
class Story:
    """A goal with one measure, and what it came to week by week."""

    title: str
    why: str
    measure: MeasureRequest
    values: Sequence[int]
    confidence: int


COMPANYS = Story(
    "Customers hear from us on the day they ask",
    "Half of those who left us last year had waited for an answer.",
    MeasureRequest("n0", MeasureKind.PERCENT, first=Decimal(62), second=Decimal(90), name="Answered the same day"),
    (64, 66, 71, 72, 75, 78, 80),
    8,
)
TEAMS = Story(
    "Releases that nobody has to stay up for",
    "Whoever was up at night answers nobody the next morning.",
    MeasureRequest(
        "n0", MeasureKind.COUNT, first=Decimal(14), second=Decimal(2), name="Alarms at night", unit="a week"
    ),
    (14, 13, 13, 12, 11, 11, 10),
    5,
)
ANAS = Story(
    "Every service has a launch checklist that is used",
    "Most alarms at night come from the day of a launch.",
    MeasureRequest("n0", MeasureKind.COUNT, first=Decimal(0), second=Decimal(24), name="Services", unit="services"),
    (2, 4, 7, 9, 12, 13, 16),
    9,
)


def seed(session: Session, lead: Person, member: Person, team_id: int, now: datetime) -> None:
    """Set the three goals as of eight weeks ago, and say once a week how each goes."""
    companys = _tell(session, lead, COMPANYS, GoalKind.COMPANY, now)
    teams = _tell(session, lead, TEAMS, GoalKind.TEAM, now, team_id=team_id, parent_id=companys)
    _tell(session, member, ANAS, GoalKind.PERSON, now, parent_id=teams)


def _tell(
    session: Session,
    owner: Person,
    story: Story,
    kind: GoalKind,
    now: datetime,
    **placed: int,
) -> int:
    began = now - SINCE
    wanted = GoalRequest(
        story.title,
        story.why,
        (story.measure,),
        began.date(),
        (now + UNTIL).date(),
        SeenBy.EVERYONE,
        kind=kind,
        **placed,
    )
    goal = goal_setting.create(session, owner, wanted, began)
    [measure] = measures.of_goals(session, [goal.key])[goal.key]
    for week, value in enumerate(story.values, start=1):
        said = UpdateRequest(goal.key, {measure.key: str(value)}, confidence=story.confidence)
        goal_progress.update(session, owner, said, began + timedelta(weeks=week))
    return goal.key
