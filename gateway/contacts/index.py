"""The words by which contacts are searched, written wherever a name is."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from gateway.contacts.queries import CONTACTS
from gateway.contacts.words import key, words
from gateway.store.port import Tx


class Named(Struct, frozen=True):
    """A contact of *tenant* and what it is called."""

    tenant: str
    contact: str
    name: str
    username: str = ""


async def add_words(tx: Tx, named: Sequence[Named]) -> None:
    """Contacts that have just been made."""
    rows = [
        {"tenant": one.tenant, "contact": one.contact, "word": key(word)}
        for one in named
        for word in words(one.name, one.username)
    ]
    if rows:
        await tx.many(CONTACTS["add_word"], rows)


async def keep_words(tx: Tx, named: Sequence[Named]) -> None:
    """Contacts who are called something else now: found by these words, and by no others."""
    await tx.many(CONTACTS["drop_words"], [{"tenant": one.tenant, "contact": one.contact} for one in named])
    await add_words(tx, named)
