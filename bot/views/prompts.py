"""What a check-in says by DM: the welcome before the first prompt, and the prompt as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from bot.domain.readers import ReadBy
from bot.domain.rhythms import Rhythm
from bot.i18n import Voice
from bot.views import actions
from bot.views.answer_form import moods
from bot.views.blocks import Block, Element, button, context, escape, section
from bot.views.blocks import actions as row
from bot.views.rhythms import asked, digest_stays, duration, read_by, rhythm

OPEN = ("due", "sent", "missed")
"""The states of a prompt that nothing was said to yet."""


@dataclass(frozen=True)
class CheckInCard:
    """What is told of a check-in. `team_zone`: the clock, None where it is each person's own."""

    checkin_id: int
    name: str
    team: str
    questions: int
    minutes: int
    recurs: Rhythm
    at: time
    read_by: ReadBy
    team_zone: str | None = None


@dataclass(frozen=True)
class PromptCard:
    """A prompt as its receiver sees it. `state` as in PromptState; moments in UTC.

    `is_over`: its window has ended, and late answers are taken; `is_closed`: none are, since the next round is open.
    `has_mood`: it begins with a mood, which can be told by one tap. `is_away`: skipped since its receiver is away.
    `snoozed_until`: until when they put it off, where that is still to come.
    `has_left`: its receiver is in none of its teams any more. `is_blocked`: what is in their way is mentioned below.
    """

    prompt_id: int
    card: CheckInCard
    state: str
    nominal: date
    closes_at: datetime
    is_over: bool = False
    is_closed: bool = False
    drafted: int = 0
    is_edited: bool = False
    is_gone: bool = False
    has_mood: bool = False
    is_away: bool = False
    snoozed_until: datetime | None = None
    has_left: bool = False
    is_blocked: bool = False


def welcome(
    voice: Voice, card: CheckInCard, *, reader: str, maker: str | None, paused: bool
) -> tuple[str, list[Block]]:
    """The first message about a check-in: who switched it on, what is asked and how often, who reads it.

    `maker` is None where the reader did it.
    """
    hello = _hello(voice, card, escape(reader), maker)
    readers = read_by(voice, card.read_by) + " " + voice.say("Cairn reads only what is sent to it.")
    value = str(card.checkin_id)
    pause = (
        button(voice.say("Ask me again"), actions.RESUME, value)
        if paused
        else button(voice.say("Pause for me"), actions.PAUSE, value)
    )
    blocks = [section(hello), section(readers)]
    if paused:
        blocks.append(context(voice.say("Paused for you: you aren't asked until you say so.")))
    blocks.append(
        row(
            button(voice.say("See a sample"), actions.SAMPLE, value),
            pause,
            button(voice.say("Who can see what"), actions.WHO_READS, value),
        )
    )
    return f"{hello}\n{readers}", blocks


def _hello(voice: Voice, card: CheckInCard, reader: str, maker: str | None) -> str:
    what = {
        "team": escape(card.team),
        "name": escape(card.name),
        "questions": asked(voice, card.questions),
        "rhythm": rhythm(voice, card.recurs, card.at, card.team_zone),
        "duration": duration(voice, card.minutes),
    }
    if maker is None:
        return voice.say(
            "Hi {reader}, you switched on a check-in for {team} that asks you too: "
            "*{name}*, {questions}, {rhythm}, {duration}.",
            reader=reader,
            **what,
        )
    return voice.say(
        "Hi {reader}, {maker} switched on a check-in for {team}: *{name}*, {questions}, {rhythm}, {duration}.",
        reader=reader,
        maker=escape(maker),
        **what,
    )


def prompt(voice: Voice, card: PromptCard) -> tuple[str, list[Block]]:
    """The prompt: what, how long it takes, until when, who will read it; and once it is dealt with, that."""
    first = {
        "answered": _answered,
        "late": _answered,
        "skipped": _skipped,
    }.get(card.state, _open)(voice, card)
    if card.is_gone or card.has_left:
        over = _out_of_reach(voice, card)
        return over, [section(over)]
    if card.is_closed:
        return first, [section(first), *_kept_draft(voice, card)]
    readers = read_by(voice, card.card.read_by)
    is_open = card.state in OPEN and not card.is_over
    one_tap = [_moods(voice, card)] if card.has_mood and is_open and not card.drafted else []
    return f"{first}\n{readers}", [section(first), context(readers), *one_tap, row(*_buttons(voice, card))]


