"""The body of a webhook: the event as GET /api/v1/events shows it, under the names of Standard Webhooks.

It is made again for each try, from what is stored, so the bytes are the same unless the content was erased.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from gateway.clock import rfc3339
from gateway.feed.record import Numbered
from gateway.feed.shown import show
from gateway.store.port import Tx

TEST = "webhook.test"

_encode = msgspec.json.Encoder().encode


class Payload(Struct, frozen=True, omit_defaults=True):
    """*seq* is the event's place in the log; a test has none. *id* is the header webhook-id too."""

    type: str
    timestamp: str
    id: str
    data: Any
    seq: int | None = None


async def payload_of(tx: Tx, event: Numbered) -> bytes:
    """The bytes of an event of the log."""
    (shown,) = await show(tx, event.tenant, [event])
    return _encode(Payload(event.kind, shown.at, shown.id, shown.data, shown.seq))


def test_payload(event: str, endpoint: str, now: int) -> bytes:
    """The bytes of a test of *endpoint*."""
    return _encode(Payload(TEST, rfc3339(now), event, {"webhook": endpoint}))
