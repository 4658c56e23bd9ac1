"""Contacts who have agreed to be written to, or have not."""

from __future__ import annotations

from gateway.consent.change import Change, Purpose, State
from gateway.consent.record import record
from gateway.store.port import Store, Tx


async def agree(store: Store, purpose: Purpose = "marketing", state: State = "in") -> None:
    """Every contact that is stored has said *state* about *purpose*."""

    async def work(tx: Tx) -> None:
        found = await tx.all("select tenant, id from contact")
        now = await tx.value("select coalesce(max(at), 0) + 1 from consent")
        changes = [Change(row["tenant"], row["id"], purpose, state, "api", at=now) for row in found]
        await record(tx, changes, now)

    await store.write(work)
