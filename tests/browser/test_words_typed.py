"""Finn writes to Cairn instead of pressing the button, and starts the next week's check-in early, on the page."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

CHECKIN = "Weekly check-in"
WELL = "Fixed the build"


async def test_what_finn_writes_goes_into_his_check_in_and_the_next_one_is_started_early(screen: Screen) -> None:
    form, prompt = screen.form(CHECKIN), screen.messages_with("checkin.answer")
    await screen.opens("UFINN")
    await screen.moves_on_until(prompt)

    await screen.says(WELL)
    offer = screen.messages_with("jottings.where")
    await expect(offer).to_have_count(1)
    await expect(offer).to_contain_text("Put this in your check-in?")
    await offer.get_by_role("button", name="Put it in my check-in").click()
    await screen.form("Where does it go?").dialog.get_by_role("button", name="Put it here").first.click()
    await expect(form.boxes.nth(0)).to_have_value(WELL)
    await form.steps.nth(3).check()
    await form.boxes.nth(1).fill("Sleep")
    await form.is_taken()
    await expect(screen.messages.filter(has_text="You put this into your draft")).to_have_count(1)

    await screen.lets_pass(6)
    await screen.says("/checkin")
    await screen.form("Your check-ins").dialog.get_by_role("button", name="Start early").click()
    await expect(form.boxes.nth(1)).to_have_value("Sleep")
