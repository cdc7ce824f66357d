"""The form that sets a check-in up or changes it, and its parser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.domain.checkin_setup import Listed, Setup, Value
from bot.domain.setup import MAX_NAME, MAX_QUESTIONS, WINDOWS, CheckInRequest, QuestionRequest
from bot.errors import FieldErrors, UserError
from bot.i18n import Voice, mark
from bot.views import actions, kept_inputs, rhythm_inputs
from bot.views.blocks import (
    Block,
    Field,
    Modal,
    button,
    channel_select,
    context,
    escape,
    field,
    header,
    multi_select,
    overflow,
    radio,
    section,
    select,
    text_input,
    timepicker,
)
from bot.views.kept_inputs import Reading, kept, one, several, time_of
from bot.views.question_form import described, kinds, suggestions
from bot.views.rhythm_inputs import read_rhythm

OFFERED = {
    **rhythm_inputs.OFFERED,
    "window": set(map(str, WINDOWS)),
    "readers": {"team", "leads", "channel"},
    "zone": {"own", "team"},
    "reminders": {"light", "standard", "active"},
    "digest_when": {"close", "arrival"},
    "names": {"shown", "hidden"},
}
"""What the menus offer, by block_id; a team is one that the service knows."""

USUAL_TIME = "09:00"


@dataclass(frozen=True)
class SetupCard:
    """A form as it stands. `teams` are those that it offers, by primary key; `checkin_id` is None for a new one."""

    draft_id: int
    setup: Setup
    teams: Mapping[int, str]
    checkin_id: int | None = None


def checkin_form(voice: Voice, card: SetupCard) -> Block:
    """The form for leads. Everything in it is kept as a draft while it is filled in."""
    return Modal(
        callback_id=actions.SETUP_FORM,
        title=voice.say("New check-in") if card.checkin_id is None else voice.say("Edit check-in"),
        blocks=_blocks(voice, card),
        submit=voice.say("Look it over"),
        close=voice.say("Close"),
        metadata=str(card.draft_id),
    ).view()


def _blocks(voice: Voice, card: SetupCard) -> list[Block]:
    fields = card.setup.fields
    blocks = [
        *_kept(voice, card),
        *_what(voice, fields, card.teams),
        *_questions(voice, card.setup),
        header(voice.say("When")),
        *rhythm_inputs.blocks(voice, fields),
        *_when(voice, fields),
        header(voice.say("Who reads")),
        *_where(voice, fields),
    ]
    if card.setup.generation:
        # Slack keeps what is typed where block_id and action_id stay.
        for block in blocks:
            if block["type"] == "input":
                block["block_id"] += f"~{card.setup.generation}"
    return blocks


def _kept(voice: Voice, card: SetupCard) -> list[Block]:
    note = voice.say("What you fill in is kept as a draft that only you can open, for 14 days.")
    if card.checkin_id is None:
        return [context(note)]
    anew = button(voice.say("Begin from how it is now"), actions.EDIT_ANEW, str(card.checkin_id))
    return [section(note, accessory=anew)]


def _what(voice: Voice, fields: Mapping[str, Value], teams: Mapping[int, str]) -> list[Block]:
    choices = {str(key): name for key, name in teams.items()}
    return [
        kept("teams", voice.say("Team"), multi_select(actions.SETUP_INPUT, choices, several(fields, "teams"))),
        kept("name", voice.say("Name"), text_input(actions.SETUP_INPUT, MAX_NAME, one(fields, "name")[:MAX_NAME])),
    ]


def _questions(voice: Voice, setup: Setup) -> list[Block]:
    last = len(setup.questions) - 1
    listed = [_question(voice, setup.requests, n, each, last) for n, each in enumerate(setup.questions)]
    # Another block_id after each question that was added: a menu tells nothing of the same choice twice.
    add = Field(f"questions~{setup.next_key}", voice.say("Add a question"), optional=True, saves=True)
    if len(listed) >= MAX_QUESTIONS:
        full = voice.say("{most} questions are the most that a check-in can have.", most=MAX_QUESTIONS)
        return [header(voice.say("Questions")), *listed, context(full)]
    choices = kinds(voice) | suggestions(voice)
    return [header(voice.say("Questions")), *listed, field(add, select(actions.ADD_QUESTION, choices))]


def _question(voice: Voice, requests: Sequence[QuestionRequest], n: int, listed: Listed, last: int) -> Block:
    can = {f"edit:{listed.key}": voice.say("Edit")}
    if n > 0:
        can[f"up:{listed.key}"] = voice.say("Move up")
    if n < last:
        can[f"down:{listed.key}"] = voice.say("Move down")
    can[f"remove:{listed.key}"] = voice.say("Remove")
    text = f"*{n + 1}.* {escape(listed.asked.wording)}\n{described(voice, requests, n)}"
    return section(text, accessory=overflow(actions.CHANGE_QUESTION, can))


def _when(voice: Voice, fields: Mapping[str, Value]) -> list[Block]:
    windows = {str(length): voice.say(words) for length, words in WINDOWS.items()}
    zones = {
        "own": voice.say("Each person's own time"),
        "team": voice.say("The team's time, the same moment for all"),
    }
    reminders = {
        "light": voice.say("None"),
        "standard": voice.say("One, when three quarters of the time have passed"),
        "active": voice.say("Two, the second in the last working hour"),
    }
    at = time_of(fields, "at")
    return [
        kept("at", voice.say("At"), timepicker(actions.SETUP_INPUT, f"{at:%H:%M}" if at else USUAL_TIME)),
        kept("zone", voice.say("On whose clock"), radio(actions.SETUP_INPUT, zones, one(fields, "zone"))),
        kept("window", voice.say("Open for"), select(actions.SETUP_INPUT, windows, one(fields, "window"))),
        kept("reminders", voice.say("Reminders"), radio(actions.SETUP_INPUT, reminders, one(fields, "reminders"))),
    ]


def _where(voice: Voice, fields: Mapping[str, Value]) -> list[Block]:
    readers = {
        "team": voice.say("The team"),
        "leads": voice.say("Its leads only"),
        "channel": voice.say("Whoever reads the home channel"),
    }
    times = {
        "close": voice.say("When everybody's time to answer has ended"),
        "arrival": voice.say("As answers arrive, brought up to date with each"),
    }
    hint = voice.say("The digest is posted here where its readers allow that, else each reader gets it by DM.")
    home = channel_select(actions.SETUP_INPUT, one(fields, "home_channel"))
    return [
        kept(
            "readers",
            voice.say("Who may read the answers"),
            radio(actions.SETUP_INPUT, readers, one(fields, "readers")),
        ),
        _names(voice, fields),
        kept("home_channel", voice.say("Home channel"), home, hint, optional=True),
        context(escape(voice.say("Cairn has to be in the home channel: type /invite @Cairn there first."))),
        kept(
            "digest_when",
            voice.say("When the digest comes"),
            radio(actions.SETUP_INPUT, times, one(fields, "digest_when")),
        ),
    ]


def _names(voice: Voice, fields: Mapping[str, Value]) -> Block:
    choices = {
        "shown": voice.say("Shown beside each person's answers"),
        "hidden": voice.say("Hidden: shuffled, and shown only where enough people answered"),
    }
    hint = voice.say("Hidden from readers. Cairn itself still knows who said what, to remind people and let them edit.")
    return kept("names", voice.say("Names"), radio(actions.SETUP_INPUT, choices, one(fields, "names")), hint)


def read(view: Mapping[str, Any]) -> dict[str, Value]:
    """What the inputs hold; the menu that adds a question holds nothing to keep."""
    values = kept_inputs.read(view)
    values.pop("questions", None)
    return values


def draft_id(view: Mapping[str, Any]) -> int:
    """Which draft a form belongs to."""
    return int(str(view["private_metadata"]).split()[0])


def parse(setup: Setup) -> CheckInRequest:
    """The check-in that a form asks for; raises FieldErrors with all that can't be read, each at its field."""
    reading = Reading(setup.fields, OFFERED)
    at, window = reading.time_of_day("at"), reading.number("window")
    request = CheckInRequest(
        team_ids=_teams(reading),
        name=one(setup.fields, "name"),
        questions=setup.requests,
        rhythm=read_rhythm(reading, timedelta(minutes=window)),
        at=at,
        window_minutes=window,
        readers=reading.option("readers"),
        home_channel=one(setup.fields, "home_channel") or None,
        zone_kind=reading.option("zone"),
        reminders=reading.option("reminders"),
        digest_when=reading.option("digest_when"),
        names_hidden=reading.option("names") == "hidden",
    )
    if reading.errors:
        raise FieldErrors(reading.errors)
    return request


def _teams(reading: Reading) -> tuple[int, ...]:
    chosen = several(reading.fields, "teams")
    if not chosen or not all(each.isascii() and each.isdigit() for each in chosen):
        reading.errors.append(UserError(mark("Choose at least one team from the list."), field="teams"))
        return ()
    return tuple(map(int, chosen))
