"""A round's answers as its readers may see them, in as many messages as they need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from bot.domain.checkins import QuestionKind
from bot.domain.forms import Typed
from bot.i18n import Voice
from bot.views import actions
from bot.views.answer_form import MOODS
from bot.views.blocks import Block, button, context, cut, escape, header, said
from bot.views.blocks import actions as row

PAGE_TEXT = 11_000
"""Characters a message: Slack refuses somewhere above 13,200 over all of its blocks, undocumented."""
PAGE_BLOCKS = 45
FALLBACK_TEXT = 3_900


@dataclass(frozen=True)
class Said:
    """One answer: the question as it was asked, and the value; of a plan, what was `done` since the one before."""

    kind: QuestionKind
    wording: str
    value: Typed
    options: tuple[str, ...] = ()
    unit: str | None = None
    done: tuple[str, ...] = ()


@dataclass(frozen=True)
class Offer:
    """What a lead may do with one person's answers. `is_kept`: they are kept for a 1:1."""

    prompt_id: int
    is_kept: bool = False


@dataclass(frozen=True)
class Entry:
    """One person's answers."""

    name: str
    said: Sequence[Said]
    is_late: bool = False
    is_edited: bool = False
    offer: Offer | None = None


@dataclass(frozen=True)
class Digest:
    """A round's digest: `answered` of `asked`; whoever was away or skipped isn't counted as asked.

    `is_open`: more may come in time.
    """

    checkin: str
    team: str
    nominal: date
    answered: int
    asked: int
    entries: Sequence[Entry] = field(default_factory=tuple)
    changed: bool = False
    away: int = 0
    is_open: bool = False


def pages(voice: Voice, digest: Digest) -> list[tuple[str, list[Block]]]:
    """The messages, in order: the first stands in the channel, the others go on in its thread.

    Without entries it is the first alone, with how many answered.
    """
    title = voice.say("{checkin}, {team}, {day}", checkin=digest.checkin, team=digest.team, day=digest.nominal)
    counted = _counted(voice, digest)
    if digest.changed:
        counted += " · " + voice.say("updated after it was posted")
    packed = pack([part for entry in digest.entries for part in _entry(voice, entry)])
    text = cut(f"{escape(title)}: {counted}.\n{_spoken(voice, digest)}", FALLBACK_TEXT)
    first = [header(title), context(counted), *(packed[0] if packed else [])]
    later = [(voice.say("{title}, continued", title=escape(title)), page) for page in packed[1:]]
    return [(text, first), *later]


def _counted(voice: Voice, digest: Digest) -> str:
    answered, asked = digest.answered, digest.asked
    if digest.is_open:
        said = voice.say_n("{n} of {asked} answered so far", "{n} of {asked} answered so far", answered, asked=asked)
    else:
        said = voice.say_n("{n} of {asked} answered", "{n} of {asked} answered", answered, asked=asked)
    away = ", " + voice.say_n("{n} away", "{n} away", digest.away) if digest.away else ""
    return said + away


def emptied(voice: Voice) -> tuple[str, list[Block]]:
    """What stands in a message of the thread that isn't needed any more."""
    text = voice.say("Nothing more here: the digest has become shorter.")
    return text, [context(text)]


def _entry(voice: Voice, entry: Entry) -> list[list[Block]]:
    """One part for a person, or one for each answer where they wrote too much for one message.

    A part stands in one message: what a lead may do is beside the words that it is about.
    """
    notes = [voice.say("late")] * entry.is_late + [voice.say("edited")] * entry.is_edited
    note = f"({', '.join(notes)})" if notes else ""
    answers = [answer for each in entry.said for answer in _answers(voice, each)]
    if sum(len(words) for _, words in answers) < PAGE_TEXT // 2:
        parts = [[said(entry.name, note, answers)]]
    else:
        parts = [[said(entry.name, note, [answer])] for answer in answers]
    if entry.offer is not None:
        parts[-1] += _offered(voice, entry.name, entry.offer)
    return parts


def _offered(voice: Voice, name: str, offer: Offer) -> list[Block]:
    value, reply = str(offer.prompt_id), button(voice.say("Reply"), actions.REPLY, str(offer.prompt_id))
    if not offer.is_kept:
        return [row(reply, button(voice.say("Keep for 1:1"), actions.KEEP, value))]
    kept = context(voice.say("Kept for your 1:1 with {name}.", name=escape(name)))
    return [kept, row(reply, button(voice.say("Don't keep"), actions.UNKEEP, value))]


def _answers(voice: Voice, each: Said) -> Iterator[tuple[str, str]]:
    if each.done:
        yield voice.say("Done since last time"), "\n".join(f"✓ {item}" for item in each.done)
    if each.value is not None:
        yield voice.say(each.wording), shown(voice, each)


def shown(voice: Voice, each: Said) -> str:
    """What was answered, in words."""
    match each.value:
        case str():
            return each.value
        case Decimal():
            unit = f" {voice.say(each.unit)}" if each.unit else ""
            return voice.write(each.value) + unit
        case tuple():
            return ", ".join(voice.say(each.options[number - 1]) for number in each.value)
        case int() if each.options:
            return voice.say(each.options[each.value - 1])
        case int() if each.kind is QuestionKind.MOOD:
            return f"{MOODS[each.value - 1]} {each.value}/5"
    return f"{each.value}/5"


def _spoken(voice: Voice, digest: Digest) -> str:
    """The whole meaning for screen readers and notifications, which read nothing else."""
    lines = []
    for entry in digest.entries:
        answers = "; ".join(" ".join(answer) for each in entry.said for answer in _answers(voice, each))
        lines.append(escape(f"{entry.name}: {answers}"))
    return "\n".join(lines)


def pack(parts: Sequence[list[Block]]) -> list[list[Block]]:
    """Parts on as few pages as Slack takes; each part stands on one."""
    packed: list[list[Block]] = []
    room = 0
    for part in parts:
        size = len(str(part))
        if not packed or size > room or len(packed[-1]) + len(part) > PAGE_BLOCKS:
            packed.append([])
            room = PAGE_TEXT
        packed[-1] += part
        room -= size
    return packed
