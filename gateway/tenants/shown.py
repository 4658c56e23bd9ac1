"""Tenants, channels and plugins as they may be shown: never a secret's value. Times are RFC 3339 in UTC."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

Origin = Literal["file", "database"]


class TenantShown(Struct, frozen=True):
    """A tenant. *plugins* are those in use, in their order; *origin* says where it is changed."""

    id: str
    name: str
    time_zone: str
    language: str
    country: str
    plugins: tuple[str, ...]
    channels: tuple[str, ...]
    origin: Origin
    created_at: str | None


class ChannelShown(Struct, frozen=True):
    """A channel. In *settings* a secret is {"set": true, "last4": "…"}, last4 only of long ones. *state* is
    sends, held (a person paused it), paused (the gateway did, for *reason*), or refused (it cannot work:
    *problem* says why and *remedy* what to do); *since* is when it was held or paused."""

    id: str
    provider: str
    name: str
    number: str
    settings: dict[str, Any]
    silence: float
    sources: tuple[str, ...]
    origin: Origin
    state: Literal["sends", "held", "paused", "refused"]
    reason: str
    since: str | None
    problem: str
    remedy: str
    webhook_url: str
    last_webhook_at: str | None


class PluginShown(Struct, frozen=True):
    """A plugin and how the tenant uses it. *schema* is the JSON Schema of its settings, null when it declares
    none; a field that is writeOnly there is shown as {"set": true}. *health* is ready, failed (*reason* says
    why), put_aside or unused."""

    name: str
    version: str
    hooks: tuple[str, ...]
    enabled: bool
    position: int | None
    settings: dict[str, Any]
    schema: dict[str, Any] | None
    origin: Origin
    health: Literal["ready", "failed", "put_aside", "unused"]
    reason: str
