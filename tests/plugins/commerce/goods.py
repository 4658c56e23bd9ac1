"""What is on the shelf in tests, put there by statements of its own: by nothing that is tested."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from gateway.testing import World
from plugins.commerce.search.index import index

NOW = 1_772_442_000_000_000


class Good(Struct, frozen=True):
    """A product with one variant or several: (title, SKU, price in cents, on hand)."""

    id: str
    category: str
    name: str
    names: dict[str, str]
    unit: str
    description: str
    variants: Sequence[tuple[str, str, int, int]]
    compare_at: int = 0


CATEGORIES = (
    ("fresh", "", "Fresh", "Fresh", {"es": "Fresco", "sw": "Vyakula freshi"}),
    ("fruit", "fresh", "Fresh > Fruit", "Fruit", {"es": "Fruta", "sw": "Matunda"}),
    ("greens", "fresh", "Fresh > Vegetables", "Vegetables", {"es": "Verduras", "sw": "Mboga"}),
    ("clothes", "", "Clothes", "Clothes", {"es": "Ropa", "sw": "Nguo"}),
)
GOODS = (
    Good("mango", "fruit", "Mango", {"es": "Mango", "sw": "Embe"}, "piece", "Sweet, from Makueni.",
         [("", "MNG-EA", 5000, 40)]),
    Good("banana", "fruit", "Bananas", {"es": "Plátanos", "sw": "Ndizi"}, "bunch", "Small ones from Meru.",
         [("", "BAN-1", 12000, 12)], 15000),
    Good("sukuma", "greens", "Sukuma wiki", {"es": "Col rizada"}, "bunch", "Kale, cut this morning.",
         [("", "SUK-1KG", 4500, 3)]),
    Good("tomato", "greens", "Tomatoes", {"es": "Tomates", "sw": "Nyanya"}, "kg", "Red and firm.",
         [("", "TOM-1KG", 9500, 0)]),
    Good("shirt", "clothes", "T-shirt", {"es": "Camiseta", "sw": "Fulana"}, "", "Cotton.",
         [("Red, M", "TS-RED-M", 129900, 5), ("Red, L", "TS-RED-L", 129900, 0),
          ("Blue, M", "TS-BLU-M", 119900, 2)]),
    Good("shoes", "clothes", "Canvas shoes", {"es": "Zapatillas", "sw": "Viatu vya turubai"}, "pair",
         "White.",         [("", "SHOE-42", 249900, 8)]),
)  # fmt: skip


class Shelf(Struct, frozen=True):
    """The ids of variants, by SKU; a product's id is its name in `GOODS`."""

    variants: dict[str, str]

    def __getitem__(self, sku: str) -> str:
        return self.variants[sku]


async def stock_up(world: World, goods: Sequence[Good] = GOODS) -> Shelf:
    """Put *goods* on the shelf."""
    db = world.db()
    await db.many(
        "insert into commerce_category (tenant, id, parent, path, name, names, sort, created_at, updated_at)"
        " values (:tenant, :id, :parent, :path, :name, :names, :sort, :now, :now)",
        [
            {
                "id": id,
                "parent": parent,
                "path": path,
                "name": name,
                "names": json.dumps(names),
                "sort": n,
                "now": NOW,
            }
            for n, (id, parent, path, name, names) in enumerate(CATEGORIES)
        ],
    )
    await db.many(
        "insert into commerce_product (tenant, id, category, code, name, names, description, unit, sort,"
        " created_at, updated_at) values (:tenant, :id, :category, :id, :name, :names, :description, :unit,"
        " :sort, :now, :now)",
        [
            {
                "id": each.id, "category": each.category, "name": each.name, "names": json.dumps(each.names),
                "description": each.description, "unit": each.unit, "sort": n, "now": NOW,
            }
            for n, each in enumerate(goods)
        ],
    )  # fmt: skip
    rows = [row for each in goods for row in _variants(each)]
    await db.many(
        "insert into commerce_variant (tenant, id, product, sku, sku_key, retailer_id, title, price,"
        " compare_at, currency, sort, created_at, updated_at) values (:tenant, :id, :product, :sku, :sku_key,"
        " :sku, :title, :price, :compare_at, 'KES', :sort, :now, :now)",
        [{name: value for name, value in row.items() if name != "on_hand"} for row in rows],
    )
    await db.many(
        "insert into commerce_stock (tenant, variant, on_hand, updated_at)"
        " values (:tenant, :id, :on_hand, :now)",
        [{"id": row["id"], "on_hand": row["on_hand"], "now": NOW} for row in rows],
    )
    await index(db, [each.id for each in goods])
    return Shelf({row["sku"]: row["id"] for row in rows})


def _variants(good: Good) -> list[dict[str, Any]]:
    return [
        {
            "id": f"v-{sku.lower()}", "product": good.id, "sku": sku, "sku_key": sku.lower().replace("-", ""),
            "title": title, "price": price, "compare_at": good.compare_at, "sort": n, "on_hand": on_hand,
            "now": NOW,
        }
        for n, (title, sku, price, on_hand) in enumerate(good.variants)
    ]  # fmt: skip
