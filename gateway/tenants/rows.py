"""What the database says of tenants, channels and plugins, decoded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from gateway.clock import SECOND
from gateway.errors import SealError, SettingsError
from gateway.observe.logs import get_logger
from gateway.settings import ChannelSettings, TenantSettings
from gateway.store.port import Row, Tx
from gateway.store.seal import Place, Seal
from gateway.store.sql import load_queries

log = get_logger("gateway.tenants")

SQL = load_queries(Path(__file__).with_name("live.sql"))

_object = msgspec.json.Decoder(dict[str, Any])
_list = msgspec.json.Decoder(tuple[str, ...])


class TenantRow(Struct, frozen=True):
    """A tenant. *removed* ones are not served."""

    settings: TenantSettings
    name: str
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
    settings = TenantSettings(row["tenant"], row["time_zone"], row["language"], row["country"])
    return TenantRow(settings, row["name"], row["origin"] == "file", bool(row["removed_at"]))


def _channel(row: Row, seal: Seal) -> ChannelRow:
    removed, from_file = bool(row["removed_at"]), row["origin"] == "file"
    settings, broken = dict[str, Any](), None
    if not removed and not from_file:
        place = Place(row["tenant"], "channel", "settings", row["id"])
        try:
            settings = _object.decode(seal.open(bytes(row["settings"]), place))
        except (SealError, msgspec.MsgspecError) as error:
            where = f"channel {row['id']} of tenant {row['tenant']}: settings"
            broken = SettingsError(where, str(error), "enter its settings anew")
    made = ChannelSettings(
        row["id"], row["provider"], settings, row["silence"] / SECOND, _list.decode(row["sources"])
    )
    held = bool(row["held_at"])
    return ChannelRow(row["tenant"], made, from_file, held, removed, row["created_at"], broken)


def _plugin(row: Row, seal: Seal) -> PluginRow:
    place = Place(row["tenant"], "tenant_plugin", "settings", row["plugin"])
    sealed, settings, enabled = bytes(row["settings"]), dict[str, Any](), bool(row["enabled"])
    try:
        settings = _object.decode(seal.open(sealed, place)) if sealed else {}
    except (SealError, msgspec.MsgspecError) as error:
        # Without its settings a plugin might do anything: a shop with no prices, a bot with no limits.
        log.error("plugin.settings_lost", tenant=row["tenant"], plugin=row["plugin"], problem=str(error))
        enabled = False
    return PluginRow(row["tenant"], row["plugin"], row["position"], enabled, settings)
