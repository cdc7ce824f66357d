"""`/cairn access`: who looked at one's data in Cairn, when and where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.i18n import Voice, mark
from bot.views import actions
from bot.views.blocks import Block, Modal, button, context, escape, section
from bot.views.blocks import actions as row

WHAT = {
    "checkin": mark("your answers"),
    "blocker": mark("what is in your way"),
    "reply": mark("your reply"),
    "feedback": mark("your feedback"),
    "feedback_message": mark("your reply"),
    "author": mark("that you wrote confidential feedback"),
    "goal": mark("your goal"),
    "goal_remark": mark("what you wrote about a goal"),
    "kudos": mark("whether you were thanked lately"),
    "team_summary": mark("the numbers of your team"),
}
WHERE = {
    "digest": mark("in a digest"),
    "dm": mark("in a DM"),
    "home": mark("on Home"),
    "thread": mark("in a thread"),
    "report": mark("in a report of abuse"),
    "reminder": mark("in a message about what is still open"),
    "coverage": mark("in who has had no thanks"),
    "goals": mark("in a list of goals"),
    "summary": mark("in a team summary"),
}
OTHER = mark("something of yours")


class Looked(Protocol):
    """Somebody was shown something at one moment: `items` of one kind."""

    @property
    def reader(self) -> str: ...
    @property
    def what(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def items(self) -> int: ...


def looks(voice: Voice, found: Sequence[Looked], page: int, older: int | None) -> Block:
    """The list, as a form that nothing is sent with."""
    told = voice.say(
        "Only you see this. What is read in Slack itself, in a channel or by whoever may export it, Cairn can't know."
    )
    lines = [_line(voice, each) for each in found]
    blocks = [context(told), section("\n".join(lines) if lines else _nothing(voice, page))]
    turning = []
    if page:
        turning.append(button(voice.say("Newer"), actions.ACCESS_NEWER, str(page - 1)))
    if older is not None:
        turning.append(button(voice.say("Older"), actions.ACCESS_OLDER, str(older)))
    if turning:
        blocks.append(row(*turning))
    return Modal(actions.ACCESS_FORM, voice.say("Who looked"), blocks, close=voice.say("Close")).view()


def _nothing(voice: Voice, page: int) -> str:
    return voice.say("Nothing older.") if page else voice.say("Cairn has shown nothing of yours to anybody yet.")


def _line(voice: Voice, each: Looked) -> str:
    where = WHERE.get(each.place.partition(".")[0])
    line = voice.say(
        "*{name}*, {day}, {hour}: {what}",
        name=escape(each.reader),
        day=voice.local(each.at).date(),
        hour=voice.hour(each.at),
        what=voice.say(WHAT.get(each.what, OTHER)),
    )
    line += f" {voice.say(where)}" if where else ""
    return line if each.items == 1 else f"{line} ({voice.write(each.items)})"
