"""A round's answers as its readers may see them, in as many messages as they need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from bot.domain.checkins import QuestionKind
from bot.domain.forms import Typed
from bot.i18n import Voice
from bot.views.answer_form import MOODS
from bot.views.blocks import Block, context, cut, escape, header, said

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
class Entry:
    """One person's answers."""

    name: str
    said: Sequence[Said]
    is_late: bool = False
    is_edited: bool = False


@dataclass(frozen=True)
class Digest:
    """A round's digest: `answered` of `asked`; whoever was away or skipped isn't counted as asked."""

    checkin: str
    team: str
    nominal: date
    answered: int
    asked: int
    entries: Sequence[Entry] = field(default_factory=tuple)
    changed: bool = False


def pages(voice: Voice, digest: Digest) -> list[tuple[str, list[Block]]]:
    """The messages, in order: the first stands in the channel, the others go on in its thread.

    Without entries it is the first alone, with how many answered.
    """
    title = voice.say("{checkin}, {team}, {day}", checkin=digest.checkin, team=digest.team, day=digest.nominal)
    counted = voice.say_n("{n} of {asked} answered", "{n} of {asked} answered", digest.answered, asked=digest.asked)
    if digest.changed:
        counted += " · " + voice.say("updated after it was posted")
    packed = _pack([block for entry in digest.entries for block in _entry(voice, entry)])
    text = cut(f"{escape(title)}: {counted}.\n{_spoken(voice, digest)}", FALLBACK_TEXT)
    first = [header(title), context(counted), *(packed[0] if packed else [])]
    later = [(voice.say("{title}, continued", title=escape(title)), page) for page in packed[1:]]
    return [(text, first), *later]


def emptied(voice: Voice) -> tuple[str, list[Block]]:
    """What stands in a message of the thread that isn't needed any more."""
    text = voice.say("Nothing more here: the digest has become shorter.")
    return text, [context(text)]


def _entry(voice: Voice, entry: Entry) -> list[Block]:
    """One block for a person, or one for each answer where they wrote too much for one message."""
    notes = [voice.say("late")] * entry.is_late + [voice.say("edited")] * entry.is_edited
    note = f"({', '.join(notes)})" if notes else ""
    answers = [answer for each in entry.said for answer in _answers(voice, each)]
    if sum(len(words) for _, words in answers) < PAGE_TEXT // 2:
        return [said(entry.name, note, answers)]
    return [said(entry.name, note, [answer]) for answer in answers]


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


def _pack(blocks: Sequence[Block]) -> list[list[Block]]:
    packed: list[list[Block]] = []
    room = 0
    for block in blocks:
        size = len(str(block))
        if not packed or size > room or len(packed[-1]) >= PAGE_BLOCKS:
            packed.append([])
            room = PAGE_TEXT
        packed[-1].append(block)
        room -= size
    return packed
