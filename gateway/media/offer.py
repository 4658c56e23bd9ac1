"""Files that come with messages, and those that plugins keep: bytes are kept at once, rows are written with
the work of whoever brought them.

A plugin's turn may hold the database's only writer while it says something, so nothing is written here
unless somebody asks for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.errors import GatewayError, SendRefused
from gateway.media import check, names
from gateway.media.files import Files
from gateway.media.queries import OFFER
from gateway.media.record import Visibility
from gateway.media.spill import Spilled, TooLarge, spilling
from gateway.model.outbound import Media
from gateway.provider import StoredFile
from gateway.store.port import Store, Tx

Row = dict[str, object]


class Offers:
    """The `Keep` of the pipeline, and what stands behind the `keep` of jobs, requests and commands."""

    def __init__(self, files: Files, store: Store) -> None:
        self._files, self._store = files, store

    async def __call__(self, tenant: str, message: Media) -> Row:
        """Keep the bytes of *message*; the row that makes them a file. The same bytes under the same name are
        the same file. Raises `SendRefused` for what is too large."""
        filename = names.harmless(str(getattr(message, "filename", "")))
        try:
            async with self._put(tenant, message.data) as spilled:
                return self._row(tenant, spilled, filename, "private")
        except TooLarge as error:
            raise SendRefused(f"data: has {len(message.data)} bytes, and {error}") from None

    async def row(self, tenant: str, data: bytes, filename: str, public: bool) -> Row:
        """Keep *data* for a plugin; the row, which is written by whoever asks. Raises `GatewayError`."""
        async with self._kept(tenant, data, filename, public) as row:
            return row

    async def write(self, tenant: str, data: bytes, filename: str, public: bool) -> StoredFile:
        """As `row`, and the row is written at once. Raises `GatewayError`."""
        async with self._kept(tenant, data, filename, public) as row:

            async def work(tx: Tx) -> None:
                await tx.run(OFFER["add"], **row)

            await self._store.scope(tenant).write(work)
        return self.file(row)

    def file(self, row: Row) -> StoredFile:
        """The file of *row*, with its address when it is public."""
        id, link = str(row["id"]), ""
        if row["visibility"] == "public":
            link = self._files.lasting(str(row["tenant"]), id, 0)
        return StoredFile(
            id, str(row["mime_type"]), int(str(row["size"])), str(row["sha256"]), str(row["filename"]), link
        )

    @asynccontextmanager
    async def _kept(self, tenant: str, data: bytes, filename: str, public: bool) -> AsyncIterator[Row]:
        if not isinstance(data, bytes | bytearray):
            raise GatewayError(f"keep: takes bytes, and was given a {type(data).__name__}")
        if not data:
            raise GatewayError("keep: the file has no bytes")
        if public and self._files.tokens is None:
            raise GatewayError("keep: public files need a [server] secret, which signs their addresses")
        try:
            async with self._put(tenant, data) as spilled:
                yield self._row(tenant, spilled, names.harmless(filename), "public" if public else "private")
        except TooLarge:
            limit = self._files.settings.max_size
            raise GatewayError(f"keep: the file has {len(data)} bytes; [media] max_size is {limit}") from None

    @asynccontextmanager
    async def _put(self, tenant: str, data: bytes) -> AsyncIterator[Spilled]:
        """The bytes, kept; nobody lets them go in here. Raises `TooLarge`."""
        files = self._files
        async with spilling(files.scratch, files.settings.max_size) as spill:
            await spill.write(data)
            spilled = await spill.done()
            async with files.lock(spilled.sha256):
                await files.keeper.put(tenant, spilled.sha256, spilled.path)
                yield spilled

    def _row(self, tenant: str, spilled: Spilled, filename: str, visibility: Visibility) -> Row:
        mime = check.sniff(spilled.head, "", filename)
        same = f"{spilled.sha256}|{filename}|{mime}" + ("|public" if visibility == "public" else "")
        return {
            "tenant": tenant, "id": f"out-{hashlib.sha256(same.encode()).hexdigest()[:32]}",
            "mime_type": mime, "size": spilled.size, "sha256": spilled.sha256, "filename": filename,
            "visibility": visibility, "now": self._files.clock.now(),
        }  # fmt: skip
