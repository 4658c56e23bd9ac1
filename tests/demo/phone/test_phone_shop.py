"""The demo's shop in a real browser: a whole purchase, as a person does it."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from gateway.channels import load_providers
from gateway.demo.live import key
from gateway.demo.simulators import simulators
from gateway.demo.staff import staff
from tests.demo.phone.conftest import Open, Opened
from tests.demo.phone.test_phone_browser import clean


async def taps(opened: Opened, words: str) -> None:
    """Tap the newest button with these words."""
    await opened.page.locator(".row.theirs").last.get_by_role("button", name=words).click()


async def picks(opened: Opened, words: str) -> None:
    """Open the newest list and send this row."""
    await opened.page.locator(".row.theirs").last.get_by_role("button", name="Choose").click()
    sheet = opened.page.get_by_role("dialog")
    await sheet.get_by_text(words, exact=True).click()
    await sheet.get_by_role("button", name="Send").click()


async def sees(opened: Opened, words: str | re.Pattern[str]) -> None:
    """The newest bubble of the shop says so."""
    await expect(opened.page.locator(".row.theirs").last).to_contain_text(words, timeout=10_000)


@pytest.mark.parametrize("provider", list(simulators(load_providers())))
async def test_a_whole_purchase(open_phone: Open, provider: str) -> None:
    """Menu, category, card with its picture, cart, code, checkout, order, and what the shop tells of it."""
    opened = await open_phone(None)
    page = opened.page
    await page.locator(f"[data-provider={provider}]").click()
    await opened.say("menu")
    await sees(opened, "What would you like to do?")
    await picks(opened, "Shop")
    await sees(opened, "What are you looking for?")
    await picks(opened, "🥬 Fresh")
    await sees(opened, "Showing 1 to")
    await picks(opened, "Mango")
    await sees(opened, "Sweet ngowe mangoes")
    picture = page.locator(".row.theirs img.image").last
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 640
    await taps(opened, "Add to cart")
    await sees(opened, "Added: 1 × Mango")
    await opened.say("add sho-41")
    await sees(opened, "Canvas shoes (41)")
    await opened.say("code karibu10")
    await sees(opened, "254.90")
    await taps(opened, "Checkout")
    for asked, answer in (
        ("your name", "Amina Otieno"), ("e-mail", "amina@example.com"), ("phone number", "0711000111"),
    ):  # fmt: skip
        await sees(opened, asked)
        await opened.say(answer)
    await sees(opened, "How would you like to get it?")
    await taps(opened, "Our shop")
    await sees(opened, "How would you like to pay?")
    await opened.say("1")
    await sees(opened, "Please look at your order")
    await taps(opened, "Confirm")
    await sees(opened, re.compile(r"order \w{7} is placed"))
    text = await page.locator(".row.theirs").last.inner_text()
    number = re.findall(r"order\s+(\w{7})\s+is placed", text)[0]
    async with staff(opened.running.url, await key(opened.running)) as people:
        assert await people.ask(f"POST /p/commerce/orders/{number}/accept", {}) == ""
    await sees(opened, f"we are preparing your order {number}")
    clean(opened)
