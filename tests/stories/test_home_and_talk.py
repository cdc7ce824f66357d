"""Home, `/cairn help`, words that nobody asked for."""

from __future__ import annotations

from tests.house import (
    ANA,
    BERLIN,
    DANA,
    FINN,
    GENERAL,
    GUS,
    PLATFORM,
    TOKYO,
    House,
    local,
    make_platform,
    open_form,
    switch_on,
)
from tests.stories.acts import WENT_WELL, fill_in, monday_in_tokyo, one_house, prompt


def home(house: House, user: str) -> str:
    """All that somebody's Home shows, as one line without its formatting."""
    shown = house.slack.home(user)
    assert shown is not None
    texts = []
    for block in shown["blocks"]:
        texts += [part["text"] for part in (block.get("text"), *block.get("elements", ())) if isinstance(part, dict)]
        accessory = block.get("accessory")
        texts += [f"[{accessory['text']['text']}]"] if accessory else []
    said = " ".join(text if isinstance(text, str) else f"[{text['text']}]" for text in texts)
    return " ".join(said.replace("*", "").split())


async def opened(house: House, user: str) -> str:
    """Somebody opens their Home."""
    await house.slack.opens_home(user)
    await house.settle()
    return home(house, user)


@one_house
async def test_an_empty_home_says_what_comes_and_how(house: House) -> None:
    assert await opened(house, ANA) == (
        "What waits for you Nothing. Check-ins come to you by DM. "
        "Your teams You are in no team yet: a lead adds you. "
        "[Your goals] [Away] [Your days] [How you like feedback] [Your feedback] [Give kudos]"
    )


async def test_home_follows_every_act_of_a_check_in(house: House) -> None:
    await make_platform(house)
    assert "Weekly check-in: every Monday at 9:00 AM, your time" in await opened(house, FINN)
    await house.move_to(local(TOKYO, 23, 9))

    assert "Weekly check-in, Mon, Nov 23: open until Tue 12:00 PM [Answer]" in await opened(house, FINN)

    await house.slack.clicks_in_home(FINN, "Answer")
    await house.slack.types(FINN, WENT_WELL, "Half")
    await house.slack.closes(FINN)
    await house.settle()
    assert home(house, FINN).startswith("Your drafts Only you can open them. Weekly check-in")
    assert "What waits for you" not in home(house, FINN)

    await house.slack.clicks_in_home(FINN, "Continue your draft")
    await fill_in(house, FINN)
    assert (await house.slack.submits(FINN)).closed
    await house.settle()
    assert "Sent Weekly check-in, Mon, Nov 23 [Edit your answers]" in home(house, FINN)
    assert "What waits for you Nothing. Check-ins come to you by DM." in home(house, FINN)

    await house.move_to(local(BERLIN, 24, 20))
    assert "[Edit your answers]" in home(house, FINN)


@one_house
async def test_home_shows_what_is_late_and_what_was_skipped_no_more(house: House) -> None:
    await monday_in_tokyo(house)
    await opened(house, GUS)
    await house.slack.clicks(GUS, prompt(house, GUS), "checkin.skip")
    await house.settle()
    assert "What waits for you Nothing." in home(house, GUS)

    await house.move_to(local(TOKYO, 24, 13))
    assert "Weekly check-in, Mon, Nov 23: a late answer is still taken [Answer]" in await opened(house, FINN)


@one_house
async def test_home_shows_what_is_paused_and_lets_it_go_on(house: House) -> None:
    await monday_in_tokyo(house)
    await opened(house, FINN)
    await house.slack.clicks(FINN, house.dm(FINN, "Hi Finn")[0], "Pause for me")
    await house.settle()
    assert "Weekly check-in is paused for you. [Ask me again]" in home(house, FINN)

    await house.slack.clicks_in_home(FINN, "Ask me again")
    await house.settle()

    assert "paused" not in home(house, FINN)
    assert "Pause for me" in dict(house.dm(FINN, "Hi Finn")[0].buttons()).values()


@one_house
async def test_a_leads_home_leads_on(house: House) -> None:
    assert "[New check-in] [New team] [Settings]" in await opened(house, DANA), "who runs Cairn can ask everyone"
    assert "[New check-in]" not in await opened(house, FINN)
    await house.slack.clicks_in_home(DANA, "New team")
    await house.slack.types(DANA, "name", "Platform")
    await house.slack.chooses(DANA, "from_channel", PLATFORM)
    assert (await house.slack.submits(DANA)).closed
    await house.settle()
    assert "Your teams Platform · you lead it No check-ins yet. [New check-in] [New team] [Settings]" in home(
        house, DANA
    )

    await house.slack.clicks_in_home(DANA, "New check-in")
    await house.slack.clicks_in_view(DANA, "checkin.setup.begin", "weekly")
    await switch_on(house)
    assert "you lead it Weekly check-in: every Monday at 09:00, your time" in home(house, DANA)

    await house.slack.clicks(DANA, house.dm(DANA, "is on")[0], "checkin.delete")
    await house.settle()
    assert "you lead it No check-ins yet." in home(house, DANA)

    await house.slack.clicks_in_home(DANA, "Settings")
    view = house.slack.view(DANA)
    assert view is not None
    assert view["title"]["text"] == "Cairn's settings"


