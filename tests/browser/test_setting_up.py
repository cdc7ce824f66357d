"""Dana sets a check-in up in a form of her own, looks ahead, switches it on, and changes it later."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.screen import Form, Screen

pytestmark = pytest.mark.browser

MOOD, WELL, NEXT = "How did the week feel?", "What went well or moved forward?", "What will you do next?"
WHERE, BLOCKED, WHY = "Where do you work?", "Is anything in your way?", "What made it hard?"


async def test_dana_sets_up_a_check_in_looks_ahead_and_changes_it(screen: Screen) -> None:
    form, coming = screen.form("New check-in"), screen.form("Before it is on")
    await screen.opens("UDANA", "CPLATFORM")
    await screen.says("/checkin new")
    await form.dialog.get_by_role("button", name="Begin with this").first.click()
    await form.field("name").fill("Field notes")
    await arrange_questions(screen, form)

    await form.chooses("rhythm", "Every working day")
    await form.sends()
    await expect(form.errors).to_have_text(
        "It would still be open when the next one comes. Give less time to answer, or ask less often."
    )
    await form.chooses("window", "8 hours")
    await form.sends()
    await expect(coming.dialog).to_contain_text("Field notes, Platform: 5 questions")
    await expect(coming.dialog).to_contain_text("09:00 Tokyo: Finn and Gus")
    berlin = coming.dialog.locator(".block-section").filter(has_text="09:00 Berlin: Ana, Bo, Dana and Hana")
    await expect(berlin).to_have_count(10)
    await coming.closes()
    await expect(form.field("name")).to_have_value("Field notes")
    await form.sends()
    await coming.is_taken()
    await expect(form.dialog).to_have_count(0)

    await change(screen)


async def arrange_questions(screen: Screen, form: Form) -> None:
    """Of the weekly four one is removed, one added and moved, and one is asked only after a hard week."""
    added = screen.form("Add a question")
    await form.adds("One choice")
    await added.field("wording").fill(WHERE)
    await added.field("options").fill("Home\nOffice\nhome")
    await added.sends()
    await expect(added.errors).to_contain_text("twice")
    await added.field("options").fill("Home\nOffice")
    await added.is_taken()
    await form.does(5, "Move up")
    await expect(form.questions).to_contain_text([MOOD, WELL, NEXT, WHERE, BLOCKED])
    await form.does(2, "Remove")
    await expect(form.questions).to_contain_text([MOOD, NEXT, WHERE, BLOCKED])

    await asked_after_a_hard_week(screen, form)
    await expect(form.questions.nth(4)).to_contain_text("only after question 1: Hard (1)")
    await form.does(1, "Remove")
    refused = screen.form("Cairn")
    await expect(refused.dialog).to_contain_text("Another question is asked only after certain answers to this one.")
    await refused.closes()
    await expect(form.questions).to_contain_text([MOOD, NEXT, WHERE, BLOCKED, WHY])


async def asked_after_a_hard_week(screen: Screen, form: Form) -> None:
    """Add a question that is asked only where the mood is the lowest."""
    added = screen.form("Add a question")
    await form.adds("Long answer")
    await added.field("wording").fill(WHY)
    await added.chooses("condition", f"After 1. {MOOD}")
    await added.dialog.get_by_role("checkbox", name="Hard (1)").check()
    await added.is_taken()


async def change(screen: Screen) -> None:
    """From the message that says that it is on: another name, and leads alone read it."""
    form, coming = screen.form("Edit check-in"), screen.form("Before you save")
    await screen.goes_to("DDANA")
    ready = screen.messages_with("checkin.edit").filter(has_text="Field notes, Platform is on")
    await ready.get_by_role("button", name="Edit").click()
    await expect(form.questions).to_contain_text([MOOD, NEXT, WHERE, BLOCKED, WHY])
    await form.field("name").fill("Trail notes")
    await form.dialog.get_by_role("radio", name="Its leads only").check()
    await form.sends()
    await expect(coming.dialog).to_contain_text("Trail notes, Platform")
    await expect(coming.dialog).to_contain_text("Dana")
    await coming.is_taken()

    changed = screen.messages_with("checkin.edit").filter(has_text="Trail notes, Platform is on")
    await expect(changed).to_contain_text("Dana")
    await expect(ready).to_have_count(0)
