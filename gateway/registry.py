"""What gateway.toml names, mirrored into the database: tenants, and channels with their secrets sealed.

Only what differs is written, so that a start costs little. What has left the file is marked as removed, and
its secrets are destroyed; its messages stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from gateway.audit import Actor, note
from gateway.channel import Channel
from gateway.channels import Channels
from gateway.clock import SECOND, Clock
from gateway.errors import SealError
from gateway.settings import Settings
from gateway.store.port import Row, Store, Tx
from gateway.store.seal import Place, Seal
from gateway.store.sql import load_queries

SQL = load_queries(Path(__file__).with_name("registry.sql"))
FILE = Actor("file")
#: Of more changes than this at once only their number is recorded: the file was written anew.
TOLD = 100


class State(Struct, frozen=True):
    """How a channel fares. Times are microseconds UTC, 0 for never; *paused_reason* is token or account."""

    id: str
    paused_at: int
    paused_reason: str
    webhook_at: int
    held_at: int = 0


async def states(store: Store, tenant: str) -> list[State]:
    """How the tenant's channels fare, also those that are no longer configured."""

    async def work(tx: Tx) -> list[State]:
        rows = await tx.all(SQL["states"], tenant=tenant)
        return [
            State(row["id"], row["paused_at"], row["paused_reason"], row["webhook_at"], row["held_at"])
            for row in rows
        ]

    return await store.read(work)


async def mirror(store: Store, seal: Seal, settings: Settings, channels: Channels, clock: Clock) -> None:
    """Bring the database's picture of *settings* up to date."""
    named = {(tenant.id, channel.id) for tenant in settings.tenants for channel in tenant.channels}
    served = [channel for channel in channels if (channel.tenant, channel.id) in named]

    async def work(tx: Tx) -> None:
        now = clock.now()
        changed = await _tenants(tx, settings, now) + await _channels(tx, seal, served, named, now)
        for tenant, action, object in changed if len(changed) <= TOLD else ():
            await note(tx, FILE, tenant, action, object, now)
        if len(changed) > TOLD:
            await note(tx, FILE, "", "file.read", settings.path.name, now, changes=len(changed))

    await store.write(work)


async def unpause(store: Store) -> None:
    """A process that starts knows of no refusal yet: what the one before it paused is tried again."""
    await store.write(lambda tx: tx.run(SQL["unpause"]))


_Change = tuple[str, str, str]


async def _tenants(tx: Tx, settings: Settings, now: int) -> list[_Change]:
    known = {row["tenant"]: row for row in await tx.all(SQL["tenants"])}
    rows = []
    for tenant in settings.tenants:
        wanted = (tenant.time_zone, tenant.language, tenant.country, "file", 0)
        row = known.pop(tenant.id, None)
        if row is None or _as_kept(row) != wanted:
            values = dict(zip(("time_zone", "language", "country"), wanted, strict=False))
            rows.append({"tenant": tenant.id, **values, "now": now})
    gone = [id for id, row in known.items() if row["origin"] == "file" and not row["removed_at"]]
    if rows:
        await tx.many(SQL["put_tenant"], rows)
    if gone:
        await tx.many(SQL["leave_tenant"], [{"tenant": id, "now": now} for id in gone])
    told = [(row["tenant"], "tenant.written", f"tenant:{row['tenant']}") for row in rows]
    return [*told, *((id, "tenant.left", f"tenant:{id}") for id in gone)]


def _as_kept(row: Row) -> tuple[Any, ...]:
    return row["time_zone"], row["language"], row["country"], row["origin"], row["removed_at"]


async def _channels(
    tx: Tx, seal: Seal, served: Iterable[Channel], named: set[tuple[str, str]], now: int
) -> list[_Change]:
    known = {(row["tenant"], row["id"]): row for row in await tx.all(SQL["channels"])}
    rows = []
    for channel in served:
        row = known.get((channel.tenant, channel.id))
        plain = msgspec.json.encode(channel.settings())
        wanted = _row(channel, now)
        if row is None or any(row[name] != wanted[name] for name in _COMPARED) or _differs(seal, row, plain):
            sealed = seal.close(plain, Place(channel.tenant, "channel", "settings", channel.id))
            rows.append({**wanted, "settings": sealed})
    gone = [
        key for key, row in known.items()
        if row["origin"] == "file" and not row["removed_at"] and key not in named
    ]  # fmt: skip
    if rows:
        await tx.many(SQL["put_channel"], rows)
    if gone:
        left = [{"tenant": tenant, "id": id, "now": now, "nothing": b""} for tenant, id in gone]
        await tx.many(SQL["leave_channel"], left)
    told = [(row["tenant"], "channel.written", f"channel:{row['id']}") for row in rows]
    return [*told, *((tenant, "channel.left", f"channel:{id}") for tenant, id in gone)]


_COMPARED = ("provider", "number", "silence", "sources", "origin", "removed_at")


def _row(channel: Channel, now: int) -> dict[str, Any]:
    return {
        "tenant": channel.tenant,
        "id": channel.id,
        "provider": channel.provider.name,
        "number": channel.number,
        "silence": int(channel.silence * SECOND),
        "sources": msgspec.json.encode(channel.written.sources).decode(),
        "origin": "file",
        "removed_at": 0,
        "now": now,
    }


def _differs(seal: Seal, row: Row, plain: bytes) -> bool:
    """Whether a row's sealed settings are others, or under an old key."""
    sealed = bytes(row["settings"])
    if seal.outdated(sealed):
        return True
    try:
        return seal.open(sealed, Place(row["tenant"], "channel", "settings", row["id"])) != plain
    except SealError:
        return True
