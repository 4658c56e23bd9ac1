"""What a definition keeps of Twilio's content, in `unknown`, so that a send finds the numbers of variables.

Names of variables are ours: Twilio has numbers only. They are kept in the content's friendly name, which is
seen by nobody but the business: "order_ready(first_name,number)".
"""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct

from gateway.model.template import TemplateDefinition

Body = dict[str, Any]
_TYPE = "TWILIO"
_FRIENDLY = re.compile(r"([^()]+)\(([a-z0-9_]*(?:,[a-z0-9_]*)*)\)", re.ASCII)


class Content(Struct, frozen=True):
    """One type of a content: its key ("twilio/quick-reply"), its fields, and our names of the variables in
    the order of their numbers, "" for those that have none."""

    type: str
    fields: Body
    names: list[str]


def keep(content: Content) -> list[Body]:
    """The definition's `unknown` for *content*."""
    return [{"type": _TYPE, "key": content.type, "content": content.fields, "names": content.names}]


def kept(definition: TemplateDefinition) -> Content | None:
    """The content that *definition* keeps; None when it did not come from Twilio."""
    for component in definition.unknown:
        if component.get("type") == _TYPE:
            fields, names = component.get("content"), component.get("names")
            if isinstance(fields, dict) and isinstance(names, list):
                return Content(str(component.get("key", "")), fields, [str(name) for name in names])
    return None


def friendly(name: str, names: list[str]) -> str:
    """The friendly name of the template *name*."""
    return f"{name}({','.join(names)})" if any(names) else name


def unfriendly(text: str) -> tuple[str, list[str]]:
    """A template's name and the names of its variables, out of a friendly name."""
    found = _FRIENDLY.fullmatch(text)
    return (found[1], found[2].split(",")) if found else (text, [])
