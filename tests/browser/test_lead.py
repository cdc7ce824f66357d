"""Dana makes a team and a check-in by what she types, and its digest comes to the channel; over signed HTTP."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.camera import Camera
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

ANSWERS = {
    "UFINN": (2, "Two customers moved over without a call.", "Write down what they asked."),
    "UANA": (3, "The new sign-up page is live.", "Watch where people leave it."),
}


@pytest.fixture
def options() -> tuple[str, ...]:
    return ("--http",)


async def test_dana_sets_up_a_team_and_its_check_in_and_reads_the_digest(screen: Screen, camera: Camera) -> None:
    await screen.opens("UDANA", "CPLATFORM")
    await make_launch(screen)
    await switch_on(screen)

    await screen.goes_to("DDANA")
    ready = screen.messages_with("checkin.delete").filter(has_text="Launch")
    await expect(ready).to_have_count(1)
    await screen.moves_on_until(screen.messages_with("checkin.answer").filter(has_text="Launch"))
    home = await screen.goes_home()
    await expect(home.locator("[data-action-id='checkin.answer']")).to_have_count(2)
    await camera.takes_close("home.png", home)
    await screen.opens_people()
    await camera.takes("playground.png", screen.page)
    await screen.page.keyboard.press("Escape")

    for person, answer in ANSWERS.items():
        await screen.becomes(person)
        await answers(screen, *answer)

    await screen.becomes("UDANA")
    await screen.goes_to("CPLATFORM")
    digest = screen.messages.filter(has_text="Launch notes")
    await expect(digest).to_have_count(0)
    await screen.moves_on_until(digest)
    for _, well, coming in ANSWERS.values():
        await expect(digest).to_contain_text(well)
        await expect(digest).to_contain_text(coming)
    await camera.takes_close("digest.png", digest, width=520)


async def make_launch(screen: Screen) -> None:
    """Typed in #platform: the team Launch of everybody there, which is its home."""
    form = screen.form("New team")
    await screen.says("/cairn team new")
    await expect(form.field("home_channel")).to_contain_text("#platform")
    await form.field("name").fill("Launch")
    await form.chooses("from_channel", "#platform")
    await form.is_taken()


async def switch_on(screen: Screen) -> None:
    form, coming = screen.form("New check-in"), screen.form("Before it is on")
    await screen.says("/checkin new")
    await form.dialog.get_by_role("button", name="Begin with this").first.click()
    await expect(form.dialog).to_contain_text("Launch")
    await form.field("name").fill("Launch notes")
    await form.sends()
    await expect(coming.dialog).to_contain_text("Launch notes, Launch")
    await expect(coming.dialog).to_contain_text("The next 14 days")
    await coming.is_taken()
    await expect(form.dialog).to_have_count(0)


async def answers(screen: Screen, mood: int, well: str, coming: str) -> None:
    """Whom we act as answers the check-in of Launch, from their conversation with Cairn."""
    form = screen.form("Launch notes")
    await screen.page.get_by_role("tab", name="Messages").click()
    await screen.messages_with("checkin.answer").filter(has_text="Launch").get_by_role("button").first.click()
    await form.steps.nth(mood).check()
    await form.boxes.nth(0).fill(well)
    await form.boxes.nth(1).fill(coming)
    await form.is_taken()
