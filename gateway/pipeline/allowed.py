"""What a message that is asked for now will be allowed: what the gate would say, what the tenant has left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from gateway.policy.asked import Asked
from gateway.policy.facts import Decision
from gateway.store.port import Tx


class Foresight(Protocol):
    """What says beforehand what the gate would decide: `gateway.policy.gate`."""

    async def foresee(self, tx: Tx, one: Asked, now: int) -> Decision: ...


class Quotas(Protocol):
    """What a tenant may still send."""

    refused: Callable[[], None]

    def posted(self, tenant: str) -> None: ...

    def minute_until(self, tenant: str) -> int: ...

    def day_until(self, tenant: str) -> int: ...
