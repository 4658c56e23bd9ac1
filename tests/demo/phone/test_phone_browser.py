"""The phone in a real browser: what a person does, and what they see."""

from __future__ import annotations

import re

from playwright.async_api import expect

from gateway.channels import load_providers
from gateway.demo.simulators import simulators
from tests.demo.phone.conftest import PARROT, Open, Opened

HOSTILE = (
    "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>",
    "\u202eevil\u0007 [x](javascript:alert(1))",
    "https://a.b/'\"<b> *<b>bold</b>* ```<script>document.title='owned'</script>```",
)
#: Remembers that the business was typing, however short.
WATCH_PRESENCE = """() => new MutationObserver(() => {
  if (document.querySelector("#presence").textContent === "typing…" && document.querySelector(".chat .dots"))
    document.presences = "typing… with dots";
}).observe(document.querySelector(".screen"), { childList: true, subtree: true, characterData: true })"""


def clean(opened: Opened) -> None:
    """Nothing on the console, and nothing asked of anybody else."""
    origin = opened.url.rsplit("/", 2)[0]
    assert opened.complaints == []
    assert [url for url in opened.asked if not url.startswith(origin)] == []


async def test_a_conversation(open_phone: Open) -> None:
    """Typing, a tap on a button, a list that opens, a row that is picked, a picture, ticks."""
    opened = await open_phone()
    page = opened.page
    await page.evaluate(WATCH_PRESENCE)
    await opened.say("Hello 👋")
    await opened.answers(1)
    await expect(page.locator("#presence")).not_to_have_text("typing…")
    assert await page.evaluate("() => document.presences") == "typing… with dots"
    await expect(page.locator(".row.mine .ticks")).to_have_class(re.compile("read"))
    await page.get_by_role("button", name="See the fruits").click()
    await opened.answers(2)
    await page.get_by_role("button", name="Choose a fruit").click()
    sheet = page.get_by_role("dialog")
    await expect(sheet).to_contain_text("KES 120 each")
    await sheet.get_by_text("Passion fruit").click()
    await sheet.get_by_role("button", name="Send").click()
    await opened.answers(4)
    picture = page.locator(".row.theirs img.image")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 640
    await expect(page.locator(".told")).to_contain_text("read", timeout=8_000)
    await expect(page.locator(".told")).to_be_in_viewport()
    await expect(page.locator("#lost")).to_contain_text("Last message: buttons.", timeout=8_000)
    clean(opened)


async def test_every_provider_has_its_phone(open_phone: Open) -> None:
    """The same plugin answers on each, a typed number means the option, a badge counts what was not seen."""
    opened = await open_phone()
    page = opened.page
    names = list(simulators(load_providers()))
    for name in names:
        await page.locator(f"[data-provider={name}]").click()
        await expect(page.locator("#presence")).to_have_text(f"on {name}")
        await opened.say("all")
        await opened.answers(1)
        await opened.say("1")
        await expect(page.locator(".row.theirs").last).to_contain_text("Mango: shall we", timeout=10_000)
    await opened.say("hello")
    await page.locator(f"[data-provider={names[0]}]").click()
    badge = page.locator(f"[data-provider={names[-1]}] .badge")
    await expect(badge).to_have_text("1", timeout=10_000)
    await page.locator(f"[data-provider={names[-1]}]").click()
    await expect(badge).to_have_count(0)
    clean(opened)


async def test_the_wire_is_shown_without_secrets(open_phone: Open) -> None:
    """Each exchange in a line, whole on demand; no secret of a channel is on the page."""
    opened = await open_phone()
    page = opened.page
    for name, simulator in opened.running.simulators.items():
        await page.locator(f"[data-provider={name}]").click()
        await opened.say("hours")
        await opened.answers(1)
        lines = page.locator("#lines details")
        await expect(lines.filter(has_text="from 7 to 19").first).to_be_visible()
        await expect(lines.filter(has_text="status: read").first).to_be_visible()
        for line in await lines.all():
            await line.locator("summary").click()
            await expect(line.locator(".whole h3").first).to_be_visible()
        text = await page.locator("#wire").inner_text()
        assert "POST" in text
        assert "•••" in text
        settings = simulator.channel_settings()
        for secret in secrets_of(settings):
            assert secret not in text, f"{name} shows a secret"
        shown = await lines.count()
        await page.fill("#filter", "hours")
        await expect(lines).to_have_count(1)
        await page.fill("#filter", "")
        await page.get_by_role("button", name="webhooks").click()
        assert 0 < await lines.count() < shown
        await page.get_by_role("button", name="all", exact=True).click()
    clean(opened)


def secrets_of(settings: dict[str, object]) -> list[str]:
    """Values that open doors, by the names that our providers' settings have."""
    names = ("access_token", "app_secret", "api_key", "platform_secret", "auth_token", "api_secret")
    found = [settings[name] for name in names if settings.get(name)]
    flat = [item for value in found for item in (value if isinstance(value, list | tuple) else [value])]
    assert flat
    return [str(item) for item in flat]


