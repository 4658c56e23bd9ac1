"""What gateway.toml names, mirrored into the database: tenants, and channels with their secrets sealed.

Only what differs is written, so that a start costs little. What has left the file is marked as removed, and
its secrets are destroyed; its messages stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from gateway.audit import Actor, note
from gateway.channel import Channel
from gateway.channels import Channels
from gateway.clock import Clock
from gateway.errors import SealError
from gateway.pipeline.enqueue import again
from gateway.settings import Settings
from gateway.store.port import Row, Store, Tx
from gateway.store.seal import Seal
from gateway.store.sql import load_queries
from gateway.tenants.records import beside, channel_place, revise

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
        rows = await tx.all(SQL["states"])
        return [
            State(row["id"], row["paused_at"], row["paused_reason"], row["webhook_at"], row["held_at"])
            for row in rows
        ]

    return await store.scope(tenant).read(work)


async def mirror(store: Store, seal: Seal, settings: Settings, channels: Channels, clock: Clock) -> None:
    """Bring the database's picture of *settings* up to date."""
    named = {(tenant.id, channel.id) for tenant in settings.tenants for channel in tenant.channels}
    served = [channel for channel in channels if (channel.tenant, channel.id) in named]

    async def work(tx: Tx) -> None:
        if not await _due(tx, seal, settings, served, named):
            return
        revision = await revise(tx)
        due = await _due(tx, seal, settings, served, named)  # nobody else changes anything any more
        now = clock.now()
        await _write(tx, seal, due, {"now": now, "revision": revision})
        for tenant, action, object in due.told() if len(due) <= TOLD else ():
            await note(tx, FILE, tenant, action, object, now)
        if len(due) > TOLD:
            await note(tx, FILE, "", "file.read", settings.path.name, now, changes=len(due))

    await again(lambda: store.write(work))


async def unpause(store: Store) -> None:
    """A process that starts knows of no refusal yet: what the one before it paused is tried again."""
    await store.write(lambda tx: tx.run(SQL["unpause"]))


class _Due(Struct, frozen=True):
    """What differs: tenants and channels to be written, and those that have left the file."""

    tenants: list[dict[str, Any]]
    left_tenants: list[str]
    channels: list[tuple[Channel, bytes]]
    left_channels: list[tuple[str, str]]

    def __len__(self) -> int:
        return len(self.tenants) + len(self.left_tenants) + len(self.channels) + len(self.left_channels)

    def told(self) -> Iterator[tuple[str, str, str]]:
        """For the audit log: the tenant, what was done, and to what."""
        for row in self.tenants:
            yield row["tenant"], "tenant.written", f"tenant:{row['tenant']}"
        for id in self.left_tenants:
            yield id, "tenant.left", f"tenant:{id}"
        for channel, _ in self.channels:
            yield channel.tenant, "channel.written", f"channel:{channel.id}"
        for tenant, id in self.left_channels:
            yield tenant, "channel.left", f"channel:{id}"


async def _due(
    tx: Tx, seal: Seal, settings: Settings, served: Iterable[Channel], named: set[tuple[str, str]]
) -> _Due:
    tenants, left_tenants = await _tenants(tx, settings)
    channels, left_channels = await _channels(tx, seal, served, named)
    return _Due(tenants, left_tenants, channels, left_channels)


async def _write(tx: Tx, seal: Seal, due: _Due, values: dict[str, int]) -> None:
    now = {"now": values["now"]}
    if due.tenants:
        await tx.many(SQL["put_tenant"], [{**row, **values} for row in due.tenants])
    if due.left_tenants:
        await tx.many(SQL["leave_tenant"], [{"tenant": id, **now} for id in due.left_tenants])
    if due.channels:
        await tx.many(SQL["put_channel"], [{**_sealed(seal, *each), **values} for each in due.channels])
    if due.left_channels:
        left = [{"tenant": tenant, "id": id, "nothing": b"", **now} for tenant, id in due.left_channels]
        await tx.many(SQL["leave_channel"], left)


async def _tenants(tx: Tx, settings: Settings) -> tuple[list[dict[str, Any]], list[str]]:
    known = {row["tenant"]: row for row in await tx.all(SQL["tenants"])}
    rows = []
    for tenant in settings.tenants:
        wanted = (tenant.time_zone, tenant.language, tenant.country, "file", 0)
        row = known.pop(tenant.id, None)
        if row is None or _as_kept(row) != wanted:
            values = dict(zip(("time_zone", "language", "country"), wanted, strict=False))
            rows.append({"tenant": tenant.id, **values})
    gone = [id for id, row in known.items() if row["origin"] == "file" and not row["removed_at"]]
    return rows, gone


def _as_kept(row: Row) -> tuple[Any, ...]:
    return row["time_zone"], row["language"], row["country"], row["origin"], row["removed_at"]


async def _channels(
    tx: Tx, seal: Seal, served: Iterable[Channel], named: set[tuple[str, str]]
) -> tuple[list[tuple[Channel, bytes]], list[tuple[str, str]]]:
    known = {(row["tenant"], row["id"]): row for row in await tx.all(SQL["channels"])}
    changed = []
    for channel in served:
        row = known.get((channel.tenant, channel.id))
        plain = msgspec.json.encode(channel.settings())
        wanted = _row(channel)
        if row is None or any(row[name] != wanted[name] for name in _COMPARED) or _differs(seal, row, plain):
            changed.append((channel, plain))
    gone = [
        key for key, row in known.items()
        if row["origin"] == "file" and not row["removed_at"] and key not in named
    ]  # fmt: skip
    return changed, gone


def _sealed(seal: Seal, channel: Channel, plain: bytes) -> dict[str, Any]:
    return {**_row(channel), "settings": seal.close(plain, channel_place(channel.tenant, channel.id))}


_COMPARED = ("provider", "number", "silence", "sources", "origin", "removed_at")


def _row(channel: Channel) -> dict[str, Any]:
    return {
        "tenant": channel.tenant,
        "id": channel.id,
        "provider": channel.provider.name,
        "number": channel.number,
        **beside(channel.written),
        "origin": "file",
        "removed_at": 0,
    }


def _differs(seal: Seal, row: Row, plain: bytes) -> bool:
    """Whether a row's sealed settings are others, or under an old key."""
    sealed = bytes(row["settings"])
    if seal.outdated(sealed):
        return True
    try:
        return seal.open(sealed, channel_place(row["tenant"], row["id"])) != plain
    except SealError:
        return True
