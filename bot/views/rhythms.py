"""Rhythms, windows and readers in words."""

from __future__ import annotations

from datetime import time

from bot.domain.readers import ReadBy
from bot.domain.rhythms import Rhythm
from bot.i18n import Voice
from bot.views.blocks import escape
from bot.views.rhythm_words import words_at

SHOWN_NAMES = 5


def rhythm(voice: Voice, recurs: Rhythm, at: time, team_zone: str | None = None) -> str:
    """When a check-in asks somebody: `every Monday at 9:00, your time`, or the team's where that is the clock."""
    return words_at(voice, recurs, at, clock(voice, team_zone) or voice.say("your time"))


def rhythm_for_all(voice: Voice, recurs: Rhythm, at: time, team_zone: str | None = None) -> str:
    """When a check-in asks everybody."""
    return words_at(voice, recurs, at, clock(voice, team_zone) or voice.say("each person's own time"))


def clock(voice: Voice, team_zone: str | None) -> str:
    """On whose clocks, where they are the team's."""
    return voice.say("{zone} time", zone=team_zone.replace("_", " ")) if team_zone else ""


def read_by(voice: Voice, readers: ReadBy) -> str:
    """Who reads, in one sentence for mrkdwn; with names hidden, two more that say what that means."""
    said = _read_by(voice, readers)
    if not readers.k:
        return said
    hidden = voice.say(
        "Names hidden: shown only together with {k} or more, shuffled. "
        "Cairn itself still knows who said what, to remind you and let you edit.",
        k=readers.k,
    )
    return f"{said} {hidden}"


def digest_stays(voice: Voice) -> str:
    """What somebody has to know who answers late, or edits, with names hidden."""
    return voice.say("Once the digest is out, it stays as it is: what comes later isn't in it.")


def _read_by(voice: Voice, readers: ReadBy) -> str:
    team = escape(readers.team)
    if readers.kind == "channel":
        channel = f"<#{readers.channel}>"
        if readers.is_public:
            return voice.say(
                "Read by everyone at {company}, in {channel}.", company=escape(readers.company), channel=channel
            )
        if not readers.count:
            return voice.say("Read by whoever is in {channel}.", channel=channel)
        return voice.say_n(
            "Read by {n} person in {channel}.", "Read by the {n} people in {channel}.", readers.count, channel=channel
        )
    if readers.is_each:
        return _read_in_each(voice, readers)
    if not team:
        return voice.say("Read by nobody, since you are in no team: your answers count in the results for all.")
    if readers.kind == "leads" and not readers.names:
        return voice.say("Read by nobody as long as {team} has no lead.", team=team)
    if readers.kind == "leads":
        return voice.say_n(
            "Read by {names}, who leads {team}.",
            "Read by {names}, who lead {team}.",
            readers.count,
            names=names(voice, readers.names),
            team=team,
        )
    return voice.say_n("Read by {n} person in {team}.", "Read by the {n} people in {team}.", readers.count, team=team)


def _read_in_each(voice: Voice, readers: ReadBy) -> str:
    if readers.kind == "leads":
        return voice.say("Each person's answers are read by the leads of their own team.")
    return voice.say("Each person's answers are read by the people in their own team.")


def names(voice: Voice, people: tuple[str, ...]) -> str:
    """Names for mrkdwn: five of them, and how many more."""
    shown = [escape(name) for name in people[:SHOWN_NAMES]]
    more = len(people) - len(shown)
    if more:
        shown.append(voice.say_n("{n} more", "{n} more", more))
    return voice.names(shown)


def duration(voice: Voice, minutes: int) -> str:
    """About how long a check-in takes."""
    return voice.say_n("about {n} minute", "about {n} minutes", minutes)


def asked(voice: Voice, count: int) -> str:
    """How many questions."""
    return voice.say_n("{n} question", "{n} questions", count)
