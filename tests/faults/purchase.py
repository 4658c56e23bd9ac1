"""A purchase in the shop, from the first word to the order's status: for the run that kills the gateway
between every two messages. However often that happens, it is one order."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from tests.faults.process import GatewayProcess
from tests.faults.script import Script, rows
from tests.faults.site import Database
from tests.support.house import House

#: The shop: two things, of which there are a few; delivered in two zones, or collected.
GOODS = """\
sku,name,category,price,currency,stock,description
MNG-EA,Mango,Fruit,50.00,KES,{stock},Sweet
TS-RED-M,T-shirt,Clothes,1299.00,KES,5,Cotton
"""
SETTINGS: dict[str, Any] = {
    "name": "Duka Moja",
    "currency": "KES",
    "zones": [
        {"id": "nairobi", "name": "Nairobi", "fee": "250", "areas": ["Kilimani"]},
        {"id": "kenya", "name": "Rest of Kenya", "fee": "450"},
    ],
    "pickup": [{"id": "shop", "name": "Our shop", "address": "Moi Avenue 12"}],
    "payment_instructions": "Paybill 123456, account {number}, {total}",
}
ACTS = (
    "add MNG-EA 2", "add TS-RED-M", "cart", "checkout", "1234", "Amina", "amina@gmial.com", "▸Yes", "back",
    "▸Yes", "0712 345 678", "▸Delivery", "House 4, Kilimani", "blue gate", "▸Pay on delivery", "▸Change",
    "▸Name", "Amina W.", "▸Confirm", "status",
)  # fmt: skip
#: A gateway that is started forty times on a busy machine hears of a status a little later.
HOLD = "5s"
#: The shortest way to an order.
BRIEF_ACTS = (
    "add MNG-EA 2", "checkout", "Amina", "▸Skip", "0712 345 678", "▸Our shop", "▸Pay when you collect",
    "▸Confirm",
)  # fmt: skip
_DRAWN = (
    (re.compile(r"/p/commerce/(\w)/[\w-]+"), r"/p/commerce/\1/…"),
    (re.compile(r"\b[0-9A-HJKMNP-TV-Z]{7}\b"), "NUMBER"),
    (re.compile(r"http://127\.0\.0\.1:\d+"), "http://here"),
    (re.compile(r"\d{1,2}:\d\d(:\d\d)?"), "TIME"),
)


def install(house: House) -> None:
    """The shop's settings for every line of *house*."""
    for line in house.lines.values():
        line.plugin_settings["commerce"] = SETTINGS


def stocked(process: GatewayProcess, folder: Path, stock: int = 10) -> None:
    """Take the goods in, *stock* of the first."""
    file = folder / "goods.csv"
    file.write_text(GOODS.format(stock=stock))
    process.run("commerce", "import", str(file))


def plain(line: str) -> str:
    """A line of the phone without what is drawn anew for each order: its number, links, times."""
    for pattern, instead in _DRAWN:
        line = pattern.sub(instead, line)
    return line


def leaves(total: int, name: str, lines: dict[str, int]) -> Callable[[Database], Awaitable[Sequence[str]]]:
    """What says what is not as one order of *total* by *name*, with *lines* (SKU to quantity), leaves it."""

    async def broken(database: Database) -> Sequence[str]:
        found = {
            "orders": await rows(database, "select count(*), sum(total), min(name) from commerce_order"),
            "lines": await rows(database, "select sku, qty from commerce_order_line order by sku"),
            "reserved": await rows(database, "select reserved from commerce_stock where reserved > 0"),
            "held": await rows(database, "select qty, state from commerce_reservation"),
            "placed": await rows(database, "select count(*) from commerce_order_event where kind = 'placed'"),
            "open": await rows(database, "select count(*) from flow"),
        }
        expected: dict[str, list[tuple[Any, ...]]] = {
            "orders": [(1, total, name)],
            "lines": sorted(lines.items()),
            "reserved": [(qty,) for qty in lines.values()],
            "held": [(qty, "committed") for qty in lines.values()],
            "placed": [(1,)],
            "open": [(0,)],
        }
        return [
            f"{what}: {found[what]}" for what in expected if sorted(found[what]) != sorted(expected[what])
        ]

    return broken


def _prepare(process: GatewayProcess, folder: Path) -> None:
    stocked(process, folder)


_ALL = leaves(164900, "Amina W.", {"MNG-EA": 2, "TS-RED-M": 1})
PURCHASE = Script(ACTS, ("commerce",), install, _prepare, plain, _ALL, HOLD)
_BRIEF = leaves(10000, "Amina", {"MNG-EA": 2})
BRIEF = Script(BRIEF_ACTS, ("commerce",), install, _prepare, plain, _BRIEF, HOLD)
