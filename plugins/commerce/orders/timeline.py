"""The timeline of an order: who did what, when. It is only ever added to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway import Db


async def note(
    db: Db, order: str, *, now: int, actor: str, kind: str, data: Mapping[str, Any] | None = None
) -> None:
    """Add an event: *kind* is placed, accepted, packed, shipped, out_for_delivery, delivered,
    failed_delivery, cancelled, expired, paid, refunded, noticed, changed, …"""
    raise NotImplementedError
