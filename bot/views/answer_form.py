"""The form in which a check-in is answered, and what comes back from it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from bot.domain.checkins import MAX_WORDS, Question, QuestionKind
from bot.domain.early import Choice
from bot.domain.forms import Form, LastPlan, Moved, Submission, Typed, Waiting
from bot.i18n import Voice
from bot.views import actions, progress_inputs
from bot.views.blocks import (
    TO_TICK,
    Block,
    Element,
    Field,
    Modal,
    button,
    checkboxes,
    context,
    cut,
    escape,
    field,
    quoted,
    radio,
    said,
    section,
    text_input,
)
from bot.views.blocks import actions as row
from bot.views.rhythms import digest_stays, read_by

MOODS = ("😣", "🙁", "😐", "🙂", "😄")
ASKED, DONE = "q", "d"
"""With what a block_id begins: what answers a question, and what ticks items of last time's plan."""
ROOM, ESCAPED = 150_000, 12
"""Bytes of answers in a view, which has 250,000 in all (Slack: docs, "modals"), and the most that a character takes."""
MOST_ITEMS = 30
MOST_REST = 12_000
"""Characters of what didn't fit into an answer: as many as Slack lets people type in one message."""
MAX_NUMBER = 40
"""Characters of a number, with its groups and its unit."""
EXAMPLE = Decimal("7.5")


def answer_form(voice: Voice, form: Form) -> Block:
    """The form of one prompt, with what was typed or answered before in it."""
    if form.is_over:
        return _kept(voice, form)
    blocks = [
        *_new_readers(voice, form),
        *progress_inputs.gone(voice, form),
        section(_until(voice, form)),
        context(read_by(voice, form.read_by)),
    ]
    if form.read_by.k:
        may_tell = voice.say("The way you write can still give you away.")
        blocks.append(context(f"{digest_stays(voice)} {may_tell}"))
    if form.is_draft:
        blocks += [context(voice.say("This is your draft: only you can open it.")), _discard(voice, form)]
    held = _held_back(form)
    for question in form.shown:
        blocks += _too_much(voice, form, question) if question.id in held else _question(voice, form, question)
    return Modal(
        callback_id=actions.ANSWER_FORM,
        title=form.checkin,
        blocks=blocks,
        submit=voice.say("Save changes") if form.is_edit else voice.say("Send"),
        close=voice.say("Close"),
        metadata=f"{form.prompt_id} {form.told or form.read_by.mark}",
    ).view()


def _new_readers(voice: Voice, form: Form) -> list[Block]:
    """Nobody's words go further than the form said when they were typed."""
    if not form.has_new_readers:
        return []
    told = voice.say(
        "*Others read this now than when you opened it, or see whose it is.* Nothing was sent. "
        "If that's fine, send it again."
    )
    return [section(told)]


def _kept(voice: Voice, form: Form) -> Block:
    """A draft that can't be sent any more: its words, to read and to copy."""
    name, day = escape(form.checkin), form.nominal
    words = [(question, form.values.get(question.id)) for question in form.questions]
    typed = [(voice.say(question.wording), value) for question, value in words if isinstance(value, str) and value]
    typed += [(each.goal, each.moved.typed) for each in form.progress if each.moved.typed]
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
    if form.is_edit and form.read_by.k:
        return voice.say("*{name}*, {day}. You sent this; what you change replaces it.", name=name, day=day)
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


def _question(voice: Voice, form: Form, question: Question) -> list[Block]:
    if question.kind is QuestionKind.PROGRESS:
        return progress_inputs.inputs(voice, question, form.progress, _generation(form))
    plan = form.plans.get(question.id)
    before = _last_plan(voice, form, question, plan) if plan else []
    return [*before, _input(voice, form, question), *_rest(voice, form.rests.get(question.id))]


def _held_back(form: Form) -> set[int]:
    """The questions whose answers aren't shown, the longest first, since all of them don't fit into a view.

    Never one that is asked only after another answer: whether it is sent depends on whether it is shown.
    """
    words = {question: value for question, value in form.values.items() if isinstance(value, str)}
    if sum(map(len, words.values())) * ESCAPED <= ROOM:
        return set()
    sizes = {question: len(json.dumps(value)) for question, value in words.items()}
    too_much, held = sum(sizes.values()) - ROOM, set()
    may_wait = [question.id for question in form.shown if question.id in sizes and question.condition is None]
    for question in sorted(may_wait, key=lambda each: -sizes[each]):
        if too_much > 0:
            held.add(question)
            too_much -= sizes[question]
    return held


def _too_much(voice: Voice, form: Form, question: Question) -> list[Block]:
    told = voice.say(
        "*{question}*\nYour answer of {n} characters is kept, and is sent with the others. "
        "All of them together are more than this form can show.",
        question=escape(voice.say(question.wording)),
        n=len(str(form.values[question.id])),
    )
    return [section(told)]


