"""The columns of a file: what they are called, in which words people write them, and in which order they are
written out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct
from rapidfuzz import process

from plugins.commerce.search.words import fold

#: As they are written out; the shop's languages come behind, as name_es and description_es.
COLUMNS = (
    "sku", "parent_sku", "name", "category", "price", "compare_at_price", "currency", "stock", "unit",
    "description", "image_url", "options", "variant_title", "barcode", "weight_g", "tax_class", "status",
    "tags", "retailer_id", "featured",
)  # fmt: skip

_ALIASES = {
    "sku": "item code, product code, code, item number, article, codigo, referencia, msimbo",
    "parent_sku": "parent, parent code, group, handle, grupo",
    "name": "title, item, product, product name, item name, nombre, producto, titulo, jina, bidhaa",
    "category": "categories, product type, department, categoria, aina, kundi",
    "price": "unit price, selling price, sale price, precio, bei",
    "compare_at_price": "compare at, old price, regular price, was, rrp, precio anterior, bei ya zamani",
    "currency": "moneda, sarafu",
    "stock": "qty, quantity, on hand, inventory, in stock, available, cantidad, existencias, idadi, akiba",
    "unit": "uom, unit of sale, unidad, kipimo",
    "description": "details, descripcion, detalles, maelezo",
    "image_url": "image urls, image, images, picture, photo, image link, imagen, foto, picha",
    "options": "variant options, opciones",
    "variant_title": "variant, variant name, variante",
    "barcode": "ean, upc, gtin, codigo de barras",
    "weight_g": "weight, grams, weight in grams, peso, gramos, uzito",
    "tax_class": "tax, impuesto, kodi",
    "status": "state, estado, hali",
    "tags": "keywords, etiquetas",
    "retailer_id": "content id, catalogue id, catalog id",
    "featured": "destacado",
}
_KNOWN = {name.replace("_", " "): name for name in COLUMNS} | {
    alias: name for name, aliases in _ALIASES.items() for alias in aliases.split(", ")
}
#: "name_es", "description (pt-BR)", "Nombre [es]".
_SPOKEN = re.compile(r"(.+?) (?:([a-z]{2,3})(?: ([a-z]{2}|[0-9]{3}))?)$")
_MONEY = ("price", "compare_at_price")


class Column(Struct, frozen=True):
    """What stands in a column: a *name* of `COLUMNS`, in a *language* ("" for the shop's own words).
    *written* is its header in the file; *currency* what it says beside it ("Price (KES)")."""

    name: str
    written: str
    language: str = ""
    currency: str = ""


class Header(Struct, frozen=True):
    """The *columns* of a file by their place (None for what is left out), and what is to be said of them:
    *problems*, with which no row can be taken, and *notes*."""

    columns: tuple[Column | None, ...]
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def currency(self) -> str:
        """The currency that a header names."""
        return next((column.currency for column in self.columns if column and column.currency), "")


def read_header(cells: Sequence[str]) -> Header:
    """What the cells of a file's first line mean."""
    columns = tuple(read_column(cell) for cell in cells)
    problems, notes = [], []
    seen: dict[tuple[str, str], str] = {}
    for cell, column in zip(cells, columns, strict=True):
        if column is None:
            if cell.strip():
                notes.append(f'the column "{_short(cell)}" is not known and is left out{_near(cell)}')
        elif (column.name, column.language) in seen:
            first = seen[column.name, column.language]
            problems.append(f'"{_short(first)}" and "{_short(cell)}" are both the {column.name}: keep one')
        else:
            seen[column.name, column.language] = cell
    if ("sku", "") not in seen:
        problems.insert(
            0,
            'no column is called "sku": the first line has to name the columns, such as '
            "sku,name,category,price,currency,stock,description (gateway commerce template prints one)",
        )
    return Header(columns, tuple(problems), tuple(notes))


def read_column(header: str) -> Column | None:
    """What *header* means; None when nobody knows."""
    words = re.sub(r"[^\w]+|_+", " ", fold(header.lstrip("\ufeff"))).strip()
    if words in _KNOWN:
        return Column(_KNOWN[words], header)
    found = _SPOKEN.fullmatch(words)
    if found is None or found[1] not in _KNOWN:
        return None
    name = _KNOWN[found[1]]
    if name in _MONEY and found[2] and len(found[2]) == 3:
        return Column(name, header, currency=found[2].upper())
    if name in ("name", "description"):
        return Column(name, header, language="-".join(filter(None, (found[2], (found[3] or "").upper()))))
    return None


def _near(header: str) -> str:
    """What it may have been meant for."""
    found = process.extractOne(fold(header).replace("_", " "), list(_KNOWN), score_cutoff=80)
    return f'; did you mean "{_KNOWN[found[0]]}"?' if found else ""


def _short(text: str) -> str:
    return " ".join(text.split())[:40]
