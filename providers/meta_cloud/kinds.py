"""From a message's own object to our kind: one small reader each, chosen by `type` (wire.md §1.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from gateway.model import inbound
from providers.meta_cloud import wire
from providers.meta_cloud.clean import decode, integer, plain
from providers.meta_cloud.contacts import read_contacts
from providers.meta_cloud.interactive import read_interactive

Reader = Callable[[bytes], inbound.Inbound | None]
F = TypeVar("F", bound=inbound.Media)


class MediaObject(Struct):
    """`{"id": "9001", "mime_type": "image/jpeg", "sha256": "kYTr…", "caption": "Front door"}`."""

    id: str = ""
    mime_type: str | None = None
    sha256: str | None = None
    url: str | None = None
    caption: str | None = None
    filename: str | None = None
    voice: bool | None = None
    animated: bool | None = None


class MediaMessage(Struct):
    """The media objects by the message's type; one of them is there."""

    image: MediaObject | None = None
    video: MediaObject | None = None
    audio: MediaObject | None = None
    document: MediaObject | None = None
    sticker: MediaObject | None = None


_MEDIA = msgspec.json.Decoder(MediaMessage)


def _fields(found: MediaObject) -> dict[str, str]:
    return {
        "media_id": found.id,
        "mime_type": found.mime_type or "",
        "sha256": found.sha256 or "",
        "url": found.url or "",
        "caption": found.caption or "",
        "filename": found.filename or "",
    }


def _media(name: str, kind: type[F]) -> Reader:
    def read(raw: bytes) -> inbound.Inbound | None:
        found: MediaObject | None = getattr(decode(_MEDIA, raw), name)
        return None if found is None else kind(**_fields(found))  # type: ignore[return-value]

    return read


def _audio(raw: bytes) -> inbound.Inbound | None:
    found = decode(_MEDIA, raw).audio
    if found is None:
        return None
    return inbound.Voice(**_fields(found)) if found.voice else inbound.Audio(**_fields(found))


def _sticker(raw: bytes) -> inbound.Inbound | None:
    found = decode(_MEDIA, raw).sticker
    return None if found is None else inbound.Sticker(**_fields(found), animated=bool(found.animated))


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


class ProductItem(Struct):
    """`{"product_retailer_id": "SKU-TEA-1", "quantity": 2, "item_price": 7.99, "currency": "EUR"}`."""

    product_retailer_id: str | None = None
    quantity: wire.Number = 0
    item_price: wire.Number = None
    currency: str | None = None


class OrderObject(Struct):
    """`{"catalog_id": "7100", "text": "No sugar", "product_items": […]}`."""

    catalog_id: str | None = None
    text: str | None = None
    product_items: list[ProductItem] | None = None


class SystemObject(Struct):
    """`{"body": "User … changed", "wa_id": "34611222333", "type": "user_changed_number"}`."""

    type: str | None = None
    body: str | None = None
    wa_id: str | None = None
    new_wa_id: str | None = None
    user_id: str | None = None
    parent_user_id: str | None = None
    previous_user_id: str | None = None


class InnerMessage(Struct):
    """The new content within an edit; only text and captions can be edited."""

    type: str | None = None
    text: wire.TextBody | None = None
    image: MediaObject | None = None
    video: MediaObject | None = None
    document: MediaObject | None = None


class EditObject(Struct):
    """`{"original_message_id": "wamid.U0FN", "message": {"type": "text", "text": {"body": "…"}}}`."""

    original_message_id: str
    message: InnerMessage | None = None


class KindObject(Struct):
    """`{"type": "poll_creation"}`."""

    type: str | None = None


class OtherMessage(Struct):
    """The objects of the remaining types; each is there only in a message of its type."""

    location: LocationObject | None = None
    reaction: ReactionObject | None = None
    button: ButtonObject | None = None
    order: OrderObject | None = None
    system: SystemObject | None = None
    identity: dict[str, Any] | None = None
    edit: EditObject | None = None
    revoke: EditObject | None = None
    unsupported: KindObject | None = None
    errors: list[wire.Error] | None = None


_OTHER = msgspec.json.Decoder(OtherMessage)


