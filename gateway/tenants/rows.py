"""What the database says of tenants, channels and plugins, decoded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from gateway.errors import SettingsError
from gateway.observe.logs import get_logger
from gateway.settings import ChannelSettings, TenantSettings
from gateway.settings.policy import Policy, Retention
from gateway.store.port import Row, Tx
from gateway.store.seal import Seal
from gateway.store.sql import load_queries
from gateway.tenants.records import LOST, as_written, channel_place, plugin_place, unsealed
from gateway.tenants.said import readable

log = get_logger("gateway.tenants")

SQL = load_queries(Path(__file__).with_name("live.sql"))


class TenantRow(Struct, frozen=True):
    """A tenant. *removed* ones are not served."""

    settings: TenantSettings
    from_file: bool
    removed: bool


class ChannelRow(Struct, frozen=True):
    """A channel that no file names, or what the database adds to one that a file does: *held*. *broken* is
    why its settings cannot be opened."""

    tenant: str
    settings: ChannelSettings
    from_file: bool
    held: bool
    removed: bool
    created_at: int
    broken: SettingsError | None


class PluginRow(Struct, frozen=True):
    """A plugin of a tenant that no file lists."""

    tenant: str
    plugin: str
    position: int
    enabled: bool
    settings: dict[str, Any]


class Rows(Struct, frozen=True):
    """All that changed after a revision, and the revision that was read."""

    revision: int
    tenants: Sequence[TenantRow]
    channels: Sequence[ChannelRow]
    plugins: Sequence[PluginRow]


async def changed(tx: Tx, seal: Seal, seen: int) -> Rows | None:
    """What changed behind revision *seen*; None when nothing did. 0 reads everything."""
    revision = int(await tx.value(SQL["revision"]))
    if revision <= seen:
        return None
    return Rows(
        revision,
        [_tenant(row) for row in await tx.all(SQL["tenants"], seen=seen)],
        [_channel(row, seal) for row in await tx.all(SQL["channels"], seen=seen)],
        [_plugin(row, seal) for row in await tx.all(SQL["plugins"], seen=seen)],
    )


def _tenant(row: Row) -> TenantRow:
    settings = TenantSettings(
        row["tenant"], row["time_zone"], row["language"], row["country"],
        policy=readable(row, "policy", Policy), retention=readable(row, "retention", Retention),
    )  # fmt: skip
    return TenantRow(settings, row["origin"] == "file", bool(row["removed_at"]))


def _channel(row: Row, seal: Seal) -> ChannelRow:
    removed, from_file = bool(row["removed_at"]), row["origin"] == "file"
    settings, broken = dict[str, Any](), None
    if not removed and not from_file:
        try:
            settings = unsealed(seal, row["settings"], channel_place(row["tenant"], row["id"]))
        except LOST as error:
            where = f"channel {row['id']} of tenant {row['tenant']}: settings"
            broken = SettingsError(where, str(error), "enter its settings anew")
    made, held = as_written(row, settings), bool(row["held_at"])
    return ChannelRow(row["tenant"], made, from_file, held, removed, row["created_at"], broken)


def _plugin(row: Row, seal: Seal) -> PluginRow:
    settings, enabled = dict[str, Any](), bool(row["enabled"])
    try:
        settings = unsealed(seal, row["settings"], plugin_place(row["tenant"], row["plugin"]))
    except LOST as error:
        # Without its settings a plugin might do anything: a shop with no prices, a bot with no limits.
        log.error("plugin.settings_lost", tenant=row["tenant"], plugin=row["plugin"], problem=str(error))
        enabled = False
    return PluginRow(row["tenant"], row["plugin"], row["position"], enabled, settings)
