"""One row of a file: from cells to what is written into the catalogue. What is wrong is said with what to
write instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from babel.numbers import is_currency
from msgspec import Struct

from plugins.commerce.imports.columns import Column, Header
from plugins.commerce.imports.guard import unguarded
from plugins.commerce.search.words import fold

#: Characters of a cell.
LONGEST = 10_000
#: What empties what is there; an empty cell leaves it as it is.
CLEAR = "-"
_YES = frozenset(("yes", "y", "true", "1", "x", "si", "ndiyo", "ndio"))
_NO = frozenset(("no", "n", "false", "0", "hapana"))
_SHILLINGS = {"KSH": "KES", "KSHS": "KES", "TSH": "TZS", "TSHS": "TZS", "USH": "UGX", "USHS": "UGX"}
_STATES = {
    "active": "active", "hidden": "hidden", "archived": "archived", "activo": "active", "oculto": "hidden",
    "archivado": "archived", "published": "active", "draft": "hidden",
}  # fmt: skip


class Problem(Struct, frozen=True):
    """What is wrong with a row: the *column*, why it cannot be taken, and what to write."""

    row: int
    sku: str
    column: str
    why: str
    fix: str = ""

    def __str__(self) -> str:
        sku = f" ({self.sku})" if self.sku else ""
        column = f", {self.column}" if self.column else ""
        return f"row {self.row}{sku}{column}: {self.why}{f'; {self.fix}' if self.fix else ''}"


class Wrong(ValueError):
    """A cell that cannot be read: why, and what to write."""

    def __init__(self, why: str, fix: str = "") -> None:
        super().__init__(why)
        self.why, self.fix = why, fix


def read_row(
    number: int, header: Header, cells: Sequence[str], stock: bool = True
) -> tuple[dict[str, Any], list[Problem]]:
    """The fields of `catalogue.row.Row` that row *number* has, and what is wrong with it. Without *stock*
    that column is not read."""
    row: dict[str, Any] = {}
    problems: list[Problem] = []
    sku = _sku(header, cells)
    if len(cells) > len(header.columns) and any(cell.strip() for cell in cells[len(header.columns) :]):
        problems.append(
            Problem(
                number, sku, "", f"it has {len(cells)} cells, and there are {len(header.columns)} columns",
                'put a text with separators into quotes: "red, large"',
            )
        )  # fmt: skip
    for column, cell in zip(header.columns, cells, strict=False):
        if column is None or (column.name == "stock" and not stock):
            continue
        try:
            _put(row, column, _plain(cell))
        except Wrong as wrong:
            problems.append(Problem(number, sku, column.written, wrong.why, wrong.fix))
    if row.get("product") and "status" in row:
        row["variant_status"] = row.pop("status")
    if not row.get("sku") and not problems:
        problems.append(
            Problem(number, "", "sku", "the SKU is missing", "give each row one, such as MNG-1KG")
        )
    return row, problems


def _sku(header: Header, cells: Sequence[str]) -> str:
    for column, cell in zip(header.columns, cells, strict=False):
        if column is not None and column.name == "sku":
            return " ".join(unguarded(cell).split())[:64]
    return ""


def _plain(cell: str) -> str | None:
    """A cell without the guard; None when it is to be emptied."""
    if len(cell) > LONGEST:
        raise Wrong(f"it has {len(cell):,} characters", f"{LONGEST:,} are the most")
    plain = cell.strip()
    return None if plain == CLEAR else unguarded(plain)


def _put(row: dict[str, Any], column: Column, said: str | None) -> None:
    """Put what a cell says into *row*: nothing for an empty one."""
    if said == "":
        return
    if column.language:
        row.setdefault(f"{column.name}s", {})[column.language] = said or ""
        return
    if column.name in _TEXTS:
        row[_TEXTS[column.name]] = said or ""
        return
    if column.name == "stock" and said is None:
        row["tracked"] = False
        return
    if said is None and column.name not in _EMPTY:
        raise Wrong(f"a {column.name} cannot be taken away", "leave the cell empty to keep what is there")
    field, read = _READ[column.name]
    row[field] = _EMPTY[column.name] if said is None else read(said)
    if column.currency:
        row.setdefault("currency", code_of(column.currency))


def _price(said: str) -> str:
    """A price as it is written, "1500.00"; anything else is explained."""
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", said):
        return said
    seems = re.sub(r"[^0-9.,]", "", said)
    if re.fullmatch(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", seems):
        seems = seems.replace(",", "")
    elif re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{3})*,[0-9]{1,2}", seems):
        seems = seems.replace(".", "").replace(",", ".")
    fix = seems if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", seems) and "-" not in said else "1500.00"
    raise Wrong(f'"{said[:40]}" is no price', f"write {fix}, without signs, spaces, letters or commas")


def _whole(said: str) -> int:
    plain = re.sub(r"\.0+$", "", said)
    if not re.fullmatch(r"[0-9]{1,12}", plain):
        fix = re.sub(r"[,' ]", "", plain)
        fix = fix if re.fullmatch(r"[0-9]{1,12}", fix) else "12"
        raise Wrong(f'"{said[:40]}" is no whole number', f"write it as {fix}")
    return int(plain)


def _yes(said: str) -> bool:
    word = fold(said)
    if word in _YES or word in _NO:
        return word in _YES
    raise Wrong(f'"{said[:40]}" is neither yes nor no', "write yes or no")


def _state(said: str) -> str:
    if found := _STATES.get(fold(said)):
        return found
    raise Wrong(f'"{said[:40]}" is no status', "write active, hidden or archived")


def code_of(said: str) -> str:
    """The code of a currency; "Ksh" is KES."""
    code = said.strip().upper()
    code = _SHILLINGS.get(code, code)
    if not is_currency(code):
        raise Wrong(f'"{said[:40]}" is no currency', "write its code of three letters, such as KES")
    return code


def _options(said: str) -> dict[str, str]:
    r""" "Size=M;Colour=Red"; a ; or = of a name or value stands behind a backslash."""
    found: dict[str, str] = {}
    for part in re.findall(r"(?:\\.|[^;\\])+", said):
        name, *values = re.findall(r"(?:\\.|[^=\\])+", part) or [""]
        if not part.strip():
            continue
        if len(values) != 1 or not name.strip() or not values[0].strip():
            raise Wrong(f'"{part.strip()[:40]}" is no option', "write them as Size=M;Colour=Red")
        found[_unescaped(name)] = _unescaped(values[0])
    return found


def _unescaped(said: str) -> str:
    return re.sub(r"\\(.)", r"\1", said).strip()


def _first(said: str) -> str:
    """Of several addresses the first: a product has one picture."""
    return said.split("|")[0].strip()


_TEXTS = {
    "parent_sku": "product", "category": "category", "unit": "unit", "description": "description",
    "variant_title": "title", "barcode": "barcode", "tax_class": "tax_class", "tags": "tags",
}  # fmt: skip
_READ: dict[str, tuple[str, Callable[[str], Any]]] = {
    "sku": ("sku", str), "name": ("name", str), "price": ("price", _price), "currency": ("currency", code_of),
    "compare_at_price": ("compare_at", _price), "stock": ("stock", _whole),
    "image_url": ("image_url", _first),
    "options": ("options", _options), "weight_g": ("weight", _whole), "status": ("status", _state),
    "retailer_id": ("retailer_id", str), "featured": ("featured", _yes),
}  # fmt: skip
#: What "-" makes of what is there.
_EMPTY: dict[str, Any] = {
    "compare_at_price": "0",
    "image_url": "",
    "options": {},
    "weight_g": 0,
    "featured": False,
}
