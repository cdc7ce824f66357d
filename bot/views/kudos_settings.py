"""What admins decide about kudos, in the settings' form: the company's values, the emoji, the most a day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.kudos import MAX_VALUE, MAX_VALUES, MOST_A_DAY, read_emoji, read_values
from bot.domain.setup import SettingsRequest
from bot.errors import UserError
from bot.i18n import Voice, mark
from bot.views.blocks import Block, Field, field, text_input

VALUE = "value"
VALUES, EMOJI, A_DAY = "kudos_values", "kudos_emoji", "kudos_a_day"


def fields(voice: Voice, current: SettingsRequest) -> list[Block]:
    """The inputs."""
    most = "" if current.kudos_a_day is None else voice.write(current.kudos_a_day)
    emoji = "" if current.kudos_emoji is None else f":{current.kudos_emoji}:"
    length = MAX_VALUES * (MAX_VALUE + 1)
    return [
        field(
            Field(VALUES, voice.say("Company values"), voice.say("One a line. Kudos can name them: #craft."), True),
            text_input(VALUE, length, "\n".join(current.kudos_values), multiline=True),
        ),
        field(
            Field(EMOJI, voice.say("Emoji that gives kudos"), voice.say("As a reaction: 🙌 is raised_hands."), True),
            text_input(VALUE, 102, emoji),
        ),
        field(
            Field(
                A_DAY, voice.say("Kudos a day"), voice.say("The most that one person gives. Empty: any number."), True
            ),
            text_input(VALUE, 5, most),
        ),
    ]


def values_of(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The company's values; raises UserError where they are too many or too long."""
    found = read_values(_typed(values, VALUES))
    if len(found) > MAX_VALUES:
        raise UserError(
            mark("That is more than {most} values. Choose those that matter."), field=VALUES, most=MAX_VALUES
        )
    if any(len(each) > MAX_VALUE for each in found):
        raise UserError(mark("A value is at most {most} characters long."), field=VALUES, most=MAX_VALUE)
    return found


def emoji_of(values: Mapping[str, Any]) -> str | None:
    """The short name of the emoji, if any; raises UserError where it isn't one."""
    try:
        return read_emoji(_typed(values, EMOJI))
    except ValueError:
        raise UserError(mark("Write the emoji's short name, like raised_hands."), field=EMOJI) from None


def a_day_of(voice: Voice, values: Mapping[str, Any]) -> int | None:
    """The most a day, None for any number; raises UserError for what is no such number."""
    typed = _typed(values, A_DAY).strip()
    if not typed:
        return None
    number = voice.number(typed)
    if number is None or number != int(number) or not 1 <= number <= MOST_A_DAY:
        raise UserError(mark("Write a whole number from 1 to {most}, or nothing."), field=A_DAY, most=MOST_A_DAY)
    return int(number)


def _typed(values: Mapping[str, Any], block_id: str) -> str:
    return values.get(block_id, {}).get("value") or ""
