"""Block Kit by name: small builders of the dicts that Slack takes, and escaping of words.

What people typed is cut to Slack's limits; anything else that Slack would refuse is a mistake of ours: a ValueError.
The limits are in Slack's docs, "Block Kit", with each kind of block, element and composition object.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence, Sized
from dataclasses import dataclass
from typing import Any

from bot.domain.words import forwards

Block = dict[str, Any]
Element = dict[str, Any]
"""A button, a menu, an input: what stands in a block."""
BUTTON_TEXT = 75
BUTTON_VALUE = 2000
OPTION_TEXT = 75
OPTION_VALUE = 75
SECTION_TEXT = 3000
TITLE_TEXT = 24
HEADER_TEXT = 150
LABEL_TEXT = 2000
ALT_TEXT = 2000
CONFIRM_TITLE, CONFIRM_TEXT, CONFIRM_BUTTON = 100, 300, 30
ID_TEXT = 255
METADATA_TEXT = 3000
IN_A_ROW = 25
IN_A_VIEW = 100
IN_A_MENU = 100
TO_TICK = 10
"""Options of radio buttons and of checkboxes."""
IN_OVERFLOW = 5
STYLES = (None, "primary", "danger")
TYPED_INTO = ("plain_text_input", "number_input", "email_text_input", "url_text_input")
_MENTION = re.compile(r"<([@#!])(?:[^<>|]*\|)?@?([^<>|]*)>")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


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


def escaped(value: object) -> object:
    """What fills a sentence, with the words in it escaped; lists of them too."""
    if isinstance(value, list):
        return [escaped(item) for item in value]
    return escape(value) if isinstance(value, str) else value


def as_typed(text: str) -> str:
    """The text of a command or message, as its author saw it: Slack sends `<@U1|bo>` for @bo, `&lt;` for <."""
    return html.unescape(_MENTION.sub(lambda found: ("#" if found[1] == "#" else "@") + found[2], text))


def _check(what: str, given: Sized, most: int) -> None:
    if not 0 < len(given) <= most:
        raise ValueError(f"Slack takes 1 to {most} {what}, not {len(given)}")


def _fit(text: str, length: int) -> str:
    if not text:
        raise ValueError("Slack takes no empty text")
    return cut(text, length)


def plain(text: str, length: int) -> Block:
    """A plain text object of at most `length` characters, in which `:emoji:` are drawn."""
    return {"type": "plain_text", "text": _fit(forwards(text), length), "emoji": True}


def _label(text: str, length: int) -> Block:
    return {"type": "plain_text", "text": _fit(text, length)}


def _mrkdwn(text: str) -> Block:
    # Verbatim: otherwise Slack makes links of addresses, #channels and @names that stand in people's words.
    return {"type": "mrkdwn", "text": _fit(text, SECTION_TEXT), "verbatim": True}


def section(mrkdwn: str, accessory: Element | None = None) -> Block:
    """A paragraph of ours; people's words in it are escaped by the caller."""
    block = {"type": "section", "text": _mrkdwn(mrkdwn)}
    return block | {"accessory": accessory} if accessory else block


def context(mrkdwn: str) -> Block:
    """A small grey line."""
    return {"type": "context", "elements": [_mrkdwn(mrkdwn)]}


def header(text: str) -> Block:
    """A heading, in plain text."""
    return {"type": "header", "text": _label(forwards(text), HEADER_TEXT)}


def picture(file_id: str, alt: str) -> Block:
    """A picture that was uploaded to Slack; `alt` says the same in words."""
    return {"type": "image", "slack_file": {"id": file_id}, "alt_text": _fit(forwards(alt), ALT_TEXT)}


def divider() -> Block:
    """A line across."""
    return {"type": "divider"}


def said(name: str, note: str, answers: Sequence[tuple[str, str]]) -> Block:
    """What somebody wrote, each answer quoted below its question.

    Rich text, so that nothing in it pings, links or formats.
    """
    heading = [_run(name, "bold")]
    if note:
        heading.append(_run(f" {note}", "italic"))
    elements = [_rich("section", *heading)]
    for wording, words in answers:
        elements += [_rich("section", _run(wording, "italic")), _rich("quote", _run(words))]
    return {"type": "rich_text", "elements": elements}


def listed(heading: str, several: Sequence[str]) -> Block:
    """What several people wrote, each with a bullet of its own; rich text, as in `said`."""
    items = [_rich("section", _run(words)) for words in several]
    elements = [_rich("section", _run(heading, "bold")), _rich("list", *items) | {"style": "bullet"}]
    return {"type": "rich_text", "elements": elements}


def quoted(words: str) -> Block:
    """Somebody's words, quoted; rich text, so that nothing in them pings, links or formats."""
    return {"type": "rich_text", "elements": [_rich("quote", _run(words))]}


def _rich(kind: str, *runs: Block) -> Block:
    return {"type": f"rich_text_{kind}", "elements": list(runs)}


def _run(text: str, style: str | None = None) -> Block:
    run = {"type": "text", "text": text}
    return run | {"style": {style: True}} if style else run


def actions(*elements: Element) -> Block:
    """A row of buttons, at most 25."""
    _check("elements in a row", elements, IN_A_ROW)
    return {"type": "actions", "elements": list(elements)}


def _element(kind: str, action_id: str, **fields: Any) -> Element:
    """An element with those of its fields that aren't None."""
    _check("characters of an action_id", action_id, ID_TEXT)
    return {"type": kind, "action_id": action_id} | {k: value for k, value in fields.items() if value is not None}


