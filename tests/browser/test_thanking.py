"""Bo reads what Ana wrote in a channel, and thanks her for it from the message's menu; Dana joins in."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.camera import Camera
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

WROTE = "The launch checklist is done, and it has one page."
THANKS = "Nobody had to ask twice, and we were live before lunch."


async def test_bo_thanks_ana_for_a_message_and_dana_joins(screen: Screen, camera: Camera) -> None:
    form = screen.form("Give kudos")
    await screen.opens("UANA", "CPLATFORM")
    await screen.says(WROTE)
    message = screen.messages.filter(has_text=WROTE)
    await expect(message).to_have_count(1)

    await screen.becomes("UBO")
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await screen.page.get_by_role("menuitem", name="Give kudos").click()
    await expect(form.dialog).to_contain_text("Ana Almeida")
    await expect(form.dialog).to_contain_text(WROTE)
    await form.field("words").fill(THANKS)
    await form.is_taken()

    card = screen.messages_with("kudos.join")
    await expect(card).to_contain_text("Bo thanks Ana")
    await expect(card).to_contain_text(THANKS)
    await expect(card).to_contain_text(WROTE)
    await screen.becomes("UDANA")
    await card.get_by_role("button", name="+1").click()
    await expect(card).to_contain_text("+1 from Dana")
    await camera.takes_close("kudos.png", card, width=520)

    await screen.becomes("UANA")
    await screen.goes_to("DANA")
    await expect(screen.messages.filter(has_text="Bo thanks you")).to_contain_text("+1 from Dana")
