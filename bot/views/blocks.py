"""Block Kit by name: thin builders over the SDK's models, which check Slack's limits, and escaping of words."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    CheckboxesElement,
    ConfirmObject,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    InputBlock,
    InputInteractiveElement,
    InteractiveElement,
    MarkdownTextObject,
    Option,
    PlainTextObject,
    RadioButtonsElement,
    RichTextBlock,
    RichTextElement,
    RichTextElementParts,
    RichTextQuoteElement,
    RichTextSectionElement,
    SectionBlock,
    StaticSelectElement,
    TimePickerElement,
)

Block = dict[str, Any]
BUTTON_TEXT = 75
OPTION_TEXT = 75
SECTION_TEXT = 3000
TITLE_TEXT = 24
HEADER_TEXT = 150
LABEL_TEXT = 2000
_OVERRIDES = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_MENTION = re.compile(r"<([@#!])(?:[^<>|]*\|)?@?([^<>|]*)>")


def cut(text: str, length: int) -> str:
    """Text of at most `length` characters, the last of them an ellipsis where something is missing."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def escape(words: str) -> str:
    """People's words as mrkdwn may carry them: they mention, link and format nothing.

    Slack: `&` first, then `<` and `>`. A zero-width space keeps `*`, `_`, `~` and backticks from pairing. Nor can they
    turn the rest of a sentence around.
    """
    words = forwards(words)
    words = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for mark in "*_~`":
        words = words.replace(mark, f"{mark}\u200b")
    return words


def forwards(words: str) -> str:
    """Words without the marks that override the direction of whatever follows; letters find theirs by themselves."""
    return words.translate(_OVERRIDES)


def as_typed(text: str) -> str:
    """The text of a command or message, as its author saw it: Slack sends `<@U1|bo>` for @bo, `&lt;` for <."""
    return html.unescape(_MENTION.sub(lambda found: ("#" if found[1] == "#" else "@") + found[2], text))


def section(mrkdwn: str, accessory: InteractiveElement | None = None) -> Block:
    """A paragraph of ours; people's words in it are escaped by the caller."""
    return SectionBlock(text=_mrkdwn(mrkdwn), accessory=accessory).to_dict()


def context(mrkdwn: str) -> Block:
    """A small grey line."""
    return ContextBlock(elements=[_mrkdwn(mrkdwn)]).to_dict()


def _mrkdwn(text: str) -> MarkdownTextObject:
    # Verbatim: otherwise Slack makes links of addresses, #channels and @names that stand in people's words.
    return MarkdownTextObject(text=cut(text, SECTION_TEXT), verbatim=True)


def header(text: str) -> Block:
    """A heading, in plain text."""
    return HeaderBlock(text=PlainTextObject(text=cut(forwards(text), HEADER_TEXT))).to_dict()


def divider() -> Block:
    """A line across."""
    return DividerBlock().to_dict()


def said(name: str, note: str, answers: Sequence[tuple[str, str]]) -> Block:
    """What somebody wrote, each answer quoted below its question.

    Rich text, so that nothing in it pings, links or formats.
    """
    heading = [RichTextElementParts.Text(text=name, style=_style(bold=True))]
    if note:
        heading.append(RichTextElementParts.Text(text=f" {note}", style=_style(italic=True)))
    elements: list[RichTextElement] = [RichTextSectionElement(elements=heading)]
    for wording, words in answers:
        question = RichTextElementParts.Text(text=wording, style=_style(italic=True))
        elements.append(RichTextSectionElement(elements=[question]))
        elements.append(RichTextQuoteElement(elements=[RichTextElementParts.Text(text=words)]))
    return RichTextBlock(elements=elements).to_dict()


def _style(**style: bool) -> RichTextElementParts.TextStyle:
    return RichTextElementParts.TextStyle(**style)


def actions(*elements: InteractiveElement) -> Block:
    """A row of buttons."""
    return ActionsBlock(elements=list(elements)).to_dict()


def button(
    text: str, action_id: str, value: str = "", *, style: str | None = None, confirm: ConfirmObject | None = None
) -> ButtonElement:
    """A button that says what will happen; `value` holds ids only."""
    return ButtonElement(
        text=cut(text, BUTTON_TEXT), action_id=action_id, value=value or None, style=style, confirm=confirm
    )


def confirm(title: str, text: str, *, yes: str, no: str) -> ConfirmObject:
    """Asked before a button acts."""
    question = PlainTextObject(text=cut(text, 300))
    return ConfirmObject(title=cut(title, 100), text=question, confirm=cut(yes, 30), deny=cut(no, 30))


def options(choices: Mapping[str, str]) -> list[Option]:
    """Choices by value; long texts are cut."""
    return [Option(value=value, text=PlainTextObject(text=cut(text, OPTION_TEXT))) for value, text in choices.items()]


def select(action_id: str, choices: Mapping[str, str], chosen: str | None = None) -> StaticSelectElement:
    """A menu; at most 100 choices."""
    listed = options(choices)
    return StaticSelectElement(action_id=action_id, options=listed, initial_option=_chosen(listed, chosen))


def radio(action_id: str, choices: Mapping[str, str], chosen: str | None = None) -> RadioButtonsElement:
    """Radio buttons; at most ten, which the SDK doesn't check."""
    listed = options(choices)
    return RadioButtonsElement(action_id=action_id, options=listed, initial_option=_chosen(listed, chosen))


def checkboxes(action_id: str, choices: Mapping[str, str], chosen: Sequence[str] = ()) -> CheckboxesElement:
    """Checkboxes; at most ten, which the SDK doesn't check."""
    listed = options(choices)
    initial = [option for option in listed if option.value in chosen]
    return CheckboxesElement(action_id=action_id, options=listed, initial_options=initial or None)


def timepicker(action_id: str, chosen: str) -> TimePickerElement:
    """A time of day, `HH:MM`."""
    return TimePickerElement(action_id=action_id, initial_time=chosen)


def _chosen(listed: Sequence[Option], chosen: str | None) -> Option | None:
    return next((option for option in listed if option.value == chosen), None)


@dataclass(frozen=True)
class Field:
    """An input of a form: its block_id is where errors go; `saves` sends what is typed while it is typed."""

    block_id: str
    label: str
    hint: str | None = None
    optional: bool = False
    saves: bool = False


def field(spec: Field, element: InputInteractiveElement) -> Block:
    """An input block."""
    return InputBlock(
        block_id=spec.block_id,
        label=PlainTextObject(text=cut(spec.label, LABEL_TEXT)),
        element=element,
        hint=PlainTextObject(text=cut(spec.hint, LABEL_TEXT)) if spec.hint else None,
        optional=spec.optional,
        dispatch_action=True if spec.saves else None,
    ).to_dict()


@dataclass(frozen=True)
class Modal:
    """A form: `metadata` is its private_metadata, ids only."""

    callback_id: str
    title: str
    blocks: Sequence[Block]
    close: str
    submit: str | None = None
    metadata: str = ""

    def view(self) -> Block:
        """As `views.open` takes it."""
        view: Block = {
            "type": "modal",
            "callback_id": self.callback_id,
            "title": plain(self.title, TITLE_TEXT),
            "close": plain(self.close, TITLE_TEXT),
            "blocks": list(self.blocks),
            "private_metadata": self.metadata,
        }
        if self.submit:
            view["submit"] = plain(self.submit, TITLE_TEXT)
        return view


def plain(text: str, length: int) -> Block:
    """A plain text object."""
    return {"type": "plain_text", "text": cut(forwards(text), length), "emoji": True}
