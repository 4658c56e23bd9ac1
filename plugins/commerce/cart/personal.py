"""What carts hold of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gateway import Db, PersonalData, Subject
from plugins.commerce.cart.cart import SQL


async def erase_lines(db: Db, subject: Subject) -> None:
    """What was in the carts of *subject*."""
    await db.run(SQL["erase_lines"], contact=subject.contact)


async def export_lines(db: Db, subject: Subject) -> Sequence[Mapping[str, Any]]:
    """What was in the carts of *subject*."""
    return [dict(row) for row in await db.all(SQL["export_lines"], contact=subject.contact)]


PERSONAL = (
    PersonalData("commerce_cart_line", erase=erase_lines, export=export_lines),
    PersonalData("commerce_cart", contact="contact"),
)