def _location(raw: bytes) -> inbound.Inbound | None:
    found = decode(_OTHER, raw).location
    if found is None:
        return None
    latitude, longitude = float(found.latitude), float(found.longitude)
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError("location is not on the map")
    return inbound.Location(latitude, longitude, found.name or "", found.address or "", found.url or "")


def _reaction(raw: bytes) -> inbound.Inbound | None:
    found = decode(_OTHER, raw).reaction
    return None if found is None else inbound.Reaction(found.message_id, found.emoji or "")


def _button(raw: bytes) -> inbound.Inbound | None:
    found = decode(_OTHER, raw).button
    return None if found is None else inbound.ButtonReply(found.payload or found.text or "", found.text or "")


def _order(raw: bytes) -> inbound.Inbound | None:
    found = decode(_OTHER, raw).order
    if found is None:
        return None
    items = tuple(
        inbound.OrderItem(
            item.product_retailer_id or "",
            integer(item.quantity),
            "" if item.item_price is None else str(item.item_price),
            item.currency or "",
        )
        for item in found.product_items or ()
    )
    return inbound.Order(found.catalog_id or "", found.text or "", items)


_SYSTEM = {
    "user_changed_number": "number_changed",
    "customer_changed_number": "number_changed",
    "user_changed_user_id": "user_id_changed",
    "customer_identity_changed": "identity_changed",
    "user_identity_changed": "identity_changed",
}


def _system(raw: bytes) -> inbound.Inbound | None:
    message = decode(_OTHER, raw)
    found = message.system
    if found is None:
        return None
    kind = found.type or ""
    return inbound.System(
        event=_SYSTEM.get(kind, kind),
        text=found.body or "",
        wa_id=found.wa_id or found.new_wa_id or "",
        user_id=found.user_id or "",
        parent_user_id=found.parent_user_id or "",
        previous_user_id=found.previous_user_id or "",
        details=plain({"identity": message.identity}) if message.identity else {},
    )


def _edit(raw: bytes) -> inbound.Inbound | None:
    found = decode(_OTHER, raw).edit
    if found is None:
        return None
    new = found.message or InnerMessage()
    media = new.image or new.video or new.document
    text = (new.text.body if new.text else media.caption if media else "") or ""
    return inbound.Edit(found.original_message_id, new.type or "", text)


def _revoke(raw: bytes) -> inbound.Inbound | None:
    found = decode(_OTHER, raw).revoke
    return None if found is None else inbound.Revoke(found.original_message_id)


def _request_welcome(raw: bytes) -> inbound.Inbound | None:
    return inbound.RequestWelcome()


def _unsupported(raw: bytes) -> inbound.Inbound | None:
    message = decode(_OTHER, raw)
    kind = (message.unsupported.type if message.unsupported else "") or ""
    error = message.errors[0] if message.errors else wire.Error()
    return inbound.Unsupported(kind, integer(error.code), error.details or error.title or "")


READERS: dict[str, Reader] = {
    "image": _media("image", inbound.Image),
    "video": _media("video", inbound.Video),
    "audio": _audio,
    "document": _media("document", inbound.Document),
    "sticker": _sticker,
    "location": _location,
    "contacts": read_contacts,
    "reaction": _reaction,
    "button": _button,
    "interactive": read_interactive,
    "order": _order,
    "system": _system,
    "edit": _edit,
    "revoke": _revoke,
    "request_welcome": _request_welcome,
    "unsupported": _unsupported,
}

_ANY = msgspec.json.Decoder(dict[str, Any])


def read_content(kind: str, raw: bytes) -> inbound.Inbound:
    """What the message *raw* of type *kind* holds. One that lacks its object, or whose type we do
    not know, is `Unknown`, or `Unsupported` when it carries an error in its place."""
    reader = READERS.get(kind)
    content = reader(raw) if reader else None
    if content is not None:
        return content
    payload = plain(decode(_ANY, raw))
    if reader and payload.get("errors"):
        found = _unsupported(raw)
        assert isinstance(found, inbound.Unsupported)
        return msgspec.structs.replace(found, kind=kind)
    return inbound.Unknown(kind, payload)
