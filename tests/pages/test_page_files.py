"""Public pages that are files: a list of goods for somebody's machine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.errors import PluginError
from gateway.pages.answer import Page, page_of
from gateway.pages.file import LONGEST, file_page
from tests.support.house import House, until
from tests.support.postgres import Urls

FEED = """\
from collections.abc import AsyncIterator, Sequence
from gateway import Page, PageRequest, PluginRoute, hook, public_page

async def lines(request: PageRequest, what: str) -> AsyncIterator[str]:
    yield "sku,name\\n"
    if what == "much":
        for _ in range(70):
            yield "x" * 1024 * 1024
    if what == "odd":
        yield 7
    if what == "fail":
        raise RuntimeError("halfway")
    rows = await request.db.all("select id from contact where tenant = :tenant")
    for number in range(len(rows), 50_000):
        yield f"m-{number},Café\\n"

async def feed(request: PageRequest) -> Page:
    what = request.query.get("what", "")
    if what == "bytes":
        return request.file(b"\\x00\\x01", "application/octet-stream", "../ä.bin")
    if what == "html":
        return request.file("<b>", "text/html", "a.html")
    return request.file(lines(request, what), "text/csv", "products.csv")

@hook.register_routes
def routes() -> Sequence[PluginRoute]:
    return [public_page("GET", "/feed/{token}", feed)]
"""


@pytest.fixture
async def shop(tmp_path: Path, store_urls: Urls) -> AsyncIterator[House]:
    """A house with the feed, once on each database."""
    house = House(tmp_path, store_urls)
    house.plugin("shop", FEED)
    house.line("duka", "shop")
    await house.start()
    yield house
    await house.close()


async def get(house: House, what: str = "", method: str = "GET") -> tuple[int, bytes, dict[str, str]]:
    """The answer of the feed."""
    assert house.gateway is not None
    assert house.gateway.line is not None
    url = house.gateway.line.links.make("shop", "duka", "/feed", None, 60, "en")
    async with house.session.request(method, f"{url}?what={what}") as answer:
        return answer.status, await answer.read(), dict(answer.headers)


async def _none(house: House) -> bool:
    """Whether nothing lies where files are written before they are sent."""
    return not list(house.folder.rglob("*.part"))


async def test_a_page_may_be_a_file(shop: House) -> None:
    """Made row by row from the database, handed out as a download that nothing shows or runs."""
    status, body, headers = await get(shop)
    rows = body.decode().splitlines()
    assert status == 200
    assert (len(rows), rows[0], rows[-1]) == (50_001, "sku,name", "m-49999,Café")
    assert headers["Content-Type"] == "text/csv; charset=utf-8"
    assert headers["Content-Disposition"].startswith('attachment; filename="products.csv"')
    assert headers["Content-Length"] == str(len(body))
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    await until(lambda: _none(shop))
    assert (await get(shop, method="HEAD"))[:2] == (200, b"")


async def test_bytes_are_sent_as_they_are(shop: House) -> None:
    """Under a harmless name."""
    status, body, headers = await get(shop, "bytes")
    assert (status, body, headers["Content-Type"]) == (200, b"\0\1", "application/octet-stream")
    assert headers["Content-Disposition"] == "attachment; filename=\"_.bin\"; filename*=UTF-8''%C3%A4.bin"


@pytest.mark.parametrize("what", ["much", "odd", "fail", "html"])
async def test_a_file_that_cannot_be_leaves_nothing(shop: House, what: str) -> None:
    """No half of it is sent: its reader gets the page that something went wrong."""
    status, body, _ = await get(shop, what)
    assert status == 500
    assert b"sku" not in body
    await until(lambda: _none(shop))


@pytest.mark.parametrize(
    ("content", "kind", "name", "words"),
    [
        ("x", "text/html; charset=utf-8", "a.html", "what a browser shows or runs is no file"),
        ("x", "image/svg+xml", "a.svg", "what a browser shows"),
        ("x", "application/xhtml+xml", "a", "what a browser shows"),
        ("x", "text/javascript", "a.js", "what a browser shows"),
        ("x", "csv", "a.csv", "is of no type"),
        ("x", "text/csv\r\nX: y", "a.csv", "is of no type"),
        ("x", "text/csv", "../", "needs a filename"),
        (["x"], "text/csv", "a.csv", "was given a list"),
    ],
)
def test_what_is_no_file(content: Any, kind: str, name: str, words: str) -> None:
    """With what to write instead."""
    with pytest.raises(PluginError, match=words):
        file_page(content, kind, name)


def test_a_file_of_a_plugins_own_making() -> None:
    """A page with something else as its file is the plugin's failure."""
    with pytest.raises(PluginError, match=r"make it with request\.file"):
        page_of(Page(file=b"x"), "plugin 'shop' show")  # type: ignore[arg-type]
    assert LONGEST == 64 * 1024 * 1024
