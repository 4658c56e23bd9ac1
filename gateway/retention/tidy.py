"""What has a time of its own: notes of providers, menus that contacts were asked, processes that ended."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from gateway.clock import DAY, HOUR
from gateway.pipeline.menus import REMEMBERED
from gateway.store.port import Store
from gateway.store.sql import load_queries

TIDY = load_queries(Path(__file__).with_name("tidy.sql"))
#: For how long a process that has ended is remembered.
ENDED = 7 * DAY
#: For how long a contact who was muted is.
MUTED = 7 * DAY
#: For how long it is known whom a business wrote to, for caps and for the provider's limit of a day.
CAPPED, REACHED = 32 * DAY, 3 * DAY
#: Rows that go at once.
PAGE = 200


async def tidy(store: Store, now: int, rest: Callable[[float], Awaitable[None]]) -> None:
    """Remove what is over at *now*; *rest* is told how long each page took, and waits."""
    for name, before in (
        ("notes", now), ("menus", now - REMEMBERED), ("processes", now - ENDED), ("slots", now - CAPPED),
        ("muted", now - MUTED), ("reached", now - REACHED), ("reached_hours", (now - REACHED) // HOUR),
    ):  # fmt: skip
        while True:
            began = time.monotonic()
            values = {"before": before, "limit": PAGE}
            count = await store.write(lambda tx: tx.run(TIDY[name], **values))  # noqa: B023
            await rest(time.monotonic() - began)
            if count < PAGE:
                break
