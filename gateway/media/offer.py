"""A file that comes with a message: its bytes are kept at once, its row is written with the message.

A plugin's turn may hold the database's only writer while it says something, so nothing is written here.
"""

from __future__ import annotations

import hashlib

from gateway.errors import SendRefused
from gateway.media import check, names
from gateway.media.files import Files
from gateway.media.spill import TooLarge, spilling
from gateway.model.outbound import Media

Row = dict[str, object]


class Offers:
    """The `Keep` of the pipeline."""

    def __init__(self, files: Files) -> None:
        self._files = files

    async def __call__(self, tenant: str, message: Media) -> Row:
        """Keep the bytes of *message*; the row that makes them a file. The same bytes under the same name are
        the same file. Raises `SendRefused` for what is too large."""
        files, now = self._files, self._files.clock.now()
        filename = names.harmless(str(getattr(message, "filename", "")))
        try:
            async with spilling(files.scratch, files.settings.max_size) as spill:
                await spill.write(message.data)
                spilled = await spill.done()
                async with files.lock(spilled.sha256):
                    await files.keeper.put(tenant, spilled.sha256, spilled.path)
        except TooLarge as error:
            raise SendRefused(f"data: has {len(message.data)} bytes, and {error}") from None
        mime = check.sniff(spilled.head, "", filename)
        name = hashlib.sha256(f"{spilled.sha256}|{filename}|{mime}".encode()).hexdigest()[:32]
        return {
            "tenant": tenant, "id": f"out-{name}", "mime_type": mime, "size": spilled.size,
            "sha256": spilled.sha256, "filename": filename, "now": now,
        }  # fmt: skip
