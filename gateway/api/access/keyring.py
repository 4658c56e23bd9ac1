"""Make, rotate and revoke API keys: a tenant's, or the operators'. Commands and the API both come here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from gateway.api.access import keyform, scopes
from gateway.api.access.keys import Keys
from gateway.audit import Actor, note
from gateway.clock import DAY, HOUR, SECOND, Clock, rfc3339
from gateway.errors import GatewayError
from gateway.store.port import Row, Scope, Store, Tx

#: Microseconds. How far ahead a key may expire, and how long the old one of a rotation may stay good.
LONGEST = 5 * 365 * DAY
OVERLAP, LONGEST_OVERLAP = 24 * HOUR, 30 * DAY
NAME = 200

State = Literal["active", "expired", "revoked"]


class KeyRefused(GatewayError):
    """A key cannot be made or rotated as asked. *code* is stable; *pointer* is the field, "" for none."""

    def __init__(self, code: str, words: str, pointer: str = "") -> None:
        super().__init__(words)
        self.code, self.pointer = code, pointer


class NoSuchKey(GatewayError):
    """There is no key of this id here."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"no API key has the id {key_id[:40]!r}; `gateway key list` prints the ids")


class KeyInfo(Struct, frozen=True):
    """What may be shown of a key. Times are microseconds UTC, 0 for never. *rotates* is the id of the key
    that this one stands in for, "" for none."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created_at: int
    last_used_at: int
    expires_at: int
    revoked_at: int
    rotates: str

    def state(self, now: int) -> State:
        """Whether it opens anything."""
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at and self.expires_at <= now else "active"


class KeyRing:
    """The keys of *tenant*, whose scope *home* is; with the store itself and no tenant, the operators'."""

    def __init__(self, home: Scope | Store, tenant: str, keys: Keys, clock: Clock) -> None:
        self._home, self.tenant, self._keys, self._clock = home, tenant, keys, clock

    async def create(
        self, actor: Actor, name: str, wanted: Iterable[str], expires_at: int = 0,
        *, own: frozenset[str] | None = None,
    ) -> tuple[KeyInfo, str]:  # fmt: skip
        """A new key, and its text, which cannot be had a second time. *own* are the scopes of the key that
        asks, None for a person at the command line. Raises `KeyRefused`."""
        now = self._clock.now()
        given = self._checked(tuple(wanted), own)
        if len(name) > NAME or not name.isprintable():
            raise KeyRefused("bad_name", f"a name has at most {NAME} printable characters", "/name")
        if expires_at and not now < expires_at <= now + LONGEST:
            raise KeyRefused(
                "bad_expiry", "a key expires in the future, at most 5 years ahead", "/expires_at"
            )
        info, key = _new(name, given, now, expires_at, "")

        async def work(tx: Tx) -> None:
            await self._add(tx, info, key)
            await self._note(tx, actor, "create", info)

        await self._home.write(work)
        return info, key

    async def rotate(
        self, actor: Actor, key_id: str, overlap: int = OVERLAP, *, own: frozenset[str] | None = None
    ) -> tuple[KeyInfo, str, KeyInfo]:
        """A new key like the one with this id, its text, and the old one, which stays good for *overlap*
        microseconds. A key that expires gets a successor that lives as long as it was meant to.

        Raises `NoSuchKey`, and `KeyRefused` when two keys of the chain would stay beside the new one."""
        if not 0 <= overlap <= LONGEST_OVERLAP:
            raise KeyRefused("bad_overlap", "the old key stays good for 0 to 30 days", "/overlap")
        now = self._clock.now()

        async def work(tx: Tx) -> tuple[KeyInfo, str, KeyInfo]:
            old = await self._one(tx, key_id)
            if old.state(now) != "active":
                raise KeyRefused("key_over", f"key {old.id} is {old.state(now)}: make a new one")
            life = old.expires_at - old.created_at if old.expires_at else 0
            given = self._checked(old.scopes, own)
            # Whoever rotates the same key at once waits here, and sees the new one below.
            await tx.run(self._sql("expire"), id=old.id, expires_at=now + overlap)
            await self._refuse_a_third(tx, old, now)
            info, key = _new(old.name, given, now, now + life if life else 0, old.id)
            await self._add(tx, info, key)
            ended = await self._one(tx, old.id)
            await self._note(
                tx, actor, "rotate", info, rotates=old.id, old_expires_at=_text(ended.expires_at)
            )
            return info, key, ended

        made = await self._home.write(work)
        self._keys.forget()
        return made

    async def revoke(self, actor: Actor, key_id: str) -> KeyInfo:
        """End the key with this id for good; revoking twice keeps the first time. Raises `NoSuchKey`."""

        async def work(tx: Tx) -> KeyInfo:
            await self._one(tx, key_id)
            changed = await tx.run(self._sql("revoke"), id=key_id, now=self._clock.now())
            info = await self._one(tx, key_id)
            if changed:
                await self._note(tx, actor, "revoke", info)
            return info

        info = await self._home.write(work)
        self._keys.forget()
        return info

    async def one(self, key_id: str) -> KeyInfo:
        """The key with this id. Raises `NoSuchKey`."""
        return await self._home.read(lambda tx: self._one(tx, key_id))

    async def list(self, limit: int = 10_000, *, behind: tuple[int, str] = (0, "")) -> list[KeyInfo]:
        """The keys behind the one with this time and id, the oldest first, those that are over too."""
        at, last = behind

        async def work(tx: Tx) -> list[Row]:
            return await tx.all(self._sql("list"), at=at, last=last, limit=limit)

        return [_info(row) for row in await self._home.read(work)]

    def _checked(self, wanted: tuple[str, ...], own: frozenset[str] | None) -> tuple[str, ...]:
        if not wanted:
            raise KeyRefused("no_scope", 'name what the key may do, such as ["read"]', "/scopes")
        if found := scopes.unknown(wanted, operator=not self.tenant):
            raise KeyRefused("unknown_scope", found[1], f"/scopes/{found[0]}")
        for place, scope in enumerate(wanted):
            if own is not None and not scopes.covers(own, scope):
                words = f"this key has not {scope!r} itself, so it cannot give it"
                raise KeyRefused("scope_not_yours", words, f"/scopes/{place}")
        return scopes.tidy(wanted)

    async def _refuse_a_third(self, tx: Tx, old: KeyInfo, now: int) -> None:
        if (await self._one(tx, old.id)).revoked_at:
            raise KeyRefused("key_over", f"key {old.id} was revoked just now: make a new one")
        for other in await tx.all(self._sql("chain"), id=old.id, rotates=old.rotates):
            if other["rotates"] == old.id:
                raise KeyRefused("rotated_already", f"key {old.id} was rotated already: rotate {other['id']}")
            if not other["revoked_at"] and (not other["expires_at"] or other["expires_at"] > now):
                raise KeyRefused(
                    "two_active",
                    f"key {other['id']}, which this one stands in for, is good until "
                    f"{_text(other['expires_at'])}: revoke it first, or wait",
                )

    async def _one(self, tx: Tx, key_id: str) -> KeyInfo:
        row = await tx.one(self._sql("one"), id=key_id)
        if row is None:
            raise NoSuchKey(key_id)
        return _info(row)

    async def _add(self, tx: Tx, info: KeyInfo, key: str) -> None:
        parts = keyform.parse(key)
        assert parts is not None
        await tx.run(
            self._sql("create"), id=info.id, hash=self._keys.hash(parts.body), name=info.name,
            scopes=" ".join(info.scopes), now=info.created_at, expires_at=info.expires_at,
            rotates=info.rotates,
        )  # fmt: skip

    async def _note(self, tx: Tx, actor: Actor, what: str, info: KeyInfo, **more: str) -> None:
        kind = "key" if self.tenant else "operator_key"
        await note(
            tx, actor, self.tenant, f"key.{what}", f"{kind}:{info.id}", self._clock.now(),
            name=info.name, scopes=info.scopes, expires_at=_text(info.expires_at), **more,
        )  # fmt: skip

    def _sql(self, name: str) -> str:
        return self._keys.sql[name if self.tenant else f"{name}_operator"]


