"""Check-ins to begin with. Their words are msgids: they are said in the language of whoever sets one up."""

from dataclasses import dataclass
from datetime import time

from bot.domain.checkins import QuestionKind
from bot.domain.rhythms import MonthlyOnWeekday, Weekly, WorkingDays
from bot.domain.schedules import Schedule
from bot.domain.setup import ConditionRequest, QuestionRequest
from bot.i18n import mark


@dataclass(frozen=True)
class Template:
    """What the form of a new check-in is filled with.

    `window_minutes`: how long it stays open; `reminders`: light, standard or active.
    """

    name: str
    questions: tuple[QuestionRequest, ...]
    schedule: Schedule
    window_minutes: int
    reminders: str = "standard"
    more: tuple[QuestionRequest, ...] = ()
    """Questions that are offered too, and aren't chosen unless somebody chooses them."""

    @property
    def offered(self) -> tuple[QuestionRequest, ...]:
        """All of them, those chosen first."""
        return self.questions + self.more


WEEKLY = Template(
    name=mark("Weekly check-in"),
    questions=(
        QuestionRequest(QuestionKind.MOOD, mark("How did the week feel?")),
        QuestionRequest(QuestionKind.LONG_TEXT, mark("What went well or moved forward?")),
        QuestionRequest(QuestionKind.LONG_TEXT, mark("What will you do next?"), is_plan=True),
        QuestionRequest(QuestionKind.BLOCKER, mark("Is anything in your way?"), required=False),
    ),
    schedule=Schedule(Weekly(0), time(9)),
    window_minutes=27 * 60,
    more=(
        QuestionRequest(QuestionKind.SCALE, mark("How well could you keep up with your work?")),
        QuestionRequest(QuestionKind.SHORT_TEXT, mark("What is worth celebrating, in one line?"), required=False),
    ),
)
"""Mondays at nine, open until noon the day after: four questions, about two minutes."""

STAND_UP = Template(
    name=mark("Daily stand-up"),
    questions=(
        QuestionRequest(QuestionKind.LONG_TEXT, mark("What did you get done since last time?")),
        QuestionRequest(QuestionKind.LONG_TEXT, mark("What will you do today?"), is_plan=True),
        QuestionRequest(QuestionKind.BLOCKER, mark("Is anything in your way?"), required=False),
    ),
    schedule=Schedule(WorkingDays(), time(9, 30)),
    window_minutes=4 * 60,
    reminders="light",
    more=(QuestionRequest(QuestionKind.MOOD, mark("How are you today?")),),
)
"""Working days at half past nine, for four hours, without reminders: three questions, about two minutes."""

PULSE = Template(
    name=mark("Monthly pulse"),
    questions=(
        QuestionRequest(QuestionKind.MOOD, mark("How did the month feel?")),
        QuestionRequest(
            QuestionKind.LONG_TEXT,
            mark("What made it hard, and what would help?"),
            required=False,
            condition=ConditionRequest(0, (1, 2)),
        ),
        QuestionRequest(QuestionKind.SCALE, mark("How clear is it to you what matters most right now?")),
        QuestionRequest(QuestionKind.SCALE, mark("How well can you do your best work here?")),
        QuestionRequest(
            QuestionKind.CHOICE,
            mark("What would you like more of?"),
            options=(
                mark("Time without interruptions"),
                mark("Feedback"),
                mark("Room to learn"),
                mark("Clear priorities"),
                mark("Contact with the team"),
                mark("It is fine as it is"),
            ),
        ),
        QuestionRequest(QuestionKind.SHORT_TEXT, mark("What is one thing we should change?"), required=False),
    ),
    schedule=Schedule(MonthlyOnWeekday(1, 1), time(10)),
    window_minutes=3 * 24 * 60,
)
"""The first Tuesday of the month at ten, for three days: six questions at most, about two minutes."""

TEMPLATES = {"weekly": WEEKLY, "stand_up": STAND_UP, "pulse": PULSE}
"""All of them by key, in the order in which they are offered."""
