"""`/give-feedback ask`: the form of a request, and what those asked do with it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from bot.domain.feedback_requests import MOST_ASKED
from bot.services import feedback_requests
from bot.views import actions, feedback_form
from bot.views import feedback_requests as views
from handlers.desk import Desk
from handlers.routes import Reply, Request, Routes


def register(routes: Routes, desk: Desk) -> None:
    """Let the routes know this feature."""
    handlers = Requests(desk)
    routes.words["give-feedback ask …"] = handlers.form
    routes.actions.update(
        {
            actions.ASK_FEEDBACK: handlers.form,
            actions.ANSWER_REQUEST: handlers.answer,
            actions.REQUEST_INPUT: handlers.keep,
            actions.DECLINE_REQUEST: handlers.decline,
            actions.SIGN_ANSWER: handlers.sign,
            actions.WITHDRAW_ANSWER: handlers.withdraw,
        }
    )
    routes.views.update(
        {
            actions.REQUEST_FORM: handlers.ask,
            actions.ANSWER_REQUEST_FORM: handlers.look_over,
            actions.SEND_ANSWER_FORM: handlers.send,
        }
    )


@dataclass(frozen=True)
class Requests:
    """What can be done with requests."""

    desk: Desk

    async def form(self, request: Request) -> None:
        """`/give-feedback ask @bo @cy`: the form."""
        named, _ = feedback_form.typed(request.text)
        people = [each for each in named if each.startswith(("U", "W"))]
        form = await self.desk.look(feedback_requests.form, request.call, people)
        await request.add(views.request_form(form.voice, form.result))

    async def ask(self, request: Request) -> None:
        """The form was sent."""
        wanted = views.parse(request.view)
        await self.desk.meet(request.call.workspace, wanted.asked[:MOST_ASKED])
        await self.desk.transact(feedback_requests.ask, request.call, wanted)

    async def answer(self, request: Request) -> None:
        """The form of an answer."""
        asked = await self.desk.look(feedback_requests.open_ask, request.call, int(request.value))
        await request.add(views.answer_form(asked.voice, asked.result))

    async def keep(self, request: Request) -> None:
        """What is typed is kept."""
        ask_id, answers = views.parse_answer(request.view)
        action_ts = request.payload["actions"][0]["action_ts"]
        await self.desk.transact(feedback_requests.keep, request.call, ask_id, answers, action_ts)

    async def look_over(self, request: Request) -> Reply:
        """The form was sent: who reads it, on top of it."""
        call = replace(request.call, delivery=f"{request.call.delivery}:{secrets.token_hex(4)}")
        card = await self.desk.transact(feedback_requests.look_over, call, *views.parse_answer(request.view))
        return Reply(view=views.answer_card(card.voice, card.result), on_top=True)

    async def send(self, request: Request) -> Reply:
        """Send what the card showed."""
        await self.desk.transact(feedback_requests.answer, request.call, int(request.view["private_metadata"]))
        return Reply(closes_all=True)

    async def decline(self, request: Request) -> None:
        """Not this time."""
        await self.desk.transact(feedback_requests.decline, request.call, int(request.value))

    async def sign(self, request: Request) -> None:
        """One of too few: with one's name."""
        await self.desk.transact(feedback_requests.sign, request.call, int(request.value))

    async def withdraw(self, request: Request) -> None:
        """One of too few: not at all."""
        await self.desk.transact(feedback_requests.withdraw, request.call, int(request.value))
