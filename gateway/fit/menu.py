"""What a message asks the contact to choose from, or whether it asks at all."""

from __future__ import annotations

import regex

from gateway.model.menu import Menu, Option
from gateway.model.outbound import (
    AddressRequest,
    Buttons,
    CallPermissionRequest,
    Carousel,
    ContactRequest,
    List,
    LocationRequest,
    Outbound,
    QuickReply,
    Template,
)
from gateway.model.template import TemplateDefinition

_REQUESTS = (LocationRequest, AddressRequest, ContactRequest, CallPermissionRequest)
#: Question marks of all scripts; the Greek one looks like a semicolon.
_ASKS = regex.compile(r"([?？؟⸮՞፧⁇⁈⁉‽﹖︖꘏꫷\u037e]|(?<=\p{Greek});)[\s\p{P}\p{S}\p{M}\p{Cf}]*$")
_REPLY = ("quick_reply",)


def asks(text: str) -> bool:
    """Whether *text* ends with a question; emoji and closing marks may follow."""
    return _ASKS.search(text) is not None


def _template(message: Template, definition: TemplateDefinition | None) -> tuple[Option, ...]:
    """The reply buttons of a template. Only its definition tells what stands on them."""
    kinds = [button.kind for button in definition.buttons] if definition else []
    titles = [button.text for button in definition.buttons] if definition else []
    options = []
    for index, value in enumerate(message.buttons):
        title = titles[index] if index < len(titles) else ""
        if isinstance(value, QuickReply):
            options.append(Option(value.payload, title))
        elif isinstance(value, str) and index < len(kinds) and kinds[index] in _REPLY:
            options.append(Option(value, title))
    return tuple(option for option in options if option.id)


def menu_of(message: Outbound, definition: TemplateDefinition | None = None) -> Menu | None:
    """What *message*, as its author wrote it, asks. None when it asks nothing. *definition* is that of a
    template, when it is known."""
    if isinstance(message, Buttons):
        return Menu("buttons", tuple(Option(each.id, each.title) for each in message.buttons))
    if isinstance(message, List):
        rows = [row for section in message.sections for row in section.rows]
        return Menu("list", tuple(Option(row.id, row.title, row.description) for row in rows))
    if isinstance(message, Carousel):
        options = tuple(Option(each.id, each.title) for card in message.cards for each in card.buttons)
        return Menu("buttons", options) if options else _question(message.text)
    if isinstance(message, Template):
        options = _template(message, definition)
        return Menu("buttons", options) if options else None
    if isinstance(message, _REQUESTS):
        return Menu("question")
    return _question(getattr(message, "text", "") or getattr(message, "caption", ""))


def _question(text: str) -> Menu | None:
    return Menu("question") if asks(text) else None
