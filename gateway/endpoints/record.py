"""An endpoint as it is kept, a delivery to make, and what became of an attempt."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

from gateway.store.port import Row
from gateway.store.seal import Place, Seal

#: Of an attempt: a 2xx; another answer; no answer; an address that is not public.
Result = Literal["delivered", "refused", "unreachable", "blocked"]
#: Whose: the tenant and the endpoint.
Key = tuple[str, str]

_types = msgspec.json.Decoder(tuple[str, ...])


class Endpoint(Struct, frozen=True):
    """Where a tenant wants its events. *types* are those it wants, () for all. The secrets are sealed.
    Times are microseconds UTC, 0 for never."""

    tenant: str
    id: str
    url: str
    description: str
    types: tuple[str, ...]
    secret: bytes
    old_secret: bytes
    old_until: int
    state: Literal["enabled", "disabled"]
    disabled_reason: str
    failing_since: int
    last_success_at: int
    created_at: int
    updated_at: int

    def __repr__(self) -> str:
        return f"Endpoint(tenant={self.tenant!r}, id={self.id!r})"

    def secrets(self, seal: Seal, now: int) -> list[str]:
        """What signs now: the current secret, and the old one while it still does."""
        found = [seal.open(self.secret, place(self.tenant, self.id, "secret")).decode()]
        if self.old_until > now:
            found.append(seal.open(self.old_secret, place(self.tenant, self.id, "old_secret")).decode())
        return found


class Attempt(Struct, frozen=True):
    """One POST. *status* is 0 when nothing was answered, *duration* microseconds, *response* the beginning
    of the answer, *retry_after* the seconds that it asked for."""

    at: int
    status: int
    result: Result
    duration: int = 0
    error: str = ""
    response: str = ""
    retry_after: float = 0.0


def wants(types: tuple[str, ...], kind: str) -> bool:
    """Whether an endpoint with these *types* gets events of *kind*."""
    return not types or kind in types


def types_of(written: str) -> tuple[str, ...]:
    """The types in a row."""
    return _types.decode(written)


def endpoint_of(row: Row) -> Endpoint:
    """The endpoint in a row."""
    return Endpoint(
        row["tenant"], row["id"], row["url"], row["description"], types_of(row["types"]),
        bytes(row["secret"]), bytes(row["old_secret"]), row["old_until"], row["state"],
        row["disabled_reason"], row["failing_since"], row["last_success_at"], row["created_at"],
        row["updated_at"],
    )  # fmt: skip


def place(tenant: str, endpoint: str, column: str) -> Place:
    """Where a secret of an endpoint is sealed."""
    return Place(tenant, "endpoint", column, endpoint)
