"""What a plugin or the API can send: one tagged union, `Outbound`. The body comes first.

`reply_to` quotes a message by its provider id. `extra` is the escape hatch: what it holds under a
provider's name is merged into that provider's request as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct, field


class Base(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What every outbound kind may carry."""

    reply_to: str = ""
    extra: dict[str, dict[str, Any]] = field(default_factory=dict)


class Part(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The base of the pieces that messages are made of."""


class Header(Part, frozen=True, omit_defaults=True):
    """The head of an interactive message: text, or one media link or id."""

    text: str = ""
    image: str = ""
    video: str = ""
    document: str = ""


class Text(Base, frozen=True, tag="text"):
    """A plain text message. An empty text is not sent; that is a loss in the log, not an error."""

    text: str
    preview_url: bool = False


class Media(Base, frozen=True):
    """A file by public link, or by an id from an upload to the provider: exactly one of the two."""

    link: str = ""
    media_id: str = ""


class Image(Media, frozen=True, tag="image"):
    """A picture."""

    caption: str = ""


class Video(Media, frozen=True, tag="video"):
    """A video."""

    caption: str = ""


class Audio(Media, frozen=True, tag="audio"):
    """A sound file."""


class Voice(Media, frozen=True, tag="voice"):
    """A voice note (ogg, opus, mono)."""


class Document(Media, frozen=True, tag="document"):
    """A file with a name."""

    filename: str = ""
    caption: str = ""


class Sticker(Media, frozen=True, tag="sticker"):
    """A webp sticker, 512 × 512."""


class Location(Base, frozen=True, tag="location"):
    """A point on the map, in decimal degrees."""

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""


class Card(Part, frozen=True, omit_defaults=True):
    """A contact card to share."""

    name: str
    phone: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    company: str = ""


class Contacts(Base, frozen=True, tag="contacts"):
    """One or more contact cards."""

    contacts: Sequence[Card]


class Reaction(Base, frozen=True, tag="reaction"):
    """An emoji on the message with provider id *message_id*; "" takes it away."""

    message_id: str
    emoji: str = ""


class Button(Part, frozen=True, omit_defaults=True):
    """A reply button: the id that comes back, and its words."""

    id: str
    title: str


class Buttons(Base, frozen=True, tag="buttons"):
    """A text with reply buttons."""

    text: str
    buttons: Sequence[Button]
    header: Header | str = ""
    footer: str = ""


class Row(Part, frozen=True, omit_defaults=True):
    """One choice of a list: the id that comes back, its words, and a line of detail."""

    id: str
    title: str
    description: str = ""


class Section(Part, frozen=True, omit_defaults=True):
    """A titled group of rows."""

    title: str
    rows: Sequence[Row]


class List(Base, frozen=True, tag="list"):
    """A text with a button that opens a list of rows."""

    text: str
    button: str
    sections: Sequence[Section]
    header: str = ""
    footer: str = ""


class CtaUrl(Base, frozen=True, tag="cta_url"):
    """A text with one button that opens a web page."""

    text: str
    label: str
    url: str
    header: Header | str = ""
    footer: str = ""


class Product(Base, frozen=True, tag="product"):
    """One product of a catalogue."""

    catalog_id: str
    sku: str
    text: str = ""
    footer: str = ""


class ProductSection(Part, frozen=True, omit_defaults=True):
    """A titled group of products."""

    title: str
    skus: Sequence[str]


class ProductList(Base, frozen=True, tag="product_list"):
    """Products of a catalogue, in sections. WhatsApp wants a *header*."""

    text: str
    catalog_id: str
    sections: Sequence[ProductSection]
    header: str = ""
    footer: str = ""


class Catalog(Base, frozen=True, tag="catalog"):
    """A text with a button that opens the whole catalogue."""

    text: str
    thumbnail_sku: str = ""
    footer: str = ""


class FlowForm(Base, frozen=True, tag="flow"):
    """A WhatsApp Flow (a form). *token* comes back with the answer."""

    text: str
    flow_id: str
    label: str
    token: str = ""
    screen: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    header: Header | str = ""
    footer: str = ""


class LocationRequest(Base, frozen=True, tag="location_request"):
    """Asks for the contact's location."""

    text: str


class AddressRequest(Base, frozen=True, tag="address_request"):
    """Asks for a delivery address (India only, on WhatsApp)."""

    text: str
    country: str = "IN"
    values: dict[str, Any] = field(default_factory=dict)


class ContactRequest(Base, frozen=True, tag="contact_request"):
    """Asks for the contact's phone number."""

    text: str


class CarouselCard(Part, frozen=True, omit_defaults=True):
    """One card: a picture or video, a text, and either a link or reply buttons."""

    text: str = ""
    image: str = ""
    video: str = ""
    label: str = ""
    url: str = ""
    buttons: Sequence[Button] = ()


class Carousel(Base, frozen=True, tag="carousel"):
    """A text above two to ten cards."""

    text: str
    cards: Sequence[CarouselCard]


class Template(Base, frozen=True, tag="template"):
    """An approved template. *values* fill the body: a list for numbered, a mapping for named
    parameters. *header* is a text or a media link; *buttons* hold one value per dynamic button, in
    the template's order (None for a button without one). *components* is the provider's own form
    and, when given, wins over the other three."""

    name: str
    language: str
    values: list[str] | dict[str, str] = field(default_factory=list)
    header: Header | str = ""
    buttons: list[str | None] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)


Outbound = (
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
    | Buttons
    | List
    | CtaUrl
    | Product
    | ProductList
    | Catalog
    | FlowForm
    | LocationRequest
    | AddressRequest
    | ContactRequest
    | Carousel
    | Template
)
