"""Check-ins: `/checkin`, the buttons on prompts and welcomes, the forms."""

from __future__ import annotations

from dataclasses import dataclass, replace

from slack_sdk.errors import SlackApiError

from bot.domain.checkins import STEPS, QuestionKind
from bot.domain.forms import Form
from bot.i18n import Voice
from bot.services import answers, checkins, digests, early, reminders
from bot.views import actions, answer_form, checkin_cards
from handlers.desk import Desk
from handlers.routes import Reply, Request, Routes


def register(routes: Routes, desk: Desk) -> None:
    """Let the routes know this feature."""
    handlers = CheckIns(desk)
    routes.commands["checkin"] = handlers.waiting
    routes.actions.update(
        {
            actions.ANSWER: handlers.answer,
            actions.ANSWER_INPUT: handlers.typed,
            actions.ANSWER_BRANCH: handlers.branch,
            **{actions.mood(step): handlers.mood for step in STEPS},
            actions.START_EARLY: handlers.start_early,
            actions.SKIP: handlers.skip,
            actions.SNOOZE: handlers.snooze,
            actions.DISCARD: handlers.discard,
            actions.PAUSE: handlers.pause,
            actions.RESUME: handlers.resume,
            actions.SAMPLE: handlers.sample,
            actions.WHO_READS: handlers.who_reads,
            actions.POST_DIGEST_AGAIN: handlers.post_digest,
        }
    )
    routes.views[actions.ANSWER_FORM] = handlers.submit


@dataclass(frozen=True)
class CheckIns:
    """What can be done with check-ins."""

    desk: Desk

    async def waiting(self, request: Request) -> None:
        """`/checkin`: what waits for an answer."""
        waiting = await self.desk.look(early.waiting, request.call)
        if isinstance(waiting.result, Form):
            view = answer_form.answer_form(waiting.voice, waiting.result)
        else:
            view = answer_form.choose(waiting.voice, waiting.result)
        await request.open(view)

    async def answer(self, request: Request) -> None:
        """The Answer button, in the DM, on Home, or where several wait."""
        form = await self.desk.look(answers.form, request.call, int(request.value))
        await self._show(request, form.voice, form.result)

    async def start_early(self, request: Request) -> None:
        """Start early: the form of what isn't open yet."""
        form = await self.desk.transact(early.start, request.call, int(request.value))
        await self._show(request, form.voice, form.result)

    async def mood(self, request: Request) -> None:
        """One of five moods on the prompt: the form, with that filled in."""
        action = request.payload["actions"][0]
        given = (int(request.value), actions.step(action["action_id"]), action["action_ts"])
        form = await self.desk.transact(answers.begin_with_mood, request.call, *given)
        await self._show(request, form.voice, form.result)

    async def _show(self, request: Request, voice: Voice, form: Form) -> None:
        view = answer_form.answer_form(voice, form)
        await request.show(view)

    async def typed(self, request: Request) -> None:
        """Each keystroke and choice in the form: a draft."""
        action_ts = request.payload["actions"][0]["action_ts"]
        await self.desk.transact(answers.save_draft, request.call, answer_form.parse(request.view, action_ts))

    async def branch(self, request: Request) -> None:
        """An answer on which it depends whether others are asked: a draft, and the form shows those."""
        await self.typed(request)
        try:
            await self._follow(request, request.view["hash"])
        except SlackApiError as error:
            if error.response["error"] == "hash_conflict":
                # It was changed meanwhile, by another answer: what is kept now is at least as new as this one.
                await self._follow(request, None)
            elif error.response["error"] != "not_found":  # closed meanwhile
                raise

    async def _follow(self, request: Request, known: str | None) -> None:
        """Let an open form show the questions that are asked now, and none else; what is typed in it stays."""
        typed = answer_form.parse(request.view)
        looked = await self.desk.look(answers.form, request.call, typed.prompt_id)
        form = replace(_as_shown(looked.result, request), told=typed.read_by)
        asked = {question.id for question in form.shown if question.kind is not QuestionKind.PROGRESS}
        if known is not None and answer_form.shown_in(request.view) == asked:
            return
        view = answer_form.answer_form(looked.voice, form)
        await request.client.views_update(view_id=request.view["id"], hash=known, view=view)

    async def submit(self, request: Request) -> Reply | None:
        """The form was sent; or it shows a question first that it didn't show yet."""
        sent = await self.desk.transact(answers.submit, request.call, answer_form.parse(request.view))
        if sent.result is None:
            return None
        return Reply(view=answer_form.answer_form(sent.voice, _as_shown(sent.result, request)))

    async def skip(self, request: Request) -> None:
        """Not this time."""
        await self.desk.transact(answers.skip, request.call, int(request.value))

    async def snooze(self, request: Request) -> None:
        """Snooze 1 h."""
        await self.desk.transact(reminders.snooze, request.call, int(request.value))

    async def discard(self, request: Request) -> None:
        """Discard the draft: the form forgets what was typed into it."""
        action_ts = request.payload["actions"][0]["action_ts"]
        form = await self.desk.transact(answers.discard_draft, request.call, int(request.value), action_ts)
        await self._show(request, form.voice, form.result)

    async def pause(self, request: Request) -> None:
        """Pause for me."""
        await self.desk.transact(checkins.pause_for_me, request.call, int(request.value))

    async def resume(self, request: Request) -> None:
        """Ask me again."""
        await self.desk.transact(checkins.resume_for_me, request.call, int(request.value))

    async def sample(self, request: Request) -> None:
        """See a sample."""
        shown = await self.desk.look(checkins.sample, request.call, int(request.value))
        name, questions = shown.result
        await request.open(answer_form.sample(shown.voice, name, questions))

    async def who_reads(self, request: Request) -> None:
        """Who can see what."""
        card = await self.desk.look(checkins.card, request.call, int(request.value))
        await request.open(checkin_cards.who_can_see(card.voice, card.result))

    async def post_digest(self, request: Request) -> None:
        """Post a digest that Slack had refused."""
        await self.desk.transact(digests.post_again, request.call, int(request.value))


def _as_shown(form: Form, request: Request) -> Form:
    """A form with the inputs of the one that is open, so that Slack keeps what is typed in them."""
    return replace(form, generation=answer_form.generation(request.view))
