"""Names given to a contact and taken away. No name moves from one contact to another here."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.contacts.errors import ContactRefused
from gateway.contacts.names import Name
from gateway.contacts.queries import CONTACTS
from gateway.contacts.records import ContactItem
from gateway.errors import SerializationFailure
from gateway.store.port import Tx

#: The most names of one contact.
MOST = 50


async def claim(
    tx: Tx, tenant: str, contact: str, names: Sequence[Name], now: int, pointer: str = "/identities"
) -> None:
    """Give *contact* all *names*. Raises `ContactRefused` when another contact has one of them, or another
    form of a phone, and `SerializationFailure` when one is taken at this moment. *pointer* is the list that
    they stand in, "" for a name alone."""
    for index, name in enumerate(names):
        where = f"{pointer}/{index}" if pointer else ""
        if await _own(tx, tenant, contact, name, f"{where}/value"):
            await tx.run(CONTACTS["revive"], **_row(tenant, contact, name))
        elif not await tx.each(CONTACTS["claim"], [{**_row(tenant, contact, name), "now": now}]):
            raise SerializationFailure("another process has just given this name to somebody")


async def _own(tx: Tx, tenant: str, contact: str, name: Name, pointer: str) -> bool:
    """Whether *contact* has *name* already. A form of it that the contact has is no obstacle."""
    owners = []
    for form in name.forms:
        row = await tx.one(CONTACTS["owner"], **_row(tenant, contact, form))
        if row is not None and row["contact"] != contact:
            raise ContactRefused(
                "identity_taken", f"another contact of yours has this {name.kind}", pointer=pointer,
                taken=True, contact=row["contact"],
            )  # fmt: skip
        owners.append(row)
    return owners[0] is not None


async def add(tx: Tx, tenant: str, contact: ContactItem, name: Name, now: int) -> None:
    """Give *contact* one more name; as `claim`."""
    if len(contact.identities) >= MOST:
        raise ContactRefused("too_many_identities", f"a contact has at most {MOST} identities", taken=True)
    await claim(tx, tenant, contact.id, [name], now, "")


async def detach(tx: Tx, tenant: str, contact: ContactItem, identity: str) -> Name | None:
    """Take the identity with this id from *contact*; None when there is none. Raises `ContactRefused` where
    answers would lead nowhere then."""
    found = next((each for each in contact.identities if each.id == identity), None)
    if found is None:
        return None
    if contact.conversations and len(contact.identities) == 1:
        raise ContactRefused(
            "last_identity", "a contact with conversations keeps its last identity; add another one first",
            taken=True,
        )  # fmt: skip
    name = Name(found.kind, found.value, found.scope)
    if await tx.one(CONTACTS["reached_at"], tenant=tenant, contact=contact.id, value=name.value):
        raise ContactRefused(
            "identity_in_use",
            "answers of a conversation go to this identity; it changes when the contact writes from another",
            taken=True,
        )
    await tx.run(CONTACTS["detach"], **_row(tenant, contact.id, name))
    return name


def _row(tenant: str, contact: str, name: Name) -> dict[str, object]:
    return {
        "tenant": tenant, "contact": contact, "kind": name.kind, "scope": name.scope, "value": name.value,
    }  # fmt: skip
