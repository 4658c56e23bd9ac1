"""How many contacts a business may write to first in a day, as its provider tells, for all its numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from gateway.channels import Channel
from gateway.model.event import ChannelEvent, Event
from gateway.model.notice import BusinessLimit, NumberQuality
from gateway.policy.asked import portfolio_of
from gateway.policy.queries import POLICY
from gateway.store.port import Tx

_TIER = re.compile(r"(?:TIER_)?(\d{1,9})(K|M)?\Z")
_TIMES = {None: 1, "K": 1_000, "M": 1_000_000}


class Told(Protocol):
    """An event, and the channel that it came for."""

    @property
    def channel(self) -> Channel: ...

    @property
    def event(self) -> Event: ...


def most_of(limit: str) -> int:
    """A tier as a number: "TIER_2K" is 2000, "TIER_UNLIMITED" and "-1" are -1, what says nothing is 0."""
    limit = limit.strip().upper()
    if limit in ("TIER_UNLIMITED", "UNLIMITED", "-1"):
        return -1
    found = _TIER.match(limit)
    return int(found[1]) * _TIMES[found[2]] if found else 0


async def learn(tx: Tx, told: Sequence[Told], now: int) -> None:
    """Keep the limits that *told* speaks of; nothing is asked when it speaks of none."""
    rows = []
    for one in told:
        event = one.event
        if isinstance(event, ChannelEvent) and isinstance(event.content, BusinessLimit | NumberQuality):
            most = most_of(event.content.limit)
            if most:
                portfolio = portfolio_of(one.channel)
                at = min(event.at or now, now)
                rows.append({"tenant": one.channel.tenant, "portfolio": portfolio, "most": most, "at": at})
    if rows:
        await tx.many(POLICY["learn_limit"], rows)
