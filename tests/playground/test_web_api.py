"""The Web API through the real client: tokens, scopes, channels, paging, history."""

from __future__ import annotations

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import AppConfig, Playground, Workspace, acme
from tests.playground.helpers import buttons, error_of, whispers


async def test_who_am_i(client: AsyncWebClient, playground: Playground) -> None:
    answer = await client.auth_test()
    assert (answer["user_id"], answer["team_id"]) == (playground.bot_user_id, playground.team_id)


async def test_tokens_are_checked(playground: Playground) -> None:
    for token, error in (("xoxb-1", "invalid_auth"), (playground.app_token, "not_allowed_token_type")):
        assert await error_of(AsyncWebClient(token, base_url=playground.api_url).auth_test()) == error
    assert await error_of(AsyncWebClient(base_url=playground.api_url).auth_test()) == "not_authed"


async def test_an_unknown_method_is_a_violation(client: AsyncWebClient, playground: Playground) -> None:
    assert await error_of(client.api_call("chat.shout")) == "unknown_method"
    assert playground.violations[0].error == "unknown_method"


async def test_scopes_come_from_the_manifest() -> None:
    manifest = {"display_information": {"name": "Cairn"}, "oauth_config": {"scopes": {"bot": ["chat:write"]}}}
    playground = Playground(acme(AppConfig.from_manifest(manifest)))
    await playground.start()
    client = AsyncWebClient(playground.bot_token, base_url=playground.api_url)
    await client.chat_postMessage(channel="CGENERAL", text="hi")
    with pytest.raises(SlackApiError) as refused:
        await client.conversations_info(channel="CPLATFORM")
    assert refused.value.response["error"] == "missing_scope"
    assert refused.value.response["needed"] == "groups:read"
    assert (await client.auth_test()).headers["x-oauth-scopes"] == "chat:write"
    assert await error_of(client.conversations_history(channel="CGENERAL")) == "missing_scope"
    await playground.stop()


async def test_posting_to_a_user_id_opens_the_dm(client: AsyncWebClient, slack: Workspace) -> None:
    posted = await client.chat_postMessage(channel="UANA", text="Hello")
    opened = await client.conversations_open(users="UANA")
    assert posted["channel"] == opened["channel"]["id"]
    assert [m.text for m in slack.dm("UANA")] == ["Hello"]


@pytest.mark.parametrize(
    ("channel", "error"),
    [("CDESIGN", "not_in_channel"), ("CSECRET", "channel_not_found"), ("CNONE", "channel_not_found"),
     ("UOLAF", "user_disabled"), ("UPOLLS", "cannot_dm_bot"), ("CRANDOM", "is_archived")],
)  # fmt: skip
async def test_where_the_bot_cannot_write(
    client: AsyncWebClient, playground: Playground, slack: Workspace, channel: str, error: str
) -> None:
    private = slack.world.conversations["CPLATFORM"]
    slack.world.conversations["CSECRET"] = type(private)("CSECRET", "secret", "private", ["UANA"])
    await slack.archives("CRANDOM")
    assert await error_of(client.chat_postMessage(channel=channel, text="x")) == error
    assert playground.violations == []


async def test_changing_and_deleting(client: AsyncWebClient, slack: Workspace) -> None:
    posted = await client.chat_postMessage(channel="UANA", text="one", blocks=[buttons("go")])
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="two")
    assert slack.last("UANA").buttons() == [("go", "Go")]  # blocks stay when none are given
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="three", blocks=[])
    assert (slack.last("UANA").text, slack.last("UANA").blocks) == ("three", [])
    assert slack.last("UANA").edited
    await client.chat_delete(channel=posted["channel"], ts=posted["ts"])
    assert slack.dm("UANA") == []
    gone = client.chat_update(channel=posted["channel"], ts=posted["ts"], text="four")
    assert await error_of(gone) == "message_not_found"


async def test_only_own_messages_can_be_changed(
    client: AsyncWebClient, playground: Playground, slack: Workspace
) -> None:
    playground.ack_seconds = 0.01  # nobody listens
    written = await slack.writes("UANA", "mine", "CGENERAL")
    assert await error_of(client.chat_delete(channel="CGENERAL", ts=written.ts)) == "cant_delete_message"
    changing = client.chat_update(channel="CGENERAL", ts=written.ts, text="x")
    assert await error_of(changing) == "cant_update_message"


async def test_an_ephemeral_is_seen_by_one(slack: Workspace) -> None:
    whispers(slack, "UANA", "psst")
    (message,) = slack.ephemerals("UANA")
    assert slack.sees("UANA", message)
    assert not slack.sees("UBO", message)
    assert slack.channel("CGENERAL") == []


async def test_people_come_in_small_pages(client: AsyncWebClient, slack: Workspace) -> None:
    found = []
    async for page in await client.users_list(limit=200, include_locale=True):
        assert len(page["members"]) <= 3
        found += page["members"]
    by_id = {p["id"]: p for p in found}
    assert set(by_id) == set(slack.world.people)
    assert by_id["UHANA"]["locale"] == "de-DE"
    assert by_id["UFINN"]["tz_offset"] == 9 * 3600
    assert by_id["UOLAF"]["deleted"]
    assert by_id["USLACKBOT"]["is_bot"] is False
    assert await error_of(client.users_list(cursor="nonsense")) == "invalid_cursor"


