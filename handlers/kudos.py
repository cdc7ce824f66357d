"""Kudos: by `/kudos`, by its form and from a message's menu; changed, taken back and joined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from bot.domain.kudos import MAX_WORDS, Given, KudosRequest, Typed, named
from bot.errors import UserError
from bot.services import channels as channel_service
from bot.services import kudos, kudos_changes, kudos_lists, kudos_reactions
from bot.services.kudos import TOO_LONG, NotMetError
from bot.views import actions, kudos_form
from bot.views import kudos as kudos_views
from bot.views import kudos_lists as list_views
from bot.views.blocks import escape, escaped
from bot.views.kudos_form import Filled
from handlers import lookups
from handlers.desk import Desk, Done
from handlers.routes import Call, Reply, Request, Routes

T = TypeVar("T")


def register(routes: Routes, desk: Desk) -> None:
    """Let the routes know this feature."""
    giving, changing, reacting = Giving(desk), Changing(desk), Reacting(desk)
    routes.commands["kudos"] = routes.actions[actions.GIVE_KUDOS] = giving.open
    routes.words["kudos …"] = giving.give
    routes.views[actions.GIVE_KUDOS_FORM] = giving.send
    routes.shortcuts[actions.KUDOS_OF_MESSAGE] = giving.about_message
    routes.events["reaction_added"] = routes.events["reaction_removed"] = reacting.reacted
    routes.actions[actions.CHANGE_KUDOS] = changing.open
    routes.views[actions.CHANGE_KUDOS_FORM] = changing.save
    routes.actions[actions.TAKE_KUDOS_BACK] = changing.take_back
    routes.actions[actions.JOIN_KUDOS] = changing.join
    routes.actions[actions.UNJOIN_KUDOS] = changing.unjoin
    listing = Listing(desk)
    routes.words["kudos mine"] = routes.actions[actions.MY_KUDOS] = listing.mine
    routes.words["kudos team"] = listing.coverage
    for turning in (actions.KUDOS_GOT, actions.KUDOS_GAVE, actions.KUDOS_NEWER, actions.KUDOS_OLDER):
        routes.actions[turning] = listing.turn


@dataclass(frozen=True)
class Meeting:
    """Whoever and whatever Cairn hasn't met yet is looked up, and the service asked again."""

    desk: Desk

    async def transact(self, service: Callable[..., T], call: Call, *args: Any) -> Done[T]:
        """`service(session, actor, *args, is_met, now)`, in one transaction."""
        try:
            return await self.desk.transact(service, call, *args, False)
        except NotMetError as unknown:
            await self.desk.meet(call.workspace, unknown.slack_ids)
            if unknown.channel is not None:
                await self.look_up(call, unknown.channel)
        return await self.desk.transact(service, call, *args, True)

    async def look_up(self, call: Call, channel: str) -> None:
        """Learn what Slack tells of a channel; nothing where Cairn isn't in it."""
        client = await self.desk.clients.of(call.workspace)
        try:
            facts, members = await lookups.channel(client, channel, "channel")
        except UserError:
            return
        now = self.desk.clock.now()
        await self.desk.database.write(
            lambda session: channel_service.remember(session, facts, members, now).slack_id, workspace=call.workspace
        )


