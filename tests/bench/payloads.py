"""What Slack sends when people click and submit, as large as Slack makes it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from bot.domain.checkins import QuestionKind
from bot.domain.forms import Form
from bot.domain.readers import ReadBy
from bot.i18n import Voice
from bot.playground.transport import signed
from bot.views import actions
from bot.views.answer_form import answer_form
from tests.bench.company import CHANNEL, WORKSPACE, ZONE, Part, slack_id

SECRET = "bench-signing-secret"
THANKS = "for the launch checklist: nobody had to ask twice"
WORDS = "The launch checklist went through without a question, and the index is rebuilt. " * 3


def answers_of(part: Part) -> dict[int, str | int]:
    """What is said to each question; nothing is in anybody's way."""
    said = [each for each in part.questions if each.kind is not QuestionKind.BLOCKER]
    return {each.id: 4 if each.kind is QuestionKind.MOOD else WORDS for each in said}


def submission(part: Part, n: int) -> bytes:
    """The form, filled and sent; `n` makes it another form."""
    view_id = f"V{part.prompt_id}"
    view = _form(part) | {
        "id": view_id,
        "hash": f"{part.prompt_id}.{n}",
        "root_view_id": view_id,
        "previous_view_id": None,
        "external_id": "",
        "team_id": WORKSPACE,
        "app_id": "ACAIRN",
        "bot_id": "BCAIRN",
        "state": {"values": {f"q{question}": _state(value) for question, value in answers_of(part).items()}},
    }
    return _form_body(_base(part, "view_submission", n) | {"view": view, "response_urls": []})


def answer_click(part: Part, n: int) -> bytes:
    """Answer, pressed on the prompt in the DM; `n` makes it another click."""
    channel = {"id": f"D{part.person_id:06}", "name": "directmessage"}
    message = {"type": "message", "ts": "1.000100", "user": "UCAIRN", "text": WORDS, "blocks": _form(part)["blocks"]}
    button = {
        "type": "button",
        "block_id": "b1",
        "action_id": actions.ANSWER,
        "value": str(part.prompt_id),
        "text": {"type": "plain_text", "text": "Answer"},
        "action_ts": "1.000100",
    }
    said = {
        "container": {"type": "message", "message_ts": "1.000100", "channel_id": channel["id"]},
        "channel": channel,
        "message": message,
        "state": {"values": {}},
        "response_url": "http://127.0.0.1:9/response",
        "actions": [button],
    }
    return _form_body(_base(part, "block_actions", n) | said)


def command(part: Part, n: int) -> bytes:
    """`/checkin`, typed in the DM."""
    return _command(part, n, ("/checkin", ""), (f"D{part.person_id:06}", "directmessage"))


def kudos(part: Part, n: int) -> bytes:
    """`/kudos` for whoever comes next, typed in a channel; `n` makes it another command."""
    thanked = slack_id((int(part.slack_id[1:]) + 1) % part.prompt_id)
    return _command(part, n, ("/kudos", f"<@{thanked}|next> {THANKS} #craft"), (CHANNEL, "bench"))


def _command(part: Part, n: int, typed: tuple[str, str], channel: tuple[str, str]) -> bytes:
    said = {
        "team_id": WORKSPACE,
        "team_domain": "bench",
        "api_app_id": "ACAIRN",
        "token": "t",
        "user_id": part.slack_id,
        "user_name": "person",
        "command": typed[0],
        "text": typed[1],
        "channel_id": channel[0],
        "channel_name": channel[1],
        "response_url": "http://127.0.0.1:9/response",
        "trigger_id": f"c{part.slack_id}.{n}",
        "is_enterprise_install": "false",
    }
    return urlencode(said).encode()


def headers(body: bytes, timestamp: int) -> dict[str, str]:
    """The headers of a signed request."""
    return {"Content-Type": "application/x-www-form-urlencoded", **signed(SECRET, body, timestamp)}


def _base(part: Part, kind: str, n: int) -> dict[str, Any]:
    return {
        "type": kind,
        "team": {"id": WORKSPACE, "domain": "bench"},
        "user": {"id": part.slack_id, "username": "person", "name": "person", "team_id": WORKSPACE},
        "api_app_id": "ACAIRN",
        "token": "t",
        "trigger_id": f"{kind}{part.prompt_id}.{n}",
        "is_enterprise_install": False,
        "enterprise": None,
    }


def _form(part: Part) -> dict[str, Any]:
    names = tuple(f"Person {n}" for n in range(10))
    return answer_form(
        Voice(zone=ZONE),
        Form(
            prompt_id=part.prompt_id,
            checkin=part.checkin,
            nominal=part.closes_at.date(),
            questions=part.questions,
            values={},
            closes_at=part.closes_at,
            read_by=ReadBy("team", "Team 1", names, len(names)),
        ),
    )


def _state(value: str | int) -> dict[str, Any]:
    if isinstance(value, str):
        return {actions.ANSWER_INPUT: {"type": "plain_text_input", "value": value}}
    option = {"text": {"type": "plain_text", "text": "Good"}, "value": str(value)}
    return {actions.ANSWER_INPUT: {"type": "radio_buttons", "selected_option": option}}


def _form_body(payload: dict[str, Any]) -> bytes:
    return urlencode({"payload": json.dumps(payload)}).encode()