def _rest(voice: Voice, words: str | None) -> list[Block]:
    """What was put into an answer by DM, and didn't fit."""
    if not words:
        return []
    told = voice.say("This didn't fit into the 3,000 characters above, and isn't sent. It is kept with your draft:")
    return [context(told), quoted(cut(words, MOST_REST))]


def _last_plan(voice: Voice, form: Form, question: Question, plan: LastPlan) -> list[Block]:
    """Last time's items, to tick; Slack takes ten in one block."""
    numbered = list(enumerate(plan.items[:MOST_ITEMS], start=1))
    blocks = []
    for start in range(0, len(numbered), TO_TICK):
        spec = Field(
            f"{DONE}{question.id}.{start}" + _generation(form),
            voice.say("Which of last time's plan is done?") if start == 0 else voice.say("And of these?"),
            voice.say("What you tick is left out of the new plan when you send it."),
            optional=True,
            saves=True,
        )
        shown = {str(number): item for number, item in numbered[start : start + TO_TICK]}
        blocks.append(field(spec, checkboxes(actions.ANSWER_INPUT, shown, tuple(map(str, plan.done)))))
    return blocks


def _input(voice: Voice, form: Form, question: Question) -> Block:
    spec = Field(
        f"{ASKED}{question.id}" + _generation(form),
        voice.say(question.wording),
        _hint(voice, question),
        not question.required,
        saves=True,
    )
    element = _element(voice, question, form.values.get(question.id))
    if any(each.condition is not None and each.condition.question_id == question.id for each in form.questions):
        element["action_id"] = actions.ANSWER_BRANCH
    return field(spec, element)


def _generation(form: Form) -> str:
    # Slack keeps what is typed where block_id and action_id stay, so a form that is emptied needs new ones.
    return f"~{form.generation}" if form.generation else ""


def _hint(voice: Voice, question: Question) -> str | None:
    match question.kind:
        case QuestionKind.SCALE:
            return voice.say("1 is low, 5 is high.")
        case QuestionKind.BLOCKER:
            return voice.say("Leave it empty where nothing is.")
        case QuestionKind.NUMBER:
            return _number_hint(voice, question.unit)
    return voice.say("One line for each item.") if question.is_plan else None


def _number_hint(voice: Voice, unit: str | None) -> str:
    example = voice.as_typed(EXAMPLE)
    if unit is None:
        return voice.say("A number, like {example}.", example=example)
    return voice.say("A number in {unit}, like {example}.", unit=voice.say(unit), example=example)


def _element(voice: Voice, question: Question, value: Typed) -> Element:
    chosen = str(value) if isinstance(value, int) else None
    match question.kind:
        case QuestionKind.MOOD:
            steps = {str(step): f"{face} {word}" for step, (face, word) in enumerate(moods(voice), start=1)}
            return radio(actions.ANSWER_INPUT, steps, chosen)
        case QuestionKind.SCALE:
            return radio(actions.ANSWER_INPUT, {str(step): str(step) for step in range(1, 6)}, chosen)
        case QuestionKind.CHOICE:
            return radio(actions.ANSWER_INPUT, _options(voice, question), chosen)
        case QuestionKind.CHOICES:
            ticked = tuple(map(str, value)) if isinstance(value, tuple) else ()
            return checkboxes(actions.ANSWER_INPUT, _options(voice, question), ticked)
        case QuestionKind.NUMBER:
            typed = voice.as_typed(value) if isinstance(value, Decimal) else value
            return text_input(actions.ANSWER_INPUT, MAX_NUMBER, typed if isinstance(typed, str) else None)
    words = value if isinstance(value, str) else None
    is_long = question.kind is not QuestionKind.SHORT_TEXT
    return text_input(actions.ANSWER_INPUT, MAX_WORDS, words, multiline=is_long)


def _options(voice: Voice, question: Question) -> dict[str, str]:
    return {str(number): voice.say(option) for number, option in enumerate(question.options, start=1)}


def moods(voice: Voice) -> list[tuple[str, str]]:
    """The five moods, from the worst: a face and a word each."""
    words = (voice.say("Hard"), voice.say("Not great"), voice.say("Okay"), voice.say("Good"), voice.say("Great"))
    return list(zip(MOODS, words, strict=True))


