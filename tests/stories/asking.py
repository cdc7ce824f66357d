"""Check-ins that ask what a story needs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.checkins import QuestionKind
from bot.domain.setup import ConditionRequest, QuestionRequest
from bot.services import questions
from storage import checkins
from storage.checkins import CheckIn
from tests.house import TOKYO, House, local, make_platform
from tests.stories.acts import stored

MOOD = QuestionRequest(QuestionKind.MOOD, "How was it?")
WHY = QuestionRequest(QuestionKind.LONG_TEXT, "Why?", condition=ConditionRequest(0, (1, 2)))
WHERE = QuestionRequest(QuestionKind.CHOICE, "Where do you work?", options=("Home", "Office", "On the road"))
TOOLS = QuestionRequest(QuestionKind.CHOICES, "With what?", required=False, options=("Pen", "Paper", "Clay"))
HOURS = QuestionRequest(QuestionKind.NUMBER, "How long did you wait?", unit="hours")
LAST_WORDS = QuestionRequest(QuestionKind.SHORT_TEXT, "Anything else?", required=False)
PLAN = QuestionRequest(QuestionKind.LONG_TEXT, "What next?", is_plan=True)


async def monday_asking(house: House, *asked: QuestionRequest, **chosen: str) -> None:
    """It is Monday, 9:00 in Tokyo, and Platform's check-in asks these questions instead of the weekly ones."""
    await make_platform(house, **chosen)
    await stored(house, lambda session: ask(session, house.now, *asked))
    await house.move_to(local(TOKYO, 23, 9))


def ask(session: Session, now: datetime, *asked: QuestionRequest) -> None:
    """Let the one check-in there is ask these questions from its next round on."""
    checkin = session.scalars(select(CheckIn)).one()
    for before in checkins.questions(session, checkin.key):
        before.deleted_at = now
    questions.add(session, checkin.key, asked)


def shown(house: House, user: str) -> list[str]:
    """What somebody's open form asks, in order."""
    view = house.slack.view(user)
    assert view is not None
    return [block["label"]["text"] for block in view["blocks"] if block["type"] == "input"]


def typed(house: House, user: str, label: str) -> object:
    """What stands in an input of somebody's open form."""
    view = house.slack.view(user)
    assert view is not None
    block = next(each for each in view["blocks"] if each.get("label", {}).get("text") == label)
    (entry,) = view["state"]["values"][block["block_id"]].values()
    if "selected_option" in entry:
        return entry["selected_option"] and entry["selected_option"]["text"]["text"]
    if "selected_options" in entry:
        return [option["text"]["text"] for option in entry["selected_options"]]
    return entry["value"]
