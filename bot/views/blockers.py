"""Blockers: as leads hear of them, as whoever raised one sees it, and the reminders of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.blockers import Ended, LedBlocker, OwnBlocker, SealedBlocker, StillOpen
from bot.i18n import Voice
from bot.views import actions
from bot.views.blocks import Block, button, confirm, context, cut, escape, header, said, section

SHOWN = 5
"""Blockers on Home, oldest first."""
NUDGED = 3
IN_TEXT = 500
QUOTED, MENTIONED = 200, 80
"""Characters of somebody's words in a list; the whole is in the lead's DM, and in the form."""


@dataclass(frozen=True)
class BlockersOnHome:
    """What is in somebody's own way, and in that of the teams they lead."""

    own: Sequence[OwnBlocker]
    led: Sequence[LedBlocker | SealedBlocker]
    now: datetime


def raised(voice: Voice, blocker: LedBlocker) -> tuple[str, list[Block]]:
    """To a lead, at once: who, what and from where; later on, that it is closed."""
    return _message(voice, blocker, "" if blocker.ended else _who_closes(voice, blocker))


def posted(voice: Voice, blocker: LedBlocker) -> tuple[str, list[Block]]:
    """In the home channel, where its author had it posted: the same, for everybody who can read there."""
    name = escape(blocker.name)
    second = "" if blocker.ended else voice.say("{name} shared this here, and says when it is over.", name=name)
    return _message(voice, blocker, second)


def not_posted(voice: Voice, channel: str, *, is_archived: bool) -> tuple[str, list[Block]]:
    """To whoever wanted it posted there."""
    if is_archived:
        text = voice.say(
            "What is in your way wasn't posted: <#{channel}> is archived. Your leads know of it as before.",
            channel=channel,
        )
    else:
        text = voice.say(
            "What is in your way wasn't posted: Cairn can't post in <#{channel}>. Your leads know of it as before. "
            "Type `/invite @Cairn` there, then share it again from your Home.",
            channel=channel,
        )
    return text, [section(text)]


def _message(voice: Voice, blocker: LedBlocker, second: str) -> tuple[str, list[Block]]:
    first = _headline(voice, blocker)
    if blocker.words is None:
        return first, [section(first)]
    quoted = said(blocker.name, "", [(blocker.wording, blocker.words)])
    text = "\n".join(part for part in (first, escape(cut(blocker.words, IN_TEXT)), second) if part)
    return text, [section(first), quoted, *([context(second)] if second else [])]


def _headline(voice: Voice, blocker: LedBlocker) -> str:
    name = escape(blocker.name)
    match blocker.ended:
        case None:
            day = voice.local(blocker.opened_at).date()
            checkin = escape(blocker.checkin)
            return voice.say(
                "Something is in the way of *{name}*, said in *{checkin}* on {day}.",
                name=name,
                checkin=checkin,
                day=day,
            )
        case Ended.CLOSED:
            n = days(voice, blocker.opened_at, blocker.closed_at or blocker.opened_at)
            if n == 0:
                return voice.say("It is out of the way of *{name}*, on the same day.", name=name)
            return voice.say_n(
                "It is out of the way of *{name}*, after {n} day.",
                "It is out of the way of *{name}*, after {n} days.",
                n,
                name=name,
            )
        case Ended.EMPTIED:
            return voice.say("*{name}* took back what was in the way. There is nothing to do.", name=name)
        case Ended.LEFT_TEAM:
            return voice.say("*{name}* isn't in the team any more, so this is closed.", name=name)
        case Ended.LEFT_COMPANY:
            return voice.say("*{name}* has left, so this is closed.", name=name)


def _who_closes(voice: Voice, blocker: LedBlocker) -> str:
    return voice.say("It stays on your Home, with its age, until {name} closes it.", name=escape(blocker.name))


