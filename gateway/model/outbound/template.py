"""Sending an approved template: its values, and what its header, buttons and cards want."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import field

from gateway.model.outbound.base import Base, Header, Part
from gateway.model.outbound.interactive import ProductSection


class Money(Part, frozen=True, tag="money"):
    """An amount that WhatsApp writes in the reader's own way. *amount_1000* is thousandths of the unit;
    *text* is shown where that fails."""

    text: str
    currency: str
    amount_1000: int


class Day(Part, frozen=True, tag="day"):
    """A date or time, as *text*."""

    text: str


class Place(Part, frozen=True, omit_defaults=True):
    """The header of a template that shows a location, in decimal degrees."""

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""


class ProductHeader(Part, frozen=True):
    """The header of a template that shows a product."""

    catalog_id: str
    sku: str


class QuickReply(Part, frozen=True, tag="quick_reply"):
    """What a tap on a template's reply button comes back with."""

    payload: str


#: How a text for a link's end is marked where the template's definition is not known.
URL_MARK = "url:"


class UrlSuffix(Part, frozen=True, tag="url"):
    """The variable end of a template's link."""

    suffix: str


class CopyCode(Part, frozen=True, tag="copy_code"):
    """The coupon that a template's button copies: 15 characters at most."""

    code: str


class OneTimeCode(Part, frozen=True, tag="otp"):
    """The one-time code of an authentication template's button; the body gets the same one."""

    code: str


class FlowStart(Part, frozen=True, tag="flow"):
    """How a template's button opens its WhatsApp Flow."""

    token: str = ""
    data: dict[str, Any] = field(default_factory=dict)


class CatalogStart(Part, frozen=True, tag="catalog"):
    """The product whose picture a template's catalogue button shows."""

    thumbnail_sku: str = ""


class ProductsStart(Part, frozen=True, tag="products"):
    """The products behind a template's button, in sections."""

    thumbnail_sku: str
    sections: Sequence[ProductSection]


class CallStart(Part, frozen=True, tag="call", omit_defaults=True):
    """How long a template's call button works, and what comes back with the call."""

    minutes: int = 0
    payload: str = ""


TemplateButton = (
    QuickReply | UrlSuffix | CopyCode | OneTimeCode | FlowStart | CatalogStart | ProductsStart | CallStart
)
#: A text is what the template's definition says that the button takes: the payload of a reply button, the
#: end of a link, a code. None stands for a button that takes nothing.
ButtonValue = str | TemplateButton | None
Value = str | Money | Day


class TemplateCard(Part, frozen=True, omit_defaults=True):
    """The values of one card of a carousel template."""

    header: Header | str = ""
    values: list[Value] = field(default_factory=list)
    buttons: list[ButtonValue] = field(default_factory=list)
    place: Place | None = None
    product: ProductHeader | None = None


class Template(Base, frozen=True, tag="template"):
    """An approved template. *values* fill the body: a list for numbered, a mapping for named parameters.

    The head is one of *header* (a text, a media link or id), *place* and *product*. *buttons* hold one
    value per button, in the template's order; *cards* are those of a carousel. *offer_until* (microseconds
    UTC) ends a limited-time offer. *marketing* sends through the provider's marketing endpoint.
    *components* is the provider's own form and, when given, wins over all of these."""

    name: str
    language: str
    values: list[Value] | dict[str, Value] = field(default_factory=list)
    header: Header | str = ""
    buttons: list[ButtonValue] = field(default_factory=list)
    place: Place | None = None
    product: ProductHeader | None = None
    cards: list[TemplateCard] = field(default_factory=list)
    offer_until: int = 0
    marketing: bool = False
    components: list[dict[str, Any]] = field(default_factory=list)
