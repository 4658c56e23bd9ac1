"""What orders hold of people: a shop keeps its books, so orders stay, without the person. Who asks for what
is known gets the orders with all that belongs to them, but for the staff's own remarks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from gateway import Db, PersonalData, Subject, queries

SQL = queries(Path(__file__).with_name("personal.sql"))


async def _words(db: Db, subject: Subject) -> None:
    """What people wrote into the timeline and why: of the orders that still lead to the person."""
    await db.run(SQL["events"], contact=subject.contact)


async def _numbers(db: Db, subject: Subject) -> None:
    """Numbers of parcels, by which their carriers know who lives where."""
    await db.run(SQL["parcels"], contact=subject.contact)


async def _nothing(db: Db, subject: Subject) -> None:
    """It leads to nobody once its order does not."""


def _told(name: str) -> Callable[[Db, Subject], Awaitable[Sequence[Mapping[str, Any]]]]:
    async def told(db: Db, subject: Subject) -> Sequence[Mapping[str, Any]]:
        rows = await db.all(SQL[name], contact=subject.contact)
        return [{column: row[column] for column in list(row.keys())} for row in rows]

    return told


PERSONAL = (
    PersonalData("commerce_notice", contact="contact"),
    PersonalData("commerce_order_event", erase=_words, export=_told("told")),
    PersonalData("commerce_shipment", erase=_numbers, export=_told("sent")),
    PersonalData("commerce_order_line", erase=_nothing, export=_told("lines")),
    PersonalData("commerce_payment", erase=_nothing, export=_told("paid")),
    PersonalData(
        "commerce_order",
        contact="contact",
        blank={
            "contact": "", "conversation": "", "name": "", "email": "", "phone": "", "address": "{}",
            "note": "", "cancel_reason": "",
        },
    ),
    PersonalData("commerce_order_act", nobody="keys of what was asked for"),
)  # fmt: skip
