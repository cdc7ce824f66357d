"""Blockers: closed, opened again and shared by whoever raised them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services import blocker_posts, blockers
from bot.views import actions
from handlers.desk import Desk
from handlers.routes import Request, Routes


def register(routes: Routes, desk: Desk) -> None:
    """Let the routes know this feature."""
    handlers = Blockers(desk)
    routes.actions[actions.CLOSE_BLOCKER] = handlers.close
    routes.actions[actions.REOPEN_BLOCKER] = handlers.reopen
    routes.actions[actions.SHARE_BLOCKER] = handlers.share
    routes.actions[actions.POST_BLOCKER] = handlers.post
    routes.actions[actions.TAKE_BLOCKER_BACK] = handlers.take_back


@dataclass(frozen=True)
class Blockers:
    """What can be done with a blocker."""

    desk: Desk

    async def close(self, request: Request) -> None:
        """It's out of my way."""
        await self.desk.transact(blockers.close, request.call, int(request.value))

    async def reopen(self, request: Request) -> None:
        """Open it again."""
        await self.desk.transact(blockers.reopen, request.call, int(request.value))

    async def share(self, request: Request) -> None:
        """Share with somebody who came to lead the team."""
        blocker, _, person = request.value.partition(":")
        await self.desk.transact(blockers.share, request.call, int(blocker), int(person))

    async def post(self, request: Request) -> None:
        """Share it in the home channel."""
        await self.desk.transact(blocker_posts.post, request.call, int(request.value))

    async def take_back(self, request: Request) -> None:
        """Take it back from there."""
        await self.desk.transact(blocker_posts.take_back, request.call, int(request.value))
