"""A content of Twilio's as our definition (wire.md §4.5), which keeps the content itself too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gateway.model.template import Category, TemplateDefinition
from providers.twilio.contents.resource import OURS
from providers.twilio.templates.kept import Content, keep, unfriendly
from providers.twilio.templates.pieces import pieces

Body = dict[str, Any]
_CATEGORIES: dict[str, Category] = {
    "UTILITY": "utility",
    "MARKETING": "marketing",
    "AUTHENTICATION": "authentication",
}
#: The core's words for the statuses of an approval. Not submitted, a content goes within the window.
STATUSES = {"RECEIVED": "PENDING"}
#: Which of a content's types is WhatsApp's, when the approval does not say.
_ORDER = (
    "whatsapp/authentication",
    "whatsapp/flows",
    "whatsapp/card",
    "twilio/carousel",
    "twilio/catalog",
    "twilio/card",
    "twilio/call-to-action",
    "twilio/quick-reply",
    "twilio/media",
    "twilio/list-picker",
    "twilio/location",
    "twilio/text",
)


def category(word: object) -> Category:
    """Ours for Twilio's *word*. One that is new to us is taken for marketing, which is strictest."""
    return _CATEGORIES.get(str(word).upper(), "marketing")


def status(word: object) -> str:
    """The core's word for an approval's status."""
    told = str(word or "unsubmitted").upper()
    return STATUSES.get(told, told)


def approval(entry: Body) -> Body:
    """The approval for WhatsApp in an entry of the list, in any of the forms in which Twilio writes it."""
    found: Any = entry.get("approval_requests")
    if isinstance(found, list):
        found = found[0] if found else None
    if isinstance(found, dict) and isinstance(found.get("whatsapp"), dict):
        found = found["whatsapp"]
    return found if isinstance(found, dict) else {}


def read_template(entry: Any) -> TemplateDefinition | None:
    """One entry of the list; None for what is no template: a content that we made for messages of a
    conversation, or one without a name, a language or a type that can be read."""
    if not isinstance(entry, dict):
        return None
    told = approval(entry)
    friendly, names = unfriendly(_text(entry.get("friendly_name")))
    name, language = _text(told.get("name")) or friendly, _text(entry.get("language"))
    if not name or not language or friendly.startswith(OURS):
        return None
    content = _content(entry.get("types"), told.get("content_type"), names)
    if content is None:
        return None
    return TemplateDefinition(
        name,
        language,
        _category(told, content),
        provider_id=_text(entry.get("sid")),
        status=status(told.get("status")),
        reason=_text(told.get("rejection_reason")),
        unknown=keep(content),
        **pieces(content, _samples(entry.get("variables"))),
    )


def _category(told: Body, content: Content) -> Category:
    if content.type == "whatsapp/authentication":
        return "authentication"
    # What was not submitted goes within the window only, where it is no marketing.
    return category(told["category"]) if told.get("category") else "utility"


def _content(types: Any, preferred: Any, names: list[str]) -> Content | None:
    """The type of *types* that WhatsApp gets."""
    if not isinstance(types, dict):
        return None
    order: Sequence[Any] = (preferred, *_ORDER, *types)
    for key in order:
        if isinstance(key, str) and isinstance(types.get(key), dict):
            return Content(key, types[key], names)
    return None


def _samples(given: Any) -> dict[str, str]:
    if not isinstance(given, dict):
        return {}
    return {name: value for name, value in given.items() if isinstance(value, str)}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
