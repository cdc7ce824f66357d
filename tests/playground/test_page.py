"""The page's HTTP API: what one person sees, and what they do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bot.playground import Playground, Workspace, acme
from tests.playground.conftest import APP
from tests.playground.helpers import JSON, buttons, form, hears, option, text_input, whispers

MONDAY = datetime(2026, 11, 23, 7, 59, tzinfo=UTC)


class Almanac:
    """A calendar with something due at nine in Berlin."""

    def __init__(self) -> None:
        self.moment = MONDAY
        self.moves: list[datetime] = []

    def now(self) -> datetime:
        return self.moment

    async def next_due(self) -> datetime | None:
        nine = MONDAY + timedelta(minutes=1)
        return nine if self.moment < nine else None

    async def move_to(self, moment: datetime) -> None:
        self.moment = moment
        self.moves.append(moment)


@pytest.fixture
def almanac() -> Almanac:
    return Almanac()


@pytest.fixture
async def playground(almanac: Almanac) -> AsyncIterator[Playground]:
    playground = Playground(acme(APP), almanac)
    await playground.start()
    yield playground
    await playground.stop()


class Browser:
    """The page's requests."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session

    async def state(self, user: str = "UANA") -> JSON:
        async with self.session.get(f"/page/state?as={user}") as answer:
            return dict(await answer.json())

    async def act(self, do: str, user: str = "UANA", **fields: object) -> JSON:
        headers = {"X-Playground": "1"}
        async with self.session.post("/page/act", json={"as": user, "do": do, **fields}, headers=headers) as answer:
            return dict(await answer.json())

    async def messages(self, channel: str, user: str = "UANA") -> list[JSON]:
        state = await self.state(user)
        return list(next(c for c in state["channels"] if c["id"] == channel)["messages"])


@pytest.fixture
async def browser(playground: Playground) -> AsyncIterator[Browser]:
    async with aiohttp.ClientSession(playground.url) as session:
        yield Browser(session)


async def test_the_page_itself_is_served(browser: Browser) -> None:
    async with browser.session.get("/") as answer:
        assert answer.status == 200
        assert answer.content_type == "text/html"


async def test_state_shows_what_one_person_sees(browser: Browser, client: AsyncWebClient, slack: Workspace) -> None:
    await client.chat_postMessage(channel="UANA", text="For Ana", blocks=[buttons("go")])
    await client.chat_postMessage(channel="CPLATFORM", text="For the team")
    whispers(slack, "UBO", "For Bo", channel="CPLATFORM")
    ana, guest = await browser.state("UANA"), await browser.state("UGUEST")

    assert ana["now"] == MONDAY.isoformat()
    assert ana["next_due"] == (MONDAY + timedelta(minutes=1)).isoformat()
    assert (ana["can_move_time"], ana["reconnecting"]) == (True, True)
    assert ana["me"]["name"] == "ana"
    checkin = {"command": "/checkin", "description": "Answer", "usage_hint": "new | edit"}
    assert ana["commands"][0].items() >= checkin.items()
    assert {"callback_id": "thank", "name": "Give kudos", "type": "message"} in ana["shortcuts"]
    assert [c["id"] for c in ana["channels"]] == ["CGENERAL", "CPLATFORM", "CDESIGN", "CRANDOM", "DANA"]
    by_id = {c["id"]: c for c in ana["channels"]}
    assert (by_id["DANA"]["kind"], by_id["DANA"]["with"]) == ("im", "bot")
    assert (by_id["CDESIGN"]["member"], by_id["CDESIGN"]["bot_member"]) == (False, False)
    assert by_id["CPLATFORM"]["bot_member"] is True
    (dm,) = by_id["DANA"]["messages"]
    assert (dm["text"], dm["shown_at"], dm["ephemeral"]) == ("For Ana", MONDAY.isoformat(), False)
    assert [m["text"] for m in by_id["CPLATFORM"]["messages"]] == ["For the team"]
    assert [m["text"] for m in await browser.messages("CPLATFORM", "UBO")] == ["For the team", "For Bo"]
    assert "CPLATFORM" not in [c["id"] for c in guest["channels"]]
    assert "For Ana" not in json.dumps(guest)
    assert (await browser.state(""))["me"]["id"] == "UFINN", "whose Monday comes first"
    assert (await browser.state("UNOBODY")) == {"error": "nobody by that id"}


