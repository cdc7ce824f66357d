"""Goals: `/goals` and its words, the forms, and the buttons below goals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.i18n import mark
from bot.services import (
    goal_agreement,
    goal_forest,
    goal_handover,
    goal_lists,
    goal_progress,
    goal_setting,
    goal_talk,
    goal_tree,
)
from bot.views import actions, goal_details, goal_form, goal_updates
from bot.views import goal_handover as handover_views
from bot.views import goal_talk as talk_views
from bot.views import goal_tree as tree_views
from bot.views import goals as goal_views
from bot.views.goals import Scope
from handlers import lookups
from handlers.desk import Desk, Done
from handlers.routes import Reply, Request, Routes, View

CHARTS_COME = mark("The numbers are in your DM with Cairn now, and the pictures in a moment. Only you see them there.")
_PERSON = re.compile(r"<@(\w+)(?:\|[^>]*)?>")


def register(routes: Routes, desk: Desk) -> None:
    """Let the routes know this feature."""
    lists, forms, said, hands = Lists(desk), Forms(desk), Said(desk), Hands(desk)
    routes.commands["goals"] = lists.mine
    routes.words.update(
        {
            "goals new": forms.new,
            "goals team …": lists.team,
            "goals company": lists.company,
            "goals tree": lists.tree,
            "goals …": lists.of_person,
        }
    )
    scopes = {f"{actions.GOALS}.{scope}": lists.turn for scope in Scope}
    routes.actions.update(
        {
            **scopes,
            actions.GOALS_PAGE: lists.turn,
            actions.GOALS_PAGE_BACK: lists.turn,
            **dict.fromkeys((actions.TREE, actions.TREE_PAGE, actions.TREE_PAGE_BACK), lists.turn_tree),
            actions.SHOW_GOAL: lists.show,
            actions.GOAL_CHARTS: lists.charts,
            actions.NEW_GOAL: forms.new,
            actions.EDIT_GOAL: forms.edit,
            actions.ADD_MEASURE: forms.add,
            actions.REMOVE_MEASURE: forms.remove,
            actions.MEASURE_SHAPE: forms.shape,
            actions.UPDATE_GOAL: said.update_form,
            actions.CLOSE_GOAL: said.close_form,
            actions.AGREE_GOAL: said.agree,
            actions.ASK_AGAIN: said.ask_again,
            actions.SUGGEST_CHANGE: said.suggest_form,
            actions.HAND_OVER: hands.form,
            actions.SHARE_GOALS: hands.share,
        }
    )
    routes.views.update(
        {
            actions.GOAL_FORM: forms.save,
            actions.UPDATE_GOAL_FORM: said.update,
            actions.CLOSE_GOAL_FORM: said.close,
            actions.SUGGEST_FORM: said.suggest,
            actions.HAND_OVER_FORM: hands.hand_over,
        }
    )
    routes.options[actions.GOAL_PARENT] = forms.search


@dataclass(frozen=True)
class Lists:
    """Goals to look at."""

    desk: Desk

    async def mine(self, request: Request) -> None:
        """`/goals`: mine."""
        found = await self.desk.look(goal_lists.mine, request.call, 0)
        await request.open(goal_views.goal_list(found.voice, found.result))

    async def of_person(self, request: Request) -> Reply | None:
        """`/goals @ana`: somebody's; whatever else was typed gets help."""
        named = _PERSON.fullmatch(request.text.strip())
        if named is None:
            voice = await self.desk.voice_of(request.call)
            return Reply(text=goal_views.unknown(voice, request.text))
        await self.desk.meet(request.call.workspace, [named[1]])
        found = await self.desk.transact(goal_lists.of_person, request.call, named[1])
        await request.open(goal_views.goal_list(found.voice, found.result))
        return None

    async def team(self, request: Request) -> None:
        """`/goals team`: my team's, or that of the one that is named."""
        found = await self.desk.transact(goal_lists.of_team, request.call, request.text)
        await request.open(goal_views.goal_list(found.voice, found.result))

    async def company(self, request: Request) -> None:
        """`/goals company`: the company's."""
        found = await self.desk.transact(goal_lists.turned, request.call, Scope.COMPANY, 0, 0)
        await request.open(goal_views.goal_list(found.voice, found.result))

    async def tree(self, request: Request) -> None:
        """`/goals tree`: all that somebody may read, from the company's down."""
        found = await self.desk.transact(goal_forest.tree, request.call, 0)
        await request.open(tree_views.goal_tree(found.voice, found.result))

    async def turn_tree(self, request: Request) -> None:
        """Another page of it, in place of what was clicked in."""
        found = await self.desk.transact(goal_forest.tree, request.call, int(request.value))
        await request.show(tree_views.goal_tree(found.voice, found.result))

    async def turn(self, request: Request) -> None:
        """Another page, or another list; from Home, alone."""
        scope, key, page = [*request.value.split(), "0"][:3]
        found = await self.desk.transact(goal_lists.turned, request.call, Scope(scope), int(key), int(page))
        await request.show(goal_views.goal_list(found.voice, found.result))

    async def show(self, request: Request) -> None:
        """One of them: on top of a list, in place of another goal's details, so that nobody stacks too many."""
        found = await self.desk.transact(goal_lists.show, request.call, int(request.value))
        view = goal_details.details(found.voice, found.result)
        in_details = request.call.surface == "view" and request.view["callback_id"] == actions.GOAL_VIEW
        await (request.update if in_details else request.add)(view)

    async def charts(self, request: Request) -> None:
        """A goal's charts, by DM."""
        sent = await self.desk.transact(goal_lists.send_charts, request.call, int(request.value))
        await self.desk.tell(request, sent.voice.say(CHARTS_COME))


