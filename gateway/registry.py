"""The configuration's channels, mirrored into the database with their secrets sealed."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from gateway.channels import Channels
from gateway.clock import Clock
from gateway.settings import Settings
from gateway.store.port import Store, Tx
from gateway.store.seal import Place, Seal

_UPSERT = """
insert into channel (tenant, id, provider, number, settings, paused_at, paused_reason, updated_at)
values (:tenant, :id, :provider, :number, :settings, 0, '', :now)
on conflict (tenant, id) do update set
    provider = excluded.provider, number = excluded.number, settings = excluded.settings,
    paused_at = 0, paused_reason = '', updated_at = excluded.updated_at
"""

_STATES = """
select id, paused_at, paused_reason, webhook_at from channel where tenant = :tenant order by id
"""


class State(Struct, frozen=True):
    """How a channel fares. Times are microseconds UTC, 0 for never; *paused_reason* is token or account."""

    id: str
    paused_at: int
    paused_reason: str
    webhook_at: int


async def states(store: Store, tenant: str) -> list[State]:
    """How the tenant's channels fare, also those that are no longer configured."""

    async def work(tx: Tx) -> list[State]:
        rows = await tx.all(_STATES, tenant=tenant)
        return [State(row["id"], row["paused_at"], row["paused_reason"], row["webhook_at"]) for row in rows]

    return await store.read(work)


async def seal_channels(store: Store, channels: Channels, settings: Settings, clock: Clock) -> None:
    """Write every channel as it stands. The AAD binds each ciphertext to its row."""
    seal = Seal(settings.server.secret)
    rows = [
        {
            "tenant": channel.tenant,
            "id": channel.id,
            "provider": channel.provider.name,
            "number": channel.number,
            "settings": seal.close(
                msgspec.json.encode(channel.settings()),
                Place(channel.tenant, "channel", "settings", channel.id),
            ),
            "now": clock.now(),
        }
        for channel in channels
    ]

    async def work(tx: Tx) -> None:
        await tx.many(_UPSERT, rows)

    if rows:
        await store.write(work)
