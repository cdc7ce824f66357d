"""Nothing that people read slips past the catalogues."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from typing import Any

import pytest
from babel.dates import get_day_names

from bot import i18n
from bot.playground import Playground
from tests.house import ANA, CAST, DANA, FINN, PLATFORM, TOKYO, House, local, make_platform

NOT_OURS = (
    *(each[1:].capitalize() for each in CAST),
    *("Platform", "Weekly check-in", "Acme", "Cairn", "Leads", PLATFORM),
    *get_day_names("wide", locale="en_GB").values(),
    *get_day_names("abbreviated", locale="en_GB").values(),
    *("Nov", "AM", "PM"),
)
"""Names of people and things, and what Babel says by itself."""


class Marked(gettext.NullTranslations):
    """A language in which every sentence stands between brackets."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("transport", ["socket"], indirect=True)
async def test_nothing_that_people_read_slips_past_the_catalogues(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(i18n, "catalogue", lambda _tag: Marked())
    slack = house.slack
    await make_platform(house)
    await house.move_to(local(TOKYO, 23, 9))
    await slack.clicks(FINN, house.dm(FINN, "switched on")[0], "checkin.sample")
    await slack.closes(FINN)
    await slack.clicks(FINN, house.dm(FINN, "switched on")[0], "checkin.who_reads")
    await slack.closes(FINN)
    await slack.clicks(FINN, house.dm(FINN, "switched on")[0], "checkin.pause")
    await house.move_to(local(TOKYO, 23, 19))
    await slack.says(ANA, "/cairn help")
    await slack.says(ANA, "/cairn settings")
    await slack.says(DANA, "/cairn settings")
    await slack.closes(DANA)
    await slack.writes(ANA, "hello")
    await slack.opens_home(ANA)
    await answer_in_brackets(house, ANA)
    await house.move_to(local(TOKYO, 26, 9))

    shown = [text for payload in payloads(house.playground) for text in visible(payload)]
    assert len(shown) > 100
    assert [text for text in shown if unmarked(text)] == []


async def answer_in_brackets(house: House, user: str) -> None:
    prompt = [each for each in house.slack.dm(user) if "checkin.answer" in dict(each.buttons())][-1]
    await house.slack.clicks(user, prompt, "checkin.answer")
    await house.slack.types(user, "⟦⟦What went well or moved forward?⟧⟧", "⟦mine⟧")
    await house.slack.submits(user)
    await house.settle()


def payloads(playground: Playground) -> Iterator[dict[str, Any]]:
    for call in playground.slack.calls:
        if call.method in {"chat.postMessage", "chat.update", "views.open", "views.publish", "views.update"}:
            yield call.args


def visible(payload: Any) -> Iterator[str]:
    """Every text that a person would see, leaf by leaf."""
    if isinstance(payload, list):
        for each in payload:
            yield from visible(each)
    elif isinstance(payload, dict):
        for name, value in payload.items():
            if name == "text" and isinstance(value, str):
                yield value
            elif name not in {"metadata", "private_metadata", "initial_option", "style"}:
                yield from visible(value)


def unmarked(text: str) -> bool:
    """Whether letters are left once sentences, names and what people wrote are taken out."""
    while "⟦" in text:
        text, before = re.sub(r"⟦[^⟦⟧]*⟧", "", text), text
        assert text != before, before
    for name in NOT_OURS:
        text = text.replace(name, "")
    return re.search(r"[^\W\d_]{2,}", text) is not None
