"""Rows of tenants, channels and plugins, as they are written and read back by a change."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct

from gateway.clock import SECOND
from gateway.errors import SealError
from gateway.settings import ChannelSettings
from gateway.store.port import Row, Tx
from gateway.store.seal import Place, Seal
from gateway.store.sql import load_queries

SQL = load_queries(Path(__file__).with_name("tenants.sql"))
T = TypeVar("T")

#: What is raised for settings that cannot be opened.
LOST = (SealError, msgspec.MsgspecError)

_object = msgspec.json.Decoder(dict[str, Any])
_list = msgspec.json.Decoder(tuple[str, ...])


class Known(Struct, Generic[T], frozen=True):
    """What may be shown, and the revision in which it was last changed: 0 for what a file says."""

    shown: T
    revision: int


async def revise(tx: Tx) -> int:
    """Begin a change: everybody else's waits until this transaction has ended. Its number."""
    return int(await tx.value(SQL["revise"]))


def channel_place(tenant: str, id: str) -> Place:
    """Where a channel's settings are sealed for."""
    return Place(tenant, "channel", "settings", id)


def plugin_place(tenant: str, plugin: str) -> Place:
    """Where a plugin's settings are sealed for."""
    return Place(tenant, "tenant_plugin", "settings", plugin)


def sealed(seal: Seal, settings: Mapping[str, Any], place: Place) -> bytes:
    """Settings as they are kept."""
    return seal.close(msgspec.json.encode(settings), place)


def unsealed(seal: Seal, blob: bytes, place: Place) -> dict[str, Any]:
    """Settings as they were written. Raises one of `LOST` when they cannot be opened."""
    return _object.decode(seal.open(bytes(blob), place)) if blob else {}


def opened(seal: Seal, blob: bytes, place: Place) -> dict[str, Any] | None:
    """The same; None when they cannot be opened, and have to be entered anew."""
    try:
        return unsealed(seal, blob, place)
    except LOST:
        return None


def beside(settings: ChannelSettings) -> dict[str, Any]:
    """What a channel's row holds of *settings* beside the sealed ones."""
    return {
        "silence": round(settings.silence * SECOND),
        "sources": msgspec.json.encode(settings.sources).decode(),
    }


def as_written(row: Row, settings: dict[str, Any]) -> ChannelSettings:
    """A channel's row as gateway.toml would have it, with its *settings* opened."""
    sources = _list.decode(row["sources"])
    return ChannelSettings(row["id"], row["provider"], settings, row["silence"] / SECOND, sources)


def channel_settings(row: Row, seal: Seal) -> ChannelSettings:
    """A channel of the database as gateway.toml would have it; without settings when they are lost."""
    return as_written(row, opened(seal, row["settings"], channel_place(row["tenant"], row["id"])) or {})
