"""Words that were typed by DM while a check-in was open: where they go. How they are heard: handlers/messages.py."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.forms import Form
from bot.services import jottings
from bot.views import actions, answer_form
from bot.views import jottings as jotting_views
from handlers.desk import Desk, Done
from handlers.routes import Request, Routes


def register(routes: Routes, desk: Desk) -> None:
    """Let the routes know this feature."""
    handlers = Jottings(desk)
    routes.actions.update(
        {
            actions.PUT_WHERE: handlers.where,
            actions.PUT_HERE: handlers.put,
            actions.LEAVE_JOTTINGS: handlers.leave,
        }
    )


@dataclass(frozen=True)
class Jottings:
    """What can be done with words that were typed by DM."""

    desk: Desk

    async def where(self, request: Request) -> None:
        """The button of the offer: into the only question that there is, or the choice of one."""
        offered = await self.desk.look(jottings.offer, request.call, request.value)
        if len(offered.result.places) == 1:
            (place,) = offered.result.places
            form = await self._put(request, (request.value, place.prompt_id, place.question_id))
            view = answer_form.answer_form(form.voice, form.result)
        else:
            view = jotting_views.choose(offered.voice, offered.result)
        await request.open(view)

    async def put(self, request: Request) -> None:
        """One of the questions was chosen."""
        form = await self._put(request, jotting_views.place_in(request.payload["actions"][0]))
        view = answer_form.answer_form(form.voice, form.result)
        await request.update(view)

    async def _put(self, request: Request, where: tuple[str, int, int]) -> Done[Form]:
        action_ts = request.payload["actions"][0]["action_ts"]
        return await self.desk.transact(jottings.put, request.call, where, action_ts)

    async def leave(self, request: Request) -> None:
        """Don't keep it."""
        await self.desk.transact(jottings.leave, request.call, request.value)