async def test_only_the_page_may_act(browser: Browser) -> None:
    async with browser.session.post("/page/act", json={"as": "UANA", "do": "home"}) as answer:
        assert answer.status == 403
    headers = {"X-Playground": "1", "Content-Type": "text/plain"}
    async with browser.session.post("/page/act", data="{}", headers=headers) as answer:
        assert answer.status == 403
    assert (await browser.act("dance"))["ok"] is False


async def test_no_browser_keeps_an_old_page(playground: Playground, browser: Browser) -> None:
    for address, kept in (("/", "no-store"), ("/page/app.js", "no-cache")):
        async with browser.session.get(address) as answer:
            assert (answer.status, answer.headers["Cache-Control"]) == (200, kept)
    async with browser.session.get("/page/app.js", headers={"If-None-Match": answer.headers["ETag"]}) as answer:
        assert answer.status == 304
    for outside in ("nothing.js", "..%2Fserver.py", "%2E%2E/server.py"):
        async with browser.session.get(URL(f"{playground.url}/page/{outside}", encoded=True)) as answer:
            assert answer.status == 404


async def test_a_form_from_command_to_submission(bot: AsyncApp, browser: Browser, slack: Workspace) -> None:
    heard: list[JSON] = []

    @bot.command("/checkin")
    async def open_form(ack: AsyncAck, body: JSON, client: AsyncWebClient) -> None:
        blocks = [text_input("said", "What?"), text_input("drafted", "Draft", dispatch_action=True)]
        await client.views_open(trigger_id=body["trigger_id"], view=form(*blocks, callback_id="c"))
        await ack()

    @bot.action("answer")
    async def draft(ack: AsyncAck, body: JSON) -> None:
        heard.append(body)
        await ack()

    @bot.view("c")
    async def submit(ack: AsyncAck, view: JSON) -> None:
        said = view["state"]["values"]["said"]["answer"]["value"]
        await ack(response_action="errors", errors={"said": "No"}) if said == "x" else await ack()

    assert await browser.act("command", text="/checkin", channel="CPLATFORM") == {"ok": True}
    (modal,) = (await browser.state())["modals"]
    where = {"view_id": modal["id"], "action_id": "answer"}
    assert (await browser.act("submit", view_id=modal["id"]))["errors"].keys() == {"said", "drafted"}
    await browser.act("view_state", block_id="said", action={"value": "x"}, **where)
    await browser.act("view_action", block_id="drafted", action={"value": "d"}, **where)
    assert heard[0]["view"]["state"]["values"]["said"]["answer"]["value"] == "x"
    assert heard[0]["actions"][0]["value"] == "d"
    assert (await browser.act("submit", view_id=modal["id"]))["errors"] == {"said": "No"}
    assert (await browser.state())["modals"][0]["errors"] == {"said": "No"}
    theirs = await browser.act("view_state", "UBO", block_id="said", action={"value": "z"}, **where)
    assert theirs == {"ok": False, "error": "that form is somebody else's"}
    await browser.act("view_state", block_id="said", action={"value": "y"}, **where)
    done = await browser.act("submit", view_id=modal["id"])
    assert (done["ok"], done["closed"], done["errors"]) == (True, True, {})
    assert (await browser.state())["modals"] == []


