"""What orders hold of people: a shop keeps its books, so orders stay, without the person."""

from __future__ import annotations

from pathlib import Path

from gateway import Db, PersonalData, Subject, queries

SQL = queries(Path(__file__).with_name("personal.sql"))
_LINES = "what was sold: it leads to nobody without its order"


async def _words(db: Db, subject: Subject) -> None:
    """What people wrote into the timeline and why: of the orders that still lead to the person."""
    for each in ("events", "parcels"):
        await db.run(SQL[each], contact=subject.contact)


PERSONAL = (
    PersonalData("commerce_notice", contact="contact"),
    PersonalData("commerce_order_event", erase=_words),
    PersonalData(
        "commerce_order",
        contact="contact",
        blank={
            "contact": "", "conversation": "", "name": "", "email": "", "phone": "", "address": "{}",
            "note": "",
            "cancel_reason": "",
        },
    ),
    PersonalData("commerce_order_line", nobody=_LINES),
    PersonalData("commerce_order_act", nobody="keys of what was asked for"),
    PersonalData("commerce_payment", nobody="the shop's books: an order, an amount, a reference"),
    PersonalData("commerce_shipment", nobody="numbers of parcels; their links go with the timeline"),
)  # fmt: skip
