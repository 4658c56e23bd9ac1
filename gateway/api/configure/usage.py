"""`/api/v1/tenant/usage`: what the business has sent today, beside what it may."""

from __future__ import annotations

from msgspec import Struct

from gateway.api.route import Ask, Route
from gateway.clock import stamp
from gateway.policy.queries import QUOTA
from gateway.policy.quotas import Quotas
from gateway.store.port import Tx
from gateway.tenants.directory import Directory


class UsageShown(Struct, frozen=True):
    """Messages that providers accepted on *day*, a day of the business's own time zone. *messages_per_day*
    and *messages_per_minute* are what it may send, 0 for no limit; *waits_until* is there when the day's are
    used up: until then only answers are sent."""

    day: str
    messages: int
    messages_per_day: int
    messages_per_minute: int
    waits_until: str | None


class Usage:
    """The route."""

    def __init__(self, quotas: Quotas, directory: Directory) -> None:
        self._quotas, self._directory = quotas, directory

    def routes(self) -> list[Route]:
        """What is served."""
        return [
            Route(
                method="GET", path="/tenant/usage", handler=self.own, scope="tenant:read",
                summary="See how much you have sent today", answer=UsageShown,
            )
        ]  # fmt: skip

    async def own(self, ask: Ask[None, None]) -> UsageShown:
        """As all processes know it; what was sent within the last second may be missing."""
        slot, policy = self._quotas.day(ask.tenant), self._directory.policy_of(ask.tenant)

        async def work(tx: Tx) -> int:
            row = await tx.one(QUOTA["look"], tenant=ask.tenant, slot=slot)
            return int(row["n"]) if row is not None else 0

        sent = await ask.scope.read(work)
        until = stamp(self._quotas.day_until(ask.tenant))
        return UsageShown(
            slot[1:], sent, policy.messages_per_day, policy.messages_per_minute, until
        )  # fmt: skip
