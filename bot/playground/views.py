"""Modals and App Home: the stack each person has open, what is typed in it, and the views.* methods."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from bot.playground.company import TEAM_ID
from bot.playground.methods import Args, Call, method, need
from bot.playground.world import APP_ID, BOT_ID, SlackError, World, elements_of, with_ids

STACK_LIMIT = 3
Values = dict[str, dict[str, dict[str, Any]]]

# types of elements: (field in state.values, field that fills it at first)
_STATEFUL = {
    "plain_text_input number_input email_text_input url_text_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select external_select radio_buttons": ("selected_option", "initial_option"),
    "checkboxes multi_static_select multi_external_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", "initial_files"),
}
STATEFUL = {kind: names for kinds, names in _STATEFUL.items() for kind in kinds.split()}


@dataclass(eq=False)
class View:
    id: str
    user: str
    body: dict[str, Any]
    hash: str
    root_id: str
    previous_id: str | None
    values: Values
    errors: dict[str, str] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        """The view as payloads and answers carry it."""
        body = self.body
        view: dict[str, Any] = {"id": self.id, "team_id": TEAM_ID, "app_id": APP_ID, "bot_id": BOT_ID}
        view |= {"type": body["type"], "blocks": body["blocks"], "hash": self.hash}
        view |= {name: body.get(name, "") for name in ("private_metadata", "callback_id", "external_id")}
        view |= {name: body.get(name) for name in ("title", "submit", "close")}
        view |= {name: bool(body.get(name)) for name in ("clear_on_close", "notify_on_close")}
        values = {block: dict(entries) for block, entries in self.values.items()}  # payloads are sent again later
        view |= {"state": {"values": values}, "app_installed_team_id": TEAM_ID}
        return view | {"root_view_id": self.root_id, "previous_view_id": self.previous_id}


def initial_state(blocks: list[dict[str, Any]], before: Values | None = None) -> Values:
    """What `state.values` holds when a view is shown.

    Slack: what was typed stays where block_id and action_id stay; everything else starts as the view says.
    """
    values: Values = {}
    for block, element in elements_of(blocks):
        if not (names := STATEFUL.get(element["type"])):
            continue
        kept = (before or {}).get(block["block_id"], {}).get(element["action_id"])
        if kept is None or kept["type"] != element["type"]:
            empty: Any = [] if names[0].endswith("s") else None
            kept = {"type": element["type"], names[0]: element.get(names[1], empty)}
        values.setdefault(block["block_id"], {})[element["action_id"]] = kept
    return values


class Views:
    """Everybody's modals and Homes."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.all: dict[str, View] = {}
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}

    def stack(self, user: str) -> list[View]:
        return self.stacks.setdefault(user, [])

    def open(self, user: str, body: dict[str, Any]) -> View:
        self.close_all(user)
        return self.push(user, body)

    def push(self, user: str, body: dict[str, Any]) -> View:
        stack = self.stack(user)
        if len(stack) >= STACK_LIMIT:
            raise SlackError("push_limit_reached")
        view = self._new(user, body, stack)
        stack.append(view)
        self.world.changed()
        return view

    def update(self, view: View, body: dict[str, Any]) -> View:
        kept = self._kept(body, replaces=view)
        view.values = initial_state(kept["blocks"], view.values)
        view.body, view.hash, view.errors = kept, self._hash(), {}
        self.world.changed()
        return view

    def publish(self, user: str, body: dict[str, Any]) -> View:
        if user in self.homes:
            return self.update(self.homes[user], body)
        self.homes[user] = self._new(user, body, [])
        self.world.changed()
        return self.homes[user]

    def close(self, view: View) -> None:
        stack = self.stack(view.user)
        if view in stack:
            stack.remove(view)
            del self.all[view.id]
        self.world.changed()

    def close_all(self, user: str) -> None:
        for view in list(self.stack(user)):
            self.close(view)

    def find(self, args: Args) -> View:
        """By view_id or external_id; a closed view is not found. Stale `hash`: hash_conflict."""
        wanted, external = args.get("view_id"), args.get("external_id")
        for view in self.all.values():
            if view.id == wanted or (external and view.body.get("external_id") == external):
                if args.get("hash") and args["hash"] != view.hash:
                    raise SlackError("hash_conflict")
                return view
        raise SlackError("not_found")

    def _new(self, user: str, body: dict[str, Any], below: list[View]) -> View:
        kept = self._kept(body, replaces=None)
        view_id = self.world.next_id("V")
        root = below[0].id if below else view_id
        previous = below[-1].id if below else None
        view = View(view_id, user, kept, self._hash(), root, previous, initial_state(kept["blocks"]))
        self.all[view_id] = view
        return view

    def _kept(self, body: dict[str, Any], *, replaces: View | None) -> dict[str, Any]:
        external = body.get("external_id")
        if external and any(v.body.get("external_id") == external and v is not replaces for v in self.all.values()):
            raise SlackError("duplicate_external_id")
        return {**body, "blocks": with_ids(body["blocks"])}

    def _hash(self) -> str:
        return f"{int(self.world.machine_now())}.{secrets.token_hex(4)}"


@method("views.open", tier=100)
def views_open(call: Call) -> dict[str, Any]:
    body = _view(call, "modal")
    return {"view": call.views.open(call.world.use_trigger(need(call.args, "trigger_id")), body).json()}


@method("views.push", tier=100)
def views_push(call: Call) -> dict[str, Any]:
    body = _view(call, "modal")
    user = call.world.use_trigger(need(call.args, "trigger_id"))
    if not call.views.stack(user):
        raise SlackError("not_found")
    return {"view": call.views.push(user, body).json()}


@method("views.update", tier=100)
def views_update(call: Call) -> dict[str, Any]:
    view = call.views.find(call.args)
    return {"view": call.views.update(view, _view(call, view.body["type"])).json()}


@method("views.publish", tier=100)
def views_publish(call: Call) -> dict[str, Any]:
    user = call.world.person(need(call.args, "user_id"))
    if not call.world.company.app.home_tab:
        raise SlackError("not_enabled")
    body = _view(call, "home")
    home = call.views.homes.get(user.id)
    if home and call.args.get("hash") not in (None, home.hash):
        raise SlackError("hash_conflict")
    return {"view": call.views.publish(user.id, body).json()}


def _view(call: Call, kind: str) -> dict[str, Any]:
    body: dict[str, Any] = need(call.args, "view")
    call.api.check_view(body, kind)
    return body
