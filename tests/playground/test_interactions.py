"""What people do, as a real bolt app hears of it over Socket Mode."""

from __future__ import annotations

import aiohttp
import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import Person, Playground, Workspace
from bot.playground.interactions import TROUBLE
from tests.playground.helpers import JSON, buttons, error_of, form, hears, option, plain, text_input, whispers

# Commands


async def test_a_command_opens_a_form_and_its_submission_closes_it(bot: AsyncApp, slack: Workspace) -> None:
    said: list[JSON] = []

    @bot.command("/checkin")
    async def open_form(ack: AsyncAck, body: JSON, client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=form(callback_id="checkin"))
        await ack()

    @bot.view("checkin")
    async def submitted(ack: AsyncAck, view: JSON) -> None:
        said.append(view["state"]["values"])
        await ack()

    result = await slack.says("UANA", "/checkin")
    assert result.error is None
    await slack.types("UANA", "What?", "All well")
    done = await slack.submits("UANA")

    assert done.closed
    assert slack.view("UANA") is None
    assert said == [{"said": {"answer": {"type": "plain_text_input", "value": "All well"}}}]


async def test_a_command_carries_what_slack_sends(bot: AsyncApp, slack: Workspace) -> None:
    heard = hears(bot, "Thanks")
    await slack.says("UANA", "/checkin  for @bo & @leads in #general", "CPLATFORM")
    await slack.says("UANA", "/kudos @bo & co")

    escaped, raw = heard
    assert escaped["text"] == "for <@UBO|bo> &amp; <!subteam^SLEADS|@leads> in <#CGENERAL|general>"
    assert raw["text"] == "@bo & co"
    assert (escaped["channel_id"], escaped["channel_name"]) == ("CPLATFORM", "privategroup")
    assert (raw["channel_id"], raw["channel_name"]) == ("DANA", "directmessage")
    assert [m.text for m in slack.ephemerals("UANA")] == ["Thanks", "Thanks"]


async def test_a_command_answered_in_channel_is_seen_by_all(bot: AsyncApp, slack: Workspace) -> None:
    hears(bot, {"response_type": "in_channel", "text": "All see it"})
    await slack.says("UANA", "/checkin", "CPLATFORM")
    assert [m.text for m in slack.channel("CPLATFORM")] == ["All see it"]


async def test_an_unknown_command_is_answered_by_slack(bot: AsyncApp, slack: Workspace) -> None:
    heard = hears(bot)
    result = await slack.says("UANA", "/chekin")
    assert result.error == "invalid_command"
    assert slack.toasts("UANA") == ["/chekin is not a valid command."]
    assert heard == []


async def test_a_command_needs_a_place_that_the_person_is_in(bot: AsyncApp, slack: Workspace) -> None:
    with pytest.raises(AssertionError, match="isn't in design"):
        await slack.says("UANA", "/checkin", "CDESIGN")


async def test_response_urls_work_five_times_in_half_an_hour(
    bot: AsyncApp, slack: Workspace, playground: Playground
) -> None:
    heard = hears(bot)
    await slack.says("UANA", "/checkin", "CPLATFORM")
    async with aiohttp.ClientSession() as session:
        for _ in range(5):
            answer = await session.post(heard[0]["response_url"], json={"text": "Only Ana"})
            assert answer.status == 200
        assert (await session.post(heard[0]["response_url"], json={"text": "x"})).status == 404
        await slack.says("UANA", "/checkin", "CPLATFORM")
        playground.machine_offset += 1801
        late = await session.post(heard[1]["response_url"], json={"text": "x"})
        assert (await late.json())["error"] == "expired_url"
    assert len(slack.ephemerals("UANA")) == 5


# Messages


async def test_a_button_in_a_dm_arrives_with_its_message(
    bot: AsyncApp, slack: Workspace, client: AsyncWebClient
) -> None:
    heard = hears(bot)
    posted = await client.chat_postMessage(channel="UANA", text="Ready?", blocks=[buttons("go", value="7")])
    await slack.clicks("UANA", slack.last("UANA"), "Go")

    (body,) = heard
    assert body["container"] == {
        "type": "message",
        "message_ts": posted["ts"],
        "channel_id": posted["channel"],
        "is_ephemeral": False,
    }
    (action,) = body["actions"]
    assert (action["action_id"], action["block_id"], action["value"]) == ("go", "buttons", "7")
    assert body["message"]["ts"] == posted["ts"]
    assert (body["user"]["id"], body["channel"]["id"]) == ("UANA", posted["channel"])
    assert body["state"] == {"values": {}}


