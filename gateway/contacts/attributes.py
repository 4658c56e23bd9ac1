"""What a business knows of a contact: names and JSON scalars."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from gateway.contacts.errors import ContactRefused
from gateway.contacts.queries import CONTACTS, among
from gateway.store.port import Tx

#: The most attributes of one contact.
MOST = 100
#: What a program in any language reads as the same whole number.
_WHOLE = 2**53

AttributeName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,63}\Z")]
#: A text, a number, or true and false. A date is a text, "2026-12-24".
Value = Annotated[str, Meta(max_length=1000)] | Annotated[int, Meta(ge=-_WHOLE, le=_WHOLE)] | float | bool

_encode = msgspec.json.Encoder().encode


def written(value: Value) -> str:
    """*value* as it is stored: one text for what is the same, 30 for 30.0 too."""
    if isinstance(value, float) and value.is_integer() and abs(value) <= _WHOLE:
        value = int(value)
    return _encode(value).decode()


def digest_of(text: str) -> bytes:
    """Stands for a written value where it is looked for."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


def meant(text: str) -> list[bytes]:
    """The digests of what somebody may mean who looks for *text*: the text, and the number or the truth
    that it spells."""
    found = {digest_of(written(text)): None}
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        value = None
    if isinstance(value, bool | int | float):
        found[digest_of(written(value))] = None
    return list(found)


async def attributes_of(tx: Tx, tenant: str, contacts: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The attributes of *contacts*, by contact and name; {} for one that has none."""
    asked = {contact: dict[str, Any]() for contact in contacts}
    for row in await among(tx, "attributes", tenant, list(asked)):
        asked[row["contact"]][row["name"]] = msgspec.json.decode(row["value"])
    return asked


async def change_attributes(
    tx: Tx, tenant: str, contact: str, changes: Mapping[str, Value | None], now: int
) -> None:
    """Set *changes*; None takes one away. Raises `ContactRefused` when there are too many then."""
    gone = [name for name, value in changes.items() if value is None]
    kept = {name: written(value) for name, value in changes.items() if value is not None}
    whose = {"tenant": tenant, "contact": contact}
    if gone:
        await tx.many(CONTACTS["remove_attribute"], [{**whose, "name": name} for name in gone])
    if not kept:
        return
    rows: list[dict[str, Any]] = [
        {**whose, "name": name, "value": text, "digest": digest_of(text), "now": now}
        for name, text in kept.items()
    ]
    await tx.many(CONTACTS["set_attribute"], rows)
    if await tx.value(CONTACTS["count_attributes"], **whose) > MOST:
        raise ContactRefused(
            "too_many_attributes", f"a contact has at most {MOST} attributes; take some away with null",
            pointer="/attributes",
        )  # fmt: skip
