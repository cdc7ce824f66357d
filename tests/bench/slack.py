"""A Slack that says yes to everything, after as long as it is told to take: for load, not for behaviour."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from multiprocessing.connection import Connection
from typing import Any

from aiohttp import web

from tests.bench.company import CHANNEL, WORKSPACE, ZONE, slack_id

PAGE = 200


def serve(line: Connection, people: int, seconds: float) -> None:
    """Answer until terminated; every call but those of a start takes so many seconds."""
    asyncio.run(_YesSlack(people, seconds).run(line))


class _YesSlack:
    def __init__(self, people: int, seconds: float) -> None:
        self._people = people
        self._seconds = seconds
        self._calls: Counter[str] = Counter()

    async def run(self, line: Connection) -> None:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        line.send({"url": f"http://127.0.0.1:{runner.addresses[0][1]}/api/"})
        while await asyncio.to_thread(line.recv):
            line.send(dict(self._calls))

    async def _answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        self._calls[method] += 1
        if method == "auth.test":
            return _json(team_id=WORKSPACE, team="Bench", user_id="UCAIRN", bot_id="BCAIRN", user="cairn")
        if method == "users.list":
            return self._users(int(request.query.get("cursor") or 0))
        if method == "conversations.info":
            return _json(channel={"id": CHANNEL, "name": "bench", "is_private": False, "is_member": True})
        await request.read()
        if self._seconds:
            await asyncio.sleep(self._seconds)
        return _json(channel="D000000", ts=f"{self._calls[method]}.000100")

    def _users(self, start: int) -> web.Response:
        page = [_user(n) for n in range(start, min(start + PAGE, self._people))]
        after = start + PAGE
        cursor = str(after) if after < self._people else ""
        return _json(members=page, response_metadata={"next_cursor": cursor})


def _user(n: int) -> dict[str, Any]:
    profile = {"display_name": f"Person {n}", "real_name": f"Person {n}"}
    return {"id": slack_id(n), "team_id": WORKSPACE, "tz": ZONE, "locale": "en-US", "profile": profile}


def _json(**facts: Any) -> web.Response:
    return web.Response(body=json.dumps({"ok": True, **facts}).encode(), content_type="application/json")
