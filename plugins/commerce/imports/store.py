"""What an import does where the database is: each function is one transaction, called from the terminal by
`CliContext.work`."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from gateway import Db, queries
from plugins.commerce.catalogue.row import Done, Row
from plugins.commerce.catalogue.write import put_products
from plugins.commerce.common.ids import micros, new_id

SQL = queries(Path(__file__).with_name("imports.sql"))


class File(Struct, frozen=True):
    """The file that is taken in. *id* is that of this run; *lenient* leaves the stock of a row as it is where
    orders have more of it than the row says, and takes the rest; *dry* writes nothing."""

    sha256: str
    options: str
    name: str
    currency: str
    id: str = ""
    lenient: bool = True
    dry: bool = False


async def currency(db: Db) -> str:
    """In which currency the shop sells; "" when it has nothing yet."""
    return str(await db.value(SQL["currency"]) or "")


async def begin(db: Db, given: dict[str, Any]) -> dict[str, Any]:
    """Note that a file is being taken in. *rows* is the last one that was taken of it by a run that did not
    come to its end, 0 for none; *before* when it was taken in whole, "" for never."""
    file = msgspec.convert(given, File)
    now = datetime.now(UTC)
    row = await db.one(SQL["seen"], sha256=file.sha256, options=file.options)
    if row is not None and not row["ended_at"] and row["rows"]:
        moved = await db.run(SQL["go_on"], sha256=file.sha256, options=file.options, id=(id := new_id(now)))
        return {"id": id, "rows": row["rows"] if moved else 0, "refused": row["refused"], "before": ""}
    ended = row["ended_at"] if row is not None else 0
    values = {"sha256": file.sha256, "options": file.options, "name": file.name, "now": micros(now)}
    await db.run(SQL["start"], **values, id=(id := new_id(now)))
    before = datetime.fromtimestamp(ended // 1_000_000, UTC).strftime("%Y-%m-%d %H:%M UTC") if ended else ""
    return {"id": id, "rows": 0, "refused": 0, "before": before}


async def take(
    db: Db, given: dict[str, Any], rows: list[dict[str, Any]], until: int, refused: int
) -> dict[str, Any]:
    """Write *rows* (fields of `Row`), and that the file was read *until* this row; *refused* of them were
    not even sent. Returns what became of each: `results`; `seconds` that it took, and `where`; `lost` when
    another run of the same file goes on in the place of this one."""
    started = time.perf_counter()
    file = msgspec.convert(given, File)
    if not file.dry:
        kept = await db.one(SQL["seen"], sha256=file.sha256, options=file.options)
        if kept is None or kept["id"] != file.id:
            return {"results": [], "seconds": 0.0, "lost": True, "where": ""}
    done = await _put(db, file, [msgspec.convert(row, Row) for row in rows])
    if not file.dry:
        counts = {what: sum(each.result == what for each in done) for what in _COUNTED}
        counts["refused"] += refused
        await db.run(
            SQL["went_on"], sha256=file.sha256, options=file.options, id=file.id, rows=until, **counts
        )
    return {
        "results": msgspec.to_builtins(done), "seconds": time.perf_counter() - started, "lost": False,
        "where": where(),
    }  # fmt: skip


def where() -> str:
    """The process and the thread of whoever asks."""
    return f"{os.getpid()}.{threading.get_ident()}"


_COUNTED = ("created", "updated", "unchanged", "refused")


async def _put(db: Db, file: File, rows: Sequence[Row]) -> list[Done]:
    """Write *rows*; those whose stock alone is refused once more without it, where that is allowed."""
    if not rows:
        return []
    how: dict[str, Any] = {
        "currency": file.currency,
        "now": datetime.now(UTC),
        "actor": "import",
        "dry": file.dry,
    }
    done = list(await put_products(db, rows, **how))
    again = [at for at, each in enumerate(done) if file.lenient and _only_stock(each)]
    if again:
        rest = [msgspec.structs.replace(rows[at], stock=None) for at in again]
        for at, each in zip(again, await put_products(db, rest, **how), strict=True):
            done[at] = msgspec.structs.replace(each, faults=done[at].faults or each.faults)
    return done


def _only_stock(done: Done) -> bool:
    return done.result == "refused" and {fault.field for fault in done.faults} == {"stock"}


async def end(db: Db, given: dict[str, Any]) -> None:
    """The file was taken in to its last row."""
    file = msgspec.convert(given, File)
    now = micros(datetime.now(UTC))
    await db.run(SQL["ended"], sha256=file.sha256, options=file.options, id=file.id, now=now)


async def page(db: Db, after: str, most: int) -> list[dict[str, Any]]:
    """Variants with their products behind the variant *after*."""
    return [dict(row) for row in await db.all(SQL["page"], after=after, most=most)]


async def languages(db: Db, after: str, most: int) -> dict[str, Any]:
    """In which languages products behind *after* have names and descriptions, and the last of them: "" when
    there are no more."""
    rows = await db.all(SQL["languages"], after=after, most=most)
    found = {
        f"{name}_{code}"
        for row in rows
        for name, texts in (("name", row["names"]), ("description", row["descriptions"]))
        for code, text in msgspec.json.decode(texts).items()
        if text
    }
    return {"columns": sorted(found), "after": rows[-1]["id"] if len(rows) == most else ""}


#: The columns of a file by the fields of `Row`, where they differ.
COLUMN_OF = {
    "product": "parent_sku", "compare_at": "compare_at_price", "weight": "weight_g", "title": "variant_title",
    "variant_status": "status", "names": "name", "descriptions": "description",
}  # fmt: skip
