"""When a round closes: what Dana has of it and does with it, what Ana gets back, and why she isn't asked next time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.async_api import expect

from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

WELL, THANKS, SURE = "The import is out.", "Well done. Shall we tell sales?", "Yes, on Thursday."


async def test_dana_replies_and_keeps_and_ana_answers_her(screen: Screen) -> None:
    await ana_answers(screen)
    await screen.becomes("UDANA")
    await screen.goes_to("DDANA")
    await screen.lets_pass(days=1)
    copy = screen.messages_with("reply")
    await screen.moves_on_until(copy)
    await expect(copy).to_contain_text("1 of 8 answered")

    form = screen.form("Write to Ana")
    await screen.action("reply").click()
    await form.box("Your words").fill(THANKS)
    await form.is_taken()
    await expect(screen.messages.filter(has_text="You wrote to Ana")).to_contain_text(THANKS)
    await copy.get_by_role("button", name="Keep for 1:1").click()
    await expect(copy).to_contain_text("Kept for your 1:1 with Ana.")
    home = await screen.goes_home()
    await expect(home).to_contain_text("Ana: Weekly check-in")
    await screen.page.get_by_role("tab", name="Messages").click()

    await ana_reads_and_answers(screen)
    await screen.becomes("UDANA")
    await screen.goes_to("DDANA")
    await screen.messages.filter(has_text="You wrote to Ana").locator("[data-replies]").click()
    await expect(screen.page.get_by_role("complementary", name="Thread")).to_contain_text(SURE)


async def test_ana_goes_away_and_is_told_why_she_is_not_asked(screen: Screen) -> None:
    why = screen.form("Why was I asked?")
    await ana_answers(screen)

    await screen.says("/cairn away until tomorrow week")
    await expect(screen.messages.last).to_contain_text("I can't read “until tomorrow week” as a day.")
    await screen.says("/cairn away")
    away = screen.form("Away")
    first = date.fromisoformat(await away.field("first").input_value())
    await away.field("last").fill((first + timedelta(days=20)).isoformat())
    await away.is_taken()
    await screen.says("/cairn why")

    await expect(why.dialog).to_contain_text("not asked (away)")
    await expect(why.dialog).to_contain_text("You were asked")
    await why.closes()
    home = await screen.goes_home()
    await expect(home).to_contain_text("You're away until")


async def ana_answers(screen: Screen) -> None:
    """It is Monday, nine, for Ana, and she has just answered."""
    form, prompt = screen.form("Weekly check-in"), screen.messages_with("checkin.answer")
    await screen.opens("UANA")
    await screen.moves_on_until(prompt)
    await prompt.get_by_role("button", name="Good").click()
    await form.boxes.nth(0).fill(WELL)
    await form.boxes.nth(1).fill("Holidays.")
    await form.is_taken()


async def ana_reads_and_answers(screen: Screen) -> None:
    """The reply comes in the thread of her check-in, in her working hours, and what she writes there goes back."""
    thread = screen.page.get_by_role("complementary", name="Thread")
    await screen.becomes("UANA")
    await screen.goes_to("DANA")
    replies = screen.messages_with("checkin.answer").locator("[data-replies]")
    await screen.moves_on_until(replies)
    await replies.click()
    await expect(thread).to_contain_text(THANKS)
    await expect(thread).to_contain_text("Only you and Dana can read this in Cairn.")
    box = thread.get_by_role("textbox", name="Reply…")
    await box.fill(SURE)
    await box.press("Enter")
    await expect(thread).to_contain_text(SURE)
    await thread.get_by_role("button", name="Close thread").click()
