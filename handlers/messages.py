"""What people write to Cairn by DM."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.services import home, replies
from bot.views.replies import heard
from handlers.desk import Desk
from handlers.routes import Request, Routes


def register(routes: Routes, desk: Desk) -> None:
    """Let the routes know this feature."""
    routes.events["message"] = Messages(desk).message


@dataclass(frozen=True)
class Messages:
    """What becomes of words, by where they were written: the first that they belong to takes them."""

    desk: Desk

    async def message(self, request: Request) -> None:
        """Somebody wrote in their DM, or changed or deleted what they wrote there."""
        if not await self._carried(request) and _is_new(request.payload):
            await self.desk.transact(home.talked, request.call)

    async def _carried(self, request: Request) -> bool:
        """In a thread with somebody's words: carried to the other side's."""
        found = heard(request.payload)
        if found is None:
            return False
        user, said = found
        call = replace(request.call, user=user)
        if not (await self.desk.look(replies.concerns, call, said)).result:
            return False
        await self.desk.transact(replies.hear, call, said)
        return True


def _is_new(message: Mapping[str, Any]) -> bool:
    return message.get("channel_type") == "im" and not message.get("subtype") and not message.get("bot_id")
