"""The real demo, the playground's page in headless Chromium, and a camera for the README's pictures."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.browser.camera import Camera
from tests.browser.screen import Screen
from tests.processes import started

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)
PATIENCE = 20_000
"""Milliseconds. Nothing takes so long, but on a busy machine."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pictures", type=Path, metavar="FOLDER", help="take the README's pictures into this folder")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is; without one these tests are skipped, but never in CI."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None and os.environ.get("CI"):  # noqa: TID251 - whether this is CI is no setting of Cairn's
        pytest.fail("CI runs the browser's stories too: install chromium")
    return found or pytest.skip("there is no Chromium on this machine (Debian: apt-get install chromium)")


@pytest.fixture
def options() -> tuple[str, ...]:
    """How the demo is started; a module may say otherwise."""
    return ()


@pytest.fixture
def device() -> dict[str, Any]:
    """What stands on the desk; a module may say otherwise."""
    return {"viewport": {"width": 1280, "height": 800}}


@pytest.fixture
async def demo(chromium: str, options: tuple[str, ...], tmp_path: Path) -> AsyncIterator[str]:
    """The address of a demo of its own, which has nothing to complain about until it is stopped."""
    async with started("demo", "--no-browser", "--port", "0", *options, folder=tmp_path) as running:
        yield (await running.line("Cairn's playground is at ")).split()[4]
        running.process.terminate()
        assert await running.ends() == 0
        assert await running.complaints() == ""


@pytest.fixture
async def screen(chromium: str, demo: str, device: dict[str, Any], camera: Camera) -> AsyncIterator[Screen]:
    """The page in a new browser, whose console stays empty."""
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = await browser.new_page(base_url=demo, color_scheme="light", locale="en-GB", **device, **camera.lens)
        page.set_default_timeout(PATIENCE)
        said = listen(page)
        yield Screen(page)
        await browser.close()
    assert said == []


def listen(page: Page) -> list[str]:
    """What the page's console says, from now on."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


@pytest.fixture
def camera(pytestconfig: pytest.Config) -> Camera:
    """Takes pictures where `--pictures` says a folder."""
    return Camera(pytestconfig.getoption("--pictures", default=None))
