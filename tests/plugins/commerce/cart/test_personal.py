"""A customer who is erased leaves no cart, and a code that was used stays used."""

from __future__ import annotations

import pytest

from gateway.testing import Contact, World
from tests.plugins.commerce.goods import Shelf


@pytest.mark.database("sqlite", "postgres")
async def test_an_erased_customer(world: World, shelf: Shelf, ana: Contact, ben: Contact) -> None:
    """Carts, lines, notes and guesses go; redemptions stay without the person; an own code counts no more."""
    db = world.db()
    for who in (ana, ben):
        await who.says("add mango 2")
        await who.says("note please ring")
        await who.says("code guess")
    where = await world.conversation(ana)
    contact = await db.value(
        "select contact from commerce_cart where tenant = :tenant and conversation = :where", where=where
    )
    await db.run(
        "insert into commerce_code (tenant, code, kind, value, contact, used, created_at)"
        " values (:tenant, 'HERS', 'percentage', 1000, :contact, 1, 1)",
        contact=contact,
    )
    await db.run(
        "insert into commerce_redemption (tenant, code, order_id, contact, phone, amount, at)"
        " values (:tenant, 'HERS', 'o1', :contact, '+254711000001', 500, 1)",
        contact=contact,
    )
    answer = await world.request("POST", f"/api/v1/contacts/{contact}/erase", key=True)
    assert answer.status == 202
    path = f"/api/v1/erasures/{answer.json()['id']}"
    for _ in range(100):  # it goes on beside the work, round by round
        if (await world.request("GET", path, key=True)).json()["state"] == "done":
            break
        await ben.waits("1m")
    counts = {
        table: await db.value(f"select count(*) from commerce_{table} where tenant = :tenant")
        for table in ("cart", "cart_line", "try")
    }
    assert counts == {"cart": 1, "cart_line": 1, "try": 1}
    redeemed = await db.one("select contact, phone, amount from commerce_redemption where tenant = :tenant")
    assert redeemed is not None
    assert tuple(redeemed[name] for name in ("contact", "phone", "amount")) == ("", "", 500)
    own = await db.one("select contact, active from commerce_code where tenant = :tenant")
    assert own is not None
    assert (own["contact"], own["active"]) == ("", 0)
