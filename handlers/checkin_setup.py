"""Setting check-ins up: `/checkin new`, `/checkin edit`, the forms, and what leads do with a check-in that is on."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.domain.checkin_setup import TypedIn
from bot.services import checkin_changes, checkin_led, checkin_preview, checkin_setup, checkins
from bot.views import actions, checkin_form, kept_inputs, question_form
from bot.views import checkin_setup as views
from bot.views.checkin_form import SetupCard
from bot.views.checkin_setup import PreviewCard
from bot.views.question_form import QuestionCard
from handlers import lookups
from handlers.desk import Desk, Done
from handlers.routes import Reply, Request, Routes


def register(routes: Routes, desk: Desk) -> None:
    """Let the routes know this feature."""
    setup, led = Setup(desk), Led(desk)
    routes.words.update({"checkin new": setup.new, "checkin edit": led.edit_one})
    routes.actions.update(
        {
            actions.NEW_CHECKIN: setup.new,
            actions.TEMPLATE: setup.begin,
            actions.CONTINUE_SETUP: setup.resume,
            actions.SETUP_INPUT: setup.typed,
            actions.SETUP_SHAPE: setup.shape,
            actions.ADD_QUESTION: setup.add,
            actions.CHANGE_QUESTION: setup.change,
            actions.QUESTION_INPUT: setup.typed_question,
            actions.QUESTION_SHAPE: setup.shape_question,
            actions.MANAGE_CHECKINS: led.manage,
            actions.EDIT_CHECKIN: led.edit,
            actions.EDIT_ANEW: led.edit_anew,
            actions.ASK_NOW: led.ask_now,
            actions.PAUSE_CHECKIN: led.pause,
            actions.RESUME_CHECKIN: led.resume,
            actions.DELETE_CHECKIN: led.delete,
        }
    )
    routes.views.update(
        {
            actions.SETUP_FORM: setup.look_over,
            actions.QUESTION_FORM: setup.put_question,
            actions.PREVIEW_FORM: setup.switch_on,
        }
    )


@dataclass(frozen=True)
class Setup:
    """The forms that set a check-in up or change it."""

    desk: Desk

    async def new(self, request: Request) -> None:
        """`/checkin new`: what to begin with."""
        begun = await self.desk.look(checkin_setup.unfinished, request.call)
        offers = [views.offer(begun.voice, key, each) for key, each in checkin_setup.OFFERED.items()]
        view = views.choose_template(begun.voice, offers, begun.result, request.call.channel)
        await request.open(view)

    async def begin(self, request: Request) -> None:
        """A template was chosen."""
        channel = request.view["private_metadata"] or None
        await show(request, await self.desk.transact(checkin_setup.start, request.call, request.value, channel))

    async def resume(self, request: Request) -> None:
        """Continue setting up."""
        await show(request, await self.desk.look(checkin_setup.show, request.call, int(request.value)))

    async def typed(self, request: Request) -> None:
        """Each keystroke and choice in the form: a draft."""
        await self.desk.transact(checkin_setup.type_in, request.call, _typed(request))

    async def shape(self, request: Request) -> None:
        """A choice on which other inputs depend."""
        await self._redraw(request, await self.desk.transact(checkin_setup.type_in, request.call, _typed(request)))

    async def add(self, request: Request) -> None:
        """A kind of question to add: its form, on top."""
        kind = request.payload["actions"][0]["selected_option"]["value"]
        await _ask(request, await self.desk.transact(checkin_setup.ask, request.call, _typed(request), kind))

    async def change(self, request: Request) -> None:
        """Edit, move or remove a question."""
        what, _, key = str(request.payload["actions"][0]["selected_option"]["value"]).partition(":")
        typed = replace(_typed(request), key=int(key))
        if what == "edit":
            await _ask(request, await self.desk.transact(checkin_setup.ask, request.call, typed, None))
            return
        await self._redraw(request, await self.desk.transact(checkin_setup.arrange, request.call, typed, what))

    async def _redraw(self, request: Request, done: Done[SetupCard]) -> None:
        """Show a form as it stands. Where another click changed it meanwhile, as it stands then."""
        try:
            await show(request, done)
        except SlackApiError as error:
            if error.response["error"] != "hash_conflict":
                raise
            newest = await self.desk.look(checkin_setup.show, request.call, done.result.draft_id)
            view = checkin_form.checkin_form(newest.voice, newest.result)
            await request.client.views_update(view_id=request.view["id"], view=view)

    async def typed_question(self, request: Request) -> None:
        """Each keystroke and choice in the form of a question."""
        await self.desk.transact(checkin_setup.type_question, request.call, _typed_question(request))

    async def shape_question(self, request: Request) -> None:
        """A choice on which the other inputs of a question depend."""
        done = await self.desk.transact(checkin_setup.type_question, request.call, _typed_question(request))
        view = question_form.question_form(done.voice, done.result)
        await request.update(view)

    async def put_question(self, request: Request) -> None:
        """A question was sent: it closes, and the form beneath shows it."""
        done = await self.desk.transact(checkin_setup.put_question, request.call, _typed_question(request))
        view = checkin_form.checkin_form(done.voice, done.result)
        await request.client.views_update(view_id=request.view["previous_view_id"], view=view)

    async def look_over(self, request: Request) -> Reply:
        """The form was sent: the next 14 days, on top of it."""
        typed = TypedIn(checkin_form.draft_id(request.view), checkin_form.read(request.view))
        home = typed.fields.get("home_channel")
        looked_up = await lookups.channel(request.client, home, "home_channel") if isinstance(home, str) else None
        # As often as it is sent: who goes back and sends it again, unchanged, looks again.
        call = replace(request.call, delivery=f"{request.call.delivery}:{secrets.token_hex(4)}")
        card = await self.desk.transact(checkin_preview.look_over, call, typed, looked_up)
        return Reply(view=views.preview(card.voice, card.result), on_top=True)

    async def switch_on(self, request: Request) -> Reply:
        """Switch it on, or save; where somebody else saved meanwhile, that is said instead."""
        draft_id, version = map(int, str(request.view["private_metadata"]).split())
        done = await self.desk.transact(checkin_preview.switch_on, request.call, draft_id, version)
        if isinstance(done.result, PreviewCard):
            return Reply(view=views.preview(done.voice, done.result))
        return Reply(closes_all=True)


@dataclass(frozen=True)
class Led:
    """What leads do with a check-in that is on."""

    desk: Desk

    async def edit_one(self, request: Request) -> None:
        """`/checkin edit`: the form of the only one, else a choice."""
        led = await self.desk.look(checkin_led.led, request.call)
        if len(led.result) == 1:
            await show(request, await self.desk.transact(checkin_setup.edit, request.call, led.result[0].checkin_id))
        else:
            await request.open(views.manage(led.voice, led.result))

    async def manage(self, request: Request) -> None:
        """All that somebody leads, with what can be done with each."""
        led = await self.desk.look(checkin_led.led, request.call)
        await request.open(views.manage(led.voice, led.result))

    async def edit(self, request: Request) -> None:
        """Edit one."""
        await show(request, await self.desk.transact(checkin_setup.edit, request.call, int(request.value)))

    async def edit_anew(self, request: Request) -> None:
        """Begin from how it is now."""
        await show(request, await self.desk.transact(checkin_setup.edit_anew, request.call, int(request.value)))

    async def ask_now(self, request: Request) -> None:
        """Ask now."""
        done = await self.desk.transact(checkin_changes.ask_now, request.call, int(request.value))
        await self.desk.tell(request, done.voice.say("Everybody is asked now, or when their working hours begin."))

    async def pause(self, request: Request) -> None:
        """Pause a check-in for everybody."""
        await self.desk.transact(checkin_changes.pause, request.call, int(request.value))
        await self._relist(request)

    async def resume(self, request: Request) -> None:
        """Resume it."""
        await self.desk.transact(checkin_changes.resume, request.call, int(request.value))
        await self._relist(request)

    async def delete(self, request: Request) -> None:
        """Delete a check-in; Slack has asked whether they mean it."""
        await self.desk.transact(checkins.remove, request.call, int(request.value))
        await self._relist(request)

    async def _relist(self, request: Request) -> None:
        """Where it was clicked in the list, the list as it is now; a message is updated by delivery."""
        if request.call.surface != "view":
            return
        led = await self.desk.look(checkin_led.still_led, request.call)
        await request.update(views.manage(led.voice, led.result))


def _typed(request: Request) -> TypedIn:
    return TypedIn(checkin_form.draft_id(request.view), checkin_form.read(request.view), _action_ts(request))


def _typed_question(request: Request) -> TypedIn:
    draft_id, key = question_form.read(request.view)
    return TypedIn(draft_id, kept_inputs.read(request.view), _action_ts(request), key)


def _action_ts(request: Request) -> str:
    """Slack's time of a keystroke or click; none of a form that was sent."""
    clicked: list[Mapping[str, Any]] = request.payload.get("actions") or []
    return str(clicked[0]["action_ts"]) if clicked else ""


async def show(request: Request, done: Done[SetupCard]) -> None:
    """Show a form: in place of the one that was clicked in, else anew."""
    view = checkin_form.checkin_form(done.voice, done.result)
    await request.show(view)


async def _ask(request: Request, done: Done[QuestionCard]) -> None:
    view = question_form.question_form(done.voice, done.result)
    await request.push(view)
