"""A public page in a real browser: a phone's screen, by day and by night, without a script."""

from __future__ import annotations

import os
import shutil
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from tests.pages.conftest import link_to
from tests.support.house import ANA, House

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking")
#: Where the screens are kept for a person to look at; nowhere unless it is named.
KEEP = os.environ.get("KEEP_SCREENS", "")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_page_on_a_phone(shop: House, scheme: str, tmp_path: Path) -> None:
    """It fits, breaks no rule of its own policy, asks nobody else for anything, and its form is sent."""
    where = shutil.which("chromium")
    assert where is not None, "pages are tested in Chromium, which is missing: run `make browser`"
    url, complaints, asked = await link_to(shop), list[str](), list[str]()
    async with AsyncExitStack() as stack:
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=where, args=list(FLAGS))
        stack.push_async_callback(browser.close)
        context = await browser.new_context(
            viewport={"width": 390, "height": 844}, device_scale_factor=2, color_scheme=scheme  # type: ignore[arg-type]
        )  # fmt: skip
        page = await context.new_page()
        page.on("console", lambda said: complaints.append(said.text))
        page.on("request", lambda request: asked.append(request.url))
        answer = await page.goto(url)
        assert answer is not None
        assert answer.status == 200
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
        small = await page.evaluate(
            "[...document.querySelectorAll('button, input')].filter(e => e.offsetHeight < 44).length"
        )
        assert small == 0
        await page.screenshot(path=Path(KEEP or tmp_path) / f"order-{scheme}.png", full_page=True)
        await page.fill("#who", "Ana")
        await page.click("button")
        await page.wait_for_load_state()
        assert page.url != url
        assert "/p/shop/o/" in page.url
        await page.goto(f"{shop.url}/p/shop/o/cut-off")
        await page.screenshot(path=Path(KEEP or tmp_path) / f"notice-{scheme}.png")
        assert await page.locator("h1").inner_text() == "This link leads nowhere."
    said = await shop.lines["duka"].sim.wait_for(ANA, 2)
    assert said[-1].text == "Thank you for 5 stars, Ana"
    assert all(each.startswith(shop.url) for each in asked)
    assert [each for each in complaints if "404" not in each] == []
