"""Ana sets a goal in its form, says how it goes, and looks at it among hers and in the tree."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

TITLE = "Half as many failed payments"


async def test_ana_sets_a_goal_and_says_how_it_goes(screen: Screen) -> None:
    await screen.opens("UHANA")
    await screen.says("/goals new")
    form, goal = screen.form(re.compile("New goal|Neues Ziel")), screen.form(re.compile("^(Goal|Ziel)$"))
    await form.field("title").fill(TITLE)
    await form.field("n0_name").fill("Failed payments")
    await form.field("n0_from").fill("800")
    await form.field("n0_to").fill("800")
    await form.field("n0_unit").fill("a month")
    await form.dialog.locator("[data-action-id='goal.measure.add']").click()
    await expect(form.field("n1_kind")).to_be_visible()
    await expect(form.field("title")).to_have_value(TITLE)
    await form.dialog.locator("[data-action-id='goal.measure.remove']").last.click()
    await expect(form.field("n1_kind")).to_have_count(0)
    await form.sends()
    await expect(form.errors).to_have_count(1)

    await form.field("n0_to").fill("400")
    await form.sends()
    await expect(goal.dialog).to_contain_text(TITLE)
    await expect(goal.dialog).to_contain_text("Failed payments")
    await goal.dialog.locator("[data-action-id='goal.update']").click()
    update = screen.form(re.compile("^(Update|Aktualisieren)$"))
    await update.boxes.first.fill("600")
    await update.sends()
    await expect(goal.dialog).to_contain_text("▰▰▰▰▰▱▱▱▱▱")
    await goal.closes()

    await screen.says("/goals tree")
    tree = screen.form(re.compile("^(Goals|Ziele)$"))
    await expect(tree.dialog).to_contain_text(TITLE)
