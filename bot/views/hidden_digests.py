"""A round's digest with names hidden: by question, in an order that tells nothing. Nothing here has room for a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.domain.checkins import QuestionKind
from bot.domain.forms import Typed
from bot.i18n import Voice
from bot.views.blocks import Block, context, cut, escape, header, listed, section
from bot.views.digests import FALLBACK_TEXT, Said, pack, shown

IN_A_PART = 4_000
OF_A_QUOTE = 250
"""Characters that a block may hold, and those that Slack's JSON takes beside each answer."""


@dataclass(frozen=True)
class Asked:
    """One question, and what was said to it, shuffled by itself; no `values` where it stays sealed."""

    kind: QuestionKind
    wording: str
    options: tuple[str, ...] = ()
    values: tuple[Typed, ...] = ()


@dataclass(frozen=True)
class Group:
    """People whose answers are read together: a team's, or of all teams where it has no name.

    `answered` is None where fewer than k did: how many, nobody is told.
    """

    team: str
    asked: int
    away: int
    answered: int | None = None
    questions: Sequence[Asked] = ()


@dataclass(frozen=True)
class HiddenDigest:
    """What one reader may be shown of a round; `k` voices show a question."""

    checkin: str
    team: str
    nominal: date
    k: int
    groups: Sequence[Group] = field(default_factory=tuple)


def pages(voice: Voice, digest: HiddenDigest) -> list[tuple[str, list[Block]]]:
    """The messages, in order: the first stands in the channel or DM, the others go on in its thread."""
    title = _title(voice, digest)
    parts = [part for group in digest.groups for part in _group(voice, digest, group)]
    packed = pack(parts)
    note = voice.say("Names are hidden: each question's answers are shuffled by themselves.")
    text = cut(f"{escape(title)}\n{_spoken(voice, digest)}", FALLBACK_TEXT)
    first = [header(title), context(note), *(packed[0] if packed else [])]
    return [(text, first), *((voice.say("{title}, continued", title=escape(title)), page) for page in packed[1:])]


def emptied(voice: Voice, digest: HiddenDigest) -> tuple[str, list[Block]]:
    """What stands where a digest stood that may not be shown there any more."""
    text = voice.say("{title}: this digest isn't shown here any more.", title=escape(_title(voice, digest)))
    return text, [section(text)]


def _title(voice: Voice, digest: HiddenDigest) -> str:
    team = digest.groups[0].team if len(digest.groups) == 1 else ""
    return voice.say("{checkin}, {team}, {day}", checkin=digest.checkin, team=team or digest.team, day=digest.nominal)


def _group(voice: Voice, digest: HiddenDigest, group: Group) -> Iterator[list[Block]]:
    counted = _counted(voice, digest, group)
    yield [section(f"*{escape(group.team)}*: {counted}" if len(digest.groups) > 1 else counted)]
    for each in group.questions:
        yield from _question(voice, digest, each)


def _counted(voice: Voice, digest: HiddenDigest, group: Group) -> str:
    if group.answered is None:
        return voice.say("Fewer than {k} answered, so the answers stay sealed: nobody reads them.", k=digest.k)
    said = voice.say_n("{n} of {asked} answered", "{n} of {asked} answered", group.answered, asked=group.asked)
    return said + (", " + voice.say_n("{n} away", "{n} away", group.away) if group.away else "")


def _question(voice: Voice, digest: HiddenDigest, asked: Asked) -> Iterator[list[Block]]:
    wording = voice.say(asked.wording)
    if not asked.values:
        yield [section(f"*{escape(wording)}*"), context(_sealed(voice, digest))]
        return
    heading = wording
    for answers in _chunks(_lines(voice, asked)):
        yield [listed(heading, answers)]
        heading = voice.say("{title}, continued", title=wording)


def _sealed(voice: Voice, digest: HiddenDigest) -> str:
    return voice.say("Fewer than {k} answered this, so it stays sealed.", k=digest.k)


def _lines(voice: Voice, asked: Asked) -> list[str]:
    """Words one by one; of steps and options, how many chose each."""
    if asked.kind.is_words:
        return [shown(voice, Said(asked.kind, asked.wording, value)) for value in asked.values]
    chosen = Counter(step for value in asked.values for step in _steps(value))
    ordered = sorted(chosen.items(), reverse=not asked.kind.has_options)
    return [f"{_label(voice, asked, step)} × {voice.write(times)}" for step, times in ordered]


def _steps(value: Typed) -> tuple[int, ...]:
    if isinstance(value, tuple):
        return value
    return (value,) if isinstance(value, int) else ()


def _label(voice: Voice, asked: Asked, step: int) -> str:
    return shown(voice, Said(asked.kind, asked.wording, step, options=asked.options))


def _chunks(answers: Sequence[str]) -> Iterator[list[str]]:
    """As many answers after one another as stand in one block."""
    chunk: list[str] = []
    room = IN_A_PART
    for words in answers:
        if chunk and len(words) + OF_A_QUOTE > room:
            yield chunk
            chunk, room = [], IN_A_PART
        chunk.append(words)
        room -= len(words) + OF_A_QUOTE
    yield chunk


def _spoken(voice: Voice, digest: HiddenDigest) -> str:
    """The whole meaning for screen readers and notifications, which read nothing else."""
    lines = []
    for group in digest.groups:
        lines.append(
            f"{group.team}: {_counted(voice, digest, group)}" if group.team else _counted(voice, digest, group)
        )
        for each in group.questions:
            said = " · ".join(_lines(voice, each)) if each.values else _sealed(voice, digest)
            lines.append(f"{voice.say(each.wording)} {said}")
    return escape("\n".join(lines))
