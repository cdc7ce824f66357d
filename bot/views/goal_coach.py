"""What the goal coach says: what is missing or vague, and how to mend it, in one context block."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.goal_coach import Advice, Hint
from bot.i18n import Voice, mark
from bot.views.blocks import Block, context, escape

SENTENCES: dict[Hint, str] = {
    Hint.SHORT: mark("*Specific:* say in a few more words what will be different, and for whom."),
    Hint.VAGUE: mark("*Specific:* “{quote}” can mean many things. What would one see when it is done?"),
    Hint.SEVERAL: mark("*Specific:* these are several goals. Each by itself is easier to follow."),
    Hint.NO_MEASURE: mark("*Measurable:* add a number that says how far it is, or choose “Done or not”."),
    Hint.NUMBER_IN_TITLE: mark("*Measurable:* “{quote}” in the title can be a measure, and Cairn draws how it goes."),
    Hint.NO_PARENT: mark("*Aligned:* choose the goal that this one helps to reach."),
    Hint.NO_DATE: mark("*Time-bound:* set a due date, and Cairn shows whether it is on pace."),
    Hint.DATE_IN_TITLE: mark("*Time-bound:* “{quote}” in the title can be the due date."),
    Hint.FAR_DATE: mark("*Time-bound:* that is more than a year away. What should be there in three months?"),
}


def sentence(voice: Voice, advice: Advice) -> str:
    """One thing to mend, in mrkdwn."""
    return voice.say(SENTENCES[advice.hint], quote=escape(advice.quote))


def blocks(voice: Voice, advice: Sequence[Advice]) -> list[Block]:
    """All that would make a goal better, to be shown beside it; nothing where it is good."""
    if not advice:
        return []
    lines = [
        voice.say("Some things would make it easier to follow; it can be saved as it is."),
        *(f"• {sentence(voice, each)}" for each in advice),
    ]
    return [context("\n".join(lines))]
