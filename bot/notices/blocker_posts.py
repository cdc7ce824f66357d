"""What a blocker says in the home channel, where its author had it posted; and to them, where that didn't work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.notices.checkins import PromptNotice, prompt_key
from bot.notices.home import HomeNotice
from bot.notices.registry import Exempt, Message, Notice, Outcome, Reader, register
from bot.views import blockers as blocker_views
from storage import blockers, outbox
from storage.blockers import Blocker
from storage.outbox_rows import FAILED


@register("blocker.posted", Exempt.ACT)
@dataclass(frozen=True)
class BlockerPosted(Notice):
    """In the home channel, by its author's own click, for the `nth` time: what is in their way, as it stands."""

    blocker_id: int
    nth: int

    @property
    def key(self) -> str:
        """The outbox key."""
        return f"blocker:{self.blocker_id}:posted:{self.nth}"

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        found = blockers.posted(session, self.blocker_id, self.nth)
        return None if found is None else Message(*blocker_views.posted(reader.voice, found))

    def settled(self, session: Session, outcome: Outcome, now: datetime) -> None:  # noqa: ARG002
        """Where Slack refused it, it stands nowhere, and its author is told."""
        blocker = session.get_one(Blocker, self.blocker_id)
        if outcome.state != FAILED or blocker.posted_in is None or blocker.posts != self.nth:
            return
        notice = BlockerNotPosted(blocker.key, self.nth, blocker.posted_in, outcome.error == "is_archived")
        blocker.posted_in = None
        session.flush()
        outbox.post(session, notice, key=notice.key, to=blocker.reporter_id)
        prompt = {prompt_key(blocker.prompt_id): PromptNotice(blocker.prompt_id)}
        outbox.say_again(session, blocker.reporter_id, prompt, home=HomeNotice(blocker.reporter_id))


@register("blocker.not_posted", Exempt.ACT)
@dataclass(frozen=True)
class BlockerNotPosted(Notice):
    """To whoever wanted their blocker posted: Slack refused, and what to do."""

    blocker_id: int
    nth: int
    channel: str
    is_archived: bool

    @property
    def key(self) -> str:
        """The outbox key."""
        return f"blocker:{self.blocker_id}:refused:{self.nth}"

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        return Message(*blocker_views.not_posted(reader.voice, self.channel, is_archived=self.is_archived))
