"""What every outbound kind is made of."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct, field


class Base(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What every outbound kind may carry. *category* asks for Direct Send (wire.md §2.13): the message
    may go outside the 24-hour window and is charged like a template; few accounts have it, and only
    texts and interactive messages can use it."""

    reply_to: str = ""
    category: Literal["", "utility", "authentication"] = ""
    extra: dict[str, dict[str, Any]] = field(default_factory=dict)


class Part(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The base of the pieces that messages are made of."""


class Header(Part, frozen=True, omit_defaults=True):
    """The head of an interactive message or a template: text, or one media link or id. *filename* is a
    document's. Templates only: *gif*, on the marketing endpoint, and *parameter*, the name of the text's
    variable in a template with named parameters."""

    text: str = ""
    image: str = ""
    video: str = ""
    document: str = ""
    gif: str = ""
    filename: str = ""
    parameter: str = ""
