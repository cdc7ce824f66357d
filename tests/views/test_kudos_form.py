"""What is typed after `/kudos`, and the form: what it shows is what the parser reads."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.kudos import KudosRequest, Reaction, Source, Typed
from bot.i18n import Voice
from bot.views.kudos_form import Filled, form, parse, parse_command, reaction, source_of
from tests.views.test_round_trips import sent

ANA, CY, LEADS = "<@UANA|ana>", "<@UCY>", "<!subteam^SLEADS|@leads>"


@pytest.mark.parametrize(
    ("text", "people", "groups", "words"),
    [
        (f"{ANA} {CY} for it", ("UANA", "UCY"), (), "for it"),
        (f"{ANA}, {CY} and {LEADS}: for it", ("UANA", "UCY"), ("SLEADS",), ": for it"),
        (f"{ANA} &amp; {CY} for it", ("UANA", "UCY"), (), "for it"),
        (f"{ANA}{ANA} for it", ("UANA",), (), "for it"),
        (f"{ANA} for helping {CY}", ("UANA",), (), "for helping @UCY"),
        (f"for it, {ANA} and {LEADS}", ("UANA",), ("SLEADS",), "for it, @ana and @leads"),
        (f"{ANA} andreas was there", ("UANA",), (), "andreas was there"),
        (f"{ANA} see <https://x.example|https://bank.example> &lt;3", ("UANA",), (), "see https://x.example <3"),
        (f"{ANA} for <!channel> and &lt;!here&gt;", ("UANA",), (), "for @channel and <!here>"),
        ("for it", (), (), "for it"),
        ("", (), (), ""),
    ],
)
def test_whom_and_what_a_command_says(text: str, people: Any, groups: Any, words: str) -> None:
    typed = parse_command(text)

    assert (typed.people, typed.groups, typed.words) == (people, groups, words)
    assert typed.mentioned == (("UCY",) if "@UCY" in words else ())


@given(st.text(max_size=300))
def test_whatever_is_typed_is_read(text: str) -> None:
    assert isinstance(parse_command(text), Typed)


SOURCE = Source("CPLATFORM", "1.000200", "https://acme.slack.com/archives/CPLATFORM/p1000200", "It's <done> *now*")


@pytest.mark.parametrize("source", [None, SOURCE, Source("C1", "1.2", "https://acme.slack.com/archives/C1/p12")])
def test_the_form_reads_what_it_shows(source: Source | None) -> None:
    filled = Filled(
        people=("UANA", "UCY"),
        in_groups=("SLEADS",),
        words="for it",
        chosen=("care",),
        channel="CGENERAL",
        source=source,
        groups={"SLEADS": "Leads", "SOPS": "Ops"},
        values=("craft", "care"),
    )

    request, groups = parse(sent(form(Voice(), filled)))

    assert request == KudosRequest(("UANA", "UCY"), "for it", ("care",), channel="CGENERAL", source=source)
    assert groups == ("SLEADS",)


def test_a_message_is_quoted_in_part_and_linked_in_its_thread() -> None:
    message = {"ts": "17.000300", "thread_ts": "16.000100", "text": "<@UCY> said " + "so " * 500}

    source, mentioned = source_of(message, "C1", "acme")

    assert source.link == "https://acme.slack.com/archives/C1/p17000300?thread_ts=16.000100&cid=C1"
    assert (len(source.quote), source.quote[-1], mentioned) == (1000, "…", ("UCY",))


def test_a_reaction_counts_without_its_skin_tone_and_only_to_messages() -> None:
    event = {"type": "reaction_added", "reaction": "clap::skin-tone-2", "event_ts": "3.1", "item_user": "UANA"}
    item = {"type": "message", "channel": "C1", "ts": "1.1"}

    assert reaction({**event, "item": item}) == Reaction("clap", "C1", "1.1", "UANA", "3.1", is_added=True)
    assert reaction({**event, "item": {"type": "file"}}) is None