def withdrawn(voice: Voice) -> tuple[str, list[Block]]:
    """What stands where words stood that the reader may not read any more."""
    text = voice.say("This was for who leads the team. It isn't yours to see to any more.")
    return text, [section(text)]


def days(voice: Voice, since: datetime, until: datetime) -> int:
    """How many days old something is, by the reader's calendar."""
    return (voice.local(until).date() - voice.local(since).date()).days


def _age(voice: Voice, since: datetime, now: datetime) -> str:
    n = days(voice, since, now)
    return voice.say("since today") if n <= 0 else voice.say_n("for {n} day", "for {n} days", n)


def _quote(words: str) -> str:
    return "> " + escape(cut(" ".join(words.split()), QUOTED))


def _since(voice: Voice, since: datetime) -> str:
    """Its age where the words stay as they are while it grows older."""
    return voice.say("since {day}", day=voice.local(since).date())


def own_line(voice: Voice, blocker: OwnBlocker, age: str) -> Block:
    """One's own blocker, with the button that closes it or opens it again; `age` in words."""
    if blocker.ended is not None:
        text = voice.say("Out of your way.") + "\n" + _quote(blocker.words)
        return section(text, accessory=button(voice.say("Open it again"), actions.REOPEN_BLOCKER, str(blocker.id)))
    text = f"{_own_headline(voice, blocker, age)}\n{_quote(blocker.words)}"
    return section(text, accessory=button(voice.say("It's out of my way"), actions.CLOSE_BLOCKER, str(blocker.id)))


def _own_headline(voice: Voice, blocker: OwnBlocker, age: str) -> str:
    if not blocker.told:
        return voice.say("In your way {age}. Nobody else was told.", age=age)
    return voice.say_n(
        "In your way {age}. {names} can see it.",
        "In your way {age}. {names} can see it.",
        len(blocker.told),
        age=age,
        names=voice.names(escape(name) for name in blocker.told),
    )


def still_open(voice: Voice, message: tuple[str, list[Block]], blocker: StillOpen | None) -> tuple[str, list[Block]]:
    """A prompt's message, with what has been in the way since an earlier round below."""
    if blocker is None:
        return message
    since = voice.local(blocker.opened_at).date()
    line = voice.say("*Still in your way?* Since {day}:", day=since)
    said_then = "> " + escape(cut(" ".join(blocker.words.split()), MENTIONED))
    done = button(voice.say("It's out of my way"), actions.CLOSE_BLOCKER, str(blocker.id))
    text, blocks = message
    return f"{text}\n{line}\n{said_then}", [*blocks, section(f"{line}\n{said_then}", accessory=done)]


def own_lines(voice: Voice, message: tuple[str, list[Block]], own: Sequence[OwnBlocker]) -> tuple[str, list[Block]]:
    """A prompt's message, with what its answers raised below."""
    lines = [own_line(voice, blocker, _since(voice, blocker.opened_at)) for blocker in own]
    lines += _in_channel(voice, own[0]) if len(own) == 1 else []  # a message has three buttons at most
    text, blocks = message
    return "\n".join([text, *(line["text"]["text"] for line in lines)]), [*blocks, *lines]


def on_home(voice: Voice, card: BlockersOnHome) -> list[Block]:
    """What is in one's own way, then what is in that of one's teams; nothing where nothing is."""
    blocks: list[Block] = []
    if card.own:
        blocks.append(header(voice.say("In your way")))
        for blocker in card.own[:SHOWN]:
            blocks += [own_line(voice, blocker, _age(voice, blocker.opened_at, card.now)), *_sharing(voice, blocker)]
        blocks += _more(voice, len(card.own) - SHOWN)
    if card.led:
        blocks.append(header(voice.say("Open blockers")))
        blocks += [section(_led_line(voice, blocker, card.now)) for blocker in card.led[:SHOWN]]
        blocks += _more(voice, len(card.led) - SHOWN)
    return blocks


