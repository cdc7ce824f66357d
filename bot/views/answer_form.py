"""The form in which a check-in is answered, and what comes back from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.checkins import MAX_WORDS, Question, QuestionKind
from bot.domain.forms import Form, Submission, Typed, Waiting
from bot.i18n import Voice
from bot.views import actions
from bot.views.blocks import (
    Block,
    Element,
    Field,
    Modal,
    button,
    context,
    escape,
    field,
    radio,
    said,
    section,
    text_input,
)
from bot.views.blocks import actions as row
from bot.views.rhythms import read_by

MOODS = ("😣", "🙁", "😐", "🙂", "😄")


def answer_form(voice: Voice, form: Form) -> Block:
    """The form of one prompt, with what was typed or answered before in it."""
    if form.is_over:
        return _kept(voice, form)
    blocks = [section(_until(voice, form)), context(read_by(voice, form.read_by))]
    if form.is_draft:
        blocks += [context(voice.say("This is your draft: only you can open it.")), _discard(voice, form)]
    blocks += [_input(voice, question, form.values.get(question.id), form.generation) for question in form.questions]
    return Modal(
        callback_id=actions.ANSWER_FORM,
        title=form.checkin,
        blocks=blocks,
        submit=voice.say("Save changes") if form.is_edit else voice.say("Send"),
        close=voice.say("Close"),
        metadata=str(form.prompt_id),
    ).view()


def _kept(voice: Voice, form: Form) -> Block:
    """A draft that can't be sent any more: its words, to read and to copy."""
    name, day = escape(form.checkin), form.nominal
    words = [(question, form.values.get(question.id)) for question in form.questions]
    typed = [(voice.say(question.wording), value) for question, value in words if isinstance(value, str) and value]
    if not form.is_draft or not typed:
        blocks = [section(voice.say("*{name}*, {day}, takes no more answers.", name=name, day=day))]
    else:
        text = voice.say(
            "*{name}*, {day}, takes no more answers, so this draft wasn't sent. "
            "Only you can read it; copy what you need.",
            name=name,
            day=day,
        )
        blocks = [section(text), said(form.checkin, "", typed), _discard(voice, form)]
    return Modal("checkin.kept", form.checkin, blocks, close=voice.say("Close")).view()


def _discard(voice: Voice, form: Form) -> Block:
    return row(button(voice.say("Discard draft"), actions.DISCARD, str(form.prompt_id)))


def _until(voice: Voice, form: Form) -> str:
    name, day = escape(form.checkin), form.nominal
    if form.is_edit:
        return voice.say("*{name}*, {day}. You sent this; what you change is marked as edited.", name=name, day=day)
    if form.is_late:
        return voice.say(
            "*{name}*, {day}. Its window has ended; a late answer is taken until the next round opens.",
            name=name,
            day=day,
        )
    return voice.say(
        "*{name}*, {day}, open until *{until}*. What you type is kept as a draft.",
        name=name,
        day=day,
        until=form.closes_at,
    )


def _input(voice: Voice, question: Question, value: Typed, generation: int) -> Block:
    spec = Field(
        _block_id(question, generation),
        voice.say(question.wording),
        _hint(voice, question),
        not question.required,
        saves=True,
    )
    return field(spec, _element(voice, question, value))


def _block_id(question: Question, generation: int) -> str:
    # Slack keeps what is typed where block_id and action_id stay, so a form that is emptied needs new ones.
    return f"q{question.id}" + (f"~{generation}" if generation else "")


def _hint(voice: Voice, question: Question) -> str | None:
    if question.kind is QuestionKind.SCALE:
        return voice.say("1 is low, 5 is high.")
    if question.kind is QuestionKind.BLOCKER:
        return voice.say("Leave it empty where nothing is.")
    return None


def _element(voice: Voice, question: Question, value: Typed) -> Element:
    chosen = str(value) if isinstance(value, int) else None
    match question.kind:
        case QuestionKind.MOOD:
            steps = {str(step): f"{face} {word}" for step, (face, word) in enumerate(_moods(voice), start=1)}
            return radio(actions.ANSWER_INPUT, steps, chosen)
        case QuestionKind.SCALE:
            return radio(actions.ANSWER_INPUT, {str(step): str(step) for step in range(1, 6)}, chosen)
    words = value if isinstance(value, str) else None
    is_long = question.kind is not QuestionKind.SHORT_TEXT
    return text_input(actions.ANSWER_INPUT, MAX_WORDS, words, multiline=is_long)


def _moods(voice: Voice) -> list[tuple[str, str]]:
    words = (voice.say("Hard"), voice.say("Not great"), voice.say("Okay"), voice.say("Good"), voice.say("Great"))
    return list(zip(MOODS, words, strict=True))


def parse(view: Mapping[str, Any], action_ts: str = "") -> Submission:
    """What the form holds, from a submission or from a keystroke: an emptied input is None."""
    values: dict[int, Typed] = {
        int(block_id.removeprefix("q").partition("~")[0]): _typed(inputs[actions.ANSWER_INPUT])
        for block_id, inputs in view["state"]["values"].items()
        if actions.ANSWER_INPUT in inputs
    }
    return Submission(int(view["private_metadata"]), values, view["id"], action_ts)


def _typed(element: Mapping[str, Any]) -> Typed:
    if element["type"] == "plain_text_input":
        words: str | None = element.get("value")
        return words
    option = element.get("selected_option")
    return int(option["value"]) if option else None


def sample(voice: Voice, name: str, questions: Sequence[Question]) -> Block:
    """What the form will look like, to look at only."""
    blocks = [section(voice.say("This is what you will be asked. Nothing you do here is sent."))]
    for question in questions:
        wording = escape(voice.say(question.wording))
        optional = "" if question.required else " " + voice.say("(optional)")
        blocks.append(section(f"*{wording}*{optional}"))
        blocks.append(context(_kind(voice, question.kind)))
    return Modal("checkin.sample", name, blocks, close=voice.say("Close")).view()


def _kind(voice: Voice, kind: QuestionKind) -> str:
    return {
        QuestionKind.SHORT_TEXT: voice.say("A short answer in your own words."),
        QuestionKind.LONG_TEXT: voice.say("An answer in your own words, up to 3,000 characters."),
        QuestionKind.SCALE: voice.say("A step from 1 to 5."),
        QuestionKind.MOOD: voice.say("One of five moods: {moods}", moods=" ".join(MOODS)),
        QuestionKind.BLOCKER: voice.say("What is in your way, in your own words."),
    }[kind]


def choose(voice: Voice, waiting: Sequence[Waiting]) -> Block:
    """Which check-in, where several can be answered or edited."""
    blocks: list[Block] = [section(voice.say("Which one?"))]
    for each in waiting:
        label = voice.say("Edit") if each.is_answered else voice.say("Answer")
        blocks.append(
            section(
                _line(voice, each),
                accessory=button(label, actions.ANSWER, str(each.prompt_id)),
            )
        )
    return Modal(actions.CHOOSE_FORM, voice.say("Your check-ins"), blocks, close=voice.say("Close")).view()


def _line(voice: Voice, each: Waiting) -> str:
    name, day = escape(each.checkin), each.nominal
    if each.is_answered:
        return voice.say("*{name}*, {day}: sent", name=name, day=day)
    if each.is_late:
        return voice.say("*{name}*, {day}: a late answer is still taken", name=name, day=day)
    return voice.say("*{name}*, {day}: open until {until}", name=name, day=day, until=each.closes_at)
