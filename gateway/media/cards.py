"""Contact cards that came as a file: read once it is kept, so that the message has them like any other."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
from msgspec.structs import replace

from gateway.media.queries import MEDIA
from gateway.media.spill import Spilled
from gateway.model.inbound import ContactCard, Contacts
from gateway.model.vcard import read_vcards
from gateway.store.port import Tx

#: Bytes of a file that is read for cards; theirs have some pictures at most.
LARGEST = 1024 * 1024
_content = msgspec.json.Decoder(Contacts)
_encode = msgspec.json.Encoder().encode


async def cards_in(kind: str, spilled: Spilled) -> tuple[ContactCard, ...]:
    """The cards in the file of a message of *kind*; none when that is not about contacts."""
    if kind != "contacts" or spilled.size > LARGEST:
        return ()
    return await asyncio.to_thread(_read, spilled.path)


def _read(path: Path) -> tuple[ContactCard, ...]:
    return read_vcards(path.read_bytes())


async def put_cards(tx: Tx, tenant: str, message: str, cards: tuple[ContactCard, ...]) -> None:
    """Write *cards* into the message that brought their file."""
    row = await tx.one(MEDIA["content_of"], tenant=tenant, message=message)
    if row is None:
        return
    try:
        content = replace(_content.decode(row["content"]), contacts=cards)
    except msgspec.MsgspecError:
        return  # of the history of a phone, or of another version
    await tx.run(MEDIA["put_content"], tenant=tenant, message=message, content=_encode(content).decode())
