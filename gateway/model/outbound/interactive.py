"""What can be tapped: buttons, lists, links, products, forms, requests, carousels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import field

from gateway.model.outbound.base import Base, Header, Part


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
    """A WhatsApp Flow (a form), by *flow_id* or by *flow_name*. *token* comes back with the answer. Without
    a *screen* the form's own endpoint is asked for the first one. *draft* sends one that is not published."""

    text: str
    flow_id: str = ""
    label: str = ""
    token: str = ""
    screen: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    header: Header | str = ""
    footer: str = ""
    flow_name: str = ""
    draft: bool = False


class LocationRequest(Base, frozen=True, tag="location_request"):
    """Asks for the contact's location."""

    text: str


class SavedAddress(Part, frozen=True, omit_defaults=True):
    """An address that the contact can choose; *id* comes back."""

    id: str
    values: dict[str, Any] = field(default_factory=dict)


class AddressRequest(Base, frozen=True, tag="address_request"):
    """Asks for a delivery address (India only, on WhatsApp). *values* are filled in already, *saved* can
    be chosen from, *errors* say per field what was wrong with an earlier answer."""

    text: str
    country: str = "IN"
    values: dict[str, Any] = field(default_factory=dict)
    saved: Sequence[SavedAddress] = ()
    errors: dict[str, str] = field(default_factory=dict)


class ContactRequest(Base, frozen=True, tag="contact_request"):
    """Asks for the contact's phone number."""

    text: str


class CarouselCard(Part, frozen=True, omit_defaults=True):
    """One card: a picture or video, a text, and either a link or reply buttons; or a product by its *sku*."""

    text: str = ""
    image: str = ""
    video: str = ""
    label: str = ""
    url: str = ""
    buttons: Sequence[Button] = ()
    sku: str = ""


class Carousel(Base, frozen=True, tag="carousel"):
    """A text above two to ten cards, all of one kind. Products need their *catalog_id*."""

    text: str
    cards: Sequence[CarouselCard]
    catalog_id: str = ""


class CallPermissionRequest(Base, frozen=True, tag="call_permission_request"):
    """Asks whether the business may call."""

    text: str


class CallButton(Base, frozen=True, tag="call_button"):
    """A text with a button that calls the business within WhatsApp, for *minutes* from now. *payload*
    comes back with the call."""

    text: str
    label: str
    minutes: int = 0
    payload: str = ""
