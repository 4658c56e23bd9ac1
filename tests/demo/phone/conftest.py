"""A phone that is served: with all providers and a gateway behind it, opened in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import Browser, Page, async_playwright

from gateway.channels import load_providers
from gateway.demo.live import api
from gateway.demo.phone.server import PhoneServer
from gateway.demo.ports import free_port
from gateway.demo.program import Program, program
from gateway.demo.settings import write_demo
from gateway.demo.simulators import simulators
from gateway.demo.stage import Stage, stage
from gateway.settings import Settings, load

#: As root, and without Chromium's own errands in the network.
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
)
PARROT, STALL = (Path(__file__).with_name(name) for name in ("parrot.py", "stall.py"))
#: Seconds that the stand takes for an answer, so that it is seen writing.
PAUSE = 0.2


class Opened(msgspec.Struct):
    """A page, what it said on the console, and every address that it asked for."""

    page: Page
    running: Stage
    url: str
    complaints: list[str]
    asked: list[str]

    async def say(self, text: str) -> None:
        """Type *text* and press Enter."""
        await self.page.fill("#words", text)
        await self.page.press("#words", "Enter")

    async def answers(self, count: int) -> None:
        """Wait until the business has written *count* messages."""
        await self.page.locator(".row.theirs").nth(count - 1).wait_for(timeout=10_000)


Open = Callable[..., Awaitable[Opened]]


@asynccontextmanager
async def phone(folder: Path, plugin: Path | None = STALL) -> AsyncIterator[tuple[Stage, PhoneServer]]:
    """A gateway with every provider, and its phone: of *plugin*, or of the demo."""
    simulated, shown = simulators(load_providers()), program()
    if plugin is not None:
        shown = Program("The fruit stand", (plugin.stem,), settings={plugin.stem: {"pause": PAUSE}})

    def settings_in(stage_folder: Path) -> Settings:
        settings = load(write_demo(stage_folder, free_port(), simulated, shown))
        return msgspec.structs.replace(settings, plugin_paths=(plugin,) if plugin is not None else ())

    async with stage(simulated, settings_in, strict=True) as running, api(running) as losses:
        await running.fill(shown.commands)
        server = PhoneServer(dict(simulated), running.url, losses, shown.title)
        await server.start()
        try:
            yield running, server
        finally:
            await server.stop()


async def launched(stack: AsyncExitStack) -> Browser:
    """Debian's Chromium."""
    where = shutil.which("chromium")
    if where is None:
        pytest.fail("the phone is tested in Chromium, which is missing: run `make browser`")
    playwright = await stack.enter_async_context(async_playwright())
    browser = await playwright.chromium.launch(executable_path=where, args=list(FLAGS))
    stack.push_async_callback(browser.close)
    return browser


@pytest.fixture
async def open_phone(tmp_path: Path) -> AsyncIterator[Open]:
    """Serve a phone and open it in a window of this size."""
    async with AsyncExitStack() as stack:

        async def opening(plugin: Path | None = STALL, width: int = 1280, height: int = 860) -> Opened:
            running, server = await stack.enter_async_context(phone(tmp_path, plugin))
            browser = await launched(stack)
            size = {"width": width, "height": height}
            context = await browser.new_context(viewport=size, locale="en-GB")  # type: ignore[arg-type]
            page = await context.new_page()
            opened = Opened(page, running, server.url, [], [])
            page.on("console", lambda said: opened.complaints.append(said.text))
            page.on("pageerror", lambda error: opened.complaints.append(str(error)))
            page.on("request", lambda request: opened.asked.append(request.url))
            await page.goto(server.url)
            await page.locator("#providers button").first.wait_for()
            return opened

        yield opening