def _sharing(voice: Voice, blocker: OwnBlocker) -> list[Block]:
    """Leads who came later see only that it is open, and the channel nothing, until its author says otherwise."""
    leads = [] if blocker.ended else [_share_with(voice, blocker.id, *lead) for lead in blocker.unshared[:SHOWN]]
    return [*leads, *_in_channel(voice, blocker)]


def _in_channel(voice: Voice, blocker: OwnBlocker) -> list[Block]:
    """Where more people could help, or read it already: its author's to decide, and to take back."""
    home = blocker.home
    if home is None or (blocker.ended and not home.is_posted):
        return []
    channel = "#" + home.name
    if home.is_posted:
        undo = button(
            voice.say("Take it back from {channel}", channel=channel), actions.TAKE_BLOCKER_BACK, f"{blocker.id}"
        )
        return [section(voice.say("It stands in {channel}, with your name.", channel=escape(channel)), accessory=undo)]
    if home.company:
        who = voice.say("It is posted with your name. Everyone at {company} can read it there.", company=home.company)
    else:
        who = voice.say("It is posted with your name. Whoever is in there, or comes later, can read it.")
    share = voice.say("Share it in {channel}", channel=channel)
    sure = confirm(f"{share}?", who, yes=voice.say("Share it"), no=voice.say("Not now"))
    text = voice.say("Could anybody in {channel} help?", channel=escape(channel))
    return [section(text, accessory=button(share, actions.POST_BLOCKER, str(blocker.id), confirm=sure))]


def _share_with(voice: Voice, blocker_id: int, person_id: int, name: str) -> Block:
    seen = voice.say(
        "{name} leads the team now, and sees that it is open and how long, but not your words.", name=escape(name)
    )
    label = voice.say("Share with {name} too", name=name)
    return section(seen, accessory=button(label, actions.SHARE_BLOCKER, f"{blocker_id}:{person_id}"))


def _led_line(voice: Voice, blocker: LedBlocker | SealedBlocker, now: datetime) -> str:
    age, checkin = _age(voice, blocker.opened_at, now), escape(blocker.checkin)
    if isinstance(blocker, SealedBlocker):
        return voice.say(
            "Open {age}, from *{checkin}*. Its words were for the leads of then; "
            "whoever raised it is asked whether to share them with you.",
            age=age,
            checkin=checkin,
        )
    if blocker.ended is not None:
        return _headline(voice, blocker)
    line = voice.say("*{name}*, {age}, from *{checkin}*", name=escape(blocker.name), age=age, checkin=checkin)
    return line if blocker.words is None else f"{line}\n{_quote(blocker.words)}"


def _more(voice: Voice, n: int) -> list[Block]:
    return [context(voice.say_n("and {n} more blocker", "and {n} more blockers", n))] if n > 0 else []


def nudge(voice: Voice, own: Sequence[OwnBlocker], led: Sequence[LedBlocker], now: datetime) -> tuple[str, list[Block]]:
    """One reminder of everything that is still in somebody's way, and in that of the teams they lead."""
    blocks: list[Block] = []
    if own:
        blocks.append(section(voice.say("*Still in your way?* Say so when it isn't; nothing is wrong if it is.")))
        blocks += [own_line(voice, blocker, _age(voice, blocker.opened_at, now)) for blocker in own[:NUDGED]]
        blocks += _sharing(voice, own[0])[: NUDGED - 1] if len(own) == 1 else []  # a message has three buttons at most
        blocks += _more(voice, len(own) - NUDGED)
    if led:
        still = voice.say("*Still in the way of your team*: whoever raised it closes it.")
        blocks.append(section(still))
        blocks += [section(_led_line(voice, blocker, now)) for blocker in led[:NUDGED]]
        blocks += _more(voice, len(led) - NUDGED)
    texts = [block["text"]["text"] if "text" in block else block["elements"][0]["text"] for block in blocks]
    return "\n".join(texts), blocks
