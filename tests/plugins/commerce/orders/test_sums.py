"""What an order costs adds up wherever it is shown: lines, discount, delivery, tax, rounding."""

from __future__ import annotations

import html
import re

from gateway.testing import Contact, World
from tests.plugins.commerce.goods import Shelf
from tests.plugins.commerce.orders.placed import place

#: 2 × 50.00 less 10.00, with 16 % on top, 250.00 for delivery, rounded down: 354.
BILL = {
    "subtotal": 10_000, "discount": 1_000, "tax": 1_440, "tax_included": 0, "rounding": -40,
    "total": 35_400, "code": "KARIBU10",
}  # fmt: skip


async def test_the_column_adds_up_in_the_chat_and_on_the_page(
    world: World, ana: Contact, shelf: Shelf
) -> None:
    """A line at its price times its quantity: the discount and the tax are counted below."""
    order = await place(world, ana, {"MNG-EA": 2}, **BILL)
    await world.db().run(
        "update commerce_order_line set discount = 1000, tax = 1440, total = 10440"
        " where tenant = :tenant and order_id = :id",
        id=order.id,
    )
    await ana.says("status")
    shown = (await ana.sees(order.number)).text
    assert _column(shown.partition("2 ×")[2].partition("\n\n")[0]) == [100, -10, 250, 14.4, -0.4, 354]
    link = next(word for word in shown.split() if "/o/" in word)
    page = html.unescape((await world.request("GET", link)).text)
    table = re.sub(r"<[^>]+>", " ", page.partition("<table>")[2].partition("</table>")[0])
    assert _column(table) == [100, -10, 250, 14.4, -0.4, 354]


def _column(text: str) -> list[float]:
    """The amounts that stand in *text*."""
    found = re.findall(r"([-−]?)\s*(?:KES|Ksh)\s*([-−]?)\s*([0-9.,]+)", text)
    return [(-1 if minus or inside else 1) * float(n.replace(",", "")) for minus, inside, n in found]
