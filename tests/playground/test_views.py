"""Forms and Home: state, hashes, the stack, answers to submissions."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import Playground, Workspace
from bot.playground.interactions import REQUIRED, TROUBLE
from tests.playground.helpers import JSON, buttons, error_of, form, hears, option, plain, text_input


@pytest.fixture
def opens(client: AsyncWebClient, slack: Workspace) -> Any:
    async def opens(view: JSON, user: str = "UANA") -> JSON:
        answer = await client.views_open(trigger_id=slack.world.new_trigger(user), view=view)
        return dict(answer["view"])

    return opens


def asked(kind: str, **fields: Any) -> JSON:
    element = {"type": kind, "action_id": kind, **fields}
    return {"type": "input", "block_id": kind, "label": plain(kind), "element": element}


async def test_state_starts_with_the_initial_values(opens: Any) -> None:
    some = [option("a"), option("b")]
    view = await opens(
        form(
            asked("plain_text_input", initial_value="typed before"),
            asked("static_select", options=some, initial_option=some[1]),
            asked("checkboxes", options=some),
            asked("radio_buttons", options=some),
            asked("datepicker", initial_date="2026-11-23"),
            asked("multi_users_select"),
            {
                "type": "section",
                "block_id": "s",
                "text": plain("?"),
                "accessory": {"type": "button", "text": plain("x")},
            },
        )
    )
    assert view["state"]["values"] == {
        "plain_text_input": {"plain_text_input": {"type": "plain_text_input", "value": "typed before"}},
        "static_select": {"static_select": {"type": "static_select", "selected_option": some[1]}},
        "checkboxes": {"checkboxes": {"type": "checkboxes", "selected_options": []}},
        "radio_buttons": {"radio_buttons": {"type": "radio_buttons", "selected_option": None}},
        "datepicker": {"datepicker": {"type": "datepicker", "selected_date": "2026-11-23"}},
        "multi_users_select": {"multi_users_select": {"type": "multi_users_select", "selected_users": []}},
    }


async def test_values_survive_an_update_where_the_ids_stay(
    opens: Any, slack: Workspace, client: AsyncWebClient
) -> None:
    view = await opens(form(text_input("stays", "One"), text_input("goes", "Two")))
    await slack.types("UANA", "stays", "kept")
    await slack.types("UANA", "goes", "lost")
    renamed = text_input("new", "Two", {"initial_value": "fresh"})
    again = text_input("stays", "One", {"initial_value": "ignored"})
    await client.views_update(view_id=view["id"], view=form(again, renamed))
    values = slack.view("UANA")["state"]["values"]  # type: ignore[index]
    assert {b: v["answer"]["value"] for b, v in values.items()} == {"stays": "kept", "new": "fresh"}


async def test_a_stale_hash_is_a_conflict(opens: Any, client: AsyncWebClient, playground: Playground) -> None:
    view = await opens(form())
    updated = await client.views_update(view_id=view["id"], hash=view["hash"], view=form())
    assert updated["view"]["hash"] != view["hash"]
    stale = client.views_update(view_id=view["id"], hash=view["hash"], view=form())
    assert await error_of(stale) == "hash_conflict"
    await client.views_publish(user_id="UANA", view={"type": "home", "blocks": []})
    stale = client.views_publish(user_id="UANA", hash="1.x", view={"type": "home", "blocks": []})
    assert await error_of(stale) == "hash_conflict"
    assert playground.violations == []


async def test_views_are_found_by_external_id(opens: Any, client: AsyncWebClient, slack: Workspace) -> None:
    await opens(form(external_id="one"))
    await client.views_update(external_id="one", view=form(title=plain("New"), external_id="one"))
    assert slack.view("UANA")["title"]["text"] == "New"  # type: ignore[index]
    assert await error_of(client.views_update(external_id="two", view=form())) == "not_found"
    other = client.views_open(trigger_id=slack.world.new_trigger("UBO"), view=form(external_id="one"))
    assert await error_of(other) == "duplicate_external_id"


async def test_three_views_can_be_stacked(opens: Any, slack: Workspace, client: AsyncWebClient) -> None:
    first = await opens(form())
    for _ in range(2):
        pushed = await client.views_push(trigger_id=slack.world.new_trigger("UANA"), view=form())
    assert pushed["view"]["root_view_id"] == first["id"]
    assert pushed["view"]["previous_view_id"] == slack.stack("UANA")[1]["id"]
    fourth = client.views_push(trigger_id=slack.world.new_trigger("UANA"), view=form())
    assert await error_of(fourth) == "push_limit_reached"
    await slack.closes("UANA")
    assert len(slack.stack("UANA")) == 2
    await slack.closes("UANA", everything=True)
    assert slack.view("UANA") is None
    assert await error_of(client.views_update(view_id=first["id"], view=form())) == "not_found"


ANSWERS = [
    (None, []),
    ({"response_action": "errors", "errors": {}}, []),
    ({"response_action": "clear"}, []),
    ({"response_action": "update", "view": form(title=plain("Next"))}, ["Next"]),
    ({"response_action": "push", "view": form(title=plain("Over"))}, ["Form", "Over"]),
]


@pytest.mark.parametrize(("answer", "titles"), ANSWERS)
async def test_answers_to_a_submission(
    bot: AsyncApp, opens: Any, slack: Workspace, answer: JSON | None, titles: list[str]
) -> None:
    hears(bot, answer)
    await opens(form())
    await slack.types("UANA", "said", "x")
    result = await slack.submits("UANA")
    assert [v["title"]["text"] for v in slack.stack("UANA")] == titles
    assert result.failed is None
    assert result.closed == (titles == [])


async def test_errors_are_shown_beside_the_field_and_keep_the_words(
    bot: AsyncApp, opens: Any, slack: Workspace
) -> None:
    hears(bot, {"response_action": "errors", "errors": {"said": "Not quite"}})
    await opens(form())
    await slack.types("UANA", "said", "x")
    result = await slack.submits("UANA")
    view = slack.view("UANA")
    assert result.errors == {"said": "Not quite"}
    assert view
    assert view["errors"] == {"said": "Not quite"}
    assert view["state"]["values"]["said"]["answer"]["value"] == "x"


WRONG = [
    {"response_action": "errors", "errors": {"nowhere": "x"}},
    {"response_action": "wave"},
    {"response_action": "update", "view": {"type": "modal", "blocks": []}},
    {"text": "ok"},
]


@pytest.mark.parametrize("answer", WRONG)
async def test_a_wrong_answer_fails_and_keeps_the_form(
    bot: AsyncApp, opens: Any, slack: Workspace, answer: JSON
) -> None:
    hears(bot, answer)
    await opens(form(text_input("said", "What?", optional=True)))
    result = await slack.submits("UANA")
    assert (result.failed, result.closed) == (TROUBLE, False)
    assert slack.toasts("UANA") == [TROUBLE]
    assert slack.view("UANA")


async def test_a_late_submission_fails_and_keeps_the_form(
    bot: AsyncApp, opens: Any, slack: Workspace, playground: Playground
) -> None:
    @bot.view("late")
    async def late(ack: AsyncAck) -> None:
        raise RuntimeError("not saved")

    playground.ack_seconds = 0.05
    await opens(form(callback_id="late"))
    await slack.types("UANA", "said", "precious")
    result = await slack.submits("UANA")
    assert (result.failed, result.closed) == (TROUBLE, False)
    assert slack.view("UANA")["state"]["values"]["said"]["answer"]["value"] == "precious"  # type: ignore[index]


BY_CLIENT = [
    (text_input("f", "F"), "", REQUIRED),
    (text_input("f", "F", {"max_length": 3}), "four", "at most 3"),
    (text_input("f", "F", {"min_length": 3}), "no", "at least 3"),
    (text_input("f", "F"), "x" * 3001, "at most 3000"),
    (text_input("f", "F", {"type": "number_input", "is_decimal_allowed": False}), "1.5", "valid number"),
    (text_input("f", "F", {"type": "number_input", "is_decimal_allowed": True, "max_value": "5"}), "6", "at most 5"),
    (text_input("f", "F", {"type": "number_input", "is_decimal_allowed": True, "min_value": "5"}), "4", "at least 5"),
]


@pytest.mark.parametrize(("block", "typed", "sentence"), BY_CLIENT)
async def test_slacks_client_checks_first_unless_forced(
    bot: AsyncApp, opens: Any, slack: Workspace, block: JSON, typed: str, sentence: str
) -> None:
    heard = hears(bot)
    await opens(form(block))
    await slack.types("UANA", "f", typed)
    result = await slack.submits("UANA")
    assert sentence in result.errors["f"]
    assert heard == []
    assert (await slack.submits("UANA", force=True)).closed
    assert len(heard) == 1


async def test_closing_is_told_only_where_it_was_asked_for_and_without_values(
    bot: AsyncApp, opens: Any, slack: Workspace
) -> None:
    heard = hears(bot)
    await opens(form())
    await slack.closes("UANA")
    assert heard == []
    await opens(form(notify_on_close=True))
    await slack.types("UANA", "said", "unsaved")
    await slack.closes("UANA")
    assert [b["type"] for b in heard] == ["view_closed"]
    assert heard[0]["view"]["state"] == {"values": {}}
    assert heard[0]["is_cleared"] is False


async def test_home(bot: AsyncApp, slack: Workspace, client: AsyncWebClient) -> None:
    heard = hears(bot)
    assert slack.home("UANA") is None
    await slack.opens_home("UANA")
    assert "view" not in heard[0]["event"]
    await client.views_publish(user_id="UANA", view={"type": "home", "blocks": [buttons("go")]})
    await slack.clicks_in_home("UANA", "go")
    await slack.opens_home("UANA")
    assert heard[1]["container"]["type"] == "view"
    assert heard[1]["view"]["type"] == "home"
    assert heard[2]["event"]["view"]["id"] == slack.home("UANA")["id"]  # type: ignore[index]
    assert (heard[2]["event"]["tab"], heard[2]["event"]["channel"]) == ("home", "DANA")


async def test_what_is_published_again_unchanged_keeps_its_ids(slack: Workspace, client: AsyncWebClient) -> None:
    before, after = ({"type": "section", "text": plain(words)} for words in ("Before", "After"))

    async def published(*blocks: JSON) -> list[str]:
        await client.views_publish(user_id="UANA", view={"type": "home", "blocks": list(blocks)})
        home = slack.home("UANA")
        assert home is not None
        return [block["block_id"] for block in home["blocks"]]

    first = await published(before, before)
    assert len(set(first)) == 2
    assert (await published(after, before, before))[1:] == first


async def test_inputs_without_ids_lose_what_was_typed(opens: Any, client: AsyncWebClient) -> None:
    nameless = {name: value for name, value in asked("plain_text_input").items() if name != "block_id"}
    view = await opens(form(nameless))
    updated = await client.views_update(view_id=view["id"], view=form(nameless))

    assert updated["view"]["blocks"][0]["block_id"] != view["blocks"][0]["block_id"]


async def test_choosing(bot: AsyncApp, opens: Any, slack: Workspace) -> None:
    heard = hears(bot)
    some = [option("a"), option("b"), option("c")]
    select = {"type": "static_select", "action_id": "in_section", "options": some}
    await opens(
        form(
            asked("checkboxes", options=some),
            asked("radio_buttons", options=some),
            asked("datepicker"),
            asked("users_select"),
            {"type": "section", "block_id": "s", "text": plain("?"), "accessory": select},
        )
    )
    await slack.chooses("UANA", "checkboxes", ["a", "C"])
    await slack.chooses("UANA", "radio_buttons", "B")
    await slack.chooses("UANA", "datepicker", "2026-11-23")
    await slack.chooses("UANA", "users_select", "UBO")
    assert heard == []
    await slack.chooses("UANA", "in_section", "c")  # outside an input block the bot is told at once
    assert heard[0]["actions"][0]["selected_option"]["value"] == "c"
    values = heard[0]["view"]["state"]["values"]
    assert [o["value"] for o in values["checkboxes"]["checkboxes"]["selected_options"]] == ["a", "c"]
    assert values["radio_buttons"]["radio_buttons"]["selected_option"]["value"] == "b"
    assert values["datepicker"]["datepicker"]["selected_date"] == "2026-11-23"
    assert values["users_select"]["users_select"]["selected_user"] == "UBO"
    assert values["s"]["in_section"]["selected_option"]["value"] == "c"
    with pytest.raises(AssertionError, match="no option 'z'"):
        await slack.chooses("UANA", "radio_buttons", "z")


async def test_a_button_in_a_form_can_change_it(bot: AsyncApp, opens: Any, slack: Workspace) -> None:
    @bot.action("more")
    async def more(ack: AsyncAck, body: JSON, client: AsyncWebClient) -> None:
        view = body["view"]
        await client.views_update(view_id=view["id"], hash=view["hash"], view=form(title=plain("More")))
        await ack()

    await opens(form(buttons("more"), submit=plain("Send")))
    await slack.clicks_in_view("UANA", "more")
    assert slack.view("UANA")["title"]["text"] == "More"  # type: ignore[index]
