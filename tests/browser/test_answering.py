"""Ana's weeks: a mood by one tap, what is asked after it, Snooze, what is in her way, a plan carried forward."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser.screen import Screen
from tests.browser.test_setting_up import WHY, asked_after_a_hard_week

pytestmark = pytest.mark.browser

CHECKIN, BLOCKED = "Weekly check-in", "Is anything in your way?"
HARD, WELL, SERVER = "Two alerts every night.", "The import is out.", "The staging server is down."
SHIP, WRITE = "Ship the import", "Write the runbook"


async def test_ana_taps_a_mood_snoozes_and_says_what_is_in_her_way(screen: Screen) -> None:
    form = screen.form(CHECKIN)
    prompt = await ana_is_asked(screen)

    await prompt.get_by_role("button", name="Hard").click()
    await expect(form.steps.nth(0)).to_be_checked()
    await form.box(WHY).fill(HARD)
    await expect(prompt).to_contain_text("2 answers are saved as a draft")
    await form.closes()

    reminder = screen.messages.filter(has_text="Your Weekly check-in, Platform")
    await prompt.get_by_role("button", name="Snooze 1 h").click()
    await expect(prompt).to_contain_text("You are asked again at 10:00.")
    await screen.moves_on_until(reminder)
    await expect(screen.clock).to_have_accessible_name(re.compile(" 10:00$"))
    await reminder.get_by_role("button", name="Continue your draft").click()
    await expect(form.box(WHY)).to_have_value(HARD)
    await form.steps.nth(3).check()
    await expect(form.box(WHY)).to_have_count(0)
    await form.steps.nth(0).check()
    await expect(form.box(WHY)).to_have_value(HARD)

    await form.boxes.nth(0).fill(WELL)
    await form.boxes.nth(1).fill(f"{SHIP}\n{WRITE}")
    await form.box(BLOCKED).fill(SERVER)
    await form.is_taken()
    await expect(prompt).to_contain_text(re.compile("In your way since Mon .*Dana can see it."))

    await dana_hears_of_it(screen)
    await screen.becomes("UANA")
    await screen.goes_to("DANA")
    await prompt.get_by_role("button", name="It's out of my way").click()
    await expect(prompt).to_contain_text("Out of your way.")


async def test_what_ana_has_not_done_comes_back_next_week(screen: Screen) -> None:
    form = screen.form(CHECKIN)
    prompt = await ana_is_asked(screen)
    await prompt.get_by_role("button", name="Good").click()
    await form.boxes.nth(0).fill(WELL)
    await form.boxes.nth(1).fill(f"{SHIP}\n{WRITE}")
    await form.is_taken()
    await screen.lets_pass(days=7)

    await screen.messages_with("checkin.answer").last.get_by_role("button", name="Okay").click()
    await expect(form.boxes.nth(1)).to_have_value(f"{SHIP}\n{WRITE}")
    await form.dialog.get_by_role("checkbox", name=SHIP).check()
    await form.boxes.nth(0).fill(WELL)
    await form.is_taken()

    await screen.messages_with("checkin.answer").last.get_by_role("button", name="Edit your answers").click()
    await expect(form.boxes.nth(1)).to_have_value(WRITE)


async def ana_is_asked(screen: Screen) -> Locator:
    """Dana has added a question that follows a hard week, and it is Monday, nine, for Ana: her prompt."""
    await screen.opens("UDANA", "CPLATFORM")
    edited, coming = screen.form("Edit check-in"), screen.form("Before you save")
    await screen.says("/checkin edit")
    await asked_after_a_hard_week(screen, edited)
    await edited.sends()
    await coming.is_taken()

    await screen.becomes("UANA")
    await screen.goes_to("DANA")
    prompt = screen.messages_with("checkin.answer").first
    await screen.moves_on_until(prompt)
    return prompt


async def dana_hears_of_it(screen: Screen) -> None:
    """She works at that hour, so it is in her conversation with Cairn."""
    await screen.becomes("UDANA")
    await screen.goes_to("DDANA")
    await expect(screen.messages.filter(has_text="Something is in the way of Ana")).to_contain_text(SERVER)
