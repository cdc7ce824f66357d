"""Strictness: what Slack refuses in messages and views, with its errors (docs 'Block Kit', 'Views', slack.md).

Everything is looked up in the tables below. Problems are sentences with a JSON pointer, as Slack writes them.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.playground.files import IN_WORK, is_ready
from bot.playground.world import SlackError, World, texts_in

JSON = dict[str, Any]
MODAL, HOME, MESSAGE = "modal", "home", "message"
BLOCK_COUNT = {MODAL: 100, HOME: 100, MESSAGE: 50}
VIEW_BYTES, ALL_TEXT, UPDATE_TEXT, POST_TEXT, METADATA_BYTES = 250_000, 13_200, 4_000, 40_000, 8_000
_SURFACES = {
    "markdown table context_actions": {MESSAGE},
    "alert number_input email_text_input url_text_input file_input": {MODAL},
    "rich_text_input": {MODAL, HOME},
}
SURFACES = {kind: surfaces for kinds, surfaces in _SURFACES.items() for kind in kinds.split()}
_SELECT = "action_id! placeholder confirm focus_on_load"
_WHERE = "default_to_current_conversation filter"
_INITIAL = "initial_users initial_conversations initial_channels"
# type: its fields, "!" for those it must have
BLOCKS = {
    "actions": "elements!",
    "alert": "text! level",
    "context": "elements!",
    "context_actions": "elements!",
    "divider": "",
    "header": "text!",
    "image": "alt_text! image_url slack_file title",
    "input": "label! element! hint optional dispatch_action",
    "markdown": "text!",
    "rich_text": "elements!",
    "section": "text fields accessory expand",
    "table": "rows! column_settings",
}
ELEMENTS = {
    "button": "text! action_id url value style confirm accessibility_label",
    "channels_select": f"{_SELECT} initial_channel response_url_enabled",
    "checkboxes": "options! action_id initial_options confirm focus_on_load",
    "conversations_select": f"{_SELECT} initial_conversation {_WHERE} response_url_enabled",
    "datepicker": f"{_SELECT} initial_date",
    "datetimepicker": f"{_SELECT} initial_date_time",
    "email_text_input": f"{_SELECT} initial_value dispatch_action_config",
    "external_select": f"{_SELECT} initial_option min_query_length",
    "file_input": "action_id filetypes max_files",
    "image": "alt_text! image_url slack_file",
    "multi_channels_select": f"{_SELECT} {_INITIAL} max_selected_items",
    "multi_conversations_select": f"{_SELECT} {_INITIAL} {_WHERE} max_selected_items",
    "multi_external_select": f"{_SELECT} initial_options min_query_length max_selected_items",
    "multi_static_select": f"{_SELECT} options option_groups initial_options max_selected_items",
    "multi_users_select": f"{_SELECT} {_INITIAL} max_selected_items",
    "number_input": f"{_SELECT} is_decimal_allowed! initial_value min_value max_value dispatch_action_config",
    "overflow": "options! action_id confirm",
    "plain_text_input": f"{_SELECT} initial_value multiline min_length max_length dispatch_action_config",
    "radio_buttons": "options! action_id initial_option confirm focus_on_load",
    "rich_text_input": f"{_SELECT} initial_value dispatch_action_config",
    "static_select": f"{_SELECT} options option_groups initial_option",
    "timepicker": f"{_SELECT} initial_time timezone",
    "url_text_input": f"{_SELECT} initial_value dispatch_action_config",
    "users_select": f"{_SELECT} initial_user",
}
_TYPED = {"plain_text_input", "number_input", "email_text_input", "url_text_input", "rich_text_input", "file_input"}
_MULTI = {e for e in ELEMENTS if e.startswith("multi_")}
_INPUTS = set(ELEMENTS) - {"button", "overflow", "image"}
PLACES = {
    "actions": set(ELEMENTS) - _TYPED - _MULTI - {"image"},
    "input": _INPUTS,
    "section": set(ELEMENTS) - _TYPED - {"datetimepicker"},
    "context": {"image", "mrkdwn", "plain_text"},
}
VIEW_FIELDS = {
    MODAL: "type! title! blocks! submit close private_metadata callback_id clear_on_close notify_on_close external_id",
    HOME: "type! blocks! private_metadata callback_id external_id",
}
_TEXTS = """
    alert.text 200, button.text 75 plain, confirm.confirm 30 plain, confirm.deny 30 plain, confirm.text 300,
    confirm.title 100 plain, header.text 150 plain, image.title 2000 plain, input.hint 2000 plain,
    input.label 2000 plain, modal.close 24 plain, modal.submit 24 plain, modal.title 24 plain,
    option.description 75, option.text 75, option_group.label 75 plain, section.text 3000
