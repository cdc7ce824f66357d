"""Ana's first check-in, on the page: what she is told, what she types, and what becomes of it."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.camera import Camera
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

CHECKIN = "Weekly check-in"
WELL = "The import is out, and Bo's fix made it twice as fast."
NEXT = "Quiet the two alerts that come every night."


async def test_ana_is_asked_on_monday_at_nine_and_told_who_reads(screen: Screen, camera: Camera) -> None:
    welcome, prompt = screen.messages_with("checkin.sample"), screen.messages_with("checkin.answer")

    await screen.opens("UANA")
    await screen.moves_on_until(prompt)
    await expect(screen.clock).to_have_accessible_name(re.compile("^Time: Mon .* 9:00$"))
    await expect(welcome.or_(prompt)).to_contain_text(["Hi Ana, Dana", CHECKIN])
    await camera.takes_close("prompt.png", screen.page.locator("ul.messages"), width=800)

    await screen.action("checkin.who_reads").click()
    await screen.form("Who can see what").closes()
    await screen.action("checkin.sample").click()
    await screen.form(CHECKIN).closes()


async def test_ana_finds_goals_that_are_under_way_and_values_to_thank_by(screen: Screen) -> None:
    await screen.opens("UANA", "CPLATFORM")
    await screen.says("/goals")
    goals = screen.form("Goals")
    await expect(goals.dialog).to_contain_text("Every service has a launch checklist that is used")
    await expect(goals.dialog).to_contain_text("66 % · on pace")
    await goals.closes()

    await screen.says("/kudos @bo for the night of the launch #craft")
    await expect(screen.messages.last).to_contain_text("Ana thanks Bo · craft")


async def test_what_ana_types_is_never_lost(screen: Screen, camera: Camera) -> None:
    prompt, form = screen.messages_with("checkin.answer"), screen.form(CHECKIN)
    well, coming = form.boxes.nth(0), form.boxes.nth(1)

    await screen.opens("UANA")
    await screen.moves_on_until(prompt)
    await screen.action("checkin.answer").click()
    await form.steps.nth(3).check()
    await well.fill(WELL)
    await expect(prompt).to_contain_text("draft")
    await camera.takes_close("form.png", form.dialog)

    await screen.page.reload()
    await expect(well).to_have_value(WELL)
    await form.closes()
    await screen.action("checkin.answer").click()
    await expect(form.steps.nth(3)).to_be_checked()
    await expect(well).to_have_value(WELL)

    await coming.fill("   ")
    await form.sends()
    await expect(form.errors).to_have_count(1)
    await expect(coming).to_have_attribute("aria-invalid", "true")
    await expect(well).to_have_value(WELL)

    await coming.fill(NEXT)
    await form.is_taken()
    await expect(prompt).not_to_contain_text("draft")

    await screen.action("checkin.answer").click()
    await expect(coming).to_have_value(NEXT)
    await coming.fill(f"{NEXT} Then holidays.")
    await form.is_taken()
    await expect(prompt).to_contain_text("edited")

    home = await screen.goes_home()
    await home.locator("[data-action-id='checkin.answer']").click()
    await expect(coming).to_have_value(f"{NEXT} Then holidays.")
