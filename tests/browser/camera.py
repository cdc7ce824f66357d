"""The README's pictures, taken while the stories run: `make pictures`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import FloatRect, Locator, Page


@dataclass(frozen=True)
class Camera:
    """Takes pictures into `folder`, or none at all."""

    folder: Path | None

    @property
    def lens(self) -> dict[str, Any]:
        """How the browser has to draw: at twice the size, for sharp words."""
        return {} if self.folder is None else {"device_scale_factor": 2}

    async def takes(self, name: str, page: Page) -> None:
        """The whole page, at its own size."""
        if self.folder is not None:
            await page.mouse.move(0, 0)
            await page.screenshot(path=self.folder / name, scale="css", animations="disabled", caret="hide")

    async def takes_close(self, name: str, what: Locator, width: int | None = None) -> None:
        """A part of the page, at most `width` wide."""
        if self.folder is not None:
            await what.page.mouse.move(0, 0)
            box = await what.bounding_box()
            assert box is not None, "what isn't shown can't be taken"
            clip: FloatRect = {**box, "width": min(box["width"], width or box["width"])}
            await what.page.screenshot(path=self.folder / name, clip=clip, animations="disabled", caret="hide")
