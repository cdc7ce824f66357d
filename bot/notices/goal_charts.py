"""A goal's charts, to whoever asked for them: the words at once, the pictures below them in a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.charts import Chart, Fan, Labels
from bot.domain.goal_status import Standing, Status
from bot.domain.goals import MeasureKind, Point
from bot.domain.pace import Course
from bot.i18n import Voice
from bot.notices import goal_cards
from bot.notices.registry import Exempt, Message, Notice, Reader, register
from bot.views import goal_charts
from bot.views.goal_charts import Drawn
from bot.views.goal_numbers import MeasureLine
from storage import goals, people


@register("goal.charts", Exempt.ACT)
@dataclass(frozen=True)
class GoalCharts(Notice):
    """Each measure against its pace and its forecast."""

    goal_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:
        person = people.get(session, reader.person_id)
        goal = goals.readable_by(session, self.goal_id, person) if person is not None else None
        if person is None or goal is None:
            return None
        known, voice = goal_cards.look_up(session, [goal], person, now), reader.voice
        says_all = person.key == goal.owner_id or known.status(goal, person) is not Status.UNKNOWN
        is_withheld = known.is_withheld(goal, person)
        drawn, charts = list[Drawn](), list[Chart]()
        for measure, line, standing in zip(
            known.measures[goal.key], known.lines(goal), known.standings(goal), strict=True
        ):
            points = known.points[measure.key]
            shown = standing if says_all else replace(standing, forecast=None, expected=None)
            each = _drawn(voice, line, shown, points)
            drawn.append(each)
            if line.terms.kind is not MeasureKind.DONE and points:
                title = line.name or goal.title
                chart = _chart(voice, title, each, points, known.course(goal, measure))
                # Readings beside their pace are the verdict that others hear after the owner.
                charts.append(replace(chart, today=known.today, pace=() if is_withheld else chart.pace))
        return Message(*goal_charts.message(voice, goal.key, goal.title, drawn), charts=tuple(charts))


def _drawn(voice: Voice, line: MeasureLine, standing: Standing, points: Sequence[Point]) -> Drawn:
    days = [voice.local(point.at).date() for point in points]
    return Drawn(line, standing, days[0] if days else None, days[-1] if days else None)


def _chart(voice: Voice, title: str, of: Drawn, points: Sequence[Point], course: Course) -> Chart:
    terms, fan, due = of.measure.terms, of.standing.forecast, course.due_on
    before, after = goal_charts.around(of.measure)
    has_band = terms.low is not None and terms.high is not None
    return Chart(
        title=title,
        alt=goal_charts.alt(voice, title, of),
        labels=Labels(voice.say("Readings"), voice.say("Pace"), voice.say("Forecast"), voice.say("Today")),
        today=course.starts_on,
        readings=tuple((voice.local(point.at).date(), float(point.value)) for point in points),
        pace=tuple((on, float(value)) for on, value in course.line),
        band=(float(terms.low or 0), float(terms.high or 0)) if has_band else None,
        forecast=Fan(due, float(fan.value), float(fan.low), float(fan.high)) if fan and due else None,
        locale=voice.locale,
        before=before,
        after=after,
    )
