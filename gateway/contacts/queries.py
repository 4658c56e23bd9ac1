"""The statements about contacts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gateway.store.port import Row, Tx
from gateway.store.sql import load_queries

CONTACTS = load_queries(Path(__file__).parent / "contacts.sql")


async def among(tx: Tx, name: str, tenant: str, contacts: Sequence[str]) -> list[Row]:
    """The rows of the statement *name* for all of *contacts*, at once."""
    if not contacts:
        return []
    # Few lengths, so that few statements are prepared.
    places = 1 << (len(contacts) - 1).bit_length()
    ids = {f"c{n}": contacts[min(n, len(contacts) - 1)] for n in range(places)}
    sql = CONTACTS[name].replace("/*contacts*/", ", ".join(f":{each}" for each in ids))
    return await tx.all(sql, tenant=tenant, **ids)
