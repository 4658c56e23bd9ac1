"""Names that get nothing more, kept as keyed hashes: they say nothing to whoever reads the table, and they
outlive their contact. An imported or returning contact is found in them.

The key is the tenant's own, random, sealed under `[server] secret`: rotation seals it anew, and every hash
stays what it was.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterable, Mapping

from gateway.consent.change import Purpose
from gateway.consent.queries import CONSENT
from gateway.model.event import Identity
from gateway.model.phone import aliases
from gateway.store.port import Tx
from gateway.store.seal import Place, Seal

_NAME, _BYTES = "suppression", 32
#: A group is no person.
_PERSONAL = ("phone", "bsuid", "parent_bsuid")


async def key(tx: Tx, seal: Seal, tenant: str) -> bytes:
    """The key of *tenant*'s hashes, made when it is first asked for: *tx* is one that writes. Raises
    `SealError` when no secret in `[server] secret` opens it."""
    sealed = await tx.value(CONSENT["secret"], tenant=tenant, name=_NAME)
    if sealed is None:
        made = seal.close(os.urandom(_BYTES), _place(tenant))
        await tx.run(CONSENT["keep_secret"], tenant=tenant, name=_NAME, value=made)
        sealed = await tx.value(CONSENT["secret"], tenant=tenant, name=_NAME)  # somebody else's may be first
    return opened_key(seal, tenant, bytes(sealed))


def opened_key(seal: Seal, tenant: str, sealed: bytes) -> bytes:
    """The key of *tenant*, as it is kept. Raises `SealError`."""
    return seal.open(sealed, _place(tenant))


def _place(tenant: str) -> Place:
    return Place(tenant, "tenant_secret", "value", _NAME)


def digest(key: bytes, kind: str, value: str) -> bytes:
    """What stands for a name: the same for every form of a Brazilian, Mexican or Argentine number, however it
    is written."""
    value = value.strip()
    if kind == "phone":
        value = "+" + "".join(each for each in value if each in "0123456789")
        value = min((value, *aliases(value)))
    return hmac.digest(key, f"{kind}\x1f{value}".encode("utf-8", "surrogatepass"), hashlib.sha256)


async def suppressed(tx: Tx, key: bytes, tenant: str, identities: Iterable[Identity]) -> set[Purpose]:
    """What somebody with these names is not to be written to about."""
    return (await suppressed_each(tx, key, tenant, {"": tuple(identities)}))[""]


async def suppressed_each(
    tx: Tx, key: bytes, tenant: str, people: Mapping[str, Iterable[Identity]]
) -> dict[str, set[Purpose]]:
    """As `suppressed`, for several contacts at once."""
    hashes = {contact: hashes_of(key, names) for contact, names in people.items()}
    asked = dict.fromkeys(each for some in hashes.values() for each in some)
    if not asked:
        return {contact: set() for contact in hashes}
    rows = await tx.each(CONSENT["suppressed"], [{"tenant": tenant, "hash": each} for each in asked])
    found: dict[bytes, set[Purpose]] = {}
    for row in rows:
        found.setdefault(bytes(row["hash"]), set()).add(row["purpose"])
    return {
        contact: {purpose for each in some for purpose in found.get(each, ())}
        for contact, some in hashes.items()
    }


async def suppress(
    tx: Tx, key: bytes, tenant: str, identities: Iterable[Identity], purposes: Iterable[Purpose],
    reason: str, now: int,
) -> None:  # fmt: skip
    """Nobody with one of these names is written to about *purposes* from now on. *reason* is a word."""
    rows = [
        {"tenant": tenant, "hash": each, "purpose": purpose, "reason": reason, "now": now}
        for each in hashes_of(key, identities)
        for purpose in dict.fromkeys(purposes)
    ]
    if rows:
        await tx.many(CONSENT["suppress"], rows)


async def lift(
    tx: Tx, key: bytes, tenant: str, identities: Iterable[Identity], purposes: Iterable[Purpose]
) -> None:
    """Undo `suppress` for these names."""
    rows = [
        {"tenant": tenant, "hash": each, "purpose": purpose}
        for each in hashes_of(key, identities)
        for purpose in dict.fromkeys(purposes)
    ]
    if rows:
        await tx.many(CONSENT["lift"], rows)


def hashes_of(key: bytes, identities: Iterable[Identity]) -> list[bytes]:
    """What stands for these names, each once."""
    hashes = {digest(key, each.kind, each.value) for each in identities if each.kind in _PERSONAL}
    return sorted(hashes)