def parse(view: Mapping[str, Any], action_ts: str = "") -> Submission:
    """What the form holds, from a submission or from a keystroke: an emptied input is None."""
    values: dict[int, Typed] = {}
    done: dict[int, tuple[int, ...]] = {}
    moved: dict[int, Moved] = {}
    for block_id, inputs in view["state"]["values"].items():
        element = inputs.get(actions.ANSWER_INPUT) or inputs.get(actions.ANSWER_BRANCH)
        name = block_id.partition("~")[0]
        if element is None:
            continue
        if name.startswith(progress_inputs.BEGINS):
            measure_id, said = progress_inputs.read(name, element)
            before = moved.get(measure_id, Moved())
            moved[measure_id] = Moved(said.typed or before.typed, said.is_same or before.is_same)
        elif name.startswith(DONE):
            question = int(name.removeprefix(DONE).partition(".")[0])
            done[question] = (*done.get(question, ()), *_ticked(element))
        else:
            values[int(name.removeprefix(ASKED))] = _typed(element)
    prompt_id, _, read_by = view["private_metadata"].partition(" ")
    return Submission(int(prompt_id), values, view["id"], action_ts, done, read_by, moved)


def shown_in(view: Mapping[str, Any]) -> frozenset[int]:
    """Which questions a form shows."""
    return frozenset(parse(view).values)


def generation(view: Mapping[str, Any]) -> int:
    """Which generation of the form somebody has open."""
    found = (block["block_id"].partition("~")[2] for block in view["blocks"] if block["type"] == "input")
    return int(next(found, "") or 0)


def _typed(element: Mapping[str, Any]) -> Typed:
    if element["type"] == "plain_text_input":
        words: str | None = element.get("value")
        return words
    if element["type"] == "checkboxes":
        return _ticked(element) or None
    option = element.get("selected_option")
    return int(option["value"]) if option else None


def _ticked(element: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(sorted(int(option["value"]) for option in element.get("selected_options") or ()))


def sample(voice: Voice, name: str, questions: Sequence[Question]) -> Block:
    """What the form will look like, to look at only."""
    blocks = [section(voice.say("This is what you will be asked. Nothing you do here is sent."))]
    for question in questions:
        wording = escape(voice.say(question.wording))
        optional = "" if question.required else " " + voice.say("(optional)")
        blocks.append(section(f"*{wording}*{optional}"))
        blocks.append(context(" ".join(_about(voice, question, questions))))
    return Modal("checkin.sample", name, blocks, close=voice.say("Close")).view()


def _about(voice: Voice, question: Question, questions: Sequence[Question]) -> Iterator[str]:
    if question.kind.has_options:
        options = ", ".join(escape(option) for option in _options(voice, question).values())
        yield (
            voice.say("One of: {options}.", options=options)
            if question.kind is QuestionKind.CHOICE
            else voice.say("Any of: {options}.", options=options)
        )
    elif question.kind is QuestionKind.NUMBER:
        yield escape(_number_hint(voice, question.unit))
    else:
        yield _kind(voice, question.kind)
    if question.condition is not None:
        source = next(each for each in questions if each.id == question.condition.question_id)
        yield voice.say("Asked only after some answers to “{question}”.", question=escape(voice.say(source.wording)))


def _kind(voice: Voice, kind: QuestionKind) -> str:
    return {
        QuestionKind.SHORT_TEXT: voice.say("A short answer in your own words."),
        QuestionKind.LONG_TEXT: voice.say("An answer in your own words, up to 3,000 characters."),
        QuestionKind.SCALE: voice.say("A step from 1 to 5."),
        QuestionKind.MOOD: voice.say("One of five moods: {moods}", moods=" ".join(MOODS)),
        QuestionKind.PROGRESS: voice.say(
            "The measures of your own open goals: five at most, the longest silent first."
        ),
        QuestionKind.BLOCKER: voice.say("What is in your way, in your own words."),
    }[kind]


def choose(voice: Voice, choice: Choice) -> Block:
    """Which check-in, of those that can be answered, edited or started early."""
    blocks: list[Block] = [section(voice.say("Which one?"))]
    for each in choice.waiting:
        label = voice.say("Edit") if each.is_answered else voice.say("Answer")
        blocks.append(
            section(
                _line(voice, each),
                accessory=button(label, actions.ANSWER, str(each.prompt_id)),
            )
        )
    for coming in choice.ahead:
        name = escape(coming.checkin)
        text = voice.say("*{name}*, {day}: asks you {when}", name=name, day=coming.nominal, when=coming.at)
        start = button(voice.say("Start early"), actions.START_EARLY, str(coming.checkin_id))
        blocks.append(section(text, accessory=start))
    return Modal(actions.CHOOSE_FORM, voice.say("Your check-ins"), blocks, close=voice.say("Close")).view()


def _line(voice: Voice, each: Waiting) -> str:
    name, day = escape(each.checkin), each.nominal
    if each.is_answered:
        return voice.say("*{name}*, {day}: sent", name=name, day=day)
    if each.is_late:
        return voice.say("*{name}*, {day}: a late answer is still taken", name=name, day=day)
    return voice.say("*{name}*, {day}: open until {until}", name=name, day=day, until=each.closes_at)
