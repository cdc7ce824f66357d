"""Tokens for programs: an admin makes one, sees it once, and revokes it."""

from __future__ import annotations

import re

from aiohttp import ClientSession

from storage.api_tokens import ApiToken
from tests.house import ANA, DANA, House
from tests.stories.acts import ONE_HOUSE, rows

pytestmark = ONE_HOUSE


async def status(house: House, token: str) -> int:
    """What Cairn answers a program with this token, that has nothing to tell."""
    address = f"{house.cairn.server.url}/api/readings"
    sent = {"Authorization": f"Bearer {token}"}
    async with ClientSession(headers=sent) as client, client.post(address, json={"readings": []}) as answer:
        return answer.status


def shown(house: House) -> str:
    return str(house.slack.view(DANA))


async def test_a_token_is_shown_once_works_until_it_is_revoked_and_is_kept_nowhere(house: House) -> None:
    await house.slack.says(DANA, "/cairn tokens")
    assert "There is none yet." in shown(house)
    await house.slack.clicks_in_view(DANA, "tokens.make")
    (token,) = re.findall(r"```(cairn_\S+)```", shown(house))
    assert await status(house, token) == 200

    await house.slack.says(DANA, "/cairn tokens")
    assert token not in shown(house)
    assert f"…{token[-4:]}" in shown(house)
    (kept,) = await rows(house, ApiToken)
    assert token not in str(kept)

    await house.slack.clicks_in_view(DANA, "tokens.revoke")
    assert "There is none yet." in shown(house)
    assert await status(house, token) == 403


async def test_whoever_doesnt_run_cairn_is_told_who_does(house: House) -> None:
    result = await house.slack.says(ANA, "/cairn tokens")

    assert result.ack == {"text": "Dana can change Cairn's settings for you. Nothing was changed."}
    assert await rows(house, ApiToken) == []


async def test_the_description_of_the_api_is_there_for_programs(house: House) -> None:
    async with ClientSession() as client, client.get(f"{house.cairn.server.url}/api/openapi.json") as answer:
        assert (answer.status, (await answer.json())["openapi"]) == (200, "3.1.0")
