"""A webhook's bytes to events: Meta's envelope, and words for what has none (wire.md §3)."""

from __future__ import annotations

import msgspec
from msgspec import Raw

from gateway.provider import Parsed, ParseFailure
from providers.meta_cloud.clean import decode
from providers.meta_cloud.found import BAD
from providers.meta_cloud.parse import parse as parse_envelope

_MEMBERS = msgspec.json.Decoder(dict[str, Raw])
#: Lists that the On-Premises API wrote at the top of its body.
_FLAT = frozenset({"contacts", "messages", "statuses", "errors"})
_ON_PREMISES = (
    "a payload of the On-Premises API ({found} without `object` and `entry`): it names no number, and that "
    "API has ended. Move the number to the Cloud API in the 360dialog Hub"
)
_PARTNER = "an event of the Partner Hub ({event}): it is about an account, and no webhook of this number"


def parse(body: bytes) -> Parsed:
    """All events of *body*, and what could not be read. What comes without Meta's envelope is a failure
    that says what it is."""
    parsed = parse_envelope(body)
    if parsed.events or len(parsed.failures) != 1:
        return parsed
    try:
        members = decode(_MEMBERS, body)
    except BAD:
        return parsed
    if "entry" in members or "object" in members:
        return parsed
    if flat := [name for name in members if name in _FLAT]:
        reason = _ON_PREMISES.format(found=", ".join(flat))
        return Parsed(failures=(ParseFailure(reason, bytes(body)),))
    if {"event", "data"} <= members.keys():
        event = bytes(members["event"])[:80].decode("utf-8", "replace").strip('"').replace("\0", "")
        return Parsed(failures=(ParseFailure(_PARTNER.format(event=event), bytes(body)),))
    return parsed
