"""`/team-summary`: a look for whoever types it, and what they do with it."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.errors import UserError
from bot.services import summary_requests
from bot.services.summary_requests import Choice, Place, Previewed
from bot.views import actions
from bot.views import summaries as views
from bot.views.blocks import Modal
from handlers import lookups
from handlers.desk import Desk, Done
from handlers.routes import Reply, Request, Routes


def register(routes: Routes, desk: Desk) -> None:
    """Let the routes know this feature."""
    handlers = Summaries(desk)
    routes.commands["team-summary"] = routes.words["team-summary …"] = handlers.ask
    for n in range(views.TEAMS):
        routes.actions[f"{actions.SUMMARY_OF_TEAM}.{n}"] = handlers.of_choice
    routes.actions[actions.SUMMARY_PERIOD] = handlers.of_choice
    routes.actions[actions.POST_SUMMARY] = routes.actions[actions.POST_SUMMARY_AGAIN] = handlers.post
    routes.actions[actions.COPY_SUMMARY] = handlers.copy


@dataclass(frozen=True)
class Summaries:
    """What leads ask of their teams' summaries."""

    desk: Desk

    async def ask(self, request: Request) -> Reply:
        """`/team-summary platform last week`: the preview, or a choice of teams."""
        place = await self._look_up(request)
        done = await self.desk.transact(summary_requests.ask, request.call, request.text, place)
        text, blocks = self._said(done)
        return Reply(text=text, blocks=blocks)

    async def of_choice(self, request: Request) -> None:
        """A team or a period was chosen: the preview, in place of what was there."""
        place = await self._look_up(request)
        value = request.value or request.payload["actions"][0]["selected_option"]["value"]
        done = await self.desk.transact(summary_requests.of_choice, request.call, value, place)
        await self._instead(request, self._said(done))

    async def post(self, request: Request) -> None:
        """Post to #channel; whoever comes second is asked."""
        channel = _channel(request)
        if channel is None:
            raise UserError(summary_requests.CANNOT_POST)
        value, nth = _value(request)
        done = await self.desk.transact(summary_requests.post, request.call, value, channel, nth)
        before = done.result
        if before is None:
            await self.desk.tell(request, views.posting(done.voice, channel))
            return
        again = f"{value} {before.nth}"
        moment = done.voice.moment(before.at)
        await self._instead(request, views.asked_before(done.voice, again, channel, before.name, moment))

    async def copy(self, request: Request) -> None:
        """DM me the full copy."""
        done = await self.desk.transact(summary_requests.copy, request.call, _value(request)[0])
        await self.desk.tell(request, views.copying(done.voice))

    async def _look_up(self, request: Request) -> Place:
        """Where it was typed, as Slack says now, with everybody in it whom Cairn hasn't met."""
        channel = _channel(request)
        if channel is None:
            return Place()
        try:
            facts, members = await lookups.channel(request.client, channel, "channel")
        except UserError:
            return Place(channel)
        if members is not None:
            await self.desk.meet(request.call.workspace, members)
        return Place(channel, (facts, members))

    def _said(self, done: Done[Previewed] | Done[Choice] | Done[Previewed | Choice]) -> views.Said:
        found = done.result
        if isinstance(found, Choice):
            return views.choose_team(done.voice, found.teams, found.period)
        return views.preview(done.voice, found.summary, found.team_id, may_post=found.may_post)

    async def _instead(self, request: Request, said: views.Said) -> None:
        """Put this in place of what was clicked in; where Slack takes it there no more, in a small form."""
        text, blocks = said
        if request.call.response_url:
            client = AsyncWebhookClient(request.call.response_url, session=self.desk.clients.session, timeout=5)
            answer = await client.send(text=text, blocks=blocks, response_type="ephemeral", replace_original=True)
            if answer.status_code == 200:
                return
        await request.open(Modal("notice", "Cairn", blocks, "OK").view())


def _channel(request: Request) -> str | None:
    """The channel in which somebody typed or clicked; None in a DM."""
    channel = request.call.channel or ""
    return channel if channel.startswith(("C", "G")) else None


def _value(request: Request) -> tuple[str, int]:
    """The team and the period, and how often it was posted when that was shown."""
    team, period, *nth = request.value.split()
    return f"{team} {period}", int(nth[0]) if nth else 0
