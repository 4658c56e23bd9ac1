"""What `gateway key` and `gateway audit` do: JSON objects in and out, beside or inside a running gateway."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import to_builtins

from gateway.api.access import keyring
from gateway.api.access.keyring import KeyInfo, ring, ring_of
from gateway.api.access.keys import Keys
from gateway.audit import AuditLog, Wanted, command
from gateway.audit.log import Entry
from gateway.audit.verify import verify
from gateway.clock import SECOND, Clock
from gateway.errors import GatewayError
from gateway.store.port import Store, Tx

#: The most rows of the audit log that a command prints.
ROWS = 10_000


class KeyActs:
    """The keys in *store*. A tenant named "" stands for the operators."""

    def __init__(self, store: Store, keys: Keys, clock: Clock) -> None:
        self._store, self._keys, self._clock = store, keys, clock

    async def create(self, tenant: str, args: dict[str, Any]) -> dict[str, Any]:
        """A key for *tenant*, or for an operator without one. `expires` is seconds from now, 0 for never."""
        expires = _duration(args, "expires", 0)
        info, key = await ring(self._store, self._keys, self._clock, tenant).create(
            command(str(args.get("by", ""))), str(args.get("name", "")),
            [str(scope) for scope in args.get("scopes") or ("*",)],
            self._clock.now() + expires if expires else 0,
        )  # fmt: skip
        return {**self._shown(tenant, info), "key": key}

    async def list(self, tenants: Iterable[str]) -> dict[str, Any]:
        """The keys of *tenants*; "" stands for the operators'."""
        rings = [(tenant, ring(self._store, self._keys, self._clock, tenant)) for tenant in tenants]
        return {"keys": [self._shown(tenant, info) for tenant, each in rings for info in await each.list()]}

    async def rotate(self, args: dict[str, Any]) -> dict[str, Any]:
        """A successor for the key `id`, which stays good for `overlap` seconds."""
        found = await self._ring(args)
        overlap = _duration(args, "overlap", keyring.OVERLAP // SECOND)
        info, key, old = await found.rotate(command(str(args.get("by", ""))), str(args["id"]), overlap)
        return {**self._shown(found.tenant, info), "key": key, "old": self._shown(found.tenant, old)}

    async def revoke(self, args: dict[str, Any]) -> dict[str, Any]:
        """End the key `id`."""
        found = await self._ring(args)
        info = await found.revoke(command(str(args.get("by", ""))), str(args["id"]))
        return self._shown(found.tenant, info)

    async def _ring(self, args: dict[str, Any]) -> keyring.KeyRing:
        return await ring_of(self._store, self._keys, self._clock, str(args.get("id", "")))

    def _shown(self, tenant: str, info: KeyInfo) -> dict[str, Any]:
        state = info.state(self._clock.now())
        return {"tenant": tenant, "operator": not tenant, **to_builtins(info), "state": state}


async def audit_list(store: Store, args: dict[str, Any]) -> dict[str, Any]:
    """The newest rows: of `tenant` ("" is the gateway's own), or of all without one."""
    log, tenant = AuditLog(store.dialect), args.get("tenant")
    action, object, actor = (str(args.get(name) or "") for name in ("action", "object", "actor"))
    wanted = Wanted(action, object, actor)
    limit = min(max(int(args.get("limit", 50)), 1), ROWS)

    async def work(tx: Tx) -> list[Entry]:
        if tenant is None:
            return await log.everywhere(tx, wanted, limit)
        return await log.of(tx, str(tenant), wanted, limit)

    return {"entries": to_builtins(await store.read(work))}


async def audit_verify(store: Store, args: dict[str, Any]) -> dict[str, Any]:
    """The verdict on the chain of `tenant`, or on every chain without one."""
    tenant = args.get("tenant")
    return {"chains": to_builtins(await verify(store, None if tenant is None else str(tenant)))}


def _duration(args: dict[str, Any], name: str, default: float) -> int:
    """Seconds in *args*, as microseconds."""
    written = args.get(name)
    try:
        return int(float(default if written is None else written) * SECOND)
    except (TypeError, ValueError, OverflowError):
        raise GatewayError(f"{name} is a number of seconds, not {str(written)[:40]!r}") from None
