"""`gateway commerce export FILE`: everything that the shop sells, in the columns that an import reads."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, TextIO

import msgspec

from gateway import CliContext
from plugins.commerce.common.money import major
from plugins.commerce.imports import store
from plugins.commerce.imports.columns import COLUMNS
from plugins.commerce.imports.guard import guarded

#: Rows that are read at once.
PAGE = 500
_STANDARD = "\ufeff"


async def export(file: Path, context: CliContext) -> int:
    """Write every variant into *file* ("-" for the terminal), row by row."""
    columns = [*COLUMNS, *await _languages(context)]
    terminal = str(file) == "-"
    opened = nullcontext(sys.stdout) if terminal else file.open("w", newline="", encoding="utf-8")
    with opened as text:
        if not terminal:
            text.write(_STANDARD)
        rows = await _write(text, columns, context)
    if not terminal:
        print(f"{rows:,} rows in {file}")
    return 0


async def _write(text: TextIO, columns: Sequence[str], context: CliContext) -> int:
    out = csv.writer(text)
    out.writerow(columns)
    count, after = 0, ""
    while page := await context.work(store.page, after, PAGE):
        for row in page:
            cells = cells_of(row)
            out.writerow([guarded(cells.get(column, "")) for column in columns])
        count, after = count + len(page), page[-1]["id"]
    return count


async def _languages(context: CliContext) -> list[str]:
    """Columns such as name_es, for the languages that there are."""
    found: set[str] = set()
    after = ""
    while True:
        answer = await context.work(store.languages, after, PAGE)
        found |= set(answer["columns"])
        after = answer["after"]
        if not after:
            return sorted(found, key=lambda column: (column.startswith("description"), column))


def cells_of(row: Mapping[str, Any]) -> dict[str, str]:
    """A variant with its product as the cells of a file, by column."""
    own = row["code"] == row["sku"]
    cells = {
        "sku": row["sku"],
        "parent_sku": "" if own else row["code"],
        "category": row["path"] or "",
        "price": major(row["price"], row["currency"]),
        "compare_at_price": major(row["compare_at"], row["currency"]) if row["compare_at"] else "",
        "stock": "" if row["on_hand"] is None else str(row["on_hand"]),
        "image_url": row["image_source"],
        "options": options_of(msgspec.json.decode(row["options"])),
        "variant_title": row["title"],
        "weight_g": str(row["weight"] or ""),
        "status": row["status"] if own else row["variant_status"],
        "featured": "yes" if row["featured"] else "no",
    }
    same = ("name", "currency", "unit", "description", "barcode", "tax_class", "tags", "retailer_id")
    cells |= {column: row[column] for column in same}
    for column, texts in (("name", row["names"]), ("description", row["descriptions"])):
        cells |= {f"{column}_{code}": text for code, text in msgspec.json.decode(texts).items()}
    return cells


def options_of(options: Mapping[str, str]) -> str:
    """ "Size=M;Colour=Red", as `cells` reads it."""
    return ";".join(f"{_escaped(name)}={_escaped(value)}" for name, value in options.items())


def _escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "\\;=" else sign for sign in text)
