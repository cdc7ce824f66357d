"""`/cairn tokens`: what programs need to tell Cairn readings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.i18n import Voice
from bot.services import api_tokens
from bot.services.api_tokens import Shown
from bot.views import actions
from bot.views import tokens as token_views
from bot.views.tokens import ShownToken
from handlers.desk import Desk
from handlers.routes import Reply, Request, Routes, View


def register(routes: Routes, desk: Desk) -> None:
    """Let the routes know this feature."""
    handlers = Tokens(desk)
    routes.words["cairn tokens"] = handlers.show
    routes.actions.update(
        {
            actions.API_MAKE: handlers.make,
            actions.API_REVOKE: handlers.revoke,
        }
    )


@dataclass(frozen=True)
class Tokens:
    """Tokens of the workspace, for admins."""

    desk: Desk

    async def show(self, request: Request) -> Reply | None:
        """The tokens that are in use."""
        found = await self.desk.look(api_tokens.listed, request.call)
        await request.add(_form(found.voice, found.result))
        return None

    async def make(self, request: Request) -> Reply | None:
        """A new one, which is shown this once."""
        made = await self.desk.transact(api_tokens.make, request.call)
        found = await self.desk.look(api_tokens.listed, request.call)
        await request.update(_form(found.voice, found.result, made.result))
        return None

    async def revoke(self, request: Request) -> Reply | None:
        """One opens nothing any more."""
        await self.desk.transact(api_tokens.revoke, request.call, int(request.value))
        found = await self.desk.look(api_tokens.listed, request.call)
        await request.update(_form(found.voice, found.result))
        return None


def _form(voice: Voice, tokens: Sequence[Shown], new: str | None = None) -> View:
    shown = [ShownToken(each.id, each.tail, each.made_by, each.made_at, each.used_at) for each in tokens]
    return token_views.form(voice, shown, new)