@dataclass(frozen=True)
class Forms:
    """The form of a goal."""

    desk: Desk

    async def new(self, request: Request) -> None:
        """`/goals new`, and the button: in place of the list where it is in one."""
        form = await self.desk.look(goal_setting.new, request.call)
        await request.show(goal_form.goal_form(form.voice, form.result))

    async def edit(self, request: Request) -> None:
        """Change a goal."""
        form = await self.desk.look(goal_setting.edit, request.call, int(request.value))
        await request.show(goal_form.goal_form(form.voice, form.result))

    async def add(self, request: Request) -> None:
        """A measure more."""
        form = await self._anew(request)
        await request.update(goal_form.goal_form(form.voice, form.result.with_another()))

    async def remove(self, request: Request) -> None:
        """One measure less."""
        form = await self._anew(request)
        await request.update(goal_form.goal_form(form.voice, form.result.without(request.value)))

    async def shape(self, request: Request) -> None:
        """Another kind of measure has other inputs."""
        form = await self._anew(request)
        await request.update(goal_form.goal_form(form.voice, form.result))

    async def _anew(self, request: Request) -> Done[goal_form.GoalForm]:
        return await self.desk.look(goal_setting.drawn_anew, request.call, goal_form.shown(request.view))

    async def save(self, request: Request) -> Reply:
        """The form was sent: the goal as it is now takes its place."""
        voice = await self.desk.voice_of(request.call)
        wanted = goal_form.parse(voice, goal_form.shown(request.view))
        service = goal_setting.create if wanted.goal_id is None else goal_setting.change
        saved = await self.desk.transact(service, request.call, wanted)
        return await _details(self.desk, request, saved.result.key)

    async def search(self, request: Request) -> list[dict[str, Any]]:
        """What the select of the goal above offers for what was typed."""
        typed = str(request.payload.get("value") or "")
        own = goal_form.shown(request.view).goal_id
        found = await self.desk.look(goal_tree.search, request.call, typed, own)
        return goal_form.parent_options(found.result)


@dataclass(frozen=True)
class Said:
    """What is said about a goal: updates, agreement, how it ended."""

    desk: Desk

    async def update_form(self, request: Request) -> None:
        """The form of an update."""
        form = await self.desk.look(goal_progress.update_form, request.call, int(request.value))
        await request.show(goal_updates.update_form(form.voice, form.result))

    async def update(self, request: Request) -> Reply:
        """It was sent."""
        said = goal_updates.parse_update(request.view)
        await self.desk.transact(goal_progress.update, request.call, said)
        return await _details(self.desk, request, said.goal_id)

    async def close_form(self, request: Request) -> None:
        """How it ended."""
        goal = await self.desk.look(goal_progress.close_form, request.call, int(request.value))
        await request.show(goal_updates.close_form(goal.voice, goal.result.key, goal.result.title))

    async def close(self, request: Request) -> Reply:
        """It is closed."""
        wanted = goal_updates.parse_close(request.view)
        channel = wanted.channel
        looked_up = await lookups.channel(request.client, channel, "channel") if channel else None
        await self.desk.transact(goal_progress.close, request.call, wanted, looked_up)
        return await _details(self.desk, request, wanted.goal_id)

    async def agree(self, request: Request) -> None:
        """Agree."""
        goal_id, terms = map(int, request.value.split())
        await self.desk.transact(goal_agreement.agree, request.call, goal_id, terms)

    async def suggest_form(self, request: Request) -> None:
        """Suggest a change."""
        goal_id, terms = map(int, request.value.split())
        form = await self.desk.look(goal_talk.form, request.call, goal_id, terms)
        await request.add(talk_views.suggest_form(form.voice, form.result))

    async def suggest(self, request: Request) -> None:
        """It was sent."""
        await self.desk.transact(goal_talk.suggest, request.call, *talk_views.parse(request.view))

    async def ask_again(self, request: Request) -> None:
        """Ask who is one's manager now."""
        await self.desk.transact(goal_agreement.ask_again, request.call, int(request.value))


@dataclass(frozen=True)
class Hands:
    """Goals that change hands."""

    desk: Desk

    async def form(self, request: Request) -> None:
        """Hand over."""
        goal = await self.desk.look(goal_handover.form, request.call, int(request.value))
        await request.show(handover_views.form(goal.voice, goal.result.key, goal.result.title))

    async def hand_over(self, request: Request) -> Reply:
        """It was sent."""
        goal_id, to = handover_views.parse(request.view)
        await self.desk.meet(request.call.workspace, [to] if to else [])
        done = await self.desk.transact(goal_handover.hand_over, request.call, goal_id, to)
        return Reply(view=handover_views.handed(done.voice, done.result.title))

    async def share(self, request: Request) -> None:
        """Share agreed goals with a new manager."""
        await self.desk.transact(goal_handover.share, request.call, int(request.value))


async def _details(desk: Desk, request: Request, goal_id: int) -> Reply:
    """The goal as it is now, in place of the form that was sent."""
    found = await desk.look(goal_lists.reshow, request.call, goal_id)
    view: View = goal_details.details(found.voice, found.result)
    return Reply(view=view)
