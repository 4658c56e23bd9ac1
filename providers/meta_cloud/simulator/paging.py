"""Pages of a list, with cursors (wire.md 2.7)."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlencode

from providers.meta_cloud.simulator.calls import Call
from providers.meta_cloud.simulator.errors import GraphError, invalid


def page(rows: list[dict[str, Any]], call: Call, most: int, usual: int = 25) -> dict[str, Any]:
    """The page of *rows* that `limit`, `after` and `before` ask for; `next` only if there is more."""
    limit = call.query.get("limit", str(usual))
    if not (limit.isascii() and limit.isdigit() and 1 <= len(limit) <= 6 and int(limit) > 0):
        raise invalid("limit", "is not a positive number")
    size = min(int(limit), most)
    if before := call.query.get("before"):
        end = place(before)
        start = max(0, end - size)
    else:
        after = call.query.get("after")
        start = place(after) + 1 if after else 0
        end = start + size
    shown = rows[start:end]
    if not shown:
        return {"data": []}
    paging: dict[str, Any] = {"cursors": {"before": cursor(start), "after": cursor(start + len(shown) - 1)}}
    if start + len(shown) < len(rows):
        url = call.request.url
        query = {**call.query, "after": paging["cursors"]["after"]}
        query.pop("before", None)
        paging["next"] = f"{url.origin()}{url.path}?{urlencode(query)}"
    return {"data": shown, "paging": paging}


def cursor(at: int) -> str:
    """Opaque: the place of a row."""
    return base64.b64encode(f"row {at}".encode()).decode()


def place(given: str) -> int:
    """The row of a cursor; `GraphError` 131059 for one that was not given out."""
    try:
        word, _, number = base64.b64decode(given, validate=True).decode("ascii").partition(" ")
        if word == "row" and number.isdigit() and len(number) < 10:
            return int(number)
    except ValueError:
        pass
    raise GraphError(131059, "The cursor is not valid.")
