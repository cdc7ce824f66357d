"""What went wrong between Cairn and a channel, told to whoever can mend it."""

from __future__ import annotations

from datetime import date

from bot.i18n import Voice
from bot.views import actions
from bot.views.blocks import Block, button, escape, section
from bot.views.blocks import actions as row


def digest_stuck(
    voice: Voice, checkin: str, nominal: date, place: tuple[int, str], is_archived: bool
) -> tuple[str, list[Block]]:
    """A digest couldn't be posted; `place` is its round and the channel's Slack id."""
    round_id, channel = place
    if is_archived:
        text = voice.say(
            "The digest of *{checkin}*, {day}, wasn't posted: <#{channel}> is archived. "
            "Nothing is lost. Unarchive the channel, then post it.",
            checkin=escape(checkin),
            day=nominal,
            channel=channel,
        )
    else:
        text = voice.say(
            "The digest of *{checkin}*, {day}, wasn't posted: Cairn can't post in <#{channel}>. "
            "Nothing is lost. Type `/invite @Cairn` there, then post it.",
            checkin=escape(checkin),
            day=nominal,
            channel=channel,
        )
    again = button(voice.say("Post the digest"), actions.POST_DIGEST_AGAIN, f"{round_id}")
    return text, [section(text), row(again)]


def digest_posted(voice: Voice, checkin: str, nominal: date, channel: str) -> tuple[str, list[Block]]:
    """The same, once it was posted after all."""
    text = voice.say(
        "The digest of *{checkin}*, {day}, is in <#{channel}> now.",
        checkin=escape(checkin),
        day=nominal,
        channel=channel,
    )
    return text, [section(text)]
