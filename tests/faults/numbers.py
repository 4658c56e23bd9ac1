"""Which business numbers a run has, and which of them each contact writes to."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import NamedTuple

from gateway.channel import SHARDS


class Number(NamedTuple):
    """A number of a tenant. *id* is what the provider calls it."""

    tenant: str
    channel: str
    id: str

    @property
    def shard(self) -> int:
        """The shard that its lanes are in."""
        return zlib.crc32(self.channel.encode()) % SHARDS


#: What a run has when it does not say.
ONE = (Number("duka", "duka-main", "401122334455667"),)


def several(tenants: int = 3, each: int = 4) -> tuple[Number, ...]:
    """*each* numbers of each of *tenants*, spread over the shards."""
    return tuple(
        Number(f"duka{tenant}", f"duka{tenant}-{n}", f"4011223344{tenant:02}{n:03}")
        for tenant in range(tenants)
        for n in range(each)
    )


def of_contact(contact: int, numbers: Sequence[Number]) -> Number:
    """The number that *contact* writes to: two neighbours share one, so a webhook may be about several."""
    return numbers[contact // 2 % len(numbers)]
