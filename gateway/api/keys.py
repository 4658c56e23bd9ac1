"""API keys: made once, shown once, kept as a peppered hash, revoked by their id."""

from __future__ import annotations

import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from gateway.api import keyform
from gateway.api.route import Caller
from gateway.clock import MINUTE, Clock, SystemClock
from gateway.errors import GatewayError, SettingsError, StoreError
from gateway.store.port import Row, Store, Tx
from gateway.store.sql import load_queries

#: Seconds for which a good key is remembered without asking the database; a revocation is seen within it.
REMEMBER = 5.0
#: How many good keys are remembered.
REMEMBERED = 4096
#: `last_used_at` moves at most this often (microseconds), so that reading the API does not write.
COARSE = MINUTE


class KeyInfo(Struct, frozen=True):
    """What may be shown of a key. Times are microseconds UTC, 0 for never."""

    id: str
    name: str
    created_at: int
    last_used_at: int
    revoked_at: int


class Keys:
    """The keys in *store*, hashed under *secrets*: `[server] secret`, the current one first.

    A key that is used is hashed again under the current secret, so an old secret can be taken out of
    the list once the keys made under it have been used.
    """

    def __init__(self, store: Store, secrets: Sequence[str], clock: Clock | None = None) -> None:
        if not secrets:
            raise SettingsError(
                "[server] secret", "is not set", 'add secret = ["…"], at least 32 random characters'
            )
        self._store, self._clock = store, clock or SystemClock()
        self._sql = load_queries(Path(__file__).with_name("keys.sql"), store.dialect)
        self._peppers = [keyform.pepper(secret) for secret in secrets]
        self._good: OrderedDict[bytes, tuple[str, float]] = OrderedDict()

    async def create(self, tenant: str, name: str = "") -> tuple[str, str]:
        """A new key for *tenant*: (id, key). The key cannot be had a second time."""
        key_id, key = keyform.make()
        parts = keyform.parse(key)
        assert parts is not None
        values = {"tenant": tenant, "id": key_id, "name": name, "now": self._clock.now()}

        async def work(tx: Tx) -> None:
            await tx.run(self._sql.create, hash=keyform.digest(parts.body, self._peppers[0]), **values)

        await self._store.write(work)
        return key_id, key

    async def caller(self, key: str) -> Caller | None:
        """Who *key* stands for, None when it is no key of ours, was revoked or has expired."""
        parts = keyform.parse(key)
        tenant = await self.tenant_of(key)
        return None if tenant is None or parts is None else Caller(parts.id, tenant, frozenset(("*",)))

    async def tenant_of(self, key: str) -> str | None:
        """The tenant that *key* belongs to, or None when it is no key of ours or was revoked."""
        parts = keyform.parse(key)
        if parts is None:
            return None
        # Looked up by hash, so that the time of a dictionary's comparison tells nothing about a key.
        memory = hashlib.sha256(key.encode()).digest()
        known = self._good.get(memory)
        if known is not None and self._clock.monotonic() < known[1]:
            return known[0]
        self._good.pop(memory, None)
        asked = self._clock.monotonic()
        tenant = await self._look_up(parts)
        if tenant is not None:
            self._good[memory] = (tenant, asked + REMEMBER)
            if len(self._good) > REMEMBERED:
                self._good.popitem(last=False)
        return tenant

    async def list(self, tenant: str) -> tuple[KeyInfo, ...]:
        """Every key of *tenant*, the oldest first, revoked ones too."""

        async def work(tx: Tx) -> list[Row]:
            return await tx.all(self._sql.list, tenant=tenant)

        rows = await self._store.read(work)
        return tuple(
            KeyInfo(row["id"], row["name"], row["created_at"], row["last_used_at"], row["revoked_at"])
            for row in rows
        )

    async def revoke(self, key_id: str) -> str:
        """Revoke the key with this id for good, and return its tenant. A running gateway notices within
        `REMEMBER` seconds. Revoking twice keeps the first time. Raises `GatewayError` for an unknown id."""

        async def work(tx: Tx) -> str | None:
            row = await tx.one(self._sql.find, id=key_id)
            if row is None:
                return None
            tenant = str(row["tenant"])
            await tx.run(self._sql.revoke, tenant=tenant, id=key_id, now=self._clock.now())
            return tenant

        tenant = await self._store.write(work)
        if tenant is None:
            raise GatewayError(f"no API key has the id {key_id!r}; `gateway key list` prints the ids")
        self._good.clear()
        return tenant

    async def _look_up(self, parts: keyform.KeyParts) -> str | None:
        async def work(tx: Tx) -> Row | None:
            return await tx.one(self._sql.find, id=parts.id)

        row = await self._store.read(work)
        if row is None or row["revoked_at"] or not self._matches(parts.body, bytes(row["hash"])):
            return None
        tenant = str(row["tenant"])
        if self._clock.now() - row["last_used_at"] >= COARSE:
            await self._touch(tenant, parts)
        return tenant

    def _matches(self, body: str, stored: bytes) -> bool:
        """Every secret is tried, however early one matches: the time tells nothing."""
        found = [hmac.compare_digest(keyform.digest(body, pepper), stored) for pepper in self._peppers]
        return any(found)

    async def _touch(self, tenant: str, parts: keyform.KeyParts) -> None:
        values = {"tenant": tenant, "id": parts.id, "now": self._clock.now()}

        async def work(tx: Tx) -> None:
            await tx.run(self._sql.touch, hash=keyform.digest(parts.body, self._peppers[0]), **values)

        try:
            await self._store.write(work)
        except StoreError:
            pass  # A key stays good while the database takes no writes; the time of use is a convenience.
