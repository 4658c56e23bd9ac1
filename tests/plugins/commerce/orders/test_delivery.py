"""Webhooks of delivery partners: signed, each once, never backwards, and never an error for what they say."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
from typing import Any

import pytest

from gateway.testing import Contact, World
from tests.plugins.commerce.conftest import SETTINGS
from tests.plugins.commerce.goods import Shelf
from tests.plugins.commerce.orders.placed import place
from tests.plugins.commerce.orders.test_notices import order_of
from tests.plugins.commerce.orders.test_story import act

_IDS = itertools.count(1)


async def post(world: World, body: bytes, secret: object = SETTINGS["delivery_secret"]) -> int:
    """What *body* is answered with."""
    signature = hmac.new(str(secret).encode(), body, hashlib.sha256).hexdigest()
    path = f"/p/commerce/delivery/{world.tenant}"
    return (await world.request("POST", path, data=body, headers={"X-Signature": signature})).status


async def update(world: World, **fields: Any) -> None:
    """A partner tells something, and is answered 200."""
    assert await post(world, json.dumps({"id": f"u{next(_IDS)}"} | fields).encode()) == 200


async def parcel(world: World, order: str) -> str:
    """Where the newest parcel of an order is."""
    state: str = (await order_of(world, order))["shipments"][-1]["state"]
    return state


async def test_a_parcel_is_followed(world: World, ana: Contact, shelf: Shelf) -> None:
    """What its rider tells reaches the customer, and each of it once."""
    order = await place(world, ana, {"MNG-EA": 1})
    await act(world, order.id, "ship", tracking="BX-1")
    for _ in range(2):
        await update(world, id="same", tracking="BX-1", status="out_for_delivery")
    assert await ana.sees("comes today")
    await update(world, tracking="BX-1", status="failed", reason="Nobody opened")
    assert await ana.sees("Reason: Nobody opened")
    await ana.waits("1h")
    await update(world, tracking="BX-1", status="delivered")
    assert await ana.sees("was delivered")
    kept = await order_of(world, order.id)
    assert (kept["fulfilment"], kept["shipments"][0]["state"]) == ("delivered", "delivered")
    assert len([each for each in ana.inbox if "comes today" in each.text]) == 1


async def test_what_comes_late_takes_nothing_back(world: World, ana: Contact, shelf: Shelf) -> None:
    """Reports come in any order."""
    order = await place(world, ana, {"MNG-EA": 1})
    await act(world, order.id, "ship", tracking="BX-1")
    await update(world, tracking="BX-1", status="delivered")
    for status in ("in_transit", "out_for_delivery", "shipped"):
        await update(world, tracking="BX-1", status=status, at="2026-03-01T08:00:00Z")
    assert await parcel(world, order.id) == "delivered"
    assert not any("comes today" in each.text for each in ana.inbox)


async def test_a_partner_may_be_the_first_to_know(world: World, ana: Contact, shelf: Shelf) -> None:
    """An update that names the order ships what had not left, with the carrier's number."""
    order = await place(world, ana, {"MNG-EA": 2})
    await update(
        world,
        order=order.number,
        status="shipped",
        tracking="ZZ9",
        carrier="G4S",
        url="https://g4s.example/ZZ9",
    )
    assert "https://g4s.example/ZZ9" in (await ana.sees("on its way")).text
    kept = await order_of(world, order.id)
    assert (kept["state"], kept["fulfilment"]) == ("accepted", "shipped")
    await update(world, tracking="ZZ9", status="Out-for-delivery", url="http://plain.example")
    assert await parcel(world, order.id) == "out_for_delivery"


async def test_a_parcel_that_comes_back_is_the_staffs(world: World, ana: Contact, shelf: Shelf) -> None:
    """And so is a status that nobody knows: written down, the parcel stays where it is."""
    order = await place(world, ana, {"MNG-EA": 1})
    await act(world, order.id, "ship", tracking="BX-1")
    await update(world, tracking="BX-1", status="eaten by goats")
    assert await parcel(world, order.id) == "shipped"
    await update(world, tracking="BX-1", status="returned")
    assert await parcel(world, order.id) == "returned"
    timeline = (await order_of(world, order.id))["timeline"]
    why = [event["data"]["why"] for event in timeline if event["kind"] == "attention"]
    assert why == ["unknown_status", "parcel_came_back"]


async def test_what_is_authentic_is_never_an_error(world: World, ana: Contact, shelf: Shelf) -> None:
    """Unknown parcels, bodies that cannot be read, orders that were cancelled: 200 and no dead letter."""
    order = await place(world, ana, {"MNG-EA": 1})
    await act(world, order.id, "cancel")
    await update(world, tracking="nobody's", status="delivered")
    await update(world, order=order.number, status="delivered")
    await update(world, status="delivered")
    for body in (b"{", b"[]", b"", b'{"id": 7}', b"\xff\xfe", b'{"id": "", "status": "x"}'):
        assert await post(world, body) == 200
    assert world.dead == []
    assert (await order_of(world, order.id))["state"] == "cancelled"


async def test_who_cannot_sign_is_refused(world: World, shelf: Shelf) -> None:
    """A wrong secret, or none."""
    assert await post(world, b"{}", "another") == 401
    assert (await world.request("POST", f"/p/commerce/delivery/{world.tenant}", data=b"{}")).status == 401


@pytest.mark.plugins("commerce", settings={"commerce": {"currency": "KES"}})
async def test_without_a_secret_there_is_no_webhook(world: World, shelf: Shelf) -> None:
    """Not even for who signs with nothing."""
    assert await post(world, b"{}", "") == 401
