"""Which handler has which words."""

from __future__ import annotations

import pytest

from handlers.routes import Reply, Request, Routes


async def bare(_: Request) -> Reply:
    return Reply(text="bare")


async def team(_: Request) -> Reply:
    return Reply(text="team")


async def new_team(_: Request) -> Reply:
    return Reply(text="new team")


async def away(_: Request) -> Reply:
    return Reply(text="away")


ROUTES = Routes(commands={"cairn": bare}, words={"cairn team": team, "cairn team new": new_team, "cairn away …": away})


@pytest.mark.parametrize(
    ("text", "handler", "rest"),
    [
        ("", bare, ""),
        ("team", team, ""),
        ("Team   NEW", new_team, ""),
        ("away", away, ""),
        ("AWAY until  4 December", away, "until  4 December"),
        ("away …", away, ""),  # as the help may be copied
        ("team newer", None, "team newer"),
        ("team new one", None, "team new one"),
        ("awa", None, "awa"),
        ("word " * 2_000, None, "word " * 2_000),
    ],
)
def test_the_longest_word_wins_and_takes_more_only_where_it_says_so(text: str, handler: object, rest: str) -> None:
    assert ROUTES.command("cairn", text) == (handler, rest)


@pytest.mark.parametrize(
    ("text", "handler", "rest"),
    [("", bare, ""), ("team", team, ""), ("<@U1>  for the launch ", away, "<@U1>  for the launch ")],
)
def test_a_command_may_take_whatever_no_word_of_it_takes(text: str, handler: object, rest: str) -> None:
    routes = Routes(commands={"thanks": bare}, words={"thanks team": team, "thanks …": away})

    assert routes.command("thanks", text) == (handler, rest)


def test_a_command_that_isnt_ours_has_no_handler() -> None:
    assert ROUTES.command("", "") == (None, "")
    assert ROUTES.command("", "team") == (None, "team")
