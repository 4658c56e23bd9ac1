"""Around orders: the terminal, the page of an order that there is not, people who are forgotten."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import aiohttp
import pytest

from gateway.testing import Contact, World
from tests.plugins.commerce.goods import Shelf
from tests.plugins.commerce.orders.placed import found, place
from tests.plugins.commerce.orders.test_story import act


async def finished(world: World, contact: Contact, path: str) -> dict[str, Any]:
    """What goes on beside the work, round by round, once it is done."""
    for _ in range(100):
        answer: dict[str, Any] = (await world.request("GET", path, key=True)).json()
        if answer["state"] == "done":
            return answer
        await contact.waits("1m")
    raise AssertionError(f"{path} does not end: {answer}")


async def test_orders_in_the_terminal(
    world: World, ana: Contact, shelf: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are listed, shown and acted on; the customer and other plugins hear of it soon after."""
    order = await place(world, ana, {"MNG-EA": 2})
    assert await world.runs("commerce orders list --state placed") == 0
    assert order.number in capsys.readouterr().out
    assert await world.runs(f"commerce orders ship {order.number} --carrier Boda --tracking BX-7") == 0
    assert f"{order.number}: accepted, unpaid, shipped" in capsys.readouterr().out
    assert await world.runs(f"commerce orders show {order.number.lower()}") == 0
    assert '"tracking": "BX-7"' in capsys.readouterr().out
    assert await world.runs(f"commerce orders pack {order.number}") == 1
    assert "Nothing of it is left to pack." in capsys.readouterr().out
    await ana.waits("16m")
    assert len([each for each in ana.inbox if "Tracking number: BX-7" in each.text]) == 1
    changed = [event.data for event in world.emitted if event.name == "order_changed"]
    assert [each["fulfilment"] for each in changed] == ["shipped"]


@pytest.mark.database("sqlite", "postgres")
async def test_who_is_forgotten_leaves_the_books_alone(world: World, ana: Contact, shelf: Shelf) -> None:
    """The order stays with its lines and money, without the person; its page is closed."""
    order = await place(world, ana, {"MNG-EA": 2}, note="Ring twice", email="ana@example.com")
    await act(world, order.id, "note", text="Ana is kind")
    await act(world, order.id, "ship", tracking="BX-1", url="https://courier.example/ana")
    await ana.says("status")
    link = next(word for word in (await ana.sees(order.number)).text.split() if "/o/" in word)
    erased = await world.request("POST", f"/api/v1/contacts/{order.contact}/erase", key=True)
    assert erased.status == 202
    await finished(world, ana, f"/api/v1/erasures/{erased.json()['id']}")
    kept = await found(world, order.id)
    assert (kept.number, kept.total, len(kept.lines)) == (order.number, order.total, 1)
    assert {kept.contact, kept.conversation, kept.name, kept.phone, kept.email, kept.note} == {""}
    assert kept.address == {}
    rows = await world.db().all("select data from commerce_order_event where tenant = :tenant")
    assert not any("kind" in row["data"] or "BX" in row["data"] for row in rows)
    assert await world.db().value("select count(*) from commerce_notice where tenant = :tenant") == 0
    assert (await world.request("GET", link)).status == 404


async def test_who_asks_gets_the_own_orders(world: World, ana: Contact, ben: Contact, shelf: Shelf) -> None:
    """With lines, parcels, payments and what happened; without the staff's remarks, and nobody else's."""
    order = await place(world, ana, {"MNG-EA": 2})
    other = await place(world, ben, {"BAN-1": 1})
    await act(world, order.id, "ship", tracking="BX-1")
    await act(world, order.id, "payments", amount="350", method="cash", reference="till-9")
    await act(world, order.id, "note", text="Ana is kind")
    asked = await world.request("POST", f"/api/v1/contacts/{order.contact}/export", key=True)
    done = await finished(world, ben, f"/api/v1/exports/{asked.json()['id']}")
    async with aiohttp.ClientSession() as session, session.get(done["url"]) as answer:
        kept = zipfile.ZipFile(io.BytesIO(await answer.read()))
    told = kept.read("data.json").decode()
    for known in (order.number, "Mango", "BX-1", "till-9"):
        assert known in told
    for unknown in (other.number, "Ana is kind"):
        assert unknown not in told
