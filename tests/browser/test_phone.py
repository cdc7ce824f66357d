"""Finn answers on a phone with a keyboard: what can be done with a finger can be done without one."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.browser.camera import Camera
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

MOST_TABS = 60
STICKS_OUT = """[...document.querySelectorAll("a, button, input, textarea")]
    .filter((one) => one.checkVisibility())
    .filter((one) => one.getBoundingClientRect().right > window.screen.width || one.getBoundingClientRect().left < 0)
    .map((one) => one.getAttribute("aria-label") || one.textContent)"""


@pytest.fixture
def device() -> dict[str, Any]:
    return {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


async def test_finn_answers_on_a_phone_by_keyboard_alone(screen: Screen, camera: Camera) -> None:
    keyboard, form = screen.page.keyboard, screen.form("Weekly check-in")
    answer = screen.action("checkin.answer")

    await screen.opens("UFINN")
    await tab_to(screen, screen.page.locator("[data-next]"))
    await keyboard.press("Enter")
    await expect(answer).to_be_visible()
    await camera.takes("phone.png", screen.page)
    assert await sticks_out(screen) == []

    await tab_to(screen, answer)
    await keyboard.press("Enter")
    await expect(form.dialog).to_be_visible()
    await expect(form.dialog.locator(":focus")).to_have_count(1)
    assert await sticks_out(screen) == []
    await tab_to(screen, form.steps.nth(0))
    await keyboard.press("ArrowDown")
    await keyboard.press("ArrowDown")
    await expect(form.steps.nth(2)).to_be_checked()
    for box, words in ((form.boxes.nth(0), "Typed on a train."), (form.boxes.nth(1), "Get off the train.")):
        await tab_to(screen, box)
        await keyboard.type(words)
    await tab_to(screen, form.dialog.locator("[data-submit]"))
    await keyboard.press("Enter")

    await expect(form.dialog).to_have_count(0)
    await expect(answer).to_be_focused()
    await expect(screen.messages_with("checkin.answer")).to_contain_text("sent")


async def tab_to(screen: Screen, wanted: Locator) -> None:
    """Press Tab until the focus is there."""
    await wanted.wait_for()
    for _ in range(MOST_TABS):
        if await wanted.evaluate("element => element === document.activeElement"):
            return
        await screen.page.keyboard.press("Tab")
    await expect(wanted).to_be_focused()


async def sticks_out(screen: Screen) -> list[str]:
    """What can be used and is wider than the phone, or stands beside it."""
    found: list[str] = await screen.page.evaluate(STICKS_OUT)
    return found
