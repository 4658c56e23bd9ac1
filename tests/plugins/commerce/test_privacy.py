"""A customer with everything that a shop can have of one: what they are given, and what is left of them."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import aiohttp
import pytest

from gateway.testing import Contact, World
from plugins.commerce.hooks import personal
from tests.plugins.commerce.cart.presses import press
from tests.plugins.commerce.checkout.buying import play, the_order
from tests.plugins.commerce.goods import Shelf
from tests.plugins.commerce.memory import MemoryDb
from tests.plugins.commerce.orders.test_around import finished
from tests.plugins.commerce.orders.test_delivery import update
from tests.plugins.commerce.orders.test_story import act

BOTH = pytest.mark.database("sqlite", "postgres")
#: What a customer said, and what the shop wrote down of them.
TOLD = {
    "name": "Kanarie Adhiambo", "email": "kanarie@example.org", "phone": "+254722999001",
    "address": "Kanarie Court 4, Kilimani", "landmark": "kanarie blue gate", "note": "kanarie needs no bag",
    "searched": "kanarie zzyzx", "tracking": "KANARIE-77", "url": "https://courier.example/kanarie",
    "reason": "Kanarie's gate is shut",
}  # fmt: skip
#: What the staff wrote for itself.
REMARK = "kanarie is kind"


def test_every_table_that_leads_to_people_is_declared() -> None:
    """Nobody may forget to say what becomes of a new one."""
    declared = {each.table: each for each in personal()}
    assert set(declared) <= set(tables())
    for table, columns in tables().items():
        if leads := columns & {"contact", "conversation", "phone", "email", "order_id", "cart"}:
            assert table in declared, (table, leads)
        if leads & {"contact", "conversation", "phone", "email"}:
            assert not declared[table].nobody, (table, leads)


#: What an order keeps.
BOOKS = ("number", "lines", "total", "discount", "delivery_fee", "code", "payment", "placed_at")


@BOTH
async def test_of_who_is_erased_nothing_is_left(
    world: World, shelf: Shelf, ana: Contact, ben: Contact
) -> None:
    """No word of theirs stands in any table, and no row of the shop's leads to them; the order stays."""
    order = await lived(world, shelf, ana)
    await ben.says("add mango 2")
    held = await holding(world, [order["contact"], order["conversation"], *TOLD.values(), REMARK])
    assert set(WITH) <= held, set(WITH) - held
    asked = await world.request("POST", f"/api/v1/contacts/{order['contact']}/erase", key=True)
    await finished(world, ben, f"/api/v1/erasures/{asked.json()['id']}")
    left = await holding(world, [order["contact"], order["conversation"], "kanarie", "254722999001"])
    assert left == set()
    kept = await the_order(world)
    assert [kept[name] for name in BOOKS] == [order[name] for name in BOOKS]
    assert (kept["payment_state"], kept["fulfilment"], kept["paid"]) == ("paid", "shipped", order["total"])
    assert await world.db().value("select count(*) from commerce_cart where tenant = :tenant") == 1


@BOTH
async def test_who_asks_is_given_all_of_it(world: World, shelf: Shelf, ana: Contact, ben: Contact) -> None:
    """Every word of theirs; nothing that the staff wrote for itself."""
    order = await lived(world, shelf, ana)
    asked = await world.request("POST", f"/api/v1/contacts/{order['contact']}/export", key=True)
    done = await finished(world, ben, f"/api/v1/exports/{asked.json()['id']}")
    async with aiohttp.ClientSession() as session, session.get(done["url"]) as answer:
        given = zipfile.ZipFile(io.BytesIO(await answer.read())).read("data.json").decode()
    for what in (*TOLD.values(), order["number"], "Mango", "till-9", "KARIBU"):
        assert what in given, what
    assert REMARK not in given


#: The tables that a customer comes into by what `lived` does.
WITH = (
    "commerce_address", "commerce_cart", "commerce_customer", "commerce_missed", "commerce_notice",
    "commerce_order", "commerce_order_event", "commerce_owner", "commerce_redemption", "commerce_shipment",
    "commerce_sight", "commerce_step", "commerce_try", "commerce_waiting",
)  # fmt: skip


async def lived(world: World, shelf: Shelf, who: Contact) -> dict[str, Any]:
    """*who* bought, asked, guessed, waits and is an owner too; the staff sent it. The order as it was."""
    code = {"code": "KARIBU", "percent": "10"}
    assert (await world.request("POST", "/p/commerce/codes", key=True, json=code)).status < 300
    await who.says("OWNER wrong-guess")
    await who.says("OWNER MWENYE-7788")
    await press(who, "wait", shelf["TOM-1KG"])
    await who.says(f"search {TOLD['searched']}")
    await press(who, "add", shelf["MNG-EA"], 3)
    await who.says("code KARIBU")
    await who.says("code guessed")
    await who.says(f"note {TOLD['note']}")
    await play(who, "checkout", TOLD["name"], TOLD["email"], TOLD["phone"], "▸delivery", TOLD["address"])
    await play(who, TOLD["landmark"], "▸on_delivery", "▸confirm")
    order = await the_order(world)
    await act(world, order["id"], "note", text=REMARK)
    await act(world, order["id"], "ship", tracking=TOLD["tracking"], url=TOLD["url"], carrier="Boda")
    await update(world, tracking=TOLD["tracking"], status="out_for_delivery")
    await update(world, tracking=TOLD["tracking"], status="failed", reason=TOLD["reason"])
    await act(world, order["id"], "payments", amount=f"{order['total'] / 100:.2f}", method="cash",
              reference="till-9")  # fmt: skip
    await press(who, "add", shelf["BAN-1"], 1)
    return order


async def holding(world: World, words: list[str]) -> set[str]:
    """The tables of the shop in which one of *words* stands, in whatever case."""
    found = set()
    for table in tables():
        rows = await world.db().all(f"select * from {table} where tenant = :tenant")
        text = repr([tuple(row) for row in rows]).lower()
        found |= {table for word in words if word.lower() in text}
    return found


def tables() -> dict[str, set[str]]:
    """The shop's tables, with their columns."""
    db = MemoryDb().plain
    names = [row["name"] for row in db.execute("select name from sqlite_master where type = 'table'")]
    return {name: {row["name"] for row in db.execute(f"pragma table_info({name})")} for name in names}