"""
TEXT_OBJECTS = {entry.split()[0]: (int(entry.split()[1]), "plain" in entry) for entry in _TEXTS.split(",")}
STRINGS = dict.fromkeys(("action_id", "block_id", "callback_id", "external_id"), 255)
STRINGS |= dict.fromkeys(("image_url", "private_metadata", "url"), 3000)
STRINGS |= {"accessibility_label": 75, "alt_text": 2000, "value": 2000}
OPTIONS = {"checkboxes": 10, "radio_buttons": 10, "overflow": 5}  # all else: 100
ITEMS = {"actions": 25, "context": 10, "context_actions": 5}
PINGS = re.compile(r"<!(channel|here|everyone)[|>]")


def check_view(body: Any, kind: str, world: World) -> None:
    """Raise what views.* would answer for this view on a modal or Home."""
    if not isinstance(body, dict) or not isinstance(body.get("blocks"), list):
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: view.blocks [json-pointer:/view]"])
    check = _Check(kind, world)
    if body.get("type") != kind:
        check.problem("/view/type", f"must be {kind}")
    check.fields(body, VIEW_FIELDS[kind], "/view", kind)
    check.blocks(body["blocks"], "/view/blocks")
    has_input = any(isinstance(b, dict) and b.get("type") == "input" for b in body["blocks"])
    if kind == MODAL and has_input and not body.get("submit"):
        check.problem("/view/submit", "missing required field: submit (there is an input block)")
    if check.problems:
        raise SlackError("invalid_arguments", check.problems)
    if len(json.dumps(body).encode()) > VIEW_BYTES:
        raise SlackError("view_too_large")


def check_message(method: str, args: JSON, world: World) -> list[str]:
    """Raise what chat.* would answer; return sentences about what Slack takes and people would suffer from."""
    text, blocks = args.get("text") or "", args.get("blocks")
    if not text.strip() and not blocks and not args.get("attachments") and not args.get("files"):
        raise SlackError("no_text")
    if len(text) > (UPDATE_TEXT if method == "chat.update" else POST_TEXT):
        raise SlackError("msg_too_long")
    _check_metadata(args.get("metadata"))
    if blocks:
        check = _Check(MESSAGE, world)
        check.blocks(blocks, "/blocks")
        if check.problems:
            raise SlackError("invalid_blocks", check.problems)
        if sum(len(t) for t in texts_in(blocks)) > ALL_TEXT:
            raise SlackError("msg_blocks_too_long")
    found = PINGS.findall("\n".join([text, *_mrkdwn_in(blocks)]))
    return [f"<!{name}> would ping everybody: escape people's words" for name in found]


def _mrkdwn_in(node: Any) -> Iterator[str]:
    """What Slack looks through for mentions: plain and rich text say what they say."""
    if isinstance(node, dict) and node.get("type") == "mrkdwn":
        yield str(node.get("text"))
    elif isinstance(node, dict | list):
        for child in node.values() if isinstance(node, dict) else node:
            yield from _mrkdwn_in(child)


def _check_metadata(metadata: Any) -> None:
    if metadata in (None, "", {}):
        return
    shape = isinstance(metadata, dict) and set(metadata) == {"event_type", "event_payload"}
    if not shape or not isinstance(metadata["event_type"], str) or not isinstance(metadata["event_payload"], dict):
        raise SlackError("invalid_metadata_format", ["[ERROR] event_type and event_payload, and nothing else"])
    if len(json.dumps(metadata)) > METADATA_BYTES:
        raise SlackError("metadata_too_large")


@dataclass
class _Check:
    """One look through the blocks of one surface."""

    surface: str
    world: World
    problems: list[str] = field(default_factory=list)

    def problem(self, pointer: str, sentence: str) -> None:
        self.problems.append(f"[ERROR] {sentence} [json-pointer:{pointer}]")

    def blocks(self, blocks: Any, at: str) -> None:
        if not isinstance(blocks, list) or len(blocks) > BLOCK_COUNT[self.surface]:
            self.problem(at, f"must be an array of at most {BLOCK_COUNT[self.surface]} blocks")
            return
        self._unique([b.get("block_id") for b in blocks if isinstance(b, dict)], "block_id", at)
        kinds = [b.get("type") for b in blocks if isinstance(b, dict)]
        if kinds.count("table") > 1:
            self.problem(at, "only one table block is allowed")
        for n, block in enumerate(blocks):
            self._block(block, f"{at}/{n}")

    def _block(self, block: Any, at: str) -> None:
        kind = block.get("type") if isinstance(block, dict) else None
        if kind not in BLOCKS or self.surface not in SURFACES.get(kind, {self.surface}):
            self.problem(at, f"unsupported block type: {kind} in a {self.surface}")
            return
        self.fields(block, f"type! block_id {BLOCKS[kind]}", at, kind)
        if kind == "section":
            self._section(block, at)
        elif kind == "table":
            self._table(block.get("rows"), at)
        elif kind == "markdown" and not 0 < len(str(block.get("text") or "")) <= 12_000:
            self.problem(f"{at}/text", "must be 1 to 12000 characters")
        elif kind == "image":
            self._image(block, at)
        self._elements(kind, block, at)

    def _elements(self, kind: str, block: JSON, at: str) -> None:
        if kind == "rich_text":
            return
        elements = list(_elements_with_place(kind, block))
        for place, element in elements:
            self._element(kind, element, f"{at}/{place}")
        self._unique([e.get("action_id") for _, e in elements if isinstance(e, dict)], "action_id", at)
        if kind in ITEMS and not 1 <= len(elements) <= ITEMS[kind]:
            self.problem(f"{at}/elements", f"must have 1 to {ITEMS[kind]} items")

    def _element(self, place: str, element: Any, at: str) -> None:
        kind = element.get("type") if isinstance(element, dict) else None
        allowed = PLACES.get(place)
        if (allowed and kind not in allowed) or self.surface not in SURFACES.get(str(kind), {self.surface}):
            self.problem(at, f"unsupported element type: {kind} in {place} in a {self.surface}")
        elif kind in ("mrkdwn", "plain_text"):
            self._text(element, at, 3000)
        elif kind in ELEMENTS:
            self.fields(element, f"type! {ELEMENTS[kind]}".replace("action_id!", "action_id"), at, kind)
            self._choices(kind, element, at)
            if kind == "image":
                self._image(element, at)

    def _section(self, block: JSON, at: str) -> None:
        fields = block.get("fields")
        if not block.get("text") and not fields:
            self.problem(at, "missing required field: text or fields")
        if fields is not None and not 1 <= len(fields) <= 10:
            self.problem(f"{at}/fields", "must have 1 to 10 items")
        for n, text in enumerate(fields or []):
            self._text(text, f"{at}/fields/{n}", 2000)

    def _table(self, rows: Any, at: str) -> None:
        if not isinstance(rows, list) or not 1 <= len(rows) <= 100 or len({len(r) for r in rows}) != 1:
            self.problem(f"{at}/rows", "must have 1 to 100 rows of the same length")
            return
        if not 1 <= len(rows[0]) <= 20:
            self.problem(f"{at}/rows/0", "must have 1 to 20 cells")
        for n, row in enumerate(rows):
            for m, cell in enumerate(row):
                if cell.get("type") not in ("raw_text", "rich_text") or cell.get("text") == "":
                    self.problem(f"{at}/rows/{n}/{m}", "must be a raw_text or rich_text that isn't empty")

    def _image(self, image: JSON, at: str) -> None:
        if ("image_url" in image) == ("slack_file" in image):
            self.problem(at, "needs image_url or slack_file")
        elif "slack_file" in image and not is_ready(self.world, file_id := str(image["slack_file"].get("id"))):
            self.problem(f"{at}/slack_file", IN_WORK if file_id in self.world.files else "invalid slack file")

    def _choices(self, kind: str, element: JSON, at: str) -> None:
        """Options and groups: how many, how long, and that what is chosen at first is among them."""
        if confirm := element.get("confirm"):
            self.fields(confirm, "title! text! confirm! deny! style", f"{at}/confirm", "confirm")
        if kind in ("static_select", "multi_static_select") and ("options" in element) == ("option_groups" in element):
            self.problem(at, "needs either options or option_groups")
        groups = element.get("option_groups", [])
        if len(groups) > 100:
            self.problem(f"{at}/option_groups", "must have 1 to 100 items")
        for n, group in enumerate(groups):
            self.fields(group, "label! options!", f"{at}/option_groups/{n}", "option_group")
        lists = [g.get("options", []) for g in groups] + ([element["options"]] if "options" in element else [])
        for options in lists:
            self._options(options, f"{at}/options", OPTIONS.get(kind, 100))
        if lists:
            self._initial(element, [o for options in lists for o in options], at)

    def _options(self, options: list[JSON], at: str, most: int) -> None:
        if not 1 <= len(options) <= most:
            self.problem(at, f"must have 1 to {most} items")
        for n, option in enumerate(options):
            self.fields(option, "text! value! description url", f"{at}/{n}", "option")
            if len(str(option.get("value"))) > 75:
                self.problem(f"{at}/{n}/value", "must be less than 76 characters")
        self._unique([o.get("value") for o in options], "value", at)

    def _initial(self, element: JSON, options: list[JSON], at: str) -> None:
        one = element.get("initial_option")
        chosen = element.get("initial_options") if one is None else [one]
        if chosen is not None and (not chosen or any(c not in options for c in chosen)):
            self.problem(at, "initial options must be among the options, exactly as they are there")

    def fields(self, node: JSON, spec: str, at: str, where: str) -> None:
        """Which fields there may and must be, and how long their texts are."""
        names = spec.split()
        known = {n.rstrip("!") for n in names}
        for name in names:
            if name.endswith("!") and node.get(name[:-1]) in (None, ""):
                self.problem(at, f"missing required field: {name[:-1]}")
        for name, value in node.items():
            if name not in known:
                self.problem(at, f"invalid additional property: {name}")
            elif f"{where}.{name}" in TEXT_OBJECTS:
                longest, plain = TEXT_OBJECTS[f"{where}.{name}"]
                self._text(value, f"{at}/{name}", longest, plain=plain) if value is not None else None
            elif name == "placeholder":
                self._text(value, f"{at}/placeholder", 150, plain=True)
            elif name in STRINGS and not (isinstance(value, str) and len(value) <= STRINGS[name]):
                self.problem(f"{at}/{name}", f"must be a string of less than {STRINGS[name] + 1} characters")

    def _text(self, text: Any, at: str, longest: int, *, plain: bool = False) -> None:
        if not isinstance(text, dict) or text.get("type") not in (
            ("plain_text",) if plain else ("plain_text", "mrkdwn")
        ):
            self.problem(at, "must be a plain_text object" if plain else "must be a text object")
            return
        extra = set(text) - {"type", "text", "emoji" if text["type"] == "plain_text" else "verbatim"}
        if extra:
            self.problem(at, f"invalid additional property: {', '.join(sorted(extra))}")
        if not isinstance(text.get("text"), str) or not 1 <= len(text["text"]) <= longest:
            self.problem(f"{at}/text", f"must be more than 0 and less than {longest + 1} characters")

    def _unique(self, names: list[Any], what: str, at: str) -> None:
        given = [n for n in names if n]
        for name in {n for n in given if given.count(n) > 1}:
            self.problem(at, f"{what} {name!r} already exists")


def _elements_with_place(kind: str, block: JSON) -> Iterator[tuple[str, Any]]:
    if kind == "section" and block.get("accessory"):
        yield "accessory", block["accessory"]
    elif kind == "input":
        yield "element", block.get("element")
    elif kind in ITEMS:
        for n, element in enumerate(block.get("elements") or []):
            yield f"elements/{n}", element
