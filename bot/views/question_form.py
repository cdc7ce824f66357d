"""One question of a check-in: what is said of it in the list, the form that writes it, and its parser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.checkin_setup import Setup, Value
from bot.domain.checkins import QuestionKind
from bot.domain.setup import MAX_OPTION, MAX_UNIT, MAX_WORDING, OPTIONS, ConditionRequest, QuestionRequest
from bot.domain.templates import TEMPLATES
from bot.errors import UserError
from bot.i18n import Voice, mark
from bot.views import actions
from bot.views.blocks import Block, Modal, checkboxes, cut, escape, select, text_input
from bot.views.kept_inputs import kept, one, several

ALWAYS = "always"
_NAMES = {
    QuestionKind.SHORT_TEXT: mark("Short answer"),
    QuestionKind.LONG_TEXT: mark("Long answer"),
    QuestionKind.CHOICE: mark("One choice"),
    QuestionKind.CHOICES: mark("Several choices"),
    QuestionKind.SCALE: mark("Scale from 1 to 5"),
    QuestionKind.MOOD: mark("Mood"),
    QuestionKind.NUMBER: mark("Number"),
    QuestionKind.BLOCKER: mark("Blocker"),
    QuestionKind.PROGRESS: mark("Goal progress"),
}
_SHORT = 60
_SUGGESTED = {f"more:{key}:{n}": each for key, template in TEMPLATES.items() for n, each in enumerate(template.more)}


@dataclass(frozen=True)
class QuestionCard:
    """The form of one question. `setup.asking` holds what is typed into it; `key` is the question's in the form."""

    draft_id: int
    key: int
    setup: Setup


def kinds(voice: Voice) -> dict[str, str]:
    """The kinds of questions, by value."""
    return {kind.value: voice.say(name) for kind, name in _NAMES.items()}


def suggestions(voice: Voice) -> dict[str, str]:
    """Questions that templates offer beside their own, by value."""
    return {value: f"“{cut(voice.say(each.wording), _SHORT)}”" for value, each in _SUGGESTED.items()}


def suggestion(value: str, voice: Voice) -> QuestionRequest | None:
    """One of them in somebody's language; None where it is none."""
    found = _SUGGESTED.get(value)
    return found and found.said_by(voice)


def described(voice: Voice, questions: Sequence[QuestionRequest], n: int) -> str:
    """What there is to know of a question beside its wording, for mrkdwn."""
    question = questions[n]
    said = [voice.say(_NAMES[question.kind])]
    if question.options:
        said.append(" / ".join(escape(option) for option in question.options))
    if question.unit:
        said.append(escape(question.unit))
    if not question.required:
        said.append(voice.say("can be left out"))
    if question.is_plan:
        said.append(voice.say("a plan: its lines come back next time"))
    if question.condition is not None:
        steps = steps_of(voice, questions[question.condition.position])
        answers = [steps.get(str(value), str(value)) for value in question.condition.values]
        said.append(
            voice.say(
                "only after question {n}: {answers}",
                n=question.condition.position + 1,
                answers=voice.either(map(escape, answers)),
            )
        )
    return " · ".join(said)


def steps_of(voice: Voice, question: QuestionRequest) -> dict[str, str]:
    """The answers to a question that another can depend on, by value; none where none can."""
    if question.kind is QuestionKind.MOOD:
        moods = (voice.say("Hard"), voice.say("Not great"), voice.say("Okay"), voice.say("Good"), voice.say("Great"))
        return {str(step): f"{word} ({step})" for step, word in enumerate(moods, start=1)}
    if question.kind.numbers:
        return {str(step): str(step) for step in question.kind.numbers}
    return {str(number): option for number, option in enumerate(question.options, start=1)}


def typed_for(question: QuestionRequest) -> dict[str, Value]:
    """What the form of a question begins with."""
    condition = question.condition
    more = [name for name, on in (("required", question.required), ("is_plan", question.is_plan)) if on]
    return {
        "kind": question.kind.value,
        "wording": question.wording,
        "more": more,
        "options": "\n".join(question.options),
        "unit": question.unit or "",
        "condition": ALWAYS if condition is None else str(condition.position),
        "answers": [] if condition is None else [str(value) for value in condition.values],
    }


