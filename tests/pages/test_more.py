"""What is odd: languages, rotated secrets, strange addresses, slow bodies, an intake alone."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import api, public_page
from gateway.pages.links import Opened
from gateway.pages.table import find
from tests.pages.conftest import furnished, link_to
from tests.pages.test_checked import load, other, show
from tests.pages.test_public_pages import get
from tests.pages.test_webhooks import conversation, post
from tests.support.house import ANA, House
from tests.support.postgres import Urls


def links(house: House) -> Any:
    """What makes links there."""
    assert house.gateway is not None
    assert house.gateway.line is not None
    return house.gateway.line.links


async def test_pages_speak_the_contacts_language(shop: House) -> None:
    """That of the chat in which the link was given out; without a link that of the browser."""
    spoken = links(shop).make("shop", "duka", "/hidden", 1, 60, "es")
    await get(shop, spoken)
    late = links(shop).tokens.seal("shop", "/o/{token}", Opened(1, "duka", "es", 1))
    status, text, _ = await get(shop, f"{shop.url}/p/shop/o/{late}")
    assert (status, '<html lang="es"' in text) == (410, True)
    for asked, expected in (("sw-KE, en;q=0.5", "sw"), ("", "en"), ("'\"<script>", "en"), ("x" * 99, "en")):
        status, text, _ = await get(shop, f"{shop.url}/p/shop/o/none", headers={"Accept-Language": asked})
        assert status == 404
        assert f'<html lang="{expected}' in text, asked
        assert "<script" not in text


async def test_a_link_of_an_older_plugin(shop: House) -> None:
    """Whose value does not fit any more: it has expired, as far as its holder needs to know."""
    odd = links(shop).make("shop", "duka", "/o", {"nummer": 7}, 60, "en")
    assert (await get(shop, odd))[0] == 410


async def test_links_outlive_their_secret_in_the_list(any_shop: House) -> None:
    """While the gateway runs: good with the old secret behind the new one, nothing without it."""
    url = await link_to(any_shop)
    assert any_shop.gateway is not None
    for secrets, expected in ((["n" * 40, "s" * 40], 200), (["n" * 40], 404)):
        any_shop.server["secret"] = secrets
        any_shop.write()
        any_shop.gateway.directory.reread()
        assert (await get(any_shop, url))[0] == expected


@given(st.text(max_size=60))
def test_any_address_leads_somewhere_or_nowhere(rest: str) -> None:
    """And raises nothing."""
    host = load(public_page("GET", "/o/{token}", show), api("GET", "/orders/{id}", other))
    for address in (rest, f"shop/{rest}", f"shop/o/{rest}", f"shop/orders/{rest}"):
        way = find(host, address)
        assert way is None or (way.plugin.name == "shop" and all(way.routes.values()))


def test_one_address_comes_before_many() -> None:
    """Whatever order they were returned in; each method finds its own."""
    routes = [
        api("GET", "/orders/new", other),
        api("GET", "/orders/{id}", show),
        api("DELETE", "/orders/{id}", show),
    ]
    for order in (routes, routes[::-1]):
        way = find(load(*order), "shop/orders/new")
        assert way is not None
        assert way.routes["GET"][0].handler is other
        assert way.routes["DELETE"][1] == {"id": "new"}


@pytest.mark.parametrize(
    "path",
    ["/p/%00", "/p/shop/o/%ff%fe", "/p//shop", "/p/shop/o/" + "a" * 30_000, "/p/shop/o/a?%00=%ff&&=", "/p"],
)
async def test_strange_addresses(shop: House, path: str) -> None:
    """Answered 404, and the next request works."""
    from yarl import URL

    async with shop.session.get(URL(shop.url + path, encoded=True)) as answer:
        assert answer.status == 404
    assert (await get(shop, await link_to(shop)))[0] == 200


async def test_a_form_that_does_not_come(shop: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not waited for longer than its time."""
    monkeypatch.setattr("gateway.pages.form.TIMEOUT", 0.2)
    url = await link_to(shop)

    async def slowly() -> Any:
        yield b"stars="
        await asyncio.sleep(2)
        yield b"5"

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await get(shop, url, "POST", data=slowly(), headers=headers))[0] == 408


async def test_an_intake_alone_keeps_webhooks(tmp_path: Any, store_urls: Urls) -> None:
    """It answers 200 and handles nothing; the next gateway does."""
    house = furnished(tmp_path, store_urls)
    try:
        await house.start()
        where = await conversation(house)
        await house.stop()
        house.server["intake_only"] = True
        await house.start()
        assert await post(house, {"id": 1, "conversation": where, "text": "later"}) == 200
        await asyncio.sleep(0.2)
        assert await house.rows("select kind from event") == [("posted",)]
        await house.stop()
        house.server["intake_only"] = False
        await house.start()
        assert (await house.lines["duka"].sim.wait_for(ANA, 2))[-1].text == "later duka 1"
    finally:
        await house.close()