async def ring_of(store: Store, keys: Keys, clock: Clock, key_id: str) -> KeyRing:
    """The ring that the key with this id hangs on, whoever's. For commands. Raises `NoSuchKey`."""

    async def work(tx: Tx) -> Row | None:
        return await tx.one(keys.sql.find, id=key_id)

    row = await store.read(work)
    if row is None:
        raise NoSuchKey(key_id)
    return ring(store, keys, clock, row["tenant"])


def ring(store: Store, keys: Keys, clock: Clock, tenant: str = "") -> KeyRing:
    """The keys of *tenant*, or the operators' without one."""
    return KeyRing(store.scope(tenant) if tenant else store, tenant, keys, clock)


def _new(
    name: str, given: tuple[str, ...], now: int, expires_at: int, rotates: str
) -> tuple[KeyInfo, str]:  # fmt: skip
    key_id, key = keyform.make()
    return KeyInfo(key_id, name, given, now, 0, expires_at, 0, rotates), key


def _info(row: Row) -> KeyInfo:
    return KeyInfo(
        row["id"], row["name"], tuple(row["scopes"].split()), row["created_at"], row["last_used_at"],
        row["expires_at"], row["revoked_at"], row["rotates"],
    )  # fmt: skip


def _text(at: int) -> str:
    """Microseconds UTC as "2026-12-24T06:00:00Z"; "" for never."""
    return rfc3339(at - at % SECOND) if at else ""
