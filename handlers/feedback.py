"""`/give-feedback`: the form, the visibility card, and the buttons of its threads."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from bot.domain.feedback import VisibilityCard
from bot.domain.feedback_inbox import Box
from bot.services import feedback, feedback_abuse, feedback_inbox, feedback_threads
from bot.views import actions, coach, feedback_form, feedback_more
from bot.views import feedback as feedback_views
from bot.views import feedback_inbox as feedback_inbox_views
from handlers.desk import Desk
from handlers.routes import Reply, Request, Routes


def register(routes: Routes, desk: Desk) -> None:
    """Let the routes know this feature."""
    writing, threads = Writing(desk), Threads(desk)
    lists = Lists(desk)
    routes.commands["give-feedback"] = lists.show
    routes.words["give-feedback …"] = writing.command
    routes.actions.update({actions.feedback_box(box): lists.turn for box in Box})
    routes.actions.update(
        {
            actions.FEEDBACK_INBOX: lists.show,
            actions.FEEDBACK_PAGE: lists.turn,
            actions.FEEDBACK_PAGE_BACK: lists.turn,
            actions.OPEN_FEEDBACK: lists.open,
            actions.CHOOSE_RECEIVER: lists.choose,
        }
    )
    routes.views[actions.RECEIVER_FORM] = writing.begin
    routes.actions.update(
        {
            actions.GIVE_FEEDBACK: writing.open,
            actions.FEEDBACK_INPUT: writing.keep,
            actions.UNDO_FEEDBACK: writing.undo,
            actions.READ_FEEDBACK: threads.read,
            actions.SNOOZE_FEEDBACK: threads.snooze,
            actions.ANSWER_FEEDBACK: threads.answer,
            actions.HELPFUL_FEEDBACK: threads.helpful,
            actions.MORE_FEEDBACK: threads.more,
            actions.CLOSE_FEEDBACK: threads.close,
            actions.REFUSE_FEEDBACK: threads.refuse,
            actions.BLOCK_FEEDBACK: threads.block,
            actions.REPORT_FEEDBACK: threads.report,
            actions.ASK_UNMASK: threads.ask,
            actions.AGREE_UNMASK: threads.agree,
        }
    )
    routes.views.update(
        {
            actions.FEEDBACK_FORM: writing.look_over,
            actions.SEND_FEEDBACK_FORM: writing.send,
            actions.ANSWER_FEEDBACK_FORM: threads.send,
        }
    )


@dataclass(frozen=True)
class Writing:
    """Feedback until it arrives."""

    desk: Desk

    async def command(self, request: Request) -> None:
        """`/give-feedback @ana …`: the form."""
        named, words = feedback_form.typed(request.text)
        if len(named) == 1:
            await self.desk.meet(request.call.workspace, named)
        card = await self.desk.look(feedback.form, request.call, named, words)
        await request.open(feedback_form.feedback_form(card.voice, card.result, self.desk.clock.now()))

    async def begin(self, request: Request) -> Reply:
        """Somebody was chosen: the form."""
        named = feedback_inbox_views.chosen(request.view)
        if len(named) == 1:
            await self.desk.meet(request.call.workspace, named)
        card = await self.desk.look(feedback.form, request.call, named, "")
        return Reply(view=feedback_form.feedback_form(card.voice, card.result, self.desk.clock.now()))

    async def open(self, request: Request) -> None:
        """The form for somebody, with the draft."""
        card = await self.desk.look(feedback.open_for, request.call, int(request.value))
        await request.add(feedback_form.feedback_form(card.voice, card.result, self.desk.clock.now()))

    async def keep(self, request: Request) -> None:
        """What is typed or chosen is kept as a draft."""
        receiver_id, wanted = feedback_form.parse(request.view)
        action_ts = request.payload["actions"][0]["action_ts"]
        kept = await self.desk.transact(feedback.keep, request.call, receiver_id, wanted, action_ts)
        redrawn = coach.redrawn(kept.voice, request.view, feedback_form.WORDS, feedback_form.COACHED[wanted.kind])
        if redrawn is not None:
            await request.update(redrawn)

    async def look_over(self, request: Request) -> Reply:
        """The form was sent: the visibility card, on top of it."""
        # As often as it is sent: who goes back and sends it again, unchanged, looks again.
        call = replace(request.call, delivery=f"{request.call.delivery}:{secrets.token_hex(4)}")
        card = await self.desk.transact(feedback.look_over, call, *feedback_form.parse(request.view))
        return Reply(view=feedback_form.visibility_card(card.voice, card.result), on_top=True)

    async def send(self, request: Request) -> Reply:
        """Send what the card showed; the card anew, where others would read it by now."""
        done = await self.desk.transact(feedback.send, request.call, int(request.view["private_metadata"]))
        if isinstance(done.result, VisibilityCard):
            return Reply(view=feedback_form.visibility_card(done.voice, done.result))
        return Reply(closes_all=True)

    async def undo(self, request: Request) -> None:
        """Undo, until it has arrived."""
        await self.desk.transact(feedback.undo, request.call, request.value)


@dataclass(frozen=True)
class Threads:
    """Feedback that has arrived. What is typed in its threads: handlers/messages.py."""

    desk: Desk

    async def read(self, request: Request) -> None:
        """Read."""
        await self.desk.transact(feedback_threads.read, request.call, request.value)

    async def snooze(self, request: Request) -> None:
        """Tomorrow."""
        await self.desk.transact(feedback_threads.snooze, request.call, request.value)

    async def answer(self, request: Request) -> None:
        """Reply: the form."""
        talk = await self.desk.look(feedback_threads.writable, request.call, request.value)
        await request.add(feedback_views.answer_form(talk.voice, talk.result))

    async def send(self, request: Request) -> None:
        """The form of a reply was sent."""
        await self.desk.transact(feedback_threads.answer, request.call, *feedback_views.parse(request.view))

    async def helpful(self, request: Request) -> None:
        """Helpful."""
        await self.desk.transact(feedback_threads.helpful, request.call, request.value)

    async def more(self, request: Request) -> None:
        """What else can be done with it."""
        card = await self.desk.look(feedback_abuse.more, request.call, request.value)
        await request.open(feedback_more.more(card.voice, card.result))

    async def close(self, request: Request) -> None:
        """Close the thread; from the form of what else can be done, that form says so."""
        await self.desk.transact(feedback_threads.close, request.call, request.value)
        if request.call.surface == "view":
            card = await self.desk.look(feedback_abuse.more, request.call, request.value)
            await request.update(feedback_more.more(card.voice, card.result))

    async def refuse(self, request: Request) -> None:
        """Take no confidential feedback that wasn't asked for."""
        card = await self.desk.transact(feedback_abuse.refuse, request.call, request.value)
        await request.update(feedback_more.more(card.voice, card.result))

    async def block(self, request: Request) -> None:
        """Take nothing confidential from whoever wrote this."""
        card = await self.desk.transact(feedback_abuse.block, request.call, request.value)
        await request.update(feedback_more.more(card.voice, card.result))

    async def report(self, request: Request) -> None:
        """Show it to the admin who was chosen."""
        chosen = request.payload["actions"][0]["selected_option"]["value"]
        card = await self.desk.transact(feedback_abuse.report, request.call, *feedback_more.reported(chosen))
        await request.update(feedback_more.more(card.voice, card.result))

    async def ask(self, request: Request) -> None:
        """An admin asks another one to name its author."""
        await self.desk.transact(feedback_abuse.ask, request.call, int(request.value))

    async def agree(self, request: Request) -> None:
        """The other one agrees."""
        await self.desk.transact(feedback_abuse.agree, request.call, int(request.value))


@dataclass(frozen=True)
class Lists:
    """What somebody got, gave and owes."""

    desk: Desk

    async def show(self, request: Request) -> None:
        """`/give-feedback` alone, and the button on Home."""
        listed = await self.desk.look(feedback_inbox.show, request.call, Box.GOT, 0)
        await request.open(feedback_inbox_views.inbox(listed.voice, listed.result))

    async def turn(self, request: Request) -> None:
        """Another list, or another page."""
        where = feedback_inbox_views.where(request.value)
        listed = await self.desk.look(feedback_inbox.show, request.call, *where)
        await request.update(feedback_inbox_views.inbox(listed.voice, listed.result))

    async def open(self, request: Request) -> None:
        """One of them, on top; what wasn't read is read by that."""
        opened = await self.desk.transact(feedback_inbox.open_thread, request.call, request.value)
        found = opened.result
        view = feedback_inbox_views.thread(opened.voice, found.talk, found.words, is_shortened=found.is_shortened)
        await request.push(view)

    async def choose(self, request: Request) -> None:
        """Give feedback: for whom?"""
        voice = await self.desk.voice_of(request.call)
        await request.add(feedback_inbox_views.choose(voice))
