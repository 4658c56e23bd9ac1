"""Messages of one small object: texts, places, reactions, taps (wire.md §1.5)."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from gateway.model import inbound
from providers.meta_cloud import wire
from providers.meta_cloud.clean import decode


class LocationObject(Struct):
    """`{"latitude": 40.4168, "longitude": -3.7038, "name": "Shop"}`."""

    latitude: float | str
    longitude: float | str
    name: str | None = None
    address: str | None = None
    url: str | None = None


class ReactionObject(Struct):
    """`{"message_id": "wamid.T1VU", "emoji": "👍"}`; without emoji it is a removal."""

    message_id: str
    emoji: str | None = None


class ButtonObject(Struct):
    """A tap on a template's button: `{"payload": "CONFIRM-17", "text": "Confirmar"}`."""

    payload: str | None = None
    text: str | None = None


class SimpleMessage(Struct):
    """The objects by the message's type; one of them is there."""

    text: wire.TextBody | None = None
    location: LocationObject | None = None
    reaction: ReactionObject | None = None
    button: ButtonObject | None = None


_DECODER = msgspec.json.Decoder(SimpleMessage)


def read_text(raw: bytes) -> inbound.Text | None:
    """A text."""
    found = decode(_DECODER, raw).text
    return None if found is None else inbound.Text(found.body or "")


def read_location(raw: bytes) -> inbound.Location | None:
    """A point. Raises when it is not on the map."""
    found = decode(_DECODER, raw).location
    if found is None:
        return None
    latitude, longitude = float(found.latitude), float(found.longitude)
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError("location is not on the map")
    return inbound.Location(latitude, longitude, found.name or "", found.address or "", found.url or "")


def read_reaction(raw: bytes) -> inbound.Reaction | None:
    """An emoji on a message, or none any more."""
    found = decode(_DECODER, raw).reaction
    return None if found is None else inbound.Reaction(found.message_id, found.emoji or "")


def read_button(raw: bytes) -> inbound.ButtonReply | None:
    """A tap on a template's button; without a payload of ours, its words are its id."""
    found = decode(_DECODER, raw).button
    return None if found is None else inbound.ButtonReply(found.payload or found.text or "", found.text or "")


def read_request_welcome(raw: bytes) -> inbound.RequestWelcome:
    """The chat was opened; the message has no object."""
    return inbound.RequestWelcome()
