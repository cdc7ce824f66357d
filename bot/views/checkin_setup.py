"""Around the form that sets a check-in up: what to begin with, the look at the next 14 days, which one to edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from bot.domain.checkins import minutes
from bot.domain.readers import ReadBy
from bot.domain.rhythms import Rhythm
from bot.domain.schedules import PREVIEW
from bot.domain.templates import Template
from bot.i18n import Voice
from bot.views import actions
from bot.views.blocks import Block, Modal, button, confirm, context, divider, escape, header, section
from bot.views.blocks import actions as row
from bot.views.rhythm_words import words, words_at
from bot.views.rhythms import asked, clock, duration, names, read_by

DAYS_SHOWN = 14
MOST = 40
"""Check-ins that a lead can choose from: two blocks each."""


@dataclass(frozen=True)
class Offer:
    """A template to begin with; `about` says what it asks and when, in the reader's language."""

    key: str
    name: str
    about: str


def offer(voice: Voice, key: str, template: Template) -> Offer:
    """A template as it is offered."""
    if not template.questions:
        return Offer(key, voice.say("From scratch"), voice.say("No questions yet; you write your own."))
    about = voice.say(
        "{questions}, {duration}, {when}",
        questions=asked(voice, len(template.questions)),
        duration=duration(voice, minutes(template.questions)),
        when=words(voice, template.schedule.rhythm),
    )
    return Offer(key, voice.say(template.name), about)


def choose_template(voice: Voice, offers: Sequence[Offer], draft_id: int | None, channel: str | None) -> Block:
    """What to begin a new check-in with; first what was begun and not switched on, where there is one."""
    blocks: list[Block] = []
    if draft_id is not None:
        blocks += [
            section(voice.say("You began to set up a check-in, and what you filled in is kept.")),
            row(button(voice.say("Continue setting up"), actions.CONTINUE_SETUP, str(draft_id), style="primary")),
            divider(),
        ]
    blocks.append(section(voice.say("What do you want to begin with? Everything can be changed in the next step.")))
    for offer in offers:
        text = f"*{escape(offer.name)}*\n{escape(offer.about)}"
        blocks.append(section(text, accessory=button(voice.say("Begin with this"), actions.TEMPLATE, offer.key)))
    title, close = voice.say("New check-in"), voice.say("Close")
    return Modal("checkin.templates", title, blocks, close=close, metadata=channel or "").view()


@dataclass(frozen=True)
class Asked:
    """People who are asked at one time on one day. `place` is what their zone is called; `instead_of`: why moved."""

    at: time
    place: str
    people: tuple[str, ...]
    instead_of: str = ""


@dataclass(frozen=True)
class PreviewDay:
    """What happens on one date, on the clocks of those asked; `skipped`: who isn't, by reason."""

    day: date
    asked: tuple[Asked, ...]
    skipped: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class PreviewCard:
    """A check-in as it will be. `first` is the date of its first round. `sentence`: what has changed meanwhile.

    `version` is the check-in's that its edit would replace, 0 for a new one.
    """

    draft_id: int
    version: int
    name: str
    team: str
    questions: int
    minutes: int
    rhythm: Rhythm
    at: time
    team_zone: str | None
    people: int
    read_by: ReadBy
    days: tuple[PreviewDay, ...]
    first: date | None
    is_edit: bool = False
    sentence: str = ""


def preview(voice: Voice, card: PreviewCard) -> Block:
    """Who gets what in the next 14 days; on top of the form, which stays as it is beneath."""
    blocks = [section(f":warning: {card.sentence}")] if card.sentence else []
    blocks += [
        section(_summary(voice, card)),
        context(read_by(voice, card.read_by)),
        header(voice.say("The next {n} days", n=PREVIEW)),
        *_days(voice, card),
    ]
    switch = voice.say("Save") if card.is_edit else voice.say("Switch it on")
    return Modal(
        actions.PREVIEW_FORM,
        voice.say("Before you save") if card.is_edit else voice.say("Before it is on"),
        blocks,
        submit=switch,
        close=voice.say("Back"),
        metadata=f"{card.draft_id} {card.version}",
    ).view()


def _summary(voice: Voice, card: PreviewCard) -> str:
    return voice.say(
        "*{name}, {team}*: {questions}, {duration}, for {people}, {when}.",
        name=escape(card.name),
        team=escape(card.team),
        questions=asked(voice, card.questions),
        duration=duration(voice, card.minutes),
        people=voice.say_n("{n} person", "{n} people", card.people),
        when=words_at(voice, card.rhythm, card.at, clock(voice, card.team_zone) or voice.say("each person's own time")),
    )


def _days(voice: Voice, card: PreviewCard) -> list[Block]:
    if card.days:
        return [section(_day(voice, each)) for each in card.days[:DAYS_SHOWN]]
    if card.first is None:
        return [section(voice.say("Nothing comes in the next year."))]
    return [section(voice.say("Nothing comes before {day}.", day=card.first))]


def _day(voice: Voice, each: PreviewDay) -> str:
    lines = [f"*{voice.day(each.day)}*"]
    lines += [_group(voice, group) for group in each.asked]
    for reason, people in each.skipped.items():
        lines.append(voice.say("Not asked: {names} ({reason})", names=names(voice, people), reason=escape(reason)))
    return "\n".join(lines)


def _group(voice: Voice, group: Asked) -> str:
    when = f"{voice.write(group.at)} {escape(group.place)}".strip()
    line = voice.say("{when}: {names}", when=when, names=names(voice, group.people))
    return f"{line} ({escape(group.instead_of)})" if group.instead_of else line


@dataclass(frozen=True)
class Led:
    """A check-in that its reader leads; `when` says its rhythm."""

    checkin_id: int
    name: str
    team: str
    when: str
    is_paused: bool = False


def manage(voice: Voice, led: Sequence[Led]) -> Block:
    """Which check-in, and what to do with it."""
    blocks: list[Block] = []
    for each in led[:MOST]:
        blocks += [section(line(voice, each)), row(*buttons(voice, each.checkin_id, is_paused=each.is_paused))]
    return Modal("checkin.manage", voice.say("Check-ins you lead"), blocks, close=voice.say("Close")).view()


def line(voice: Voice, each: Led) -> str:
    """One check-in of a lead's, for mrkdwn."""
    text = f"*{escape(each.name)}, {escape(each.team)}*\n{each.when}"
    if not each.is_paused:
        return text
    paused = voice.say("Paused: nobody is asked until somebody resumes it.")
    return f"{text}\n{paused}"


def buttons(voice: Voice, checkin_id: int, *, is_paused: bool) -> list[Block]:
    """What a lead can do with a check-in."""
    value = str(checkin_id)
    pause = (
        button(voice.say("Resume"), actions.RESUME_CHECKIN, value)
        if is_paused
        else button(voice.say("Pause"), actions.PAUSE_CHECKIN, value)
    )
    return [
        button(voice.say("Edit"), actions.EDIT_CHECKIN, value),
        button(voice.say("Ask now"), actions.ASK_NOW, value),
        pause,
        delete(voice, checkin_id),
    ]


def delete(voice: Voice, checkin_id: int) -> Block:
    """The button that ends a check-in, which asks first."""
    return button(
        voice.say("Delete this check-in"),
        actions.DELETE_CHECKIN,
        str(checkin_id),
        confirm=confirm(
            voice.say("Delete this check-in?"),
            voice.say("Nobody will be asked again. Answers given so far are kept, and everyone is told."),
            yes=voice.say("Delete it"),
            no=voice.say("Keep it"),
        ),
    )
