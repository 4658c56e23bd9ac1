"""The words of contacts that are older than the search: made up for after the start, a few at a time."""

from __future__ import annotations

import asyncio

from gateway.contacts.index import Named, keep_words
from gateway.contacts.queries import CONTACTS
from gateway.errors import GatewayError
from gateway.observe import get_logger
from gateway.store.port import Store, Tx

log = get_logger("gateway.contacts")

#: Contacts of one transaction, and seconds between two.
BATCH, PAUSE = 200, 0.05
#: Seconds until what failed is tried again.
AGAIN = 10.0


class Folding:
    """Folds every contact that is not yet, and ends."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def run(self) -> None:
        """Until none is left."""
        done = 0
        while True:
            try:
                folded = await self._store.write(self._some)
            except GatewayError as error:
                log.info("contacts.later", problem=type(error).__name__)
                await asyncio.sleep(AGAIN)
                continue
            done += folded
            if folded < BATCH:
                break
            await asyncio.sleep(PAUSE)
        if done:
            log.info("contacts.folded", contacts=done)

    async def _some(self, tx: Tx) -> int:
        rows = await tx.all(CONTACTS["unfolded"], limit=BATCH)
        for row in rows:
            values = {"tenant": row["tenant"], "contact": row["id"]}
            # Only as it was read: whoever renames a contact meanwhile keeps its words too.
            if await tx.each(
                CONTACTS["folded"], [{**values, "name": row["name"], "username": row["username"]}]
            ):
                await keep_words(tx, [Named(row["tenant"], row["id"], row["name"], row["username"])])
        return len(rows)
