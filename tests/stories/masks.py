"""Looked for after every story: whether anything tells who wrote what was promised to be without a name."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.runtime import metrics
from storage.feedback import Feedback, FeedbackMessage
from storage.feedback_reports import FeedbackReport
from storage.outbox_rows import Outbox
from storage.people import Person
from tests.house import House
from tests.stories.acts import stored

TELLING = 6
"""Characters: fewer may stand anywhere by chance."""


async def nobody_is_unmasked(house: House, logged: str) -> None:
    """Every payload to others about a confidential thread, every log line, metric and row that is owed to others."""
    if not any(_form(call.args).startswith("feedback.") for call in house.slack.calls):
        return
    to_others = list(payloads(house))
    for ref, author, words, foreign_rows in await stored(house, _masked):
        marks = {author.slack_id, author.dm_channel or author.slack_id, f"U{author.slack_id[1:]}"}
        for receiver, method, payload in to_others:
            if receiver in marks or not (ref in payload or any(each in payload for each in words)):
                continue
            assert not any(mark in payload for mark in marks), (method, payload)
            assert method.startswith("views.") or author.name not in payload.replace(_said(words), ""), payload
        for each in words:
            assert each not in logged
            assert each not in metrics.render().decode()
            assert not any(each in row for row in foreign_rows)
        assert ref not in logged
        assert not any(author.slack_id in row for row in foreign_rows)


def _said(words: list[str]) -> str:
    return words[0] if words else "\0"


def _form(args: dict[str, object]) -> str:
    view = args.get("view")
    return str(view.get("callback_id", "")) if isinstance(view, dict) else ""


def _masked(session: Session) -> list[tuple[str, Person, list[str], list[str]]]:
    unmasked = select(col(FeedbackReport.feedback_id)).where(col(FeedbackReport.unmasked_at).is_not(None))
    threads = select(Feedback).where(col(Feedback.is_confidential), col(Feedback.id).not_in(unmasked))
    return [_of_thread(session, each) for each in session.scalars(threads).all()]


def _of_thread(session: Session, thread: Feedback) -> tuple[str, Person, list[str], list[str]]:
    said = session.scalars(select(FeedbackMessage).where(col(FeedbackMessage.feedback_id) == thread.key)).all()
    words = [each.words for each in said if each.writer_id == thread.author_id and each.words]
    others = select(Outbox).where(col(Outbox.person_id).is_distinct_from(thread.author_id))
    rows = [
        f"{row.key} {row.of_key} {row.thread_key} {row.ids} {row.error}"
        for row in session.scalars(others).all()
        if row.kind.startswith("feedback.")
    ]
    author = session.get_one(Person, thread.author_id)
    return thread.ref, author, [each for each in words if len(each) >= TELLING], rows


def payloads(house: House) -> Iterator[tuple[str, str, str]]:
    """Whom each thing went to that Cairn said (a person, a DM or a channel), how, and what it was."""
    viewers: dict[str, str] = {}
    for call in house.slack.calls:
        args, response = call.args, call.response or {}
        view = response.get("view", {}).get("id", "")
        if call.method in ("views.open", "views.push"):
            trigger = house.playground.world.triggers.get(args["trigger_id"])
            viewers[view] = trigger.user if trigger is not None else ""
        if call.method.startswith(("chat.", "views.")):
            to = args.get("channel") or args.get("user_id") or viewers.get(view, "")
            yield str(to), call.method, json.dumps(args, default=str, ensure_ascii=False)
