"""Who may drive the phone, what it serves, and a provider that it has never heard of."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web

from gateway.demo.phone import server as module
from gateway.demo.phone.losses import Losses
from gateway.demo.phone.server import PAGE, PhoneServer
from gateway.simulator.view import File, View
from tests.demo.doubles import Option, Seen
from tests.demo.phone.stranger import Stranger

MENU = Seen("Welcome", (Option("buy", "Buy fruit"),), message_id="m1", kind="odd.menu")
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


class Drawing(Stranger):
    """A stranger that draws, with files of its own."""

    marked_read: tuple[str, ...] = ()
    marked_typing: tuple[str, ...] = ()

    def view(self, message: Seen) -> View:
        """The medium that the message names."""
        return View(file=message.media, file_kind="image", filename="a.svg")

    def file(self, media: str) -> File | None:
        """One SVG that says that it is one, and one picture."""
        kept = {"svg": File("image/svg+xml", SVG), "gif": File("image/gif", b"GIF89a")}
        return kept.get(media)


@asynccontextmanager
async def served(
    stranger: Stranger, gateway: str = "http://127.0.0.1:9"
) -> AsyncIterator[tuple[str, aiohttp.ClientSession]]:
    """A phone with one provider, and somebody who asks."""
    losses = Losses(gateway, "gw_key", {"stranger": "main"})
    phone = PhoneServer({"stranger": stranger}, gateway, losses, "Shop")
    await phone.start()
    async with aiohttp.ClientSession() as session:
        try:
            yield phone.url, session
        finally:
            await phone.stop()
            await losses.close()


async def state_with(url: str, session: aiohttp.ClientSession, messages: int) -> dict[str, Any]:
    """The state, as soon as the chats hold *messages*."""
    while True:
        async with session.get(f"{url}state") as answer:
            state: dict[str, Any] = await answer.json()
        if sum(len(chat["bubbles"]) for chat in state["chats"]) >= messages:
            return state


async def test_another_site_cannot_drive_it() -> None:
    """A wrong token, a foreign Host or Origin, a cross-site request, or a form: refused, with the headers."""
    async with served(Stranger({})) as (url, session):
        port = urlsplit(url).port
        wish = {"provider": "stranger", "phone": "+254700000001", "act": "say", "text": "hi"}
        tries: list[tuple[str, dict[str, str], int]] = [
            (f"http://127.0.0.1:{port}/", {}, 404),
            (f"http://127.0.0.1:{port}/{'x' * 24}/act", {}, 404),
            (f"{url}act", {"Host": "evil.example"}, 403),
            (f"{url}act", {"Host": f"evil.example:{port}"}, 403),
            (f"{url}act", {"Origin": "http://evil.example"}, 403),
            (f"{url}act", {"Origin": "null"}, 403),
            (f"{url}act", {"Sec-Fetch-Site": "cross-site"}, 403),
            (f"{url}act", {"Content-Type": "text/plain"}, 403),
            (f"{url}act", {"Origin": f"http://127.0.0.1:{port}"}, 202),
        ]
        for where, headers, status in tries:
            async with session.post(where, json=wish, headers=headers) as answer:
                assert answer.status == status, (where, headers)
                assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
                assert "unsafe" not in answer.headers["Content-Security-Policy"]
                assert answer.headers["Referrer-Policy"] == "no-referrer"


async def test_the_page_is_whole_and_nothing_else_is_served() -> None:
    """Every file that the page names is there; other names are not, also not a way up."""
    async with served(Stranger({})) as (url, session):
        for name, kind in PAGE.items():
            async with session.get(f"{url}page/{name}") as answer:
                assert (answer.status, answer.content_type) == (200, kind)
                text = await answer.text()
                assert "https://" not in text.replace("https?://", "")
        for name in ("server.py", "..%2fserver.py", "%2e%2e/server.py", "news.py"):
            async with session.get(f"{url}page/{name}") as answer:
                assert answer.status == 404


async def test_an_unknown_provider_has_its_phone() -> None:
    """A simulator that draws nothing is shown by its words and options; it is tapped and answered."""
    stranger = Stranger({}, MENU)
    async with served(stranger) as (url, session):
        wish = {"provider": "stranger", "phone": "+254700000001", "act": "say", "text": "hi"}
        await session.post(f"{url}act", json=wish)
        state = await state_with(url, session, 2)
        said, menu = state["chats"][0]["bubbles"]
        assert (said["text"], said["mine"], said["ticks"]) == ("hi", True, "delivered")
        assert (menu["text"], menu["options"]) == ("Welcome", [{"id": "buy", "title": "Buy fruit"}])
        await session.post(f"{url}act", json={**wish, "act": "tap", "to": "m1", "option": "buy"})
        await state_with(url, session, 3)
        assert stranger.acts == [("says", "hi"), ("taps", "buy")]
        for bad in (
            {"act": "tap", "to": "m1", "option": "gone"},
            {"act": "say", "text": " "},
            {"phone": "+1"},
        ):
            async with session.post(f"{url}act", json={**wish, **bad}) as answer:
                assert answer.status == 409
        async with session.post(f"{url}act", json={"act": "dance"}) as answer:
            assert answer.status == 400


async def test_a_gateway_that_is_away_is_shown_at_the_message(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that was not taken says why, and the phone goes on."""
    stranger = Stranger({})

    async def away(contact: str, text: str) -> str:
        raise TimeoutError("nobody took it")

    monkeypatch.setattr(stranger, "says", away)
    async with served(stranger) as (url, session):
        wish = {"provider": "stranger", "phone": "+254700000001", "act": "say", "text": "hi"}
        await session.post(f"{url}act", json=wish)
        while True:
            [bubble] = (await state_with(url, session, 1))["chats"][0]["bubbles"]
            if bubble["ticks"] == "failed":
                break
        assert bubble["error"] == "nobody took it"


