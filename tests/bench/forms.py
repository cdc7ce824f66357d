"""Forms opened while Slack takes 200 ms to answer, against bare Bolt that does nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from storage.database import Database
from tests.bench import company, payloads, slack
from tests.bench.cairn import cairn
from tests.bench.company import WORKSPACE, Part
from tests.bench.databases import KINDS, Databases
from tests.bench.load import Load, send
from tests.bench.processes import Server, in_own_process, serving
from tests.bench.report import Line, at_least
from tests.bench.sizes import scaled

IN_FLIGHT = 64
SLACK_TAKES = 0.2
RUNS = 3
PEOPLE = 500
VIEW = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Bench"},
    "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": payloads.WORDS}}],
}


def measure(databases: Databases) -> Iterator[Line]:
    """Both databases, both ways to open the form."""
    with serving(slack.serve, PEOPLE, SLACK_TAKES) as fake, serving(serve_bolt, fake.url) as bolt:
        for kind in KINDS:
            url = databases.fresh(kind)
            parts = _seed(url)
            with cairn(databases.folder, url, fake.url) as ours:
                for how, make in (("Answer", payloads.answer_click), ("/checkin", payloads.command)):
                    pairs = [
                        (_opened(fake, ours.url, make, parts, run), _opened(fake, bolt.url, make, parts, run))
                        for run in range(RUNS)
                    ]
                    yield at_least(f"forms opened by {how}, {kind}", "/s", pairs, 0.8)


def _seed(url: str) -> list[Part]:
    database, now = Database(url), Clock().now()
    with database.session(WORKSPACE) as session:
        teams = company.move_in(session, PEOPLE, now)
        checkins = [company.set_up(session, [team], now, now + company.WEEK) for team in teams]
        parts = [part for checkin in checkins for part in company.open_round(session, checkin, now)]
    database.close()
    return parts


def _opened(fake: Server, url: str, make: Callable[[Part, int], bytes], parts: Sequence[Part], run: int) -> float:
    count = scaled(10_000)
    wanted = [parts[n % len(parts)] for n in range(count)]
    before = fake.ask().get("views.open", 0)
    load: Load = in_own_process(send, url, make, wanted, IN_FLIGHT, run * count)
    opened = fake.ask()["views.open"] - before
    if opened != count:
        raise RuntimeError(f"{opened} forms were opened for {count} requests")
    return load.rate


def serve_bolt(line: Connection, slack_url: str) -> None:
    """Bare Bolt at its fastest: one listener a kind, acks at the listener's end, one session for all calls."""
    asyncio.run(_serve_bolt(line, slack_url))


async def _serve_bolt(line: Connection, slack_url: str) -> None:
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient("xoxb-bench", slack_url, session=session)
        bolt = AsyncApp(client=client, signing_secret=payloads.SECRET, process_before_response=True)

        async def opens(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
            await client.views_open(trigger_id=body["trigger_id"], view=VIEW)
            await ack()

        bolt.command("/checkin")(opens)
        bolt.action("checkin.answer")(opens)

        async def receive(request: web.Request) -> web.Response:
            return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(request)))

        app = web.Application()
        app.router.add_post("/slack/events", receive)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        line.send({"url": f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"})
        await asyncio.Event().wait()
