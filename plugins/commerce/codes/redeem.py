"""A code is used up with the order that it is used for, in the same transaction, and given back when the
order comes to nothing."""

from __future__ import annotations

from gateway import Db
from plugins.commerce.codes.code import SQL


async def redeem(db: Db, code: str, order: str, contact: str, phone: str, amount: int, now: int) -> bool:
    """Use *code* for *order*; False when its limit was reached meanwhile, and nothing is written. Twice
    for one order is once."""
    # This takes the code's row until the transaction ends: who uses it at the same time is counted below.
    row = await db.one(SQL["use"], code=code, contact=contact, now=now)
    if row is None:
        return await db.one(SQL["redeemed"], code=code, order=order) is not None
    used = 0
    if row["per_customer"]:
        used = await db.value(SQL["used_by"], code=code, contact=contact, phone=phone, order=order)
    if row["per_customer"] and used >= row["per_customer"]:
        await db.run(SQL["unuse"], code=code)
        return False
    written = {"code": code, "order": order, "contact": contact, "phone": phone, "amount": amount, "now": now}
    if not await db.run(SQL["redeem"], **written):
        await db.run(SQL["unuse"], code=code)
    return True


async def give_back(db: Db, order: str) -> None:
    """Whatever code was used for *order* may be used again. Twice is once."""
    for row in await db.all(SQL["give_back"], order=order):
        await db.run(SQL["unuse"], code=row["code"])
