"""Check-ins to begin with. Their words are msgids: they are said in the language of whoever sets one up."""

from dataclasses import dataclass
from datetime import time

from bot.domain.checkins import QuestionKind
from bot.domain.rhythms import Weekly
from bot.domain.schedules import Schedule
from bot.domain.setup import QuestionRequest
from bot.i18n import mark


@dataclass(frozen=True)
class Template:
    """What the form of a new check-in is filled with. `window_minutes`: how long it stays open."""

    name: str
    questions: tuple[QuestionRequest, ...]
    schedule: Schedule
    window_minutes: int
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
        QuestionRequest(QuestionKind.LONG_TEXT, mark("What will you do next?")),
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