@pytest.mark.parametrize(
    ("media", "url", "kind"),
    [
        ("svg", True, "application/octet-stream"),
        ("gif", True, "image/gif"),
        ("https://cdn.example/x.png", False, ""),
    ],
)
async def test_files_are_shown_only_if_they_are_pictures_of_ours(media: str, url: bool, kind: str) -> None:
    """SVG is only saved, in a sandbox; what lies elsewhere is named and never asked for."""
    seen = Seen("", media=media, message_id="m1")
    async with served(Drawing({}, seen)) as (base, session):
        wish = {"provider": "stranger", "phone": "+254700000001", "act": "say", "text": "hi"}
        await session.post(f"{base}act", json=wish)
        file = (await state_with(base, session, 2))["chats"][0]["bubbles"][1]["file"]
        assert ("url" in file) is url
        if not url:
            assert file["host"] == "cdn.example"
            return
        async with session.get(base + file["url"]) as answer:
            assert answer.content_type == kind
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert ("attachment" in answer.headers.get("Content-Disposition", "")) is (media == "svg")
        ranges = {
            "bytes=1-2": (206, 2),
            "bytes=2-": (206, None),
            "bytes=9999-": (416, 0),
            "bytes=x": (200, None),
        }
        for wanted, (status, length) in ranges.items():
            async with session.get(base + file["url"], headers={"Range": wanted}) as answer:
                assert answer.status == status, wanted
                assert length is None or len(await answer.read()) == length
        async with session.get(f"{base}files/99") as answer:
            assert answer.status == 404


async def test_only_the_gateway_is_asked_for_files() -> None:
    """A link of the gateway's is fetched, all of it, without following it anywhere."""
    picture = b"GIF89a" + b"x" * 3_000_000
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        if request.path == "/away":
            raise web.HTTPFound("/media/1")
        return web.Response(body=picture, content_type="image/gif")

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    gateway = f"http://127.0.0.1:{runner.addresses[0][1]}"
    messages = (
        Seen("", media=f"{gateway}/media/1", message_id="a"),
        Seen("", media=f"{gateway}/away", message_id="b"),
    )
    async with served(Stranger({}, *messages), gateway) as (base, session):
        wish = {"provider": "stranger", "phone": "+254700000001", "act": "say", "text": "hi"}
        await session.post(f"{base}act", json=wish)
        bubbles = (await state_with(base, session, 3))["chats"][0]["bubbles"]
        async with session.get(base + bubbles[1]["file"]["url"]) as found:
            assert (found.status, found.content_type) == (200, "image/gif")
            assert len(await found.read()) == len(picture)
        async with session.get(base + bubbles[2]["file"]["url"]) as found:
            assert found.status == 404
    await runner.cleanup()
    assert [path for path in asked if not path.startswith("/api")] == ["/media/1", "/away"]


async def test_an_open_stream_does_not_hold_it_up() -> None:
    """News come as they happen; a browser that stays open does not keep the demo from ending."""
    async with asyncio.timeout(5):
        async with served(Stranger({}, MENU)) as (url, session):
            stream = await session.get(f"{url}news?after=0")
            wish = {"provider": "stranger", "phone": "+254700000001", "act": "say", "text": "hi"}
            await session.post(f"{url}act", json=wish)
            heard = b""
            while b"Welcome" not in heard:
                heard += await stream.content.readany()
        assert heard.index(b'"hi"') < heard.index(b"Welcome")
        stream.close()


def test_the_page_names_only_files_that_are_served() -> None:
    """HTML and modules refer to each other by names of the list."""
    folder = module.package_files("gateway.demo.phone") / "page"
    assert {item.name for item in folder.iterdir() if item.is_file()} == set(PAGE)