@dataclass(frozen=True)
class Giving:
    """How kudos are given."""

    desk: Desk

    async def open(self, request: Request) -> None:
        """`/kudos` alone, or the button on Home: the form."""
        await self._open(request, Filled(), _typed_in(request.call))

    async def give(self, request: Request) -> Reply | None:
        """`/kudos @bo for the launch`: at once. What can't be given comes back in the form, as it was typed."""
        typed = kudos_form.parse_command(request.text)
        try:
            given = await self._give(request, typed)
        except UserError as refusal:
            return await self._bring_back(request, typed, refusal)
        text, blocks = kudos_views.receipt(given.voice, given.result)
        return Reply(text=text, blocks=blocks)

    async def _give(self, request: Request, typed: Typed) -> Done[Given]:
        wanted = KudosRequest(
            people=typed.people,
            words=typed.words,
            from_groups=await self._members(request, typed.groups),
            channel=_typed_in(request.call),
            is_typed_there=True,
            mentioned=typed.mentioned,
        )
        return await Meeting(self.desk).transact(kudos.give, request.call, wanted)

    async def _bring_back(self, request: Request, typed: Typed, refusal: UserError) -> Reply | None:
        voice = await self.desk.voice_of(request.call)
        params = {name: escaped(value) for name, value in refusal.params.items()}
        if len(typed.words) > MAX_WORDS:
            return Reply(text=f"{voice.say(TOO_LONG)}\n\n{escape(typed.words)}")
        filled = Filled(typed.people, typed.groups, typed.words, notice=voice.say(refusal.msgid, **params))
        await self._open(request, filled, _typed_in(request.call), typed.mentioned)
        return None

    async def about_message(self, request: Request) -> None:
        """A message's menu, Give kudos: the form, with its author and its words."""
        payload = request.payload
        message, channel = payload["message"], payload["channel"]["id"]
        source, mentioned = kudos_form.source_of(message, channel, payload["team"]["domain"])
        author = message.get("user") or ""
        is_person = bool(author) and not message.get("bot_id") and author != request.call.user
        filled = Filled(people=(author,) if is_person else (), source=source)
        await self._open(request, filled, channel if channel.startswith(("C", "G")) else None, mentioned)

    async def _open(
        self, request: Request, filled: Filled, channel: str | None, mentioned: tuple[str, ...] = ()
    ) -> None:
        call = request.call
        offered = await self.desk.look(kudos.offered, call, channel, mentioned)
        if channel is not None and offered.result.may_post is None:
            await Meeting(self.desk).look_up(call, channel)
            offered = await self.desk.look(kudos.offered, call, channel, mentioned)
        ground = offered.result
        names = {slack_id: person.name for slack_id, person in ground.people.items()}
        source = filled.source
        if source is not None:
            source = replace(source, quote=named(source.quote, names))
        filled = replace(
            filled,
            words=named(filled.words, names),
            source=source,
            channel=channel if ground.may_post else None,
            groups=await lookups.groups(request.client),
            values=ground.values,
        )
        await request.show(kudos_form.form(offered.voice, filled))

    async def send(self, request: Request) -> Reply | None:
        """The form was sent."""
        wanted, groups = kudos_form.parse(request.view)
        wanted = replace(wanted, from_groups=await self._members(request, groups))
        given = await Meeting(self.desk).transact(kudos.give, request.call, wanted)
        if given.result.in_private or given.result.no_card is not None:
            return Reply(view=kudos_views.receipt_form(given.voice, given.result))
        return Reply(closes_all=True)

    async def _members(self, request: Request, groups: tuple[str, ...]) -> tuple[str, ...]:
        found = [await lookups.group_members(request.client, group, "group") for group in groups]
        return tuple(member for members in found for member in members)


@dataclass(frozen=True)
class Changing:
    """What becomes of kudos that were given."""

    desk: Desk

    async def open(self, request: Request) -> None:
        """The form that changes one's own."""
        found = await self.desk.look(kudos_changes.editable, request.call, int(request.value))
        await request.add(kudos_form.change_form(found.voice, *found.result))

    async def save(self, request: Request) -> None:
        """It was sent."""
        await Meeting(self.desk).transact(kudos_changes.change, request.call, *kudos_form.parse_change(request.view))

    async def take_back(self, request: Request) -> None:
        """Take them back."""
        done = await self.desk.transact(kudos_changes.take_back, request.call, int(request.value))
        if request.call.surface == "message":
            await self.desk.tell(request, kudos_views.taken_back(done.voice))
        else:
            page = await self.desk.look(kudos_lists.mine, request.call, *list_views.place(request.view))
            await request.update(list_views.mine(page.voice, page.result))

    async def join(self, request: Request) -> None:
        """+1 on a card."""
        done = await self.desk.transact(kudos_changes.join, request.call, int(request.value))
        if not done.result:
            await request.open(kudos_views.joined_before(done.voice, int(request.value)))

    async def unjoin(self, request: Request) -> None:
        """Take my +1 back."""
        done = await self.desk.transact(kudos_changes.unjoin, request.call, int(request.value))
        await request.update(kudos_views.unjoined(done.voice))


@dataclass(frozen=True)
class Listing:
    """Kudos to look at."""

    desk: Desk

    async def mine(self, request: Request) -> None:
        """`/kudos mine`, or the button on Home: what somebody got."""
        page = await self.desk.look(kudos_lists.mine, request.call, True, 0)
        await request.show(list_views.mine(page.voice, page.result))

    async def turn(self, request: Request) -> None:
        """What they gave, or another page."""
        page = await self.desk.look(kudos_lists.mine, request.call, *list_views.turned(request.value))
        await request.update(list_views.mine(page.voice, page.result))

    async def coverage(self, request: Request) -> None:
        """`/kudos team`: who had no thanks, for leads."""
        found = await self.desk.transact(kudos_lists.coverage, request.call)
        await request.open(list_views.coverage(found.voice, found.result))


@dataclass(frozen=True)
class Reacting:
    """Reactions with the workspace's emoji. `domains`: of workspaces, as messages' addresses have them."""

    desk: Desk
    domains: dict[str, str] = field(default_factory=dict)

    async def reacted(self, request: Request) -> None:
        """Somebody reacted to a message, or took that back; most reactions are none of Cairn's business."""
        reaction = kudos_form.reaction(request.payload)
        call = request.call
        if reaction is None or not await self.desk.database.read(
            lambda session: kudos_reactions.concerns(session, reaction), workspace=call.workspace
        ):
            return
        if call.workspace not in self.domains:
            self.domains[call.workspace] = await lookups.domain(request.client)
        await Meeting(self.desk).transact(kudos_reactions.react, call, reaction, self.domains[call.workspace])


def _typed_in(call: Call) -> str | None:
    """The channel in which a command was typed; None in a DM."""
    return call.channel if (call.channel or "").startswith(("C", "G")) else None
