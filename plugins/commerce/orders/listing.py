"""Lists of orders and notices for the staff: newest first, a page at a time, as fast with a million orders.

A cursor is where a page ended: the time and the id of its last row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from gateway import Db, queries
from plugins.commerce.orders.notice import Notice, notice_of
from plugins.commerce.orders.number import read_number
from plugins.commerce.orders.order import Order, order_from

SQL = queries(Path(__file__).with_name("list.sql"))
#: Behind every row.
_FIRST = (2**62, "~")


class Wanted(Struct, frozen=True):
    """Which orders; "" and 0 is any. *since* and *until* are microseconds UTC. *q* is a number, a phone
    number with its country's code, or a parcel's tracking number."""

    state: str = ""
    payment: str = ""
    fulfilment: str = ""
    contact: str = ""
    since: int = 0
    until: int = 0
    q: str = ""
    cursor: str = ""
    limit: int = 50


async def orders(db: Db, wanted: Wanted) -> tuple[Sequence[Order], str]:
    """A page of orders without their lines, and the cursor of the next page, "" when there is none. Raises
    `ValueError` for a cursor that is not ours."""
    values: dict[str, Any] = {
        name: value
        for name in ("state", "payment", "fulfilment", "contact", "since", "until")
        if (value := getattr(wanted, name))
    }
    values |= _searched(wanted.q.strip())
    sql = SQL["base"] + "".join(f" {SQL[name]}" for name in values)
    if wanted.cursor:
        sql += f" {SQL['behind']}"
        values["at"], values["id"] = place_of(wanted.cursor)
    rows = await db.all(f"{sql} {SQL['page']}", **values, limit=wanted.limit + 1)
    found = [order_from(row) for row in rows[: wanted.limit]]
    more = len(rows) > wanted.limit
    return found, cursor_of(found[-1].placed_at, found[-1].id) if more else ""


async def notices(
    db: Db, state: str, cursor: str = "", limit: int = 50
) -> tuple[Sequence[tuple[str, Notice]], str]:
    """A page of notices in *state*, each with its order's number, newest first; and the next cursor."""
    at, id = place_of(cursor) if cursor else _FIRST
    rows = await db.all(SQL["notices"], state=state, at=at, id=id, limit=limit + 1)
    found = [(row["number"], notice_of(row)) for row in rows[:limit]]
    return found, cursor_of(found[-1][1].at, found[-1][1].id) if len(rows) > limit else ""


def cursor_of(at: int, id: str) -> str:
    """The cursor behind a row."""
    return f"{at}-{id}"


def place_of(cursor: str) -> tuple[int, str]:
    """Where *cursor* is. Raises `ValueError`."""
    at, dash, id = cursor.partition("-")
    if not (dash and id and at.isascii() and at.isdigit() and len(at) < 20):
        raise ValueError("this cursor is not one of ours: take it from the page before")
    return min(int(at), 2**62), id


def _searched(q: str) -> dict[str, str]:
    if not q:
        return {}
    if number := read_number(q):
        return {"number": number}
    digits = "".join(sign for sign in q if sign.isdigit())
    if len(digits) >= 7 and all(sign.isdigit() or sign in "+ ()-./" for sign in q):
        return {"phone": f"+{digits}"}
    return {"tracking": q}
