"""A channel as it may be shown, put together from its settings, its row and how it runs."""

from __future__ import annotations

from typing import Literal

from gateway.clock import stamp
from gateway.settings import ChannelSettings
from gateway.store.port import Row
from gateway.tenants.ground import Ground
from gateway.tenants.hiding import shown
from gateway.tenants.shown import ChannelShown


def channel_shown(ground: Ground, tenant: str, settings: ChannelSettings, row: Row | None) -> ChannelShown:
    """*settings* with their secrets hidden, and how the channel is. *row* is None before it was served."""
    provider = ground.channels.provider(settings.provider)
    running = ground.channels.get(tenant, settings.id)
    error = ground.channels.refused.get((tenant, settings.id))
    state: Literal["sends", "held", "paused", "refused"] = "sends"
    if error is not None:
        state = "refused"
    elif row is not None and row["held_at"]:
        state = "held"
    elif row is not None and row["paused_at"]:
        state = "paused"
    since = {"held": "held_at", "paused": "paused_at"}.get(state)
    origin = ground.directory.channel_origin(tenant, settings.id)
    return ChannelShown(
        id=settings.id,
        provider=settings.provider,
        name=row["name"] if row is not None and origin == "database" else "",
        number=running.number if running is not None else row["number"] if row is not None else "",
        settings=shown(settings.settings, provider.secret_fields if provider is not None else None),
        silence=settings.silence,
        sources=settings.sources,
        origin=origin,
        state=state,
        reason=row["paused_reason"] if row is not None and state == "paused" else "",
        since=stamp(row[since]) if row is not None and since else None,
        problem=f"{error.where}: {error.problem}" if error is not None else "",
        remedy=error.remedy if error is not None else "",
        webhook_url=f"{ground.public_url}/webhooks/{settings.provider}/{settings.id}",
        last_webhook_at=stamp(row["webhook_at"]) if row is not None else None,
    )
