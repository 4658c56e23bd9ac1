"""Whom an API key stands for: looked up by its id, compared by its peppered hash, remembered for moments."""

from __future__ import annotations

import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from gateway.api.access import keyform
from gateway.api.route import Caller
from gateway.clock import MINUTE, Clock, SystemClock
from gateway.errors import SettingsError, StoreError
from gateway.store.port import Row, Store, Tx
from gateway.store.sql import load_queries

#: Seconds for which a good key is remembered without asking the database; a revocation by another process
#: is seen within it.
REMEMBER = 0.9
#: How many good keys are remembered.
REMEMBERED = 4096
#: `last_used_at` moves at most this often (microseconds), so that reading the API does not write.
COARSE = MINUTE


class _Good(Struct, frozen=True):
    """A key that was looked up: good until then (monotonic seconds), and not after it expired."""

    caller: Caller
    until: float
    expires_at: int


class Keys:
    """The keys in *store*, hashed under *secrets*: `[server] secret`, the current one first.

    A key that is used is hashed again under the current secret, so an old secret can be taken out of
    the list once the keys made under it have been used.
    """

    def __init__(self, store: Store, secrets: Sequence[str], clock: Clock | None = None) -> None:
        self._store, self._clock = store, clock or SystemClock()
        #: The statements of keys.sql, for whoever makes and ends keys too.
        self.sql = load_queries(Path(__file__).with_name("keys.sql"), store.dialect)
        self._good: OrderedDict[bytes, _Good] = OrderedDict()
        self._changes = 0
        self.renew(secrets)

    def renew(self, secrets: Sequence[str]) -> None:
        """Take *secrets* instead, from the next request on. Raises `SettingsError` when there is none."""
        if not secrets:
            raise SettingsError(
                "[server] secret", "is not set", 'add secret = ["…"], at least 32 random characters'
            )
        self._peppers = [keyform.pepper(secret) for secret in secrets]
        self.forget()

    def forget(self) -> None:
        """Ask the database about every key anew: one was revoked, or its life was shortened."""
        self._good.clear()
        self._changes += 1

    def hash(self, body: str) -> bytes:
        """What is stored of a key with this body."""
        return keyform.digest(body, self._peppers[0])

    def remembers(self, key: str) -> bool:
        """Whether *key* is known to be good without asking the database."""
        return self._remembered(_name(key)) is not None

    async def caller(self, key: str) -> Caller | None:
        """Who *key* stands for; None when it is no key of ours, was revoked or has expired."""
        parts = keyform.parse(key)
        if parts is None:
            return None
        name = _name(key)
        known = self._remembered(name)
        if known is not None:
            return known
        self._good.pop(name, None)
        asked, changes = self._clock.monotonic(), self._changes
        found = await self._look_up(parts, asked + REMEMBER)
        if found is None:
            return None
        if changes == self._changes:  # or it may have been revoked since the database answered
            self._good[name] = found
            if len(self._good) > REMEMBERED:
                self._good.popitem(last=False)
        return found.caller

    def _remembered(self, name: bytes) -> Caller | None:
        known = self._good.get(name)
        if known is None or self._clock.monotonic() >= known.until or self._expired(known.expires_at):
            return None
        return known.caller

    def _expired(self, at: int) -> bool:
        return bool(at) and self._clock.now() >= at

    async def _look_up(self, parts: keyform.KeyParts, until: float) -> _Good | None:
        async def work(tx: Tx) -> Row | None:
            return await tx.one(self.sql.find, id=parts.id)

        row = await self._store.read(work)
        if row is None or row["revoked_at"] or self._expired(row["expires_at"]):
            return None
        if not self._matches(parts.body, bytes(row["hash"])):
            return None
        caller = Caller(parts.id, row["tenant"], frozenset(row["scopes"].split()), bool(row["operator"]))
        outdated = bytes(row["hash"]) != self.hash(parts.body)
        if outdated or self._clock.now() - row["last_used_at"] >= COARSE:
            await self._touch(caller, parts)
        return _Good(caller, until, row["expires_at"])

    def _matches(self, body: str, stored: bytes) -> bool:
        """Every secret is tried, however early one matches: the time tells nothing."""
        found = [hmac.compare_digest(keyform.digest(body, pepper), stored) for pepper in self._peppers]
        return any(found)

    async def _touch(self, caller: Caller, parts: keyform.KeyParts) -> None:
        values = {"id": parts.id, "now": self._clock.now(), "hash": self.hash(parts.body)}

        async def work(tx: Tx) -> None:
            if caller.operator:
                await tx.run(self.sql.touch_operator, **values)
            else:
                await tx.run(self.sql.touch, tenant=caller.tenant, **values)

        try:
            await self._store.write(work)
        except StoreError:
            pass  # A key stays good while the database takes no writes; the time of use is a convenience.


def _name(key: str) -> bytes:
    """Remembered by hash, so that the time of a dictionary's comparison tells nothing about a key."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
