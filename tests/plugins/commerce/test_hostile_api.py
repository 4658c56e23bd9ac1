"""Whatever the API is sent, it answers for: never a 500, and nothing of it stays where it was refused."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from gateway.testing import Contact, World
from tests.plugins.commerce.goods import Shelf
from tests.plugins.commerce.orders.placed import place

BOTH = pytest.mark.database("sqlite", "postgres")
#: Bodies that are fine, by route; each of their fields is then sent as something that is not.
FINE: dict[str, dict[str, Any]] = {
    "POST /products": {
        "name": "Kiwi", "names": {"es": "Kiwi"}, "description": "Green", "descriptions": {"es": "Verde"},
        "category": "fruit", "status": "active", "featured": True, "unit": "piece", "tags": "green",
        "tax_class": "", "needs_delivery": True, "sort": 1, "image_url": "",
        "code": "KIWI",
        "variants": [{
            "sku": "KIWI-1", "title": "One", "titles": {"es": "Uno"}, "options": {"Size": "M"},
            "barcode": "4006381333931", "retailer_id": "kiwi", "price": "10", "compare_at": "12",
            "currency": "KES", "weight": 100, "min_qty": 1, "max_qty": 5, "step": 1, "status": "active",
            "sort": 1, "stock": 3, "tracked": True, "backorder": False, "low_at": 1,
        }],
    },
    "PATCH /products/mango": {
        "name": "Mango", "version": 1, "sort": 1, "category": "fruit",
        "variants": [{"id": "v-mng-ea", "sku": "MNG-EA", "price": "50", "stock": 3, "low_at": 1}],
    },
    "POST /products/batch": {"rows": [{
        "sku": "LIME-1", "parent": "LIME", "name": "Lime", "category": "Fresh > Fruit", "price": "10",
        "stock": 3, "currency": "KES",
    }]},
    "POST /products/mango/image": {"data": "/9j/AAAA", "media": "nope"},
    "POST /categories": {"name": "Nuts", "parent": "fresh", "emoji": "🥜", "sort": 1, "hidden": False},
    "PATCH /categories/fruit": {"name": "Fruits", "parent": "fresh", "emoji": "🥝", "sort": 1},
    "POST /stock": {"items": [{"sku": "MNG-EA", "delta": 1, "reason": "restock", "reference": "r"}]},
    "POST /codes": {
        "code": "TEN", "percent": "10", "min_subtotal": "1", "max_discount": "5", "category": "fruit",
        "contact": "somebody", "usage_limit": 5, "per_customer": 1, "starts_at": "2026-03-01",
        "ends_at": "2026-12-31", "title": "Ten",
    },
    "PATCH /codes/TEN": {
        "min_subtotal": "1", "max_discount": "5", "usage_limit": 5, "starts_at": "2026-03-01", "title": "T",
    },
    "PUT /synonyms": {"synonyms": [{"word": "sukuma", "means": "kale"}]},
    "POST /orders/{order}/accept": {"key": "k1", "by": "Ben"},
    "POST /orders/{order}/pack": {"key": "k2", "by": "Ben", "lines": {"1": 1}},
    "POST /orders/{order}/ship": {
        "key": "k3", "by": "Ben", "lines": {"1": 1}, "carrier": "Boda", "tracking": "B1",
        "url": "https://example.org/b1",
    },
    "POST /orders/{order}/deliver": {"key": "k4", "shipment": "s", "failed": True, "reason": "shut"},
    "POST /orders/{order}/cancel": {"key": "k5", "lines": {"1": 1}, "reason": "gone"},
    "POST /orders/{order}/payments": {"amount": "1", "method": "cash", "reference": "r", "currency": "KES"},
    "POST /orders/{order}/refunds": {"amount": "1", "method": "cash", "reference": "r", "currency": "KES"},
    "POST /orders/{order}/note": {"key": "k6", "text": "hm"},
    "POST /orders/{order}/notices/shipped": {"key": "k7"},
}  # fmt: skip
#: What is asked for, by route: each of its parameters too.
ASKED = {
    "/products": ("category", "status", "q", "cursor", "limit"),
    "/categories": ("cursor", "limit"),
    "/stock/moves": ("sku", "cursor", "limit"),
    "/codes": ("after", "limit"),
    "/orders": ("state", "payment", "contact", "from", "to", "q", "cursor", "limit"),
    "/notices": ("state", "cursor", "limit"),
    "/missed": ("days",),
    "/funnel": ("since", "until", "from", "to", "days"),
    "/day": ("day",),
}
IN_ADDRESS = ("/products/", "/codes/", "/orders/")
HOSTILE: tuple[Any, ...] = (
    "", " ", "\x00", "a\x00b", "{name}", "%s", "'; drop table commerce_order; --", "1e9", "-1", "NaN", "١٢",
    "x" * 10_240, "\u202eevil", "👑" * 300, "https://[::1", "javascript:alert(1)", "9999-12-31", "0001-01-01",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", -1, 0, 1.5, True, None, 2**63 - 1, 2**63,
    10**30, -(2**63), [], {}, {"x": "\x00"}, ["\x00"],
)  # fmt: skip


@BOTH
async def test_no_body_is_too_much(world: World, shelf: Shelf, ana: Contact) -> None:
    """Each field of each body with each of them."""
    order = (await place(world, ana, {"MNG-EA": 5})).id
    failed = []
    for route, body in FINE.items():
        method, path = route.replace("{order}", order).split(" ")
        for what, sent in _spoilt(body):
            answer = await world.request(method, f"/p/commerce{path}", key=True, json=sent)
            if answer.status >= 500:
                failed.append((route, what, answer.text[:200]))
    assert failed == []


def _spoilt(body: Any) -> Any:
    """*body* with one value after the other replaced."""
    for name in body:
        inner = body[name]
        for value in HOSTILE:
            yield (name, value if not isinstance(value, str) else value[:20]), {**body, name: value}
        if isinstance(inner, dict):
            for what, spoilt in _spoilt(inner):
                yield (name, *what), {**body, name: spoilt}
        if isinstance(inner, list) and inner and isinstance(inner[0], dict):
            for what, spoilt in _spoilt(inner[0]):
                yield (name, *what), {**body, name: [spoilt]}


@BOTH
async def test_no_question_is_too_much(world: World, shelf: Shelf, ana: Contact) -> None:
    """Each parameter, and each place in an address."""
    await place(world, ana, {"MNG-EA": 1})
    failed = []
    for value in (str(each) for each in HOSTILE if isinstance(each, (str, int, float))):
        asks = [(path, {name: value}) for path, names in ASKED.items() for name in names]
        asks += [("/stock/moves", {"sku": "MNG-EA", name: value}) for name in ("cursor", "limit")]
        if value.strip("\x00 "):
            asks += [(path + quote(value[:2_000], safe=""), {}) for path in IN_ADDRESS]
        for path, params in asks:
            answer = await world.request("GET", f"/p/commerce{path}", key=True, params=params)
            if answer.status >= 500:
                failed.append((path, {name: said[:20] for name, said in params.items()}, answer.text[:200]))
    assert failed == []
