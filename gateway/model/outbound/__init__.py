"""What a plugin or the API can send: one tagged union, `Outbound`. The body comes first.

`reply_to` quotes a message by its provider id. `extra` is the escape hatch: what it holds under a
provider's name is merged into that provider's request as it stands.
"""

from __future__ import annotations

from gateway.model.outbound.base import (
    Base,
    Header,
    Part,
)
from gateway.model.outbound.content import (
    STORED,
    Audio,
    Card,
    CardAddress,
    CardEmail,
    CardPhone,
    CardUrl,
    Contacts,
    Document,
    Image,
    Location,
    Media,
    Pin,
    Reaction,
    Sticker,
    Text,
    Video,
    Voice,
)
from gateway.model.outbound.interactive import (
    AddressRequest,
    Button,
    Buttons,
    CallButton,
    CallPermissionRequest,
    Carousel,
    CarouselCard,
    Catalog,
    ContactRequest,
    CtaUrl,
    FlowForm,
    List,
    LocationRequest,
    Product,
    ProductList,
    ProductSection,
    Row,
    SavedAddress,
    Section,
)
from gateway.model.outbound.template import (
    ButtonValue,
    CallStart,
    CatalogStart,
    CopyCode,
    Day,
    FlowStart,
    Money,
    OneTimeCode,
    Place,
    ProductHeader,
    ProductsStart,
    QuickReply,
    Template,
    TemplateButton,
    TemplateCard,
    UrlSuffix,
    Value,
)

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
    | CallPermissionRequest
    | CallButton
    | Pin
    | Template
)


def templated(message: Outbound) -> bool:
    """Whether *message* may go when the 24-hour window is closed, and is charged for it: a template, or what
    the provider makes a template of (Direct Send, wire.md §2.13)."""
    return isinstance(message, Template) or bool(message.category)


__all__ = [
    "STORED",
    "AddressRequest",
    "Audio",
    "Base",
    "Button",
    "ButtonValue",
    "Buttons",
    "CallButton",
    "CallPermissionRequest",
    "CallStart",
    "Card",
    "CardAddress",
    "CardEmail",
    "CardPhone",
    "CardUrl",
    "Carousel",
    "CarouselCard",
    "Catalog",
    "CatalogStart",
    "ContactRequest",
    "Contacts",
    "CopyCode",
    "CtaUrl",
    "Day",
    "Document",
    "FlowForm",
    "FlowStart",
    "Header",
    "Image",
    "List",
    "Location",
    "LocationRequest",
    "Media",
    "Money",
    "OneTimeCode",
    "Outbound",
    "Part",
    "Pin",
    "Place",
    "Product",
    "ProductHeader",
    "ProductList",
    "ProductSection",
    "ProductsStart",
    "QuickReply",
    "Reaction",
    "Row",
    "SavedAddress",
    "Section",
    "Sticker",
    "Template",
    "TemplateButton",
    "TemplateCard",
    "Text",
    "UrlSuffix",
    "Value",
    "Video",
    "Voice",
    "templated",
]
