"""Statements about many ids at once, by one text for both databases: ``… where id in (:ids)``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from gateway import Db

#: Values in one statement. Their numbers are padded to few sizes, so that few texts are prepared.
MOST = 500
_SIZES = (1, 4, 16, 64, 200, MOST)


async def all_of(db: Db, sql: str, name: str, ids: Sequence[str], /, **values: Any) -> list[Any]:
    """The rows of *sql* for all of *ids*, which stand in it as ``in (:name)``: a statement for each 500."""
    rows: list[Any] = []
    for text, bound in _spread(sql, name, ids):
        rows += await db.all(text, **bound, **values)
    return rows


async def run_of(db: Db, sql: str, name: str, ids: Sequence[str], /, **values: Any) -> int:
    """Run *sql* for all of *ids*; how many rows it changed."""
    return sum([await db.run(text, **bound, **values) for text, bound in _spread(sql, name, ids)])


def _spread(sql: str, name: str, ids: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    known = list(dict.fromkeys(ids))
    for start in range(0, len(known), MOST):
        part = known[start : start + MOST]
        size = next(each for each in _SIZES if each >= len(part))
        part += part[-1:] * (size - len(part))
        names = [f"{name}_{n}" for n in range(size)]
        places = ", ".join(f":{each}" for each in names)
        yield re.sub(rf":{name}\b", places, sql), dict(zip(names, part, strict=True))
