"""The form that sets a check-in up or changes it, and its parser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from bot.domain.checkin_setup import Listed, Setup, Value
from bot.domain.rhythms import (
    LAST,
    MAX_WEEKS,
    NTHS,
    Flaw,
    MonthlyOnDate,
    MonthlyOnWeekday,
    Rhythm,
    Weekly,
    WorkingDays,
    flaws,
)
from bot.domain.setup import MAX_NAME, MAX_QUESTIONS, WINDOWS, CheckInRequest, QuestionRequest
from bot.errors import FieldErrors, UserError
from bot.i18n import Voice, mark
from bot.views import actions
from bot.views.blocks import (
    Block,
    Field,
    Modal,
    button,
    channel_select,
    checkboxes,
    context,
    datepicker,
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
from bot.views.kept_inputs import kept, one, several
from bot.views.question_form import described, kinds, suggestions

OFFERED = {
    "rhythm": {"working_days", "weekly", "monthly_date", "monthly_weekday"},
    "every": {str(weeks) for weeks in range(1, MAX_WEEKS + 1)},
    "date": {str(day) for day in range(1, 32)},
    "nth": {str(nth) for nth in NTHS},
    "weekday": {str(day) for day in range(7)},
    "window": set(map(str, WINDOWS)),
    "readers": {"team", "leads", "channel"},
    "zone": {"own", "team"},
    "reminders": {"light", "standard", "active"},
    "digest_when": {"close", "arrival"},
}
"""What the menus offer, by block_id; a team is one that the service knows."""

_FLAWED = {
    Flaw.NO_WEEKDAY: "weekdays",
    Flaw.UNKNOWN_WEEKDAY: "weekdays",
    Flaw.WEEKS: "every",
    Flaw.DATE: "date",
    Flaw.NTH: "nth",
    Flaw.WINDOW: "window",
    Flaw.NEVER: "rhythm",
}
"""Where each flaw of a rhythm is said."""
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
        *_rhythm(voice, fields),
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


def _rhythm(voice: Voice, fields: Mapping[str, Value]) -> list[Block]:
    rhythms = {
        "working_days": voice.say("Every working day"),
        "weekly": voice.say("On weekdays, every week or every few weeks"),
        "monthly_date": voice.say("On a day of the month"),
        "monthly_weekday": voice.say("On a weekday of the month, like the last Friday"),
    }
    chosen = one(fields, "rhythm")
    shape = kept("rhythm", voice.say("How often"), select(actions.SETUP_SHAPE, rhythms, chosen))
    more = {"weekly": _weekly, "monthly_date": _monthly_date, "monthly_weekday": _monthly_weekday}.get(chosen)
    return [shape, *(more(voice, fields) if more else [])]


def _weekly(voice: Voice, fields: Mapping[str, Value]) -> list[Block]:
    weeks = {str(n): voice.say_n("Every week", "Every {n} weeks", n) for n in range(1, MAX_WEEKS + 1)}
    every = one(fields, "every")
    blocks = [
        kept("weekdays", voice.say("On"), checkboxes(actions.SETUP_INPUT, _days(voice), several(fields, "weekdays"))),
        kept("every", voice.say("In which weeks"), select(actions.SETUP_SHAPE, weeks, every)),
    ]
    if every not in ("", "1"):
        first = _date(one(fields, "start"))
        blocks.append(
            kept(
                "start",
                voice.say("The first week"),
                datepicker(actions.SETUP_INPUT, first.isoformat() if first else None),
                voice.say("Any day of it. Weeks are counted from there."),
            )
        )
    return blocks


def _monthly_date(voice: Voice, fields: Mapping[str, Value]) -> list[Block]:
    days = {str(day): str(day) for day in range(1, 31)} | {"31": voice.say("The last day")}
    hint = voice.say("In a month that is too short for it, on its last day.")
    return [kept("date", voice.say("On day"), select(actions.SETUP_INPUT, days, one(fields, "date")), hint)]


def _monthly_weekday(voice: Voice, fields: Mapping[str, Value]) -> list[Block]:
    nths = {
        "1": voice.say("The first"),
        "2": voice.say("The second"),
        "3": voice.say("The third"),
        "4": voice.say("The fourth"),
        str(LAST): voice.say("The last"),
    }
    return [
        kept("nth", voice.say("Which of the month"), select(actions.SETUP_INPUT, nths, one(fields, "nth"))),
        kept("weekday", voice.say("Weekday"), select(actions.SETUP_INPUT, _days(voice), one(fields, "weekday"))),
    ]


def _days(voice: Voice) -> dict[str, str]:
    return {str(day): voice.weekday(day) for day in range(7)}


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
    at = _time(one(fields, "at"))
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
        kept("home_channel", voice.say("Home channel"), home, hint, optional=True),
        context(escape(voice.say("Cairn has to be in the home channel: type /invite @Cairn there first."))),
        kept(
            "digest_when",
            voice.say("When the digest comes"),
            radio(actions.SETUP_INPUT, times, one(fields, "digest_when")),
        ),
    ]


def read(view: Mapping[str, Any]) -> dict[str, Value]:
    """What the inputs of a form hold, by block_id without its generation, whatever it is."""
    values = {
        block_id.partition("~")[0]: _value(entry)
        for block_id, inputs in view["state"]["values"].items()
        for entry in inputs.values()
    }
    values.pop("questions", None)
    return values


def _value(entry: Mapping[str, Any]) -> Value:
    if "selected_options" in entry:
        return [str(option["value"]) for option in entry["selected_options"] or ()]
    if "selected_option" in entry:
        option = entry["selected_option"]
        return str(option["value"]) if option else None
    names = ("value", "selected_time", "selected_date", "selected_conversation")
    return next((entry[name] for name in names if name in entry), None)


def draft_id(view: Mapping[str, Any]) -> int:
    """Which draft a form belongs to."""
    return int(str(view["private_metadata"]).split()[0])


def parse(setup: Setup) -> CheckInRequest:
    """The check-in that a form asks for; raises FieldErrors with all that can't be read, each at its field."""
    reading = _Reading(setup.fields)
    at, window = reading.time("at"), reading.number("window")
    rhythm = reading.rhythm(timedelta(minutes=window))
    request = CheckInRequest(
        team_ids=reading.teams(),
        name=one(setup.fields, "name"),
        questions=setup.requests,
        rhythm=rhythm,
        at=at,
        window_minutes=window,
        readers=reading.option("readers"),
        home_channel=one(setup.fields, "home_channel") or None,
        zone_kind=reading.option("zone"),
        reminders=reading.option("reminders"),
        digest_when=reading.option("digest_when"),
    )
    if reading.errors:
        raise FieldErrors(reading.errors)
    return request


