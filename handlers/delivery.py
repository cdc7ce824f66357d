"""The two answers to "Did it arrive?"."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services import delivery
from bot.views.delivery import ACTION_ARRIVED, ACTION_POST_AGAIN
from handlers.desk import Desk
from handlers.routes import Request, Routes


def register(routes: Routes, desk: Desk) -> None:
    """Let the routes know this feature."""
    handlers = Deliveries(desk)
    routes.actions[ACTION_ARRIVED] = handlers.arrived
    routes.actions[ACTION_POST_AGAIN] = handlers.post_again


@dataclass(frozen=True)
class Deliveries:
    """What an owner can say of a channel post whose outcome nobody knows."""

    desk: Desk

    async def arrived(self, request: Request) -> None:
        """It is there."""
        await self.desk.transact(delivery.arrived, request.call, int(request.value))

    async def post_again(self, request: Request) -> None:
        """It isn't."""
        await self.desk.transact(delivery.post_again, request.call, int(request.value))
