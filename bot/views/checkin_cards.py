"""What leads and members are told of a check-in: that it starts, that it ended, and who can see what."""

from __future__ import annotations

from datetime import date

from bot.i18n import Voice
from bot.views.blocks import Block, Modal, context, escape, section
from bot.views.blocks import actions as row
from bot.views.checkin_setup import buttons
from bot.views.prompts import CheckInCard
from bot.views.rhythms import asked, read_by, rhythm_for_all


def ready(
    voice: Voice, card: CheckInCard, *, first: date | None, people: int, is_deleted: bool, is_paused: bool = False
) -> tuple[str, list[Block]]:
    """To whoever set it up: when it starts; `first` is the first round's date, None where there will be none."""
    title = f"*{escape(card.name)}, {escape(card.team)}*"
    if is_deleted:
        text = voice.say("{title} was deleted. Nobody is asked again; what was answered is kept.", title=title)
        return text, [section(text)]
    when = rhythm_for_all(voice, card.recurs, card.at, card.team_zone)
    people_asked = voice.say_n("{n} person", "{n} people", people)
    if is_paused:
        text = voice.say("{title} is paused: nobody is asked until somebody resumes it.", title=title)
    elif first is None:
        text = voice.say("{title} is set up, but nobody's working days let it fall due.", title=title)
    else:
        text = voice.say(
            "{title} is on: {questions} for {people}, {when}. The first is for {first}.",
            title=title,
            questions=asked(voice, card.questions),
            people=people_asked,
            when=when,
            first=first,
        )
    readers = read_by(voice, card.read_by)
    can = buttons(voice, card.checkin_id, is_paused=is_paused)
    return f"{text}\n{readers}", [section(text), context(readers), row(*can)]


def deleted(voice: Voice, card: CheckInCard, *, by: str) -> tuple[str, list[Block]]:
    """To everybody who was asked."""
    text = voice.say(
        "{by} ended *{name}* for {team}. You won't be asked again; what you answered is kept.",
        by=escape(by),
        name=escape(card.name),
        team=escape(card.team),
    )
    return text, [section(text)]


def who_can_see(voice: Voice, card: CheckInCard) -> Block:
    """Who can see what: everyone by name where they are named, and what the operator could see."""
    lines = [read_by(voice, card.read_by)]
    if card.read_by.kind == "team" and card.read_by.names:
        lines.append(voice.say("By name: {names}.", names=[escape(name) for name in card.read_by.names]))
    lines.append(
        voice.say("Drafts are yours alone. Whoever leaves the team or the company stops being able to read in Cairn.")
    )
    lines.append(
        voice.say(
            "Whoever runs Cairn's server, or may export your company's Slack, could technically read what is stored "
            "there. Cairn never puts your words in its logs."
        )
    )
    return Modal(
        "checkin.who", voice.say("Who can see what"), [section(line) for line in lines], close=voice.say("Close")
    ).view()