async def test_selects_in_messages_carry_the_choice_and_state(
    bot: AsyncApp, slack: Workspace, client: AsyncWebClient
) -> None:
    heard = hears(bot)
    select = {"type": "static_select", "action_id": "mood", "options": [option("good"), option("bad")]}
    block = {"type": "actions", "block_id": "b", "elements": [select]}
    await client.chat_postMessage(channel="UANA", text="?", blocks=[block])
    await slack.clicks("UANA", slack.last("UANA"), "mood", "Bad")
    assert heard[0]["actions"][0]["selected_option"]["value"] == "bad"
    assert heard[0]["state"]["values"]["b"]["mood"]["selected_option"]["value"] == "bad"


async def test_nobody_clicks_what_they_cannot_see(bot: AsyncApp, slack: Workspace, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel="UANA", text="?", blocks=[buttons("go")])
    with pytest.raises(AssertionError, match="can't see"):
        await slack.clicks("UBO", slack.last("UANA"), "go")
    with pytest.raises(AssertionError, match="nothing to click"):
        await slack.clicks("UANA", slack.last("UANA"), "stop")


async def test_an_ephemeral_is_replaced_by_its_response_url(
    bot: AsyncApp, slack: Workspace, client: AsyncWebClient
) -> None:
    @bot.action("go")
    async def go(ack: AsyncAck, respond: AsyncRespond, body: JSON) -> None:
        assert "message" not in body
        await ack()
        await respond(text="Done", replace_original=True)

    @bot.action("stop")
    async def stop(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond(delete_original=True)

    whispers(slack, "UANA", "?", [buttons("go")])
    await slack.clicks("UANA", slack.ephemerals("UANA")[0], "go")
    assert [m.text for m in slack.ephemerals("UANA")] == ["Done"]
    whispers(slack, "UANA", "?", [buttons("stop")])
    await slack.clicks("UANA", slack.ephemerals("UANA")[1], "stop")
    assert [m.text for m in slack.ephemerals("UANA")] == ["Done"]


async def test_generated_ids(client: AsyncWebClient, slack: Workspace) -> None:
    element = {"type": "button", "text": plain("Go")}
    await client.chat_postMessage(channel="UANA", text="?", blocks=[{"type": "actions", "elements": [element]}])
    block = slack.last("UANA").blocks[0]
    assert block["block_id"]
    assert block["elements"][0]["action_id"]


# Events


async def test_what_is_written_in_a_dm_arrives_escaped(bot: AsyncApp, slack: Workspace) -> None:
    heard = hears(bot)
    await slack.writes("UANA", "1 < 2 & @bo")
    (body,) = heard
    assert body["event"]["text"] == "1 &lt; 2 &amp; <@UBO|bo>"
    assert (body["event"]["channel_type"], body["event"]["channel"]) == ("im", "DANA")
    assert body["authorizations"][0]["user_id"] == "UCAIRN"


async def test_edits_and_deletions_are_told(bot: AsyncApp, slack: Workspace) -> None:
    heard = hears(bot)
    message = await slack.writes("UANA", "one")
    await slack.edits("UANA", message, "two")
    await slack.deletes("UANA", message)
    changed, deleted = heard[1]["event"], heard[2]["event"]
    assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("two", "one")
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", message.ts)
    with pytest.raises(AssertionError, match="didn't write"):
        await slack.deletes("UBO", message)


async def test_only_subscribed_events_come_and_only_from_where_the_bot_is(
    bot: AsyncApp, slack: Workspace, playground: Playground
) -> None:
    heard = hears(bot)
    await slack.writes("UCY", "secret", "CDESIGN")
    await slack.opens_home("UANA")
    playground.world.company.app.bot_events.remove("app_home_opened")
    await slack.opens_home("UANA")
    playground.world.company.app.bot_events.append("app_home_opened")
    assert [b["event"]["type"] for b in heard] == ["app_home_opened"]


async def test_admins_and_memberships(bot: AsyncApp, slack: Workspace) -> None:
    heard = hears(bot)
    await slack.user_changes("UANA", tz="Asia/Tokyo")
    await slack.deactivates("UBO")
    await slack.joins_team(Person("UIDA", "ida", "Ida Ito"))
    await slack.invites_bot("CDESIGN")
    await slack.joins("UANA", "CDESIGN")
    await slack.leaves("UANA", "CDESIGN")
    await slack.kicks_bot("CDESIGN")
    await slack.joins("UANA", "CDESIGN")  # the bot isn't there any more
    await slack.renames("CGENERAL", "all")
    await slack.archives("CPLATFORM")
    await slack.kicks_bot("CPLATFORM")
    events = [b["event"] for b in heard]
    assert [e["type"] for e in events] == [
        *("user_change", "user_change", "team_join", "member_joined_channel", "member_joined_channel"),
        *("member_left_channel", "channel_left", "channel_rename", "group_archive", "group_left"),
    ]
    assert events[0]["user"]["tz"] == "Asia/Tokyo"
    assert events[1]["user"]["deleted"]
    assert (events[3]["user"], events[3]["channel"]) == ("UCAIRN", "CDESIGN")
    assert (events[6]["channel"], events[9]["channel"]) == ("CDESIGN", "CPLATFORM")


async def test_reactions(bot: AsyncApp, slack: Workspace) -> None:
    heard = hears(bot)
    message = await slack.writes("UANA", "done", "CPLATFORM")
    await slack.reacts("UBO", message, "tada")
    assert message.reactions == {"tada": ["UBO"]}
    await slack.reacts("UBO", message, "tada", added=False)
    assert [b["event"]["type"] for b in heard] == ["message", "reaction_added", "reaction_removed"]
    assert heard[1]["event"]["item"]["ts"] == message.ts


async def test_shortcuts(bot: AsyncApp, slack: Workspace) -> None:
    heard = hears(bot)
    message = await slack.writes("UANA", "done", "CPLATFORM")
    await slack.shortcut("UBO", "start")
    await slack.shortcut("UBO", "thank", message)
    assert [b["type"] for b in heard[1:]] == ["shortcut", "message_action"]
    assert heard[2]["message"]["text"] == "done"


# Time-outs


async def test_a_late_command_shows_slacks_sentence(bot: AsyncApp, slack: Workspace, playground: Playground) -> None:
    @bot.command("/checkin")
    async def fails(ack: AsyncAck) -> None:
        raise RuntimeError("before the ack")

    playground.ack_seconds = 0.05
    result = await slack.says("UANA", "/checkin")
    assert result.error == "operation_timeout"
    assert slack.toasts("UANA") == ['/checkin failed with the error "operation_timeout"']


async def test_a_late_click_shows_slacks_sentence(
    bot: AsyncApp, slack: Workspace, playground: Playground, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel="UANA", text="?", blocks=[buttons("nobody_listens")])
    playground.ack_seconds = 0.05
    answer = await slack.clicks("UANA", slack.last("UANA"), "nobody_listens")
    assert not answer.acked
    assert slack.toasts("UANA") == [TROUBLE]


async def test_a_trigger_works_once_and_three_seconds(playground: Playground, client: AsyncWebClient) -> None:
    world = playground.world
    fresh, late = world.new_trigger("UANA"), world.new_trigger("UANA")
    await client.views_open(trigger_id=fresh, view=form())
    for trigger_id, error in ((fresh, "exchanged_trigger_id"), ("1.2.x", "invalid_trigger_id")):
        assert await error_of(client.views_open(trigger_id=trigger_id, view=form())) == error
    playground.machine_offset += 3.1
    assert await error_of(client.views_open(trigger_id=late, view=form())) == "expired_trigger_id"
    assert playground.violations == []


async def test_external_selects_ask_the_bot(bot: AsyncApp, slack: Workspace, client: AsyncWebClient) -> None:
    heard = hears(bot, {"options": [option("berlin")]})
    select = {"type": "external_select", "action_id": "city", "min_query_length": 1}
    block = {"type": "input", "block_id": "where", "label": plain("Where?"), "element": select}
    await client.views_open(trigger_id=slack.world.new_trigger("UANA"), view=form(block))
    found = await slack.options("UANA", "city", "ber")
    assert found["options"][0]["value"] == "berlin"
    assert (heard[0]["value"], heard[0]["container"]["type"]) == ("ber", "view")


async def test_a_field_is_found_by_id_or_label(slack: Workspace, client: AsyncWebClient) -> None:
    blocks = [text_input("a", "First"), text_input("b", "Second")]
    await client.views_open(trigger_id=slack.world.new_trigger("UANA"), view=form(*blocks))
    await slack.types("UANA", "a", "1")
    await slack.types("UANA", "Second", "2")
    values = slack.view("UANA")["state"]["values"]  # type: ignore[index]
    assert [values[b]["answer"]["value"] for b in "ab"] == ["1", "2"]
    with pytest.raises(AssertionError, match="no field 'Third'"):
        await slack.types("UANA", "Third", "3")
    with pytest.raises(AssertionError, match="no form open"):
        await slack.types("UBO", "a", "1")


async def test_dispatching_inputs_tell_the_bot_with_the_whole_state(
    bot: AsyncApp, slack: Workspace, client: AsyncWebClient
) -> None:
    heard = hears(bot)
    blocks = [text_input("draft", "Draft", dispatch_action=True), text_input("quiet", "Quiet")]
    await client.views_open(trigger_id=slack.world.new_trigger("UANA"), view=form(*blocks))
    await slack.types("UANA", "quiet", "q")
    await slack.types("UANA", "draft", "d")
    (body,) = heard
    assert body["container"]["type"] == "view"
    assert body["actions"][0]["value"] == "d"
    values = body["view"]["state"]["values"]
    assert (values["quiet"]["answer"]["value"], values["draft"]["answer"]["value"]) == ("q", "d")
    assert "response_url" not in body