def _out_of_reach(voice: Voice, card: PromptCard) -> str:
    has_sent, title = card.state in ("answered", "late"), _title(card)
    if card.is_gone and has_sent:
        return voice.say("{title}: this check-in was ended. What you sent is kept.", title=title)
    if card.is_gone:
        return voice.say("{title}: this check-in was ended. Nothing is expected of you.", title=title)
    if has_sent:
        return voice.say("{title}: you are in no team that it asks any more. What you sent is kept.", title=title)
    return voice.say("{title}: you are in no team that it asks any more. Nothing is expected of you.", title=title)


def _moods(voice: Voice, card: PromptCard) -> Block:
    """Five faces in a row; screen readers say what each means."""
    value = str(card.prompt_id)
    return row(
        *(
            button(face, actions.mood(step), value) | {"accessibility_label": word}
            for step, (face, word) in enumerate(moods(voice), start=1)
        )
    )


def _title(card: PromptCard) -> str:
    return f"*{escape(card.card.name)}, {escape(card.card.team)}*"


def _open(voice: Voice, card: PromptCard) -> str:
    if card.is_closed:
        return voice.say("{title}, {day}: over, since the next round has opened.", title=_title(card), day=card.nominal)
    if card.is_over:
        late = voice.say("{title}: a late answer is taken until the next round opens.", title=_title(card))
        return f"{late} {digest_stays(voice)}" if card.card.read_by.k else late
    first = voice.say(
        "{title}: {questions}, {duration}, open until *{until}*.",
        title=_title(card),
        questions=asked(voice, card.card.questions),
        duration=duration(voice, card.card.minutes),
        until=card.closes_at,
    )
    if card.snoozed_until is not None:
        first += " " + voice.say("You are asked again at {at}.", at=voice.hour(card.snoozed_until))
    if not card.drafted:
        return first
    return (
        first
        + " "
        + voice.say_n(
            "{n} answer is saved as a draft that only you can open.",
            "{n} answers are saved as a draft that only you can open.",
            card.drafted,
        )
    )


def _answered(voice: Voice, card: PromptCard) -> str:
    if card.drafted:
        return voice.say("{title}: sent. What you changed since is a draft that only you can open.", title=_title(card))
    if card.is_edited:
        return voice.say("{title}: sent, and edited. Thank you.", title=_title(card))
    if card.state == "late":
        return voice.say("{title}: sent. It came late, and it counts.", title=_title(card))
    return voice.say("{title}: sent. Thank you.", title=_title(card))


def _skipped(voice: Voice, card: PromptCard) -> str:
    if card.is_away:
        return voice.say("{title}: you're away, so nothing is expected of you.", title=_title(card))
    return voice.say("{title}: not this time. That's fine.", title=_title(card))


def _kept_draft(voice: Voice, card: PromptCard) -> list[Block]:
    return [row(button(voice.say("Read your draft"), actions.ANSWER, str(card.prompt_id)))] if card.drafted else []


def _buttons(voice: Voice, card: PromptCard) -> list[Element]:
    value = str(card.prompt_id)
    if card.drafted:
        label = voice.say("Continue your draft")
    elif card.state in ("answered", "late"):
        label = voice.say("Edit your answers")
    elif card.state == "skipped":
        label = voice.say("Answer after all")
    else:
        label = voice.say("Answer")
    style = "primary" if card.state in OPEN else None
    buttons = [button(label, actions.ANSWER, value, style=style)]
    if card.state in ("due", "sent") and not card.is_over:
        if card.snoozed_until is None and not card.is_blocked:  # three buttons are the most, and one is below
            buttons.append(button(voice.say("Snooze 1 h"), actions.SNOOZE, value))
        buttons.append(button(voice.say("Not this time"), actions.SKIP, value))
    return buttons