async def test_clicks_closings_and_home(bot: AsyncApp, browser: Browser, client: AsyncWebClient) -> None:
    heard = hears(bot)
    select = {"type": "static_select", "action_id": "s", "options": [option("a")]}
    blocks = [buttons("go"), {"type": "actions", "block_id": "more", "elements": [select]}]
    posted = await client.chat_postMessage(channel="UANA", text="?", blocks=blocks)
    where = {"channel": posted["channel"], "ts": posted["ts"]}
    await browser.act("click", block_id="buttons", action_id="go", **where)
    await browser.act("click", block_id="more", action_id="s", action={"selected_option": option("a")}, **where)
    assert heard[1]["actions"][0]["selected_option"] == option("a")
    hidden = await browser.act("click", "UBO", block_id="buttons", action_id="go", **where)
    assert hidden == {"ok": False, "error": "that message is gone"}
    await browser.act("home")
    assert heard[2]["event"]["type"] == "app_home_opened"
    await client.views_publish(user_id="UANA", view={"type": "home", "blocks": blocks})
    assert (await browser.state())["home"]["blocks"][0]["block_id"] == "buttons"


async def test_closing_shortcuts_and_options(
    bot: AsyncApp, browser: Browser, client: AsyncWebClient, slack: Workspace
) -> None:
    heard = hears(bot, {"options": [option("b")]})
    select = {"type": "external_select", "action_id": "e"}
    block = {"type": "input", "block_id": "i", "label": option("l")["text"], "element": select}
    opened = await client.views_open(trigger_id=slack.world.new_trigger("UANA"), view=form(block))
    view_id = opened["view"]["id"]
    found = await browser.act("options", view_id=view_id, block_id="i", action_id="e", query="x")
    assert found == {"ok": True, "options": [option("b")]}
    await browser.act("close", view_id=view_id, all=True)
    assert (await browser.state())["modals"] == []
    await browser.act("write", text="done", channel="CPLATFORM")
    (message,) = await browser.messages("CPLATFORM")
    await browser.act("shortcut", callback_id="thank", channel="CPLATFORM", ts=message["ts"])
    await browser.act("react", channel="CPLATFORM", ts=message["ts"], name="tada")
    assert heard[-2]["type"] == "message_action"
    assert (await browser.messages("CPLATFORM"))[0]["reactions"] == [{"name": "tada", "users": ["UANA"]}]
    await browser.act("write", text="reply", channel="CPLATFORM", thread_ts=message["ts"])
    parent, reply = await browser.messages("CPLATFORM")
    assert (parent["reply_count"], reply["thread_ts"]) == (1, message["ts"])


async def test_toasts_and_invitations(bot: AsyncApp, browser: Browser) -> None:
    heard = hears(bot)
    await browser.act("command", text="/none", channel="CPLATFORM")
    (toast,) = (await browser.state())["toasts"]
    assert toast["text"] == "/none is not a valid command."
    await browser.act("dismiss_toast", id=toast["id"])
    assert (await browser.state())["toasts"] == []
    assert (await browser.act("invite_bot", channel="CDESIGN")) == {"ok": True}
    assert (await browser.act("invite_bot", channel="CDESIGN"))["error"] == "the app is in there already"
    assert heard[0]["event"]["type"] == "member_joined_channel"
    assert (await browser.act("command", text="/checkin", channel="CDESIGN"))["error"] == "UANA isn't in design"


async def test_time_is_moved_by_its_owner(browser: Browser, almanac: Almanac) -> None:
    await browser.act("move_time", next=True)
    await browser.act("move_time", minutes=60)
    await browser.act("move_time", to="2026-11-30T08:00:00+00:00")
    nine = MONDAY + timedelta(minutes=1)
    assert almanac.moves == [nine, nine + timedelta(hours=1), datetime(2026, 11, 30, 8, tzinfo=UTC)]
    assert (await browser.act("move_time", next=True)) == {"ok": False, "error": "nothing is due"}


async def test_changes_are_announced(browser: Browser, client: AsyncWebClient) -> None:
    async with browser.session.get("/page/events") as stream:
        first = json.loads((await stream.content.readline())[6:])
        await stream.content.readline()
        await client.chat_postMessage(channel="UANA", text="new")
        async with asyncio.timeout(5):
            second = json.loads((await stream.content.readline())[6:])
    assert second["version"] > first["version"]
