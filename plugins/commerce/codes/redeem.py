"""A code is used up with the order that it is used for, in the same transaction, and given back when the
order comes to nothing."""

from __future__ import annotations

from gateway import Db


async def redeem(db: Db, code: str, order: str, contact: str, phone: str, amount: int, now: int) -> bool:
    """Use *code* for *order*; False when its limit was reached meanwhile, and nothing is written. Twice
    for one order is once."""
    raise NotImplementedError


async def give_back(db: Db, order: str) -> None:
    """Whatever code was used for *order* may be used again. Twice is once."""
    raise NotImplementedError
