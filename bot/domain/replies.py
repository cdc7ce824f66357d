"""Words between a lead and whoever wrote an answer: what is heard in a thread, and why some of it isn't passed on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.checkins import MAX_WORDS


@dataclass(frozen=True)
class Heard:
    """A message in somebody's DM with Cairn, as it is now: `ts`, `thread_ts` as Slack says them, "" outside of threads.

    `words` is None where its author deleted it, and "" where it is a picture or the like. `edited_ts`: Slack's time of
    the edit that made it so, "" for a new message: events come in any order.
    """

    ts: str
    thread_ts: str
    words: str | None
    edited_ts: str = ""

    @property
    def is_deleted(self) -> bool:
        """Whether its author took it back."""
        return self.words is None


@dataclass(frozen=True)
class ReplyForm:
    """What the form of a reply says: `about_id` is the prompt or the reply that it answers, `to` a name.

    `reaches_at`: when it comes, in UTC; None for now. `is_paused`: the other one isn't asked by this check-in any more.
    """

    about_id: int
    to: str
    checkin: str
    nominal: date
    reaches_at: datetime | None = None
    is_paused: bool = False


class NotCarried(StrEnum):
    """Why words in a thread went nowhere; views have a sentence for each."""

    LEFT = "left"  # the other one has left
    SEVERAL = "several"  # several leads wrote here, so nobody can tell for whom it is
    TOO_LONG = "too_long"
    NO_WORDS = "no_words"
    PRESS_REPLY = "press_reply"  # below a digest: for whom?
    UNDELIVERABLE = "undeliverable"  # Slack refuses to deliver to the other one


def flaw_of(words: str) -> NotCarried | None:
    """Why these words can't be passed on; length in Unicode code points, as answers count them."""
    if not words.strip():
        return NotCarried.NO_WORDS
    return NotCarried.TOO_LONG if len(words) > MAX_WORDS else None