async def test_words_stay_words(open_phone: Open) -> None:
    """Markup in any place of a message is shown and never obeyed."""
    opened = await open_phone(PARROT)
    page = opened.page
    for count, hostile in enumerate(HOSTILE, 1):
        await opened.say(hostile)
        await opened.answers(5 * count)
        await page.locator("[aria-haspopup=dialog].tap").last.click()
        await page.get_by_role("dialog").wait_for()
        assert await page.locator(".sheet img, .sheet script, .sheet b").count() == 0
        await page.keyboard.press("Escape")
    await expect(page.locator(".row.theirs").first).to_contain_text(HOSTILE[0])
    await expect(page.locator("#lines details", has_text="onerror").first).to_be_visible()
    assert await page.title() != "owned"
    assert await page.locator("body script, .chat img, .chat b, #lines img, #lines b").count() == 0
    assert await page.locator("a[href^=javascript]").count() == 0
    assert [one for one in opened.complaints if "ERR" not in one] == []


async def test_what_a_contact_attaches(open_phone: Open) -> None:
    """A photo, a document, a voice note, a place, a card: shown on the phone and taken by the gateway."""
    opened = await open_phone()
    page = opened.page
    for count, name in enumerate(("Photo", "Document", "Voice note", "Location", "Contact"), 1):
        await page.get_by_role("button", name="Attach").click()
        await page.get_by_role("menuitem", name=name).click()
        await expect(page.locator(".row.mine")).to_have_count(count)
        await expect(page.locator(".row.mine .ticks").last).to_have_class(re.compile("read"), timeout=8_000)
        await opened.answers(count)
    await expect(page.locator(".row.mine img.image")).to_be_visible()
    await expect(page.locator(".row.mine .doc")).to_contain_text("order.pdf")
    assert 2.9 < await page.locator(".row.mine audio").evaluate("sound => sound.duration") < 3.1
    await expect(page.locator(".row.mine .sound small")).to_have_text("0:03")
    await expect(page.locator(".row.mine .place")).to_contain_text("City Market")
    await expect(page.locator(".row.mine .person")).to_contain_text("Ana Ruiz")
    clean(opened)


async def test_quotes_reactions_and_hidden_numbers(open_phone: Open) -> None:
    """A bubble is quoted and reacted to where the provider knows it; a hidden number is a user id."""
    opened = await open_phone()
    page = opened.page
    await page.locator("[data-provider=meta_cloud]").click()
    await page.get_by_label("Hide my number").check()
    await expect(page.locator("#owners [aria-pressed=true]")).to_contain_text("number hidden")
    await opened.say("hours")
    await opened.answers(1)
    answer = page.locator(".row.theirs").first
    await answer.hover()
    await answer.get_by_role("button", name="React to this message").click()
    await answer.get_by_role("button", name="React with ❤️").click()
    await expect(answer.locator(".reacted")).to_have_text("❤️")
    await answer.hover()
    await answer.get_by_role("button", name="Reply to this message").click()
    await opened.say("On Sundays too?")
    await expect(page.locator(".row.mine .quote")).to_contain_text("from 7 to 19")
    await opened.answers(3)
    body = page.locator("#lines details", has_text="On Sundays too?").last
    await body.locator("summary").click()
    await expect(body).to_contain_text("from_user_id")
    assert "254700000001" not in await body.inner_text()
    clean(opened)


async def test_a_narrow_window_is_the_phone(open_phone: Open) -> None:
    """The phone alone, nothing wider than the window, the traffic in a drawer that Escape closes; dark where
    the system is."""
    opened = await open_phone(width=360, height=640)
    page = opened.page
    await expect(page.locator("#wire")).to_be_hidden()
    await opened.say("long")
    await opened.answers(1)
    await page.get_by_role("button", name="Read more").first.click()
    await expect(page.locator(".row.theirs").first).to_contain_text("Tamarind")
    assert await page.evaluate("() => document.documentElement.scrollWidth") <= 360
    await page.get_by_role("button", name="Traffic", exact=True).click()
    await expect(page.locator("#lines details").first).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#wire")).to_be_hidden()
    colour = "() => getComputedStyle(document.body).backgroundColor"
    light = await page.evaluate(colour)
    await page.emulate_media(color_scheme="dark")
    assert await page.evaluate(colour) != light
    clean(opened)


async def test_the_keyboard_is_enough(open_phone: Open) -> None:
    """Tab reaches what can be tapped, arrows change the provider, Escape gives the focus back."""
    opened = await open_phone()
    page = opened.page
    await page.locator("#providers [aria-selected=true]").focus()
    before = await page.locator("#presence").inner_text()
    await page.keyboard.press("ArrowRight")
    assert await page.locator("#presence").inner_text() != before
    await opened.say("fruits")
    await opened.answers(1)
    opener = page.get_by_role("button", name="Choose a fruit")
    await opener.focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Space")
    await page.keyboard.press("Escape")
    await expect(opener).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(".row.mine").last).to_contain_text("Banana")
    clean(opened)


async def test_a_page_that_comes_back_has_missed_nothing(open_phone: Open) -> None:
    """After a break the chat is whole, in order, without doubles; the ticks are as they are now."""
    opened = await open_phone()
    page = opened.page
    await opened.say("hours")
    await opened.answers(1)
    await page.context.set_offline(True)
    simulator = opened.running.simulators[await provider_of(opened)]
    await simulator.says("+254700000001", "menu")
    await simulator.wait_for("+254700000001", 2, 5.0)
    await page.context.set_offline(False)
    await opened.answers(2)
    await page.reload()
    await opened.answers(2)
    await expect(page.locator(".row.theirs")).to_have_count(2)
    await expect(page.locator(".row.theirs").first).to_contain_text("from 7 to 19")


async def provider_of(opened: Opened) -> str:
    """The provider that is looked at."""
    name = await opened.page.locator("#providers [aria-selected=true]").get_attribute("data-provider")
    assert name is not None
    return name
