"""Pictures of products: fetched, kept, and what goes wrong."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from gateway.testing import Contact, World
from plugins.commerce.catalogue import read
from tests.plugins.commerce.catalogue.test_api import PRODUCTS, ask
from tests.plugins.commerce.goods import Shelf

BOTH = pytest.mark.database("sqlite", "postgres")
URL = "https://pictures.example.com/mango.png"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 60


async def image(world: World, product: str = "mango") -> Any:
    """What the API says of a product's picture."""
    return (await ask(world, "GET", f"{PRODUCTS}/{product}"))["image"]


async def want(world: World, url: str = URL) -> None:
    """Say where the mango's picture is."""
    await ask(world, "PATCH", f"{PRODUCTS}/mango", {"image_url": url})


@BOTH
async def test_a_picture_is_fetched_and_kept(world: World, shelf: Shelf, ana: Contact) -> None:
    """Customers are shown the kept one, which has an address of its own; the same again is not fetched."""
    world.web.answers("GET", URL, body=PNG)
    await want(world)
    await ana.waits("1s")
    kept = await image(world)
    assert (kept["state"], kept["url"], kept["error"]) == ("kept", URL, "")
    mango = (await read.items(world.db(), "en", [shelf["MNG-EA"]]))[shelf["MNG-EA"]]
    assert (mango.image, mango.image_link) == (kept["id"], kept["link"])
    assert (await world.request("HEAD", kept["link"])).status == 200
    await want(world)
    await ana.waits("20m")
    assert len(world.web.asked) == 1
    await want(world, "")
    assert await image(world) == {"id": "", "link": "", "url": "", "state": "", "error": ""}


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (404, b"", "answered 404"),
        (302, b"", "leads on to another one"),
        (200, b"<html>", "no JPEG and no PNG"),
        (200, b"GIF89a", "no JPEG and no PNG"),
        (200, b"", "no JPEG and no PNG"),
        (200, PNG + b"\0" * 4 * 1024 * 1024, "more than 4 MB"),
    ],
)
async def test_a_picture_that_is_none(
    world: World, shelf: Shelf, ana: Contact, status: int, body: bytes, words: str
) -> None:
    """Says why, at once; a better address is tried again."""
    world.web.answers("GET", URL, status, body=body)
    await want(world)
    await ana.waits("1s")
    failed = await image(world)
    assert (failed["state"], failed["id"]) == ("failed", "")
    assert words in failed["error"]
    world.web.answers("GET", URL + "?2", body=PNG)
    await want(world, URL + "?2")
    await ana.waits("1s")
    assert (await image(world))["state"] == "kept"


async def test_a_server_that_is_away_is_asked_again(world: World, shelf: Shelf, ana: Contact) -> None:
    """And given up after five times; the job is no dead letter."""
    world.web.answers("GET", URL, 503)
    world.web.answers("GET", URL, 0)
    world.web.answers("GET", URL, body=PNG)
    await want(world)
    await ana.waits("2m")
    assert (await image(world))["state"] == "kept"
    world.web.answers("GET", URL + "?2", 500)
    await want(world, URL + "?2")
    await ana.waits("10m")
    failed = await image(world)
    assert (failed["state"], failed["error"]) == ("failed", "its server answered 500, 5 times")
    assert failed["id"]  # the old one is shown on
    assert world.dead == []


@BOTH
async def test_what_a_file_wants_is_fetched_by_the_sweep(world: World, shelf: Shelf, ana: Contact) -> None:
    """Nobody ordered it."""
    world.web.answers("GET", URL, body=PNG)
    await world.db().run(
        "update commerce_product set image_source = :url, image_state = 'wanted' where tenant = :tenant"
        " and id = 'mango'", url=URL,
    )  # fmt: skip
    await ana.waits("15m")
    assert (await image(world))["state"] == "kept"


@BOTH
async def test_a_picture_is_sent_with_the_request(world: World, shelf: Shelf) -> None:
    """As base64, or by the id of a file that is there."""
    path = f"{PRODUCTS}/mango/image"
    made = await ask(world, "POST", path, {"data": base64.b64encode(PNG).decode()})
    assert (made["image"]["state"], made["image"]["link"] != "") == ("kept", True)
    again = await ask(world, "POST", f"{PRODUCTS}/banana/image", {"media": made["image"]["id"]})
    assert (again["image"]["id"], again["image"]["link"]) == (made["image"]["id"], "")
    for body, words in (({}, "base64"), ({"data": "R0lGODlh"}, "no JPEG"), ({"media": "nope"}, "no stored")):
        assert words in (await ask(world, "POST", path, body, 422))["detail"]
    await ask(world, "POST", f"{PRODUCTS}/nope/image", {"media": made["image"]["id"]}, 404)
    sent = await world.request("POST", "/api/v1/media?filename=m.png", key=True, data=PNG + b"private")
    body = {"media": sent.json()["id"]}
    assert "visibility=public" in (await ask(world, "POST", path, body, 422))["detail"]
    before = await world.db().value("select count(*) from media where tenant = :tenant")
    data = base64.b64encode(PNG + b"another").decode()
    await ask(world, "POST", f"{PRODUCTS}/nope/image", {"data": data}, 404)
    assert await world.db().value("select count(*) from media where tenant = :tenant") == before
    await ask(world, "POST", f"{PRODUCTS}/nope/image", {"media": "nope"}, 404)