def question_form(voice: Voice, card: QuestionCard) -> Block:
    """The form, on top of the check-in's."""
    is_new = card.setup.position(card.key) is None
    return Modal(
        callback_id=actions.QUESTION_FORM,
        title=voice.say("Add a question") if is_new else voice.say("Edit question"),
        blocks=[*_what(voice, card.setup.asking), *_how(voice, card.setup.asking), *_after(voice, card)],
        submit=voice.say("Add") if is_new else voice.say("Change"),
        close=voice.say("Back"),
        metadata=f"{card.draft_id} {card.key}",
    ).view()


def _what(voice: Voice, typed: Mapping[str, Value]) -> list[Block]:
    chosen = one(typed, "kind")
    more = {"required": voice.say("It has to be answered")}
    if chosen == QuestionKind.LONG_TEXT:
        more["is_plan"] = voice.say("It is a plan: each line comes back next time")
    return [
        kept("kind", voice.say("What kind"), select(actions.QUESTION_SHAPE, kinds(voice), chosen)),
        kept(
            "wording",
            voice.say("Question"),
            text_input(actions.QUESTION_INPUT, MAX_WORDING, one(typed, "wording")[:MAX_WORDING]),
        ),
        kept(
            "more",
            voice.say("More"),
            checkboxes(actions.QUESTION_INPUT, more, several(typed, "more")),
            optional=True,
        ),
    ]


def _how(voice: Voice, typed: Mapping[str, Value]) -> list[Block]:
    if one(typed, "kind") in (QuestionKind.CHOICE, QuestionKind.CHOICES):
        most = (MAX_OPTION + 1) * (OPTIONS[-1] + 2)
        box = text_input(actions.QUESTION_INPUT, most, one(typed, "options")[:most], multiline=True)
        hint = voice.say("One a line, {least} to {most}.", least=OPTIONS[0], most=OPTIONS[-1])
        return [kept("options", voice.say("Options"), box, hint)]
    if one(typed, "kind") == QuestionKind.NUMBER:
        box = text_input(actions.QUESTION_INPUT, MAX_UNIT, one(typed, "unit")[:MAX_UNIT])
        return [kept("unit", voice.say("Unit"), box, voice.say("Like hours or %."), optional=True)]
    return []


def _after(voice: Voice, card: QuestionCard) -> list[Block]:
    questions, typed = card.setup.requests, card.setup.asking
    here = card.setup.position(card.key)
    before = questions if here is None else questions[:here]
    steps = {str(n): steps_of(voice, each) for n, each in enumerate(before)}
    choices = {ALWAYS: voice.say("Always")}
    for n, each in enumerate(before):
        if steps[str(n)]:
            choices[str(n)] = voice.say("After {n}. {wording}", n=n + 1, wording=cut(each.wording, _SHORT))
    if len(choices) == 1:
        return []
    chosen = one(typed, "condition")
    menu = select(actions.QUESTION_SHAPE, choices, chosen if chosen in choices else ALWAYS)
    blocks = [kept("condition", voice.say("When it is asked"), menu)]
    if chosen in choices and chosen != ALWAYS:
        ticks = checkboxes(actions.QUESTION_INPUT, steps[chosen], several(typed, "answers"))
        # Slack keeps what is ticked where the block_id stays, and other questions have other answers.
        blocks.append(kept(f"answers~{chosen}", voice.say("After these answers"), ticks))
    return blocks


def read(view: Mapping[str, Any]) -> tuple[int, int]:
    """Which draft and which question of it a form is about."""
    draft, key = str(view["private_metadata"]).split()
    return int(draft), int(key)


def parse(typed: Mapping[str, Value]) -> QuestionRequest:
    """The question that a form asks for, not yet checked; raises UserError where its kind can't be read."""
    try:
        kind = QuestionKind(one(typed, "kind"))
    except ValueError:
        raise UserError(mark("Choose one from the list."), field="kind") from None
    more = several(typed, "more")
    return QuestionRequest(
        kind,
        one(typed, "wording").strip(),
        "required" in more,
        options=_options(one(typed, "options")) if kind.has_options else (),
        unit=(one(typed, "unit").strip() or None) if kind is QuestionKind.NUMBER else None,
        condition=_condition(typed),
        is_plan="is_plan" in more and kind is QuestionKind.LONG_TEXT,
    )


def _options(text: str) -> tuple[str, ...]:
    lines = [line.strip() for line in text.splitlines()]
    return tuple(line for line in lines if line)


def _condition(typed: Mapping[str, Value]) -> ConditionRequest | None:
    source = one(typed, "condition")
    if not (source.isascii() and source.isdigit()):
        return None
    answers = [int(each) for each in several(typed, "answers") if each.isascii() and each.isdigit()]
    return ConditionRequest(int(source), tuple(sorted(answers)))