@one_house
async def test_an_old_button_on_home_says_so_in_a_form_of_its_own(house: House) -> None:
    await monday_in_tokyo(house)
    await opened(house, FINN)
    await house.slack.clicks(DANA, house.dm(DANA, "is on")[0], "checkin.delete")

    await house.slack.clicks_in_home(FINN, "Answer")

    view = house.slack.view(FINN)
    assert view is not None
    assert view["blocks"][0]["text"]["text"] == (
        "This check-in was deleted meanwhile, so it takes no more answers. Nothing was sent."
    )
    assert "submit" not in view or view["submit"] is None


async def test_help_is_what_nothing_and_help_give(house: House) -> None:
    plain = await house.slack.says(ANA, "/cairn")
    asked = await house.slack.says(ANA, "/cairn  HELP ", channel=GENERAL)

    assert plain.ack == asked.ack
    assert plain.ack is not None
    for command in ("/checkin", "/checkin new", "/cairn team new", "/cairn settings", "/cairn help"):
        assert f"`{command}`" in plain.ack["text"]


@one_house
async def test_unknown_words_are_shown_as_typed_and_ping_nobody(house: House) -> None:
    for typed, shown in (
        ("frobnicate", "“frobnicate”"),
        ("team delete", "“team delete”"),
        ("<!channel> & *all*", "“@channel &amp; *all*”"),
        ("1 < 2", "“1 &lt; 2”"),
        ("&lt;!here&gt;", "“&amp;lt;!here&amp;gt;”"),
        ("@bo", "“@bo”"),
        ("#general", "“#general”"),
        ("https://evil.example/x", "“https://evil.example/x”"),
    ):
        result = await house.slack.says(ANA, f"/cairn {typed}")
        assert result.ack is not None
        said = result.ack["text"].replace("\u200b", "")
        assert said.startswith(f"Cairn doesn't know {shown}."), said
        assert "<!" not in said
        assert "<@" not in said
    result = await house.slack.says(ANA, "/checkin tomorrow")
    assert result.ack is not None
    assert result.ack["text"].startswith("Cairn doesn't know “tomorrow”.")


@one_house
async def test_every_command_works_by_way_of_cairn(house: House) -> None:
    await make_platform(house)

    await house.slack.says(DANA, "/cairn checkin new")

    view = house.slack.view(DANA)
    assert view is not None
    assert view["title"]["text"] == "New check-in"


@one_house
async def test_words_typed_to_cairn_get_two_lines_once_a_day(house: House) -> None:
    await house.slack.writes(FINN, "Hello?")
    await house.slack.writes(FINN, "Is anybody there?")
    await house.settle()
    (line,) = house.dm(FINN, "I can't answer that")
    assert line.text == (
        "I can't answer that, but nothing you wrote was passed on.\n"
        "Type `/checkin` to answer a check-in, or `/cairn help` for everything else."
    )

    await house.let_pass(minutes=2)
    await house.slack.writes(FINN, "Still there?")
    await house.settle()
    assert len(house.dm(FINN, "I can't answer that")) == 1, "8:59 and 9:01 are the same day in Tokyo"
    await house.let_pass(days=1)
    await house.slack.writes(FINN, "Good morning")
    await house.settle()
    assert len(house.dm(FINN, "I can't answer that")) == 2


@one_house
async def test_words_in_channels_and_changes_of_words_get_nothing(house: House) -> None:
    message = await house.slack.writes(ANA, "Lunch?", channel=GENERAL)
    await house.slack.edits(ANA, message, "Dinner?")
    first = await house.slack.writes(GUS, "Hm")
    await house.settle()
    before = len(house.slack.dm(GUS))
    await house.slack.edits(GUS, first, "Hmm")
    await house.slack.deletes(GUS, first)
    await house.settle()

    assert house.slack.channel(GENERAL) == [message]
    assert len(house.slack.dm(GUS)) == before - 1
    assert house.slack.dm(ANA) == []


async def test_the_three_buttons_of_the_welcome(house: House) -> None:
    await monday_in_tokyo(house)
    welcome = house.dm(FINN, "Hi Finn")[0]
    assert [text for _, text in welcome.buttons()] == ["See a sample", "Pause for me", "Who can see what"]

    await house.slack.clicks(FINN, welcome, "See a sample")
    sample = house.slack.view(FINN)
    assert "This is what you will be asked. Nothing you do here is sent." in str(sample)
    assert "Is anything in your way?" in str(sample)
    await house.slack.closes(FINN)

    await house.slack.clicks(FINN, welcome, "Who can see what")
    card = str(house.slack.view(FINN))
    assert "By name: Ana, Bo, Cy, Dana, Eva, Finn, Gus, and Hana." in card
    assert "Drafts are yours alone." in card
    assert "Whoever runs Cairn's server" in card
    await house.slack.closes(FINN)
    assert await open_form(house, FINN)
