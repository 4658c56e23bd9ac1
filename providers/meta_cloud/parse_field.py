"""Everything that is neither message nor status: one `ChannelEvent`, told apart by its content."""

from __future__ import annotations

from typing import Any

import msgspec

from gateway.model.event import ChannelEvent
from gateway.model.ids import digest
from providers.meta_cloud import wire
from providers.meta_cloud.clean import decode, moment

_ANY = msgspec.json.Decoder(Any)


class _Numbered(msgspec.Struct):
    """The values that name a number do it in their metadata."""

    metadata: wire.Metadata | None = None
    timestamp: wire.Number = None


_NUMBERED = msgspec.json.Decoder(_Numbered)


def _canonical(raw: bytes) -> bytes:
    """*raw* without spaces and in one order of keys: a repeat may be written differently."""
    try:
        return msgspec.json.encode(_ANY.decode(raw), order="sorted")
    except (ValueError, RecursionError, OverflowError):
        return raw


def read_field(
    name: str, value: bytes, raw: bytes, account: str, number: str = "", at: int = 0
) -> ChannelEvent:
    """The event *name* of *account* with *value*; *raw* is the slice to keep (wire.md §1.3: the key is
    a hash of entry id, field and canonical value)."""
    try:
        about = decode(_NUMBERED, value)
    except (ValueError, RecursionError):
        about = _Numbered()
    if about.metadata is not None:
        number = number or about.metadata.phone_number_id or ""
    key = digest(account, name, _canonical(value).decode("utf-8", "replace")).hex()
    return ChannelEvent(name, key, at or moment(about.timestamp), number, account, raw=raw)
