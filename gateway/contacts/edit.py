"""Contacts made, changed and removed, each in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.contacts.attach import claim
from gateway.contacts.attributes import Value, change_attributes, written
from gateway.contacts.errors import ContactRefused
from gateway.contacts.index import Named, add_words, keep_words
from gateway.contacts.names import Name
from gateway.contacts.queries import CONTACTS
from gateway.contacts.records import ContactItem
from gateway.model.ids import new_id
from gateway.store.port import Tx


async def make(
    tx: Tx, tenant: str, name: str, language: str, names: Sequence[Name], attributes: Mapping[str, Value],
    now: int,
) -> str:  # fmt: skip
    """A new contact with these *names*; its id. Raises `ContactRefused` when somebody has one of them."""
    contact = new_id()
    await tx.run(CONTACTS["add"], tenant=tenant, contact=contact, name=name, language=language, now=now)
    await claim(tx, tenant, contact, names, now)
    await change_attributes(tx, tenant, contact, attributes, now)
    await add_words(tx, [Named(tenant, contact, name)])
    return contact


async def change(
    tx: Tx, tenant: str, contact: ContactItem, name: str, language: str,
    attributes: Mapping[str, Value | None], now: int,
) -> list[str]:  # fmt: skip
    """Give *contact* this *name*, *language* and *attributes*; the names of the fields that changed."""
    changed = [
        field
        for field, old, new in (("name", contact.name, name), ("language", contact.language, language))
        if old != new
    ]
    if changed:
        await tx.run(CONTACTS["change"], tenant=tenant, contact=contact.id, name=name, language=language)
        await keep_words(tx, [Named(tenant, contact.id, name, contact.username)])
    new = {each: value for each, value in attributes.items() if _differs(contact.attributes.get(each), value)}
    await change_attributes(tx, tenant, contact.id, new, now)
    return changed + [f"attributes.{each}" for each in sorted(new)]


def _differs(old: Value | None, new: Value | None) -> bool:
    """Whether *new* would be stored otherwise: true is not 1."""
    return (None if old is None else written(old)) != (None if new is None else written(new))


async def has_messages(tx: Tx, tenant: str, contact: str) -> bool:
    """Whether *contact* has said anything, in a group too. It may read far: ask on a reader."""
    return await tx.one(CONTACTS["has_messages"], tenant=tenant, contact=contact) is not None


async def remove(tx: Tx, tenant: str, contact: str) -> None:
    """Remove a contact to whom nobody ever spoke. Raises `ContactRefused` for one with a conversation."""
    for name in ("remove_identities", "remove_conflicts"):
        await tx.run(CONTACTS[name], tenant=tenant, contact=contact)
    if not await tx.each(CONTACTS["remove"], [{"tenant": tenant, "contact": contact}]):
        raise has_conversations()


def has_conversations() -> ContactRefused:
    """Why somebody who was spoken to stays."""
    return ContactRefused(
        "has_conversations",
        "this contact has conversations, and what was said is kept; only who was never spoken to is removed",
        taken=True,
    )
