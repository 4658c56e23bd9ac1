"""The API of stock: `/p/commerce/stock`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct

from gateway import ApiRequest, PluginRoute, Problem, api, queries
from plugins.commerce.browse.tell import look_soon
from plugins.commerce.catalogue.shapes import moment
from plugins.commerce.catalogue.sku import harmless
from plugins.commerce.common.ids import micros
from plugins.commerce.common.spread import all_of
from plugins.commerce.owner.alerts import watch
from plugins.commerce.stock import bulk, level

SQL = queries(Path(__file__).with_name("api.sql"))
_LATEST = 2**62


class StockForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of a variant's stock: *on_hand* is what was counted, *delta* what came or went; one of the
    two, or neither to change only how it is counted. The owner is told when less than *low_at* is left.
    With a *key* it is done once: send it again with the same one when you do not know what became of it."""

    sku: Annotated[str, Meta(max_length=200)]
    on_hand: Annotated[int, Meta(ge=0, le=level.MOST)] | None = None
    delta: Annotated[int, Meta(ge=-level.MOST, le=level.MOST)] | None = None
    tracked: bool | None = None
    backorder: bool | None = None
    low_at: Annotated[int, Meta(ge=0, le=level.MOST)] | None = None
    reason: Literal["restock", "return", "damage", "correction"] = "correction"
    reference: Annotated[str, Meta(max_length=200)] = ""
    key: Annotated[str, Meta(max_length=100)] = ""


class StockList(Struct, frozen=True, forbid_unknown_fields=True):
    """Changes, made in their order; one that cannot be stops no other."""

    items: Annotated[list[StockForm], Meta(min_length=1, max_length=1_000)]


class StockResult(Struct, frozen=True):
    """What became of a change: how much can be sold now, or why nothing was changed."""

    sku: str
    result: Literal["done", "refused"]
    left: int | None = None
    detail: str = ""


class StockResults(Struct, frozen=True):
    """Of each change, in their order."""

    items: list[StockResult]
    refused: int


class MovesOf(Struct, frozen=True):
    """The moves of one variant, newest first; *cursor* is that of the page before."""

    sku: Annotated[str, Meta(min_length=1, max_length=200)]
    cursor: Annotated[str, Meta(pattern=r"^(|\d{1,18}-[0-9A-Z]{1,40})$")] = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class Move(Struct, frozen=True):
    """What came or went. *reason* is sale, restock, return, damage, correction or import."""

    id: str
    sku: str
    delta: int
    reason: str
    reference: str
    actor: str
    at: datetime


class Moves(Struct, frozen=True):
    """A page of moves; *cursor* is null on the last."""

    items: list[Move]
    cursor: str | None


async def change_stock(request: ApiRequest) -> StockResults:
    """Count and move stock: what was counted, what came, what was damaged."""
    forms: list[StockForm] = request.body.items
    ids = await _variants(request, [form.sku for form in forms])
    changes = [_change(form, ids.get(form.sku, "")) for form in forms]
    able = [each for each in changes if _able(each)]
    why = bulk.Why("correction", f"key {request.key}", request.now)
    levels = iter(await bulk.change(request.db, able, why))
    told = [
        _told(form, each, next(levels) if _able(each) else None)
        for form, each in zip(forms, changes, strict=True)
    ]
    touched = [each.variant for each in able]
    await watch(request.db, request.settings, touched, micros(request.now))
    await look_soon(request, touched)
    return StockResults(told, sum(each.result == "refused" for each in told))


async def moves(request: ApiRequest) -> Moves:
    """What came and went of a variant, and why."""
    asked: MovesOf = request.query
    ids = await _variants(request, [asked.sku])
    if not ids:
        raise Problem(404, "no_such_variant", "no variant of yours has this SKU", pointer="/sku")
    at, _, last = asked.cursor.partition("-")
    rows = await request.db.all(
        SQL["moves"], variant=ids[asked.sku], at=int(at or _LATEST), id=last, most=asked.limit + 1
    )
    shown = [
        Move(
            row["id"],
            row["sku"],
            row["delta"],
            row["reason"],
            row["reference"],
            row["actor"],
            moment(row["at"]),
        )
        for row in rows[: asked.limit]
    ]
    end = rows[asked.limit - 1] if len(rows) > asked.limit else None
    return Moves(shown, f"{end['at']}-{end['id']}" if end else None)


async def _variants(request: ApiRequest, skus: Sequence[str]) -> dict[str, str]:
    rows = await all_of(request.db, SQL["variants"], "ids", [harmless(sku) for sku in skus])
    return {row["sku"]: row["id"] for row in rows}


def _change(form: StockForm, variant: str) -> bulk.Change:
    return bulk.Change(
        variant, form.on_hand, form.delta, form.tracked, form.backorder, form.low_at, form.reason,
        harmless(form.reference), harmless(form.key),
    )  # fmt: skip


def _able(change: bulk.Change) -> bool:
    return bool(change.variant) and (change.on_hand is None or change.delta is None)


def _told(form: StockForm, change: bulk.Change, found: level.Level | None) -> StockResult:
    if found is not None:
        return StockResult(form.sku, "done", found.after)
    if not change.variant:
        detail = "no variant has this SKU: it is written with its signs and capitals, as GET /products shows"
    elif form.on_hand is not None and form.delta is not None:
        detail = "write on_hand for what was counted, or delta for what came and went, not both"
    else:
        detail = "less would be there than orders were promised: see reserved at GET /products?q=SKU"
    return StockResult(form.sku, "refused", detail=detail)


ROUTES: tuple[PluginRoute, ...] = (
    api("POST", "/stock", change_stock, body=StockList, answer=StockResults),
    api("GET", "/stock/moves", moves, query=MovesOf, answer=Moves),
)
