"""Bo gives Ana feedback without his name, and the two write to each other: the page as each of them sees it."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from tests.browser.camera import Camera
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

WORDS = "On Tuesday, slide 4 showed last month's numbers. Shall we check them the evening before?"
THANKS, GLADLY = "Thank you. Which slide was it?", "The fourth, with the chart."


def thread(screen: Screen) -> Locator:
    return screen.page.get_by_role("complementary", name="Thread")


async def test_two_people_hold_a_thread_and_one_of_them_stays_unknown(screen: Screen, camera: Camera) -> None:
    await screen.opens("UBO", "DBO")
    await screen.says("/give-feedback @ana")
    form, card = screen.form("Feedback"), screen.form("Who will read it")
    await form.box("Your words").fill(WORDS)
    await form.dialog.get_by_role("radio", name="Confidentially").check()
    await form.sends()
    await expect(card.dialog).to_contain_text("Read in Cairn by Ana, and nobody else but you.")
    await expect(card.dialog).to_contain_text("Who runs Cairn's server could find out that it is from you.")
    await camera.takes_close("visibility.png", card.dialog)
    await card.is_taken()
    own = screen.messages.filter(has_text="Your feedback for Ana")
    await expect(own).to_contain_text("until then you can undo it")

    await ana_reads(screen, camera)

    await screen.becomes("UBO")
    await screen.goes_to("DBO")
    replies = own.locator("[data-replies]")
    await screen.moves_on_until(replies)
    await replies.click()
    await expect(thread(screen)).to_contain_text(THANKS)
    await writes(screen, GLADLY)

    await screen.becomes("UANA")
    await screen.goes_to("DANA")
    opened = screen.messages.filter(has_text="You opened feedback from")
    await screen.moves_on_until(opened.locator("[data-replies]", has_text="3"))
    await opened.locator("[data-replies]").click()
    await expect(thread(screen)).to_contain_text(GLADLY)
    await expect(thread(screen)).not_to_contain_text("Bo")


async def ana_reads(screen: Screen, camera: Camera) -> None:
    """It comes in a slot, as a notice without its words; she reads it and answers."""
    await screen.becomes("UANA")
    await screen.goes_to("DANA")
    notice = screen.messages.filter(has_text="A colleague has feedback for you.")
    await screen.moves_on_until(notice)
    await expect(notice).not_to_contain_text("slide 4")
    await notice.get_by_role("button", name="Read", exact=True).click()
    opened = screen.messages.filter(has_text="You opened feedback from a colleague")
    await opened.locator("[data-replies]").click()
    await expect(thread(screen)).to_contain_text(WORDS)
    await camera.takes_close("received.png", thread(screen).get_by_role("list"))
    await writes(screen, THANKS)
    await thread(screen).get_by_role("button", name="Close thread").click()


async def writes(screen: Screen, words: str) -> None:
    box = thread(screen).get_by_role("textbox", name="Reply…")
    await box.fill(words)
    await box.press("Enter")
    await expect(thread(screen)).to_contain_text(words)
