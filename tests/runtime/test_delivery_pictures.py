"""Charts below messages: the words first, the picture after, through everything that may happen on the way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.notices import registry
from bot.notices.registry import Message, Notice, Payload, Reader
from bot.runtime import pictures
from storage import outbox
from tests.runtime.office import TEAM, Office
from tests.test_charts import CHART

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OTHER = replace(CHART, title="Another", alt="Another: 7.")


@registry.register("test.charted")
@dataclass(frozen=True)
class Charted(Notice):
    """Words with as many charts below them as its number says."""

    number: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Payload | None:  # noqa: ARG002
        words = f"chart {self.number}"
        return Message(
            words,
            [{"type": "section", "text": {"type": "mrkdwn", "text": words}}],
            charts=(CHART, OTHER)[: self.number],
        )


def owe(office: Office, number: int = 1) -> None:
    """A message and, in the same transaction, the update that draws below it."""
    with office.database.session(TEAM) as session:
        outbox.post(session, Charted(number), key="n1", to=office.ids["UANA"])
        outbox.update(session, Charted(number), of="n1")


def images(office: Office) -> list[dict[str, Any]]:
    """The pictures that stand in Ana's DM."""
    (message,) = office.playground.slack.dm("UANA")
    return [block for block in message.blocks or [] if block["type"] == "image"]


async def test_the_words_are_there_first_and_the_pictures_once_slack_has_processed_them(office: Office) -> None:
    owe(office, 2)
    delivery = office.delivery()

    await delivery.drain()
    assert office.texts() == ["chart 2"]
    assert images(office) == []

    office.let_pass(pictures.READY_IN + 0.1)
    await delivery.drain()
    assert [image["alt_text"] for image in images(office)] == [CHART.alt, OTHER.alt]
    assert office.rows("update")[0].state == "sent"
    assert len(office.calls("files.completeUploadExternal")) == 2


async def test_what_slack_hasnt_processed_yet_is_shown_later_and_uploaded_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.playground.files.READY_SECONDS", 6.0)
    owe(office)
    delivery = office.delivery()

    for _ in range(3):
        await delivery.drain()
        assert images(office) == []
        office.let_pass(pictures.READY_IN + 0.1)
    await delivery.drain()

    assert len(images(office)) == 1
    assert len(office.calls("files.completeUploadExternal")) == 1


async def test_a_crash_between_uploading_and_showing_costs_another_upload_and_nothing_else(office: Office) -> None:
    owe(office)
    dying = office.delivery()
    await dying.drain()
    await office.kill(dying)

    office.let_pass(60)
    other = office.delivery()
    await other.drain()
    office.let_pass(pictures.READY_IN + 0.1)
    await other.drain()

    assert office.texts() == ["chart 1"]
    assert len(images(office)) == 1


async def test_an_update_whose_answer_was_lost_is_made_again(office: Office) -> None:
    owe(office)
    delivery = office.delivery()
    await delivery.drain()
    office.playground.faults.add("chat.update", "lost")
    for _ in range(4):
        office.let_pass(6)
        await delivery.drain()

    assert office.texts() == ["chart 1"]
    assert len(images(office)) == 1
    assert office.rows("update")[0].state == "sent"


@pytest.mark.parametrize("code", ["missing_scope", "file_uploads_disabled"])
async def test_where_slack_takes_no_files_the_words_do_and_the_lane_goes_on(office: Office, code: str) -> None:
    office.playground.faults.add("files.getUploadURLExternal", f"error:{code}", times=9)
    owe(office)
    delivery = office.delivery()
    await delivery.drain()
    office.post(2)
    await delivery.drain()

    assert office.texts() == ["chart 1", "note 2"]
    assert office.rows("update")[0].state == "sent"
    assert [line["error"] for line in office.logs if line["event"] == "delivery.no_picture"] == [code]


async def test_pictures_that_never_get_ready_are_left_out_in_the_end(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.playground.files.READY_SECONDS", 6_000.0)
    owe(office)
    delivery = office.delivery()
    for _ in range(pictures.TRIES + 2):
        await delivery.drain()
        office.let_pass(pictures.READY_IN + 0.1)

    assert images(office) == []
    assert office.rows("update")[0].state == "sent"
