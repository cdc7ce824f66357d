"""The question to somebody whose channel post may or may not have arrived."""

from __future__ import annotations

from typing import Any

from bot.i18n import Voice
from bot.views.blocks import actions, button, context, section

ACTION_ARRIVED = "delivery.arrived"
ACTION_POST_AGAIN = "delivery.post_again"


def question(voice: Voice, channel: str, row_id: int) -> tuple[str, list[dict[str, Any]]]:
    """Text and blocks; both buttons carry the outbox row's id."""
    text = voice.say("Did my message reach <#{channel}>? Slack didn't say, and I can't look there.", channel=channel)
    note = voice.say("Only you see this. Nothing is posted again unless you say so.")
    buttons = actions(
        button(voice.say("It arrived"), ACTION_ARRIVED, str(row_id)),
        button(voice.say("Post it again"), ACTION_POST_AGAIN, str(row_id)),
    )
    return text, [section(text), context(note), buttons]


def answered(voice: Voice, channel: str, *, arrived: bool) -> tuple[str, list[dict[str, Any]]]:
    """What the question becomes once it is answered."""
    if arrived:
        text = voice.say("Noted: my message reached <#{channel}>. Nothing was posted again.", channel=channel)
    else:
        text = voice.say("I'm posting my message to <#{channel}> again.", channel=channel)
    return text, [section(text)]