async def test_channels_and_groups(client: AsyncWebClient) -> None:
    assert not (await client.conversations_info(channel="CDESIGN"))["channel"]["is_member"]
    assert (await client.conversations_info(channel="CPLATFORM"))["channel"]["is_private"]
    members = [m async for p in await client.conversations_members(channel="CPLATFORM") for m in p["members"]]
    assert "UHANA" in members
    groups = await client.usergroups_list()
    users = await client.usergroups_users_list(usergroup=groups["usergroups"][0]["id"])
    assert users["users"] == ["UDANA", "UEVA"]


async def test_history_is_newest_first_and_leaves_replies_out(client: AsyncWebClient, playground: Playground) -> None:
    playground.page_size = 15
    ts = [(await client.chat_postMessage(channel="UANA", text=str(n)))["ts"] for n in range(4)]
    await client.chat_postMessage(channel="DANA", text="reply", thread_ts=ts[0])
    history = await client.conversations_history(channel="DANA")
    assert [m["text"] for m in history["messages"]] == ["3", "2", "1", "0"]
    assert history["messages"][-1]["reply_count"] == 1
    later = await client.conversations_history(channel="DANA", oldest=ts[1])
    assert [m["text"] for m in later["messages"]] == ["3", "2"]
    from_there = await client.conversations_history(channel="DANA", oldest=ts[1], inclusive=True)
    assert [m["text"] for m in from_there["messages"]] == ["3", "2", "1"]
    thread = await client.conversations_replies(channel="DANA", ts=ts[0])
    assert [m["text"] for m in thread["messages"]] == ["0", "reply"]


async def test_history_pages(client: AsyncWebClient) -> None:
    for n in range(5):
        await client.chat_postMessage(channel="UANA", text=str(n))
    pages = await client.conversations_history(channel="DANA", limit=2)
    assert [[m["text"] for m in page["messages"]] async for page in pages] == [["4", "3"], ["2", "1"], ["0"]]


async def test_metadata_is_read_back_only_when_asked_for(client: AsyncWebClient) -> None:
    marker = {"event_type": "cairn", "event_payload": {"id": "7"}}
    await client.chat_postMessage(channel="UANA", text="x", metadata=marker)
    plain = await client.conversations_history(channel="DANA")
    full = await client.conversations_history(channel="DANA", include_all_metadata=True)
    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == marker


async def test_a_file_can_be_shown_a_moment_after_it_was_uploaded(
    client: AsyncWebClient, playground: Playground, slack: Workspace
) -> None:
    await client.conversations_open(users="UANA")
    done = await client.files_upload_v2(filename="a.png", content=b"png", title="A", channel="DANA")
    file = done["files"][0]
    assert slack.last("UANA").files[0]["id"] == file["id"]
    block = {"type": "image", "slack_file": {"id": file["id"]}, "alt_text": "A"}
    assert await error_of(client.chat_postMessage(channel="DANA", text="x", blocks=[block])) == "invalid_blocks"
    playground.machine_offset += 3
    await client.chat_postMessage(channel="DANA", text="x", blocks=[block])
    async with aiohttp.ClientSession(playground.url) as session, session.get(f"/files/{file['id']}") as answer:
        assert await answer.read() == b"png"


async def test_forms_and_json_are_both_understood(playground: Playground, slack: Workspace) -> None:
    headers = {"Authorization": f"Bearer {playground.bot_token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        url = f"{playground.api_url}chat.postMessage"
        await session.post(url, data={"channel": "UANA", "text": "form", "metadata": "{}", "blocks": "[]"})
        await session.post(url, json={"channel": "UANA", "text": "json"})
        broken = await session.post(url, data=b"{", headers={"Content-Type": "application/json"})
        assert (await broken.json())["error"] == "invalid_json"
    assert [m.text for m in slack.dm("UANA")] == ["form", "json"]


async def test_arguments_of_the_wrong_shape_are_answered(client: AsyncWebClient, playground: Playground) -> None:
    refused = client.chat_postMessage(channel="UANA", text="x", blocks=[{"type": "section", "fields": 7}])
    assert await error_of(refused) == "invalid_arguments"
    assert await error_of(client.api_call("users.info")) == "invalid_arguments"
    assert len(playground.violations) == 2


async def test_calls_are_kept_without_their_token(client: AsyncWebClient, slack: Workspace) -> None:
    await client.chat_postMessage(channel="UANA", text="Hello")
    (call,) = slack.calls
    assert (call.method, call.args) == ("chat.postMessage", {"channel": "UANA", "text": "Hello"})
    assert call.response["ok"]
    assert "Hello" in slack.every_payload()[0]


async def test_ts_are_unique_and_follow_machine_time(
    client: AsyncWebClient, playground: Playground, slack: Workspace
) -> None:
    first = await client.chat_postMessage(channel="UANA", text="x")
    playground.machine_offset += 3600
    second = await client.chat_postMessage(channel="UANA", text="x")
    assert 3600 <= float(second["ts"]) - float(first["ts"]) < 3610
    assert len({slack.world.next_ts() for _ in range(1000)}) == 1000
