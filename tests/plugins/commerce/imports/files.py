"""Files as people have them, and what the shop has after they were taken in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gateway.testing import World

HEADER = "sku,name,category,price,currency,stock,description"


def written(path: Path, *lines: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    """A file with these *lines* below the *header*."""
    path.write_bytes("\r\n".join([header, *lines, ""]).encode(encoding))
    return path


async def take(world: World, path: Path, *options: str) -> int:
    """Take *path* in; the exit code."""
    return await world.runs(" ".join(["commerce import", str(path), *options]))


async def goods(world: World) -> dict[str, dict[str, Any]]:
    """What the shop sells, by SKU."""
    rows = await world.db().all(
        "select v.sku, v.price, v.compare_at, v.options, p.name, p.names, p.description, p.code,"
        " c.path as category, (select s.on_hand from commerce_stock s"
        " where s.tenant = :tenant and s.variant = v.id) as stock"
        " from commerce_variant v join commerce_product p on p.tenant = :tenant and p.id = v.product"
        " left join commerce_category c on c.tenant = :tenant and c.id = p.category"
        " where v.tenant = :tenant"
    )
    return {row["sku"]: dict(row) for row in rows}
