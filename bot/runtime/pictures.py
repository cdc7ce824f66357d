"""Charts below messages: drawn and uploaded while the words stand there already, and then shown by an update.

An update may be repeated, so a crash or a lost answer on the way costs at most another upload, which nobody sees: what
is uploaded belongs to no conversation until a block shows it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot import charts
from bot.charts import Chart, NotDrawnError
from bot.runtime import pacing
from bot.runtime.pacing import Pacer
from bot.runtime.rendering import Job, back_off
from bot.runtime.slack import TROUBLE, Answer, Kind, call, classify
from bot.views.blocks import picture
from storage.outbox_rows import WAITING
from storage.settling import Settlement

log = structlog.get_logger(__name__)
READY_IN = 2.5
"""Seconds until Slack has processed a picture, as a rule; a block that shows it earlier is refused."""
TRIES = 8
KEPT = 100
_FILENAME = "chart.png"
_MAY_PASS = (Kind.TEMPORARY, Kind.UNREACHED, Kind.UNKNOWN)


class NotUploadedError(Exception):
    """Slack didn't take a picture; `may_pass`: it may later."""

    def __init__(self, error: str | None, *, may_pass: bool) -> None:
        super().__init__(error)
        self.error = error
        self.may_pass = may_pass


class Pictures:
    """What this process has drawn and uploaded and not shown yet, by outbox row.

    One at a time is drawn: each takes a core and 80 MB for a second.
    """

    def __init__(self) -> None:
        self._drawing = asyncio.Semaphore(1)
        self._uploaded: dict[int, Mapping[Chart, str]] = {}

    async def put_into(self, job: Job, client: AsyncWebClient, pacer: Pacer) -> Settlement | None:
        """Add its charts to the blocks of a job; None once it can be sent.

        What was just uploaded is shown a little later, at its row's next turn. Where a picture can't be had, it goes
        without.
        """
        row = job.row
        files = self._uploaded.pop(row.id, {})
        if files.keys() == set(job.charts):
            self._keep(row.id, files)
            job.body["blocks"] = [*job.body["blocks"], *(picture(files[chart], chart.alt) for chart in job.charts)]
            return None
        try:
            self._keep(row.id, {chart: await self._upload(chart, client, pacer) for chart in job.charts})
        except (NotDrawnError, NotUploadedError) as error:
            return _without(job, error)
        return Settlement(row, WAITING, retry_in=READY_IN, attempted=True)

    async def _upload(self, chart: Chart, client: AsyncWebClient, pacer: Pacer) -> str:
        async with self._drawing:
            drawn = await charts.draw(chart)
        place = {"filename": _FILENAME, "length": len(drawn), "alt_txt": chart.alt[:1000]}
        begun = await _call(client, pacer, pacing.UPLOAD, place, is_read=True)
        await _send_bytes(client, begun["upload_url"], drawn)
        file_id = str(begun["file_id"])
        await _call(client, pacer, pacing.UPLOADED, {"files": [{"id": file_id, "title": chart.title[:200]}]})
        return file_id

    def _keep(self, row_id: int, files: Mapping[Chart, str]) -> None:
        self._uploaded[row_id] = files
        while len(self._uploaded) > KEPT:
            self._uploaded.pop(next(iter(self._uploaded)))


async def _call(
    client: AsyncWebClient, pacer: Pacer, method: str, body: dict[str, Any], *, is_read: bool = False
) -> dict[str, Any]:
    await pacer.turn(method)
    answer = await call(client, method, body, is_read=is_read)
    if answer.retry_after:
        pacer.hold(method, answer.retry_after)
    if answer.kind is not Kind.OK:
        raise NotUploadedError(answer.error, may_pass=answer.kind in _MAY_PASS)
    return answer.data


async def _send_bytes(client: AsyncWebClient, address: str, drawn: bytes) -> None:
    session = client.session
    try:
        if session is None or session.closed:
            raise aiohttp.ClientConnectionError
        async with session.post(address, data=drawn, proxy=client.proxy) as answer:
            if answer.status != 200:
                raise NotUploadedError(f"http_{answer.status}", may_pass=answer.status >= 429)
    except TROUBLE as error:
        raise NotUploadedError(type(error).__name__, may_pass=classify(error) in _MAY_PASS) from None


def _without(job: Job, error: NotDrawnError | NotUploadedError) -> Settlement | None:
    code = error.error if isinstance(error, NotUploadedError) else "not_drawn"
    log.warning("delivery.no_picture", row=job.row.id, kind=job.row.kind, error=code)
    if isinstance(error, NotUploadedError) and error.may_pass and job.row.attempts < TRIES:
        return Settlement(job.row, WAITING, error=code, retry_in=back_off(job.row.attempts), attempted=True)
    job.charts = ()
    return None


def not_shown(job: Job, answer: Answer) -> Settlement | None:
    """Slack refuses blocks with pictures: as a rule it isn't done with them. None to send the words alone."""
    if job.row.attempts < TRIES:
        return Settlement(job.row, WAITING, error=answer.error, retry_in=READY_IN, attempted=True)
    job.body["blocks"] = job.body["blocks"][: -len(job.charts)]
    job.charts = ()
    return None
