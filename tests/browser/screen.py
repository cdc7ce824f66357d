"""The playground's page, by the names that its parts have."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

DM = "DCAIRN"
MOST_MOVES = 12


@dataclass(frozen=True)
class Screen:
    """One browser's page, and what somebody does with it."""

    page: Page

    async def opens(self, person: str, place: str = DM) -> None:
        """Open the page as somebody, and have its help out of the way."""
        await self.page.goto(f"/#{person}/{place}")
        await self.page.get_by_role("button", name="Got it").click()

    async def opens_people(self) -> None:
        """Open the menu of those whom one can act as."""
        await self.page.get_by_role("button", name="Acting as").click()
        await expect(self.page.get_by_role("menu")).to_be_visible()

    async def becomes(self, person: str) -> None:
        """Act as somebody else from now on, in the same place."""
        await self.opens_people()
        await self.page.locator(f"[data-person={person}]").click()
        await expect(self.page.locator(f"[data-as={person}]")).to_be_visible()

    async def goes_to(self, channel: str) -> None:
        """Open a channel from the sidebar, or the conversation with Cairn: its id there begins with a D."""
        await self.page.locator(f"a[data-channel={channel}]").click()

    async def goes_home(self) -> Locator:
        """Open Cairn's Home."""
        await self.page.get_by_role("tab", name="Home").click()
        home = self.page.get_by_role("tabpanel", name="Home")
        await expect(home).to_be_visible()
        return home

    async def says(self, words: str) -> None:
        """Write to whoever is here, or type a command."""
        box = self.page.get_by_role("textbox", name=re.compile("^Message "))
        await box.fill(words)
        await box.press("Enter")

    async def moves_on(self) -> None:
        """Move the clock to when something falls due next, and wait until all of it is done."""
        button = self.page.locator("[data-next]")
        await button.click()
        await expect(button).not_to_have_attribute("aria-busy", "true")

    async def lets_pass(self, days: int) -> None:
        """Move the clock so many days on, by way of everything that falls due until then."""
        await self.clock.click()
        for _ in range(days):
            await self.page.get_by_role("button", name="+1 day").click()
            await expect(self.page.locator("[data-next]")).not_to_have_attribute("aria-busy", "true")
        await self.page.keyboard.press("Escape")

    async def moves_on_until(self, shown: Locator) -> None:
        """Move the clock, step by step, until something is shown."""
        for _ in range(MOST_MOVES):
            if await shown.count():
                return
            await self.moves_on()
        await expect(shown).to_be_visible()

    @property
    def clock(self) -> Locator:
        """What time it is for whom we act as."""
        return self.page.get_by_role("button", name="Time:")

    @property
    def messages(self) -> Locator:
        """Every message here, oldest first."""
        return self.page.locator("li[data-ts]")

    def action(self, action_id: str) -> Locator:
        """A button, a menu or an input, by what it tells Cairn."""
        return self.page.locator(f"[data-action-id='{action_id}']")

    def messages_with(self, action_id: str) -> Locator:
        """The messages that have such a button."""
        return self.messages.filter(has=self.action(action_id))

    def form(self, title: str | re.Pattern[str]) -> Form:
        """The form on top, by its title."""
        return Form(self.page.get_by_role("dialog", name=title))


@dataclass(frozen=True)
class Form:
    """A form that is open, and how it is filled in."""

    dialog: Locator

    def field(self, block_id: str) -> Locator:
        """An input, by its block_id."""
        return self.dialog.locator(f"[data-action-id][data-block-id='{block_id}']")

    @property
    def steps(self) -> Locator:
        """Its radio buttons."""
        return self.dialog.get_by_role("radio")

    @property
    def boxes(self) -> Locator:
        """What one types into, from the top."""
        return self.dialog.get_by_role("textbox")

    @property
    def questions(self) -> Locator:
        """The questions that the form of a check-in lists."""
        three_dots = self.dialog.page.get_by_role("button", name="More options")
        return self.dialog.locator(".block-section").filter(has=three_dots)

    def box(self, label: str) -> Locator:
        """What one types into, by its label."""
        return self.dialog.get_by_role("textbox", name=label)

    @property
    def errors(self) -> Locator:
        """The sentences beside fields."""
        return self.dialog.get_by_role("alert")

    async def chooses(self, block_id: str, option: str) -> None:
        """Pick one from a menu."""
        await self.field(block_id).click()
        await self.dialog.get_by_role("option", name=option, exact=True).click()

    async def adds(self, kind: str) -> None:
        """Begin another question of a check-in; its form opens on top."""
        await self.dialog.get_by_role("combobox", name="Add a question").click()
        await self.dialog.get_by_role("option", name=kind, exact=True).click()

    async def does(self, question: int, what: str) -> None:
        """Choose something behind the three dots of a question, counted from 1."""
        await self.questions.nth(question - 1).get_by_role("button", name="More options").click()
        await self.dialog.get_by_role("menuitem", name=what).click()

    async def sends(self) -> None:
        """Press what sends the form."""
        await self.dialog.locator("[data-submit]").click()

    async def is_taken(self) -> None:
        """Send the form, which then closes."""
        await self.sends()
        await expect(self.dialog).to_have_count(0)

    async def closes(self) -> None:
        """Close it without sending."""
        await self.dialog.locator("[data-close]").click()
        await expect(self.dialog).to_have_count(0)
