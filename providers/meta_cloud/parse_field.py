"""A change that is neither message nor status: what its elements have in common, then its reader."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from msgspec import Raw

from providers.meta_cloud import wire
from providers.meta_cloud.clean import decode, moment
from providers.meta_cloud.fields import read_field
from providers.meta_cloud.fields.base import Change, digits, elements, text
from providers.meta_cloud.found import BAD, Found

T = TypeVar("T")


class Metadata(wire.Metadata):
    """The business number, also as people know it."""

    display_phone_number: str | None = None


_MEMBERS = msgspec.json.Decoder(dict[str, Raw])
_METADATA = msgspec.json.Decoder(Metadata)
_CONTACT = msgspec.json.Decoder(wire.Contact)
_TIME = msgspec.json.Decoder(wire.Number)


def _loosely(decoder: msgspec.json.Decoder[T], raw: Raw | None) -> T | None:
    try:
        return decode(decoder, bytes(raw)) if raw else None
    except BAD:
        return None


def read_contacts(raw: Raw | None) -> list[wire.Contact]:
    """The contacts of a value; one that cannot be read is left out."""
    found = (_loosely(_CONTACT, one) for one in elements(raw, Found()))
    return [contact for contact in found if contact is not None]


def read_change(field: str, value: Raw, raw: Raw, account: str, at: int, found: Found) -> None:
    """Add to *found* what the change *raw* of *field* says. Raises when its value is no object."""
    members = decode(_MEMBERS, bytes(value))
    metadata = _loosely(_METADATA, members.get("metadata")) or Metadata()
    change = Change(
        field,
        account,
        at or moment(_loosely(_TIME, members.get("timestamp"))),
        bytes(value),
        bytes(raw),
        members,
        text(metadata.phone_number_id),
        digits(metadata.display_phone_number),
        read_contacts(members.get("contacts")),
    )
    read_field(change, found)
