"""Bo sets a goal, says week by week how it goes, and looks at its chart."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.camera import Camera
from tests.browser.screen import Form, Screen

pytestmark = pytest.mark.browser

TITLE = "Checkout answers in under a second"
WEEKS = ("3.8", "3.1", "2.9", "2.2")


@pytest.fixture
def device() -> dict[str, Any]:
    return {"viewport": {"width": 1280, "height": 1000}}


async def test_bo_sets_a_goal_and_looks_at_its_chart(screen: Screen, camera: Camera) -> None:
    await screen.opens("UBO", "DBO")
    await set_goal(screen)
    for value in WEEKS:
        await screen.lets_pass(7)
        await update(screen, value)

    await screen.says("/goals")
    await screen.form("Goals").dialog.get_by_role("button", name="Open").click()
    await screen.action("goal.charts").click()
    await expect(screen.page.get_by_role("dialog", name="Cairn")).to_contain_text("the pictures in a moment")
    for title in ("Cairn", "Goal", "Goals"):
        await Form(screen.page.get_by_role("dialog", name=title, exact=True)).closes()
    charts = screen.messages.filter(has_text="how it goes")
    await expect(charts).to_contain_text("2.2 seconds")

    picture = charts.locator("img.picture")
    await expect(picture).to_have_attribute("alt", re.compile("^Slowest page: 2.2 seconds"))
    await expect(picture).to_have_js_property("complete", value=True)
    assert await picture.evaluate("image => image.naturalWidth") >= 1000
    await picture.scroll_into_view_if_needed()
    await camera.takes_close("chart.png", charts, width=620)


def details(screen: Screen) -> Form:
    """One goal, not the list below it."""
    return Form(screen.page.get_by_role("dialog", name="Goal", exact=True))


async def set_goal(screen: Screen) -> None:
    form = screen.form("New goal")
    await screen.says("/goals new")
    await form.field("title").fill(TITLE)
    await form.field("n0_name").fill("Slowest page")
    await form.field("n0_from").fill("4")
    await form.field("n0_to").fill("1")
    await form.field("n0_unit").fill("seconds")
    await form.field("due_on").fill("2027-01-31")
    await form.sends()
    await expect(details(screen).dialog).to_contain_text(TITLE)
    await details(screen).closes()


async def update(screen: Screen, value: str) -> None:
    """How it goes this week."""
    await screen.says("/goals")
    await screen.form("Goals").dialog.get_by_role("button", name="Open").click()
    await details(screen).dialog.get_by_role("button", name="Update").click()
    form = screen.form("Update")
    await form.boxes.first.fill(value)
    await form.sends()
    await expect(details(screen).dialog).to_contain_text(f"{value} seconds")
    await details(screen).closes()
    await screen.form("Goals").closes()
