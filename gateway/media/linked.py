"""Files that a customer names by a link: fetched by the same stage as those of contacts."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from gateway.clock import Clock
from gateway.media import names
from gateway.media.queries import MEDIA
from gateway.media.record import Visibility
from gateway.model.ids import new_id
from gateway.model.inbound import Media
from gateway.store.port import Store, Tx


class Linked:
    """*stir* tells the fetcher that something is due."""

    def __init__(self, store: Store, clock: Clock, stir: Callable[[], None]) -> None:
        self._store, self._clock, self._stir = store, clock, stir

    async def add(self, tenant: str, url: str, filename: str, visibility: Visibility) -> str:
        """Have the file at *url* fetched; its id."""
        now = self._clock.now()
        row = {
            "tenant": tenant, "id": new_id(), "message": "", "channel": "", "kind": "link",
            "source": msgspec.json.encode(Media(url=url)).decode(), "state": "pending", "told": "",
            "mime_type": "", "size": 0, "sha256": "", "filename": names.harmless(filename),
            "visibility": visibility, "next_at": now, "now": now, "stored_at": 0,
        }  # fmt: skip

        async def work(tx: Tx) -> None:
            await tx.run(MEDIA["add"], **row)

        await self._store.scope(tenant).write(work)
        self._stir()
        return str(row["id"])