class _Reading:
    """Reads fields, and gathers what is wrong with them; what can't be read has some value until that is said."""

    def __init__(self, fields: Mapping[str, Value]) -> None:
        self.fields = fields
        self.errors: list[UserError] = []

    def option(self, name: str) -> str:
        value = one(self.fields, name)
        if value not in OFFERED[name]:
            self.errors.append(UserError(mark("Choose one from the list."), field=name))
        return value

    def number(self, name: str) -> int:
        value = self.option(name)
        return int(value) if value in OFFERED[name] else 1

    def teams(self) -> tuple[int, ...]:
        chosen = several(self.fields, "teams")
        if not chosen or not all(each.isascii() and each.isdigit() for each in chosen):
            self.errors.append(UserError(mark("Choose at least one team from the list."), field="teams"))
            return ()
        return tuple(map(int, chosen))

    def time(self, name: str) -> time:
        found = _time(one(self.fields, name))
        if found is None:
            self.errors.append(UserError(mark("That isn't a time of day. Write it like 09:00."), field=name))
        return found or time()

    def rhythm(self, window: timedelta) -> Rhythm:
        before = len(self.errors)
        found = self._rhythm()
        if len(self.errors) == before:
            self.errors += [flaw_at(flaw) for flaw in flaws(found, window)]
        return found

    def _rhythm(self) -> Rhythm:
        match self.option("rhythm"):
            case "weekly":
                return self._weekly()
            case "monthly_date":
                return MonthlyOnDate(self.number("date"))
            case "monthly_weekday":
                return MonthlyOnWeekday(self.number("nth"), self.number("weekday"))
        return WorkingDays()

    def _weekly(self) -> Weekly:
        every = self.number("every")
        days = [int(day) for day in several(self.fields, "weekdays") if day in OFFERED["weekday"]]
        if every == 1:
            return Weekly(*days)
        start = _date(one(self.fields, "start"))
        if start is None:
            self.errors.append(UserError(mark("Choose a day of the first week."), field="start"))
            return Weekly(*days, every=every)
        return Weekly(*days, every=every, start=start)


def flaw_at(flaw: Flaw) -> UserError:
    """What is wrong with a rhythm or its window, at the field that it is about."""
    return UserError(flaw.sentence, field=_FLAWED[flaw])


def _time(value: str) -> time | None:
    try:
        return time.fromisoformat(value) if len(value) == len(USUAL_TIME) else None
    except ValueError:
        return None


def _date(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
