"""Whether the audit log is as it was written.

Each row's hash covers the row and the hash before it. A row that was changed, taken out or slipped in
breaks the chain there. Rows cut off at the end leave a chain that is whole but shorter: a verdict names its
last row, and one who keeps that elsewhere sees the cut too. What retention removed is no gap: the
chain goes on from the hash of the last row that went.
"""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from gateway.audit.note import link
from gateway.store.port import Row, Store, Tx
from gateway.store.sql import load_queries

#: Rows that are read at once.
PAGE = 1000


class Verdict(Struct, frozen=True):
    """One tenant's chain. *rows* are those that are sound, *last_hash* is that of the last of them. *problem*
    says what is wrong with the first row, *broken*, that is not; "" and 0 when all are sound."""

    tenant: str
    rows: int
    last_hash: str
    broken: int = 0
    problem: str = ""


async def verify(store: Store, tenant: str | None = None) -> tuple[Verdict, ...]:
    """Walk the chain of *tenant*, or of every tenant that has one. Memory is that of one page."""
    sql = load_queries(Path(__file__).with_name("audit.sql"), store.dialect)

    async def tenants(tx: Tx) -> list[str]:
        return [row["tenant"] for row in await tx.all(sql.tenants)]

    names = await store.read(tenants) if tenant is None else [tenant]
    return tuple([await _walk(store, sql.chain, sql.kept, name) for name in names])


async def _walk(store: Store, statement: str, begins: str, tenant: str) -> Verdict:
    seq, hash = await _beginning(store, begins, tenant)
    begun = seq
    while True:
        rows = await _page(store, statement, tenant, seq)
        for row in rows:
            if row["seq"] != seq + 1:
                gap = f"row {seq + 1} is missing" + (
                    f", up to {row['seq'] - 1}" if row["seq"] > seq + 2 else ""
                )
                return Verdict(tenant, seq - begun, hash, seq + 1, gap)
            if row["hash"] != link(hash, dict(row)):
                problem = f"row {row['seq']} is not as it was written"
                return Verdict(tenant, seq - begun, hash, row["seq"], problem)
            seq, hash = row["seq"], row["hash"]
        if len(rows) < PAGE:
            return Verdict(tenant, seq - begun, hash)


async def _page(store: Store, statement: str, tenant: str, seq: int) -> list[Row]:
    async def work(tx: Tx) -> list[Row]:
        return await tx.all(statement, tenant=tenant, seq=seq, limit=PAGE)

    return await store.read(work)


async def _beginning(store: Store, statement: str, tenant: str) -> tuple[int, str]:
    """The last row that is not kept any more, and its hash."""

    async def work(tx: Tx) -> tuple[int, str]:
        row = await tx.one(statement, tenant=tenant)
        return (int(row["seq"]), str(row["hash"])) if row is not None else (0, "")

    return await store.read(work)
