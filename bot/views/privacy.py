"""Who reads what one answers is somebody else now, as it is told to those who answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.i18n import Voice
from bot.views import actions
from bot.views.blocks import Block, button, context, escape, section
from bot.views.blocks import actions as row
from bot.views.prompts import CheckInCard
from bot.views.rhythms import names, read_by


@dataclass(frozen=True)
class ChangeCard:
    """What has changed for somebody. `came`: names of those who read it now and didn't; `k`: voices before and now.

    `is_other`: others read it altogether. `k` is 0 where names are shown.
    """

    card: CheckInCard
    by: str
    is_other: bool
    came: tuple[str, ...]
    k: tuple[int, int]


def changed(voice: Voice, change: ChangeCard) -> tuple[str, list[Block]]:
    """What and from when, who reads it now, and what becomes of what was answered before."""
    first = " ".join(_sentences(voice, change)) or voice.say(
        "Who reads {title} is as it was: what was changed was changed back.", title=_title(change)
    )
    readers = read_by(voice, change.card.read_by)
    before = voice.say("What you sent before keeps its readers.")
    who = button(voice.say("Who can see what"), actions.WHO_READS, str(change.card.checkin_id))
    return f"{first}\n{readers} {before}", [section(first), context(f"{readers} {before}"), row(who)]


def _title(change: ChangeCard) -> str:
    return f"*{escape(change.card.name)}, {escape(change.card.team)}*"


def _sentences(voice: Voice, change: ChangeCard) -> Iterator[str]:
    title, by = _title(change), escape(change.by)
    if change.is_other:
        yield voice.say("{by} changed who reads {title}, for all that you send from now on.", by=by, title=title)
    if change.came:
        yield voice.say_n(
            "{names} reads what you send to {title} from now on, since {by} changed the team.",
            "{names} read what you send to {title} from now on, since {by} changed the team.",
            len(change.came),
            names=names(voice, change.came),
            title=title,
            by=by,
        )
    was, k = change.k
    if k and not was:
        yield voice.say("From its next round on, {title} hides names: readers don't see who said what.", title=title)
    elif was and not k:
        yield voice.say("From its next round on, {title} shows names: readers see who said what.", title=title)
    elif was != k:
        yield voice.say(
            "From its next round on, {title} shows what {k} or more answered; it was {was} or more.",
            title=title,
            k=k,
            was=was,
        )
