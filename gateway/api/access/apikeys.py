"""`/api/v1/keys`: a tenant's keys. Keys of operators are made at the command line only."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct

from gateway.api.access.keyring import (
    LONGEST_OVERLAP,
    NAME,
    OVERLAP,
    KeyInfo,
    KeyRefused,
    KeyRing,
    NoSuchKey,
    State,
)
from gateway.api.access.keys import Keys
from gateway.api.cursor import Cursors
from gateway.api.paging import Paging
from gateway.api.problems import Problem, missing
from gateway.api.route import Ask, Page, Route
from gateway.api.strict import Moment
from gateway.clock import SECOND, Clock, rfc3339, stamp
from gateway.message import instant

T = TypeVar("T")

Scope = Annotated[str, Meta(max_length=64)]

#: Refusals that are not about what was written: who asks, and how the keys stand.
_STATUS = {"scope_not_yours": 403, "key_over": 409, "rotated_already": 409, "two_active": 409}


class NewKey(Struct, frozen=True, forbid_unknown_fields=True):
    """A key to be made. *scopes* are some of those that the asking key has. *expires_at* is RFC 3339 with an
    offset, at most five years ahead; null is never."""

    scopes: Annotated[list[Scope], Meta(min_length=1, max_length=40)]
    name: Annotated[str, Meta(max_length=NAME)] = ""
    expires_at: Moment | None = None


class Rotation(Struct, frozen=True, forbid_unknown_fields=True):
    """How a key is replaced: the old one stays good for *overlap* seconds."""

    overlap: Annotated[int, Meta(ge=0, le=LONGEST_OVERLAP // SECOND)] = OVERLAP // SECOND


class KeyShown(Struct, frozen=True):
    """A key without its secret. *last_used_at* is right to a minute. *rotates* is the id of the key that this
    one stands in for."""

    id: str
    name: str
    scopes: tuple[str, ...]
    state: State
    created_at: str
    last_used_at: str | None
    expires_at: str | None
    revoked_at: str | None
    rotates: str | None


class KeyMade(KeyShown, frozen=True):
    """A new key: *key* is what is sent, and is in no other answer."""

    key: str


class KeyRotated(KeyMade, frozen=True):
    """A new key, and the *old* one as it is now."""

    old: KeyShown


class ApiKeys:
    """The routes."""

    def __init__(self, keys: Keys, clock: Clock, cursors: Cursors) -> None:
        self._keys, self._clock, self._cursors = keys, clock, cursors

    def routes(self) -> list[Route]:
        """What is served."""
        return [
            Route(
                method="GET", path="/keys", handler=self.list, scope="keys:read",
                summary="List keys, oldest first", query=Paging, answer=Page[KeyShown],
            ),
            Route(
                method="POST", path="/keys", handler=self.create, scope="keys:write",
                summary="Make a key", body=NewKey, answer=KeyMade, status=201, problems=(403, 422),
                words={"/expires_at": 'write a time with its offset, such as "2027-06-30T00:00:00Z"'},
            ),
            Route(
                method="GET", path="/keys/{id}", handler=self.one, scope="keys:read", noun="key",
                summary="Look at a key", answer=KeyShown,
            ),
            Route(
                method="POST", path="/keys/{id}/rotate", handler=self.rotate, scope="keys:write", noun="key",
                summary="Replace a key", body=Rotation, answer=KeyRotated, status=201,
                problems=(403, 409, 422),
            ),
            Route(
                method="DELETE", path="/keys/{id}", handler=self.revoke, scope="keys:write", noun="key",
                summary="Revoke a key", answer=KeyShown,
            ),
        ]  # fmt: skip

    async def list(self, ask: Ask[None, Paging]) -> Page[KeyShown]:
        """The tenant's keys without their secrets, those that are over too."""
        query = ask.query
        last = self._cursors.open(query.cursor, ask.tenant, "keys") or [0, ""]
        found = await self._ring(ask).list(query.limit + 1, behind=(int(last[0]), str(last[1])))
        page = found[: query.limit]
        cursor = None
        if len(found) > len(page):
            cursor = self._cursors.seal(ask.tenant, "keys", page[-1].created_at, page[-1].id)
        return Page([self._shown(info) for info in page], cursor)

    async def create(self, ask: Ask[NewKey, None]) -> KeyMade:
        """A key with scopes that the asking key has itself. The answer holds the key, and no other ever
        will."""
        body = ask.body
        expires_at = instant(body.expires_at) if body.expires_at is not None else 0
        info, key = await _told(
            self._ring(ask).create(ask.actor, body.name, body.scopes, expires_at, own=ask.caller.scopes)
        )
        return KeyMade(**msgspec.structs.asdict(self._shown(info)), key=key)

    async def one(self, ask: Ask[None, None]) -> KeyShown:
        """One key, without its secret."""
        return self._shown(await _told(self._ring(ask).one(ask.path["id"])))

    async def rotate(self, ask: Ask[Rotation, None]) -> KeyRotated:
        """A new key with the same name and scopes. The old one stays good for a while; until then the new one
        cannot be rotated."""
        info, key, old = await _told(
            self._ring(ask).rotate(
                ask.actor, ask.path["id"], ask.body.overlap * SECOND, own=ask.caller.scopes
            )
        )
        return KeyRotated(**msgspec.structs.asdict(self._shown(info)), key=key, old=self._shown(old))

    async def revoke(self, ask: Ask[None, None]) -> KeyShown:
        """End a key for good, the one that asks too; again is the same."""
        return self._shown(await _told(self._ring(ask).revoke(ask.actor, ask.path["id"])))

    def _ring(self, ask: Ask[T, Paging] | Ask[T, None]) -> KeyRing:
        return KeyRing(ask.scope, ask.tenant, self._keys, self._clock)

    def _shown(self, info: KeyInfo) -> KeyShown:
        return KeyShown(
            info.id, info.name, info.scopes, info.state(self._clock.now()), rfc3339(info.created_at),
            stamp(info.last_used_at), stamp(info.expires_at), stamp(info.revoked_at), info.rotates or None,
        )  # fmt: skip


async def _told(work: Awaitable[T]) -> T:
    """The result of *work*, its refusals as problems."""
    try:
        return await work
    except NoSuchKey:
        raise missing("key") from None
    except KeyRefused as error:
        raise Problem(_STATUS.get(error.code, 422), error.code, str(error), pointer=error.pointer) from None
