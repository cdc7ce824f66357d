"""Replies to answers: the buttons and the forms. What is written in the threads of DMs: handlers/messages.py."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.replies import ReplyForm
from bot.services import replies
from bot.views import actions
from bot.views import replies as reply_views
from handlers.desk import Desk, Done
from handlers.routes import Reply, Request, Routes


def register(routes: Routes, desk: Desk) -> None:
    """Let the routes know this feature."""
    handlers = Replies(desk)
    routes.actions.update({actions.REPLY: handlers.reply, actions.ANSWER_REPLY: handlers.answer})
    routes.views.update({actions.REPLY_FORM: handlers.send, actions.ANSWER_REPLY_FORM: handlers.send_answer})


@dataclass(frozen=True)
class Replies:
    """What can be done with replies."""

    desk: Desk

    async def reply(self, request: Request) -> None:
        """The Reply button below somebody's answers."""
        form = await self.desk.look(replies.form, request.call, int(request.value))
        await _open(request, form, actions.REPLY_FORM)

    async def answer(self, request: Request) -> None:
        """The button below somebody's words."""
        form = await self.desk.look(replies.answer_form, request.call, int(request.value))
        await _open(request, form, actions.ANSWER_REPLY_FORM)

    async def send(self, request: Request) -> Reply | None:
        """A lead's form was sent."""
        await self.desk.transact(replies.send, request.call, *reply_views.parse(request.view))
        return None

    async def send_answer(self, request: Request) -> Reply | None:
        """The form of an answer to a reply was sent."""
        await self.desk.transact(replies.answer, request.call, *reply_views.parse(request.view))
        return None


async def _open(request: Request, form: Done[ReplyForm], callback_id: str) -> None:
    await request.open(reply_views.reply_form(form.voice, form.result, callback_id))
