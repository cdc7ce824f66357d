"""Requests for feedback in Slack: the form, what those asked see, their answer with its card, and how it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.domain.feedback_requests import (
    MAX_QUESTION,
    MAX_TOPIC,
    MOST_ASKED,
    MOST_QUESTIONS,
    AnswerCard,
    Asked,
    RequestForm,
    RequestWanted,
    most_words,
)
from bot.errors import UserError
from bot.i18n import Voice, mark
from bot.views import actions
from bot.views.blocks import (
    Block,
    Field,
    Modal,
    button,
    context,
    datepicker,
    escape,
    field,
    people_select,
    quoted,
    radio,
    section,
    select,
    text_input,
)
from bot.views.blocks import actions as row

VALUE, ME = "value", "me"
CONFIDENTIAL, WITH_NAME = "confidential", "signed"
Said = tuple[str, list[Block]]


@dataclass(frozen=True)
class Made:
    """A request as who asked sees it: names by state; all `open` where nothing may tell who answered."""

    topic: str
    names: Mapping[str, Sequence[str]]
    closes_at: datetime
    is_confidential: bool
    about: str | None = None


def request_form(voice: Voice, form: RequestForm) -> Block:
    """The form: whom, about what, up to three questions, until when, and with whose names."""
    names = {
        WITH_NAME: voice.say("Signed: I see who wrote what"),
        CONFIDENTIAL: voice.say("Confidential: together, once three are in"),
    }
    hint = voice.say("Requests to fewer than three people are signed.")
    blocks = [
        field(Field("asked", voice.say("Whom do you ask?")), people_select(VALUE, MOST_ASKED, form.asked)),
        *_about(voice, form),
        field(Field("topic", voice.say("What is it about?")), text_input(VALUE, MAX_TOPIC)),
        *(_question(voice, n) for n in range(1, MOST_QUESTIONS + 1)),
        field(Field("last", voice.say("Until when?")), datepicker(VALUE, form.last.isoformat())),
        field(Field("signed", voice.say("With their names?"), hint), radio(VALUE, names, WITH_NAME)),
        context(voice.say("They are reminded twice at most, and may decline without a reason.")),
    ]
    return Modal(
        actions.REQUEST_FORM,
        voice.say("Ask for feedback"),
        blocks,
        submit=voice.say("Ask"),
        close=voice.say("Close"),
    ).view()


def _about(voice: Voice, form: RequestForm) -> list[Block]:
    if not form.reports:
        return []
    choices = {ME: voice.say("Me")} | {str(key): name for key, name in form.reports[:99]}
    hint = voice.say("Somebody who reports to you is told that you ask, and whom.")
    return [field(Field("about", voice.say("About whom?"), hint), select(VALUE, choices, ME))]


def _question(voice: Voice, n: int) -> Block:
    label = voice.say("Question {n}", n=n)
    return field(Field(f"question{n}", label, optional=True), text_input(VALUE, MAX_QUESTION))


def parse(view: Mapping[str, Any]) -> RequestWanted:
    """What the form holds; raises UserError at the day where there is none."""
    values: dict[str, Any] = {
        block_id: next(iter(inputs.values()), {}) for block_id, inputs in view["state"]["values"].items()
    }

    def words(name: str) -> str:
        return values.get(name, {}).get("value") or ""

    def chosen(name: str) -> str | None:
        option = values.get(name, {}).get("selected_option")
        return None if option is None else str(option["value"])

    about = chosen("about")
    try:
        last = date.fromisoformat(values["last"].get("selected_date") or "")
    except ValueError:
        raise UserError(mark("Choose a day."), field="last") from None
    return RequestWanted(
        tuple(values["asked"].get("selected_users") or ()),
        words("topic"),
        tuple(words(f"question{n}") for n in range(1, MOST_QUESTIONS + 1)),
        last,
        chosen("signed") == CONFIDENTIAL,
        None if about in (None, ME) else int(about or 0),
    )


def _first(voice: Voice, asked: Asked) -> str:
    asker, topic = f"*{escape(asked.asker)}*", escape(asked.topic)
    if asked.about is None:
        return voice.say(
            "{asker} asks you for feedback until *{when}*: {topic}", asker=asker, topic=topic, when=asked.closes_at
        )
    return voice.say(
        "{asker} asks you for feedback about {about} until *{when}*: {topic}",
        asker=asker,
        about=f"*{escape(asked.about)}*",
        topic=topic,
        when=asked.closes_at,
    )


def _read_by(voice: Voice, asked: Asked) -> str:
    asker = escape(asked.asker)
    told = (
        "" if asked.about is None else " " + voice.say("{about} knows that you are asked.", about=escape(asked.about))
    )
    if asked.is_confidential:
        return (
            voice.say(
                "Read by {asker}, from “a colleague”: together, once three are in. If it stays fewer, you choose: "
                "signed, or withdrawn.",
                asker=asker,
            )
            + told
        )
    return voice.say("Read by {asker}, signed with your name.", asker=asker) + told


def asked(voice: Voice, asked: Asked, *, is_over: bool) -> Said:
    """What somebody is asked."""
    text = _first(voice, asked)
    blocks = [section(text)]
    if asked.state == "answered":
        return _plain(text), [
            *blocks,
            context(voice.say("You answered it: your words stand in a message of their own.")),
        ]
    if asked.state != "open":
        return _plain(text), [*blocks, context(voice.say("You answer nothing here, and nobody asks why."))]
    if is_over:
        return _plain(text), [*blocks, context(voice.say("This is over."))]
    blocks.append(context(_read_by(voice, asked)))
    return _plain(text), [*blocks, _buttons(voice, asked)]


def _buttons(voice: Voice, asked: Asked) -> Block:
    label = voice.say("Continue your draft") if any(asked.answers) else voice.say("Answer")
    return row(
        button(label, actions.ANSWER_REQUEST, str(asked.ask_id)),
        button(voice.say("Not this time"), actions.DECLINE_REQUEST, str(asked.ask_id)),
    )


def _plain(text: str) -> str:
    return text.replace("*", "")


def reminder(voice: Voice, asked: Asked) -> Said:
    """That something is still open."""
    text = voice.say("{asker}'s request is open until *{when}*.", asker=escape(asked.asker), when=asked.closes_at)
    return _plain(text), [section(text), context(_read_by(voice, asked)), _buttons(voice, asked)]


def answer_form(voice: Voice, asked: Asked) -> Block:
    """The form of an answer: a box for each question, or one."""
    most = most_words(len(asked.questions))
    labels = list(asked.questions) or [voice.say("Your words")]
    kept = [*asked.answers, *[""] * len(labels)]
    boxes = [
        field(
            Field(f"answer{n}", label, optional=len(labels) > 1, saves=True),
            text_input(actions.REQUEST_INPUT, most, kept[n - 1], multiline=True),
        )
        for n, label in enumerate(labels, 1)
    ]
    return Modal(
        actions.ANSWER_REQUEST_FORM,
        voice.say("Your answer"),
        [section(_first(voice, asked)), context(_read_by(voice, asked)), *boxes],
        submit=voice.say("See who reads it"),
        close=voice.say("Close"),
        metadata=str(asked.ask_id),
    ).view()


def parse_answer(view: Mapping[str, Any]) -> tuple[int, list[str]]:
    """Which part in a request the form is for, by primary key, and what its boxes hold, in their order."""
    values = view["state"]["values"]
    names = sorted((name for name in values if name.startswith("answer")), key=lambda name: int(name[6:]))
    return int(view["private_metadata"]), [next(iter(values[name].values()))["value"] or "" for name in names]


def answer_card(voice: Voice, card: AnswerCard) -> Block:
    """Who will be able to read it, before Send."""
    asker, company = escape(card.asked.asker), escape(card.company)
    blocks = [
        quoted(card.words),
        section(voice.say("*Read in Cairn by* {names}, and nobody else but you.", names=[asker])),
    ]
    if card.asked.is_confidential:
        blocks.append(
            section(
                voice.say(
                    "*Confidential*: {asker} sees “a colleague”, one of {n} who were asked, once three are in. The way "
                    "you write, or what only you could know, may still give you away.",
                    asker=asker,
                    n=card.how_many,
                )
            )
        )
        blocks.append(
            context(
                voice.say(
                    "Who runs Cairn's server could find out that it is from you. Who may export the direct messages of "
                    "{company}'s Slack could read your own copy in your DM with Cairn, and so know it too.",
                    company=company,
                )
            )
        )
    else:
        blocks.append(section(voice.say("*Signed*: they see that it is from you.")))
        blocks.append(
            context(
                voice.say(
                    "Who runs Cairn's server, and who may export the direct messages of {company}'s Slack, could read "
                    "it too.",
                    company=company,
                )
            )
        )
    return Modal(
        actions.SEND_ANSWER_FORM,
        voice.say("Who will read it"),
        blocks,
        submit=voice.say("Send"),
        close=voice.say("Back to your words"),
        metadata=str(card.asked.ask_id),
    ).view()


def too_few(voice: Voice, asked: Asked, *, is_signed: bool | None) -> Said:
    """To somebody whose answer is one of too few; `is_signed`: None where it was withdrawn."""
    asker = escape(asked.asker)
    text = voice.say("Fewer than three answered {asker}, so nobody has read your answer.", asker=asker)
    if is_signed is None:
        return text, [section(text), context(voice.say("You withdrew it. Nobody will read it."))]
    if is_signed:
        return text, [section(text), context(voice.say("You signed it: {asker} gets it with your name.", asker=asker))]
    note = voice.say(
        "Nothing happens until you choose: with your name {asker} reads it, without it nobody does.", asker=asker
    )
    choice = row(
        button(voice.say("Send it signed"), actions.SIGN_ANSWER, str(asked.ask_id)),
        button(voice.say("Withdraw it"), actions.WITHDRAW_ANSWER, str(asked.ask_id)),
    )
    return text, [section(text), context(note), choice]


def made(voice: Voice, made: Made, *, is_over: bool) -> Said:
    """A request, for who made it."""
    names = {state: [escape(each) for each in several] for state, several in made.names.items()}
    everybody = [name for several in names.values() for name in several]
    text = voice.say("You asked for feedback: {topic}", topic=escape(made.topic))
    lines = []
    if made.about is not None:
        lines.append(voice.say("It is about {about}, who was told.", about=escape(made.about)))
    if made.is_confidential:
        lines.append(
            voice.say(
                "{names} were asked until {when}. Their answers come from “a colleague”, together, once three are in.",
                names=everybody,
                when=made.closes_at,
            )
        )
    else:
        lines += _standing(voice, names, made.closes_at)
    if is_over:
        lines.append(voice.say("This is over."))
    return text, [section(text), context("\n".join(lines))]


def _standing(voice: Voice, names: Mapping[str, Sequence[str]], closes_at: datetime) -> list[str]:
    lines = []
    if names.get("open"):
        lines.append(voice.say("Asked until {when}: {names}", names=list(names["open"]), when=closes_at))
    if names.get("answered"):
        lines.append(voice.say("Answered: {names}", names=list(names["answered"])))
    if names.get("declined"):
        lines.append(voice.say("Not this time: {names}", names=list(names["declined"])))
    return lines


def about_you(voice: Voice, asker: str, names: Sequence[str], topic: str, closes_at: datetime) -> Said:
    """To somebody about whom their manager asks."""
    text = voice.say(
        "{asker} asks {names} for feedback about you until *{when}*: {topic}",
        asker=f"*{escape(asker)}*",
        names=[escape(each) for each in names],
        topic=escape(topic),
        when=closes_at,
    )
    note = voice.say(
        "{asker} reads the answers, and can talk about them with you. You needn't do anything.", asker=escape(asker)
    )
    return _plain(text), [section(text), context(note)]