def button(
    text: str, action_id: str, value: str = "", *, style: str | None = None, confirm: Block | None = None
) -> Element:
    """A button that says what will happen; `value` holds ids only, `style` is primary or danger."""
    if style not in STYLES:
        raise ValueError(f"Slack knows no buttons of the style {style}")
    if value:
        _check("characters of a button's value", value, BUTTON_VALUE)
    return _element(
        "button", action_id, text=plain(text, BUTTON_TEXT), value=value or None, style=style, confirm=confirm
    )


def confirm(title: str, text: str, *, yes: str, no: str) -> Block:
    """Asked before a button acts."""
    return {
        "title": plain(title, CONFIRM_TITLE),
        "text": _label(text, CONFIRM_TEXT),
        "confirm": plain(yes, CONFIRM_BUTTON),
        "deny": plain(no, CONFIRM_BUTTON),
    }


def options(choices: Mapping[str, str], most: int = IN_A_MENU) -> list[Block]:
    """Choices by value, at most so many; long texts are cut."""
    _check("options", choices, most)
    return [_option(value, text) for value, text in choices.items()]


def _option(value: str, text: str) -> Block:
    _check("characters of an option's value", value, OPTION_VALUE)
    return {"text": _label(text, OPTION_TEXT), "value": value}


def select(action_id: str, choices: Mapping[str, str], chosen: str | None = None) -> Element:
    """A menu; at most 100 choices."""
    listed = options(choices)
    return _element("static_select", action_id, options=listed, initial_option=_chosen(listed, chosen))


def multi_select(action_id: str, choices: Mapping[str, str], chosen: Sequence[str] = ()) -> Element:
    """A menu of which several can be chosen; at most 100 choices. In an input or a section, never in a row."""
    listed = options(choices)
    initial = [option for option in listed if option["value"] in chosen]
    return _element("multi_static_select", action_id, options=listed, initial_options=initial or None)


def external_select(action_id: str, chosen: tuple[str, str] | None = None) -> Element:
    """A menu that asks us for what it offers while somebody types; `chosen` is a value and its text."""
    initial = _option(*chosen) if chosen else None
    return _element("external_select", action_id, min_query_length=0, initial_option=initial)


def overflow(action_id: str, choices: Mapping[str, str]) -> Element:
    """What can be done with one line, behind three dots: at most five choices."""
    return _element("overflow", action_id, options=options(choices, IN_OVERFLOW))


def radio(action_id: str, choices: Mapping[str, str], chosen: str | None = None) -> Element:
    """Radio buttons; at most ten."""
    listed = options(choices, TO_TICK)
    return _element("radio_buttons", action_id, options=listed, initial_option=_chosen(listed, chosen))


def _chosen(listed: Sequence[Block], chosen: str | None) -> Block | None:
    return next((option for option in listed if option["value"] == chosen), None)


def checkboxes(action_id: str, choices: Mapping[str, str], chosen: Sequence[str] = ()) -> Element:
    """Checkboxes; at most ten."""
    listed = options(choices, TO_TICK)
    initial = [option for option in listed if option["value"] in chosen]
    return _element("checkboxes", action_id, options=listed, initial_options=initial or None)


def timepicker(action_id: str, chosen: str) -> Element:
    """A time of day, `HH:MM`."""
    if not _TIME.fullmatch(chosen):
        raise ValueError("Slack takes times like 09:00")
    return _element("timepicker", action_id, initial_time=chosen)


def datepicker(action_id: str, chosen: str | None = None) -> Element:
    """A date, `YYYY-MM-DD`."""
    return _element("datepicker", action_id, initial_date=chosen or None)


def text_input(
    action_id: str, max_length: int, initial: str | None = None, *, multiline: bool | None = None
) -> Element:
    """A box to type into; `initial` is what stands in it at first."""
    return _element(
        "plain_text_input", action_id, max_length=max_length, initial_value=initial or None, multiline=multiline
    )


def people_select(action_id: str, most: int, chosen: Sequence[str] = ()) -> Element:
    """A menu of everybody in the workspace, of whom so many can be chosen; `chosen` are Slack ids."""
    return _element("multi_users_select", action_id, max_selected_items=most, initial_users=list(chosen)[:most] or None)


def channel_select(action_id: str, chosen: str | None = None) -> Element:
    """A menu of the channels that whoever looks is in; `chosen` is a Slack id."""
    shown = {"include": ["public", "private"], "exclude_bot_users": True}
    return _element("conversations_select", action_id, initial_conversation=chosen or None, filter=shown)


@dataclass(frozen=True)
class Field:
    """An input of a form: its block_id is where errors go; `saves` sends what is typed while it is typed."""

    block_id: str
    label: str
    hint: str | None = None
    optional: bool = False
    saves: bool = False


def field(spec: Field, element: Element) -> Block:
    """An input block."""
    _check("characters of a block_id", spec.block_id, ID_TEXT)
    block = {
        "type": "input",
        "block_id": spec.block_id,
        "label": _label(spec.label, LABEL_TEXT),
        "element": _saving(element) if spec.saves else element,
        "optional": spec.optional,
    }
    if spec.hint:
        block["hint"] = _label(spec.hint, LABEL_TEXT)
    if spec.saves:
        block["dispatch_action"] = True
    return block


def _saving(element: Element) -> Element:
    # Without this Slack sends what is typed on Enter only; what is chosen it sends at once.
    if element["type"] not in TYPED_INTO:
        return element
    return element | {"dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}}


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
        _check("characters of a callback_id", self.callback_id, ID_TEXT)
        _check("blocks in a view", self.blocks, IN_A_VIEW)
        if self.metadata:
            _check("characters of private_metadata", self.metadata, METADATA_TEXT)
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
