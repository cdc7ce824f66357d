"""What people write to Cairn by DM."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.replies import Heard
from bot.services import feedback_threads, goal_talk, jottings, replies
from bot.views import replies as reply_views
from handlers.desk import Desk
from handlers.routes import Call, Request, Routes


def register(routes: Routes, desk: Desk) -> None:
    """Let the routes know this feature."""
    routes.events["message"] = Messages(desk).message


@dataclass(frozen=True)
class Messages:
    """What becomes of words, by where they were written: the first that they belong to takes them."""

    desk: Desk

    async def message(self, request: Request) -> None:
        """Somebody wrote in their DM, or changed or deleted what they wrote there."""
        found = reply_views.heard(request.payload)
        if found is None:
            return
        user, heard = found
        call = replace(request.call, user=user)
        if not await self._carried(call, heard):
            await self.desk.transact(jottings.hear, call, heard)

    async def _carried(self, call: Call, heard: Heard) -> bool:
        """In a thread with somebody's words: carried to the other side's."""
        if not heard.thread_ts:
            return False
        for talks in (feedback_threads, goal_talk, replies):
            if (await self.desk.look(talks.concerns, call, heard)).result:
                await self.desk.transact(talks.hear, call, heard)
                return True
        return False
