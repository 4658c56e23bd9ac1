"""What a contact can send us: one tagged union, `Inbound`.

Every kind keeps the text that a person would read under `text` where it has one. Kinds that a
provider adds tomorrow arrive as `Unknown`, with the provider's own object kept.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field


class Text(Struct, frozen=True, tag="text", omit_defaults=True, gc=False):
    """A plain text message."""

    text: str = ""


class Media(Struct, frozen=True, omit_defaults=True):
    """A file at the provider. `sha256` is as the provider spells it (Meta: base64)."""

    media_id: str = ""
    mime_type: str = ""
    sha256: str = ""
    url: str = ""
    caption: str = ""
    filename: str = ""


class Image(Media, frozen=True, tag="image", omit_defaults=True):
    """A picture."""


class Video(Media, frozen=True, tag="video", omit_defaults=True):
    """A video."""


class Audio(Media, frozen=True, tag="audio", omit_defaults=True):
    """A sound file that was attached, not recorded in the app."""


class Voice(Media, frozen=True, tag="voice", omit_defaults=True):
    """A voice note, recorded in the app."""


class Document(Media, frozen=True, tag="document", omit_defaults=True):
    """Any other file."""


class Sticker(Media, frozen=True, tag="sticker", omit_defaults=True):
    """A sticker, still or animated."""

    animated: bool = False


class Location(Struct, frozen=True, tag="location", omit_defaults=True):
    """A point on the map, in decimal degrees."""

    latitude: float = 0.0
    longitude: float = 0.0
    name: str = ""
    address: str = ""
    url: str = ""


class ContactPhone(Struct, frozen=True, omit_defaults=True):
    """One phone of a shared contact card."""

    phone: str = ""
    wa_id: str = ""
    type: str = ""


class ContactCard(Struct, frozen=True, omit_defaults=True):
    """One shared contact. `origin` is "contact_request" when it answers a request of ours."""

    name: str = ""
    first_name: str = ""
    last_name: str = ""
    phones: tuple[ContactPhone, ...] = ()
    emails: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    addresses: tuple[dict[str, Any], ...] = ()
    company: str = ""
    birthday: str = ""
    origin: str = ""
    vcard: str = ""
    middle_name: str = ""
    prefix: str = ""
    suffix: str = ""
    department: str = ""
    title: str = ""


class Contacts(Struct, frozen=True, tag="contacts", omit_defaults=True):
    """One or more contact cards. *file* holds them where the provider sends them as a vCard (Twilio)."""

    contacts: tuple[ContactCard, ...] = ()
    file: Media | None = None


class Reaction(Struct, frozen=True, tag="reaction", omit_defaults=True):
    """An emoji on one of the last messages; an empty *emoji* takes it away."""

    message_id: str = ""
    emoji: str = ""


class ButtonReply(Struct, frozen=True, tag="button_reply", omit_defaults=True):
    """A tap on a button: the button's id and its words. *typed* is what the contact wrote instead of tapping:
    the option's number or words."""

    id: str = ""
    title: str = ""
    typed: str = ""


class ListReply(Struct, frozen=True, tag="list_reply", omit_defaults=True):
    """A row chosen from a list. *typed* is what the contact wrote instead of tapping."""

    id: str = ""
    title: str = ""
    description: str = ""
    typed: str = ""


class FlowReply(Struct, frozen=True, tag="flow_reply", omit_defaults=True):
    """A completed WhatsApp Flow (a form): its token and its data."""

    token: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    text: str = ""


class AddressReply(Struct, frozen=True, tag="address_reply", omit_defaults=True):
    """A delivery address, from an address request."""

    values: dict[str, Any] = field(default_factory=dict)
    saved_address_id: str = ""
    text: str = ""


class OrderItem(Struct, frozen=True, omit_defaults=True):
    """One line of an order. *price* is the catalogue's decimal text; never charge by it."""

    sku: str = ""
    quantity: int = 0
    price: str = ""
    currency: str = ""


class Order(Struct, frozen=True, tag="order", omit_defaults=True):
    """A cart sent from a catalogue message."""

    catalog_id: str = ""
    text: str = ""
    items: tuple[OrderItem, ...] = ()


class System(Struct, frozen=True, tag="system", omit_defaults=True):
    """The platform says that the contact changed: *event* is number_changed, user_id_changed,
    identity_changed, or the provider's own word."""

    event: str = ""
    text: str = ""
    wa_id: str = ""
    user_id: str = ""
    parent_user_id: str = ""
    previous_user_id: str = ""
    previous_parent_user_id: str = ""
    details: dict[str, Any] = field(default_factory=dict)


class Edit(Struct, frozen=True, tag="edit", omit_defaults=True):
    """A message was edited: *message_id* names the original, *kind* and *text* are the new content."""

    message_id: str = ""
    kind: str = ""
    text: str = ""


class Revoke(Struct, frozen=True, tag="revoke", omit_defaults=True):
    """A message was taken back."""

    message_id: str = ""


class RequestWelcome(Struct, frozen=True, tag="request_welcome", omit_defaults=True):
    """The contact opened the chat for the first time and has not written yet."""


class CallPermissionReply(Struct, frozen=True, tag="call_permission_reply", omit_defaults=True):
    """The answer to a request to call. *expires_at* is microseconds UTC, 0 when it does not expire."""

    accepted: bool = False
    permanent: bool = False
    expires_at: int = 0
    source: str = ""


class Unsupported(Struct, frozen=True, tag="unsupported", omit_defaults=True):
    """The contact sent something that the platform does not pass on; *kind* and *code* say what."""

    kind: str = ""
    code: int = 0
    text: str = ""


class Unknown(Struct, frozen=True, tag="unknown", omit_defaults=True):
    """A kind that this version does not know. *payload* is the provider's own object, whole."""

    kind: str = ""
    payload: dict[str, Any] = field(default_factory=dict)


Inbound = (
    Text
    | Image
    | Video
    | Audio
    | Voice
    | Document
    | Sticker
    | Location
    | Contacts
    | Reaction
    | ButtonReply
    | ListReply
    | FlowReply
    | AddressReply
    | Order
    | System
    | Edit
    | Revoke
    | RequestWelcome
    | CallPermissionReply
    | Unsupported
    | Unknown
)
