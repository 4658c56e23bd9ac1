"""A template as a business writes it and a provider keeps it, in no provider's own words.

The same Struct is what `gateway templates apply` reads from a file, what a provider's directory lists, and
what a send is checked against. Variables stand as ``{{1}}`` or ``{{first_name}}``.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from msgspec import Struct, field

Category = Literal["utility", "marketing", "authentication"]
HeaderKind = Literal["text", "image", "video", "document", "gif", "location", "product"]
ButtonKind = Literal[
    "quick_reply", "url", "phone", "copy_code", "otp", "flow", "catalog", "products", "product",
    "call", "call_permission", "contact_request", "app",
    "other",  # one that this version does not know: its `details` are the provider's whole object
]  # fmt: skip


_VARIABLE = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}", re.ASCII)


def variables(text: str) -> list[str]:
    """The names of the variables in a template's *text* ("1", "first_name"), each once, in their order."""
    return list(dict.fromkeys(_VARIABLE.findall(text)))


def named(*texts: str) -> bool:
    """Whether the variables of *texts* have names, not numbers."""
    return any(not name.isdigit() for text in texts for name in variables(text))


class Piece(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The base of a definition's pieces."""


class Sample(Struct, frozen=True):
    """A media file that shows a reviewer what a header will hold: its *name*, its MIME type, its bytes."""

    name: str
    mime: str
    content: bytes


class TemplateHeader(Piece, frozen=True, omit_defaults=True):
    """The head. *example* fills its variable; *sample* is the path of a media file, relative to the file
    that names it; *handle* is the provider's for a sample that was uploaded."""

    kind: HeaderKind = "text"
    text: str = ""
    example: str = ""
    sample: str = ""
    handle: str = ""


class TemplateButtonDefinition(Piece, frozen=True, omit_defaults=True):
    """One button. *url* may end in a variable, which *example* fills (the whole URL); *details* are the
    provider's own fields for kinds that need more (flow, otp, app)."""

    kind: ButtonKind
    text: str = ""
    url: str = ""
    phone: str = ""
    example: str = ""
    details: dict[str, Any] = field(default_factory=dict)


class TemplateCardDefinition(Piece, frozen=True, omit_defaults=True):
    """One card of a carousel."""

    header: TemplateHeader
    body: str = ""
    examples: list[str] = field(default_factory=list)
    buttons: list[TemplateButtonDefinition] = field(default_factory=list)


class TemplateOffer(Piece, frozen=True, omit_defaults=True):
    """A limited-time offer: its words, and whether it ends."""

    text: str
    expires: bool = True


class TemplateDefinition(Piece, frozen=True, omit_defaults=True):
    """One template in one language. *examples* fill the body's variables: a list for numbered, a mapping
    for named ones. *ttl* is how many seconds the provider tries to deliver it, 0 for its default.

    The second half is what the provider tells: *provider_id*, *status* ("APPROVED"), *quality*
    ("GREEN"), *reason* of a rejection, and *unknown* with what has no place here: components of its own,
    or fields that belong to a component of the same type. Both are sent back unchanged by an edit.
    """

    name: str
    language: str
    category: Category
    body: str = ""
    header: TemplateHeader | None = None
    footer: str = ""
    examples: list[str] | dict[str, str] = field(default_factory=list)
    buttons: list[TemplateButtonDefinition] = field(default_factory=list)
    cards: list[TemplateCardDefinition] = field(default_factory=list)
    offer: TemplateOffer | None = None
    security_recommendation: bool = False
    code_minutes: int = 0
    ttl: int = 0

    provider_id: str = ""
    status: str = ""
    quality: str = ""
    reason: str = ""
    unknown: list[dict[str, Any]] = field(default_factory=list)
