"""Meta's description of a template as our definition (wire.md §2.7), without losing anything of it.

What our definition has no field for goes to `unknown`: a whole component, or the fields of a known one
that are left when what we understood is taken away. `write.components` puts it back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gateway.model.template import (
    Category,
    HeaderKind,
    TemplateButtonDefinition,
    TemplateCardDefinition,
    TemplateDefinition,
    TemplateHeader,
    TemplateOffer,
)
from providers.meta_cloud.templates.buttons import read_button
from providers.meta_cloud.templates.write import MEDIA, components

Component = dict[str, Any]
#: What Meta called categories before there were three.
_CATEGORIES: dict[str, Category] = {
    "UTILITY": "utility",
    "MARKETING": "marketing",
    "AUTHENTICATION": "authentication",
    "TRANSACTIONAL": "utility",
    "OTP": "authentication",
}
_HEADERS: dict[str, HeaderKind] = {
    "TEXT": "text",
    "IMAGE": "image",
    "VIDEO": "video",
    "DOCUMENT": "document",
    "GIF": "gif",
    "LOCATION": "location",
    "PRODUCT": "product",
}


def category(word: Any) -> Category:
    """Ours for Meta's *word*. One that is new to us is taken for marketing, which has the strictest rules."""
    return _CATEGORIES.get(str(word).upper(), "marketing")


def read_template(entry: Any) -> TemplateDefinition | None:
    """One entry of the list as a definition; None when it has no name or language, or is no object."""
    if not isinstance(entry, dict):
        return None
    name, language = _text(entry.get("name")), _text(entry.get("language"))
    if not name or not language:
        return None
    score = entry.get("quality_score")
    quality = score.get("score") if isinstance(score, dict) else score
    reason, ttl = _text(entry.get("rejected_reason")), entry.get("message_send_ttl_seconds")
    listed = entry.get("components")
    return TemplateDefinition(
        name,
        language,
        category(entry.get("category")),
        ttl=ttl if isinstance(ttl, int) and not isinstance(ttl, bool) else 0,
        provider_id=str(entry.get("id") or ""),
        status=_text(entry.get("status")).upper(),
        quality=_text(quality).upper(),
        reason="" if reason == "NONE" else reason,
        **read_components(listed if isinstance(listed, list) else []),
    )


def read_components(listed: list[Any]) -> dict[str, Any]:
    """The fields of a `TemplateDefinition` that Meta's components tell."""
    fields: dict[str, Any] = {}
    unknown: list[Component] = []
    known: dict[str, Component] = {}
    for component in listed:
        if not isinstance(component, dict):
            continue
        kind = str(component.get("type", "")).upper()
        understood = None if kind in known else _READERS.get(kind, _nothing)(component)
        if understood is None:
            unknown.append(component)
        else:
            known[kind] = component
            fields |= understood
    written = {made["type"]: made for made in components(TemplateDefinition("", "", "utility", **fields))}
    for kind, component in known.items():
        left = _left(component, written.get(kind, {}))
        if left or kind not in written:
            unknown.append({"type": kind} | left)
    return fields | ({"unknown": unknown} if unknown else {})


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _nothing(component: Component) -> dict[str, Any] | None:
    return None


def _example(component: Component, name: str) -> Any:
    examples = component.get("example")
    found = examples.get(name) if isinstance(examples, dict) else None
    return found if isinstance(found, list) and found else None


def _named(params: Any) -> dict[str, str]:
    """`[{"param_name": "first_name", "example": "Ana"}]` as a mapping; empty when it is none."""
    found: dict[str, str] = {}
    for param in params if isinstance(params, list) else []:
        name = param.get("param_name") if isinstance(param, dict) else None
        if not isinstance(name, str) or not isinstance(param.get("example"), str):
            return {}
        found[name] = param["example"]
    return found


def _header(component: Component) -> dict[str, Any] | None:
    kind = _HEADERS.get(str(component.get("format", "TEXT")).upper())
    if kind is None:
        return None
    handles, texts = _example(component, "header_handle"), _example(component, "header_text")
    values = list(_named(_example(component, "header_text_named_params")).values())
    header = TemplateHeader(
        kind,
        _text(component.get("text")),
        example=_text((texts or values or [""])[0]),
        handle=_text((handles or [""])[0]) if kind in MEDIA else "",
    )
    return {"header": header}


def _body(component: Component) -> dict[str, Any]:
    examples: list[str] | dict[str, str] = _named(_example(component, "body_text_named_params"))
    if not examples:
        first = (_example(component, "body_text") or [[]])[0]
        given = first if isinstance(first, list) else []
        examples = list(given) if all(isinstance(one, str) for one in given) else []
    secure = component.get("add_security_recommendation") is True
    return {"body": _text(component.get("text")), "examples": examples, "security_recommendation": secure}


def _footer(component: Component) -> dict[str, Any]:
    minutes = component.get("code_expiration_minutes")
    known = minutes if isinstance(minutes, int) and not isinstance(minutes, bool) else 0
    return {"footer": _text(component.get("text")), "code_minutes": known}


def _buttons(component: Component) -> dict[str, Any] | None:
    buttons = component.get("buttons")
    if not isinstance(buttons, list) or not all(isinstance(button, dict) for button in buttons):
        return None
    read: list[TemplateButtonDefinition] = [read_button(button) for button in buttons]
    return {"buttons": read}


def _offer(component: Component) -> dict[str, Any] | None:
    offer = component.get("limited_time_offer")
    if not isinstance(offer, dict) or not isinstance(offer.get("text"), str):
        return None
    if offer.keys() - {"text", "has_expiration"}:  # kept as it stands: we would lose what we do not know
        return None
    return {"offer": TemplateOffer(offer["text"], offer.get("has_expiration", True) is True)}


def _carousel(component: Component) -> dict[str, Any] | None:
    cards = component.get("cards")
    read = [_card(card) for card in cards] if isinstance(cards, list) else [None]
    return None if None in read else {"cards": read}


def _card(card: Any) -> TemplateCardDefinition | None:
    """One card; None when it holds more than our cards do."""
    listed = card.get("components") if isinstance(card, dict) else None
    if not isinstance(listed, list) or len(card) > 1 or not all(isinstance(each, dict) for each in listed):
        return None
    fields = read_components(listed)
    header, examples = fields.get("header"), fields.get("examples", [])
    plain = {"header", "body", "examples", "buttons", "security_recommendation"}
    if header is None or not fields.keys() <= plain or isinstance(examples, dict):
        return None
    if fields.get("security_recommendation"):
        return None
    return TemplateCardDefinition(header, fields.get("body", ""), examples, fields.get("buttons", []))


_READERS: dict[str, Callable[[Component], dict[str, Any] | None]] = {
    "HEADER": _header,
    "BODY": _body,
    "FOOTER": _footer,
    "BUTTONS": _buttons,
    "LIMITED_TIME_OFFER": _offer,
    "CAROUSEL": _carousel,
}


def _left(component: Component, written: Component) -> Component:
    """The fields of *component* that *written* does not say as well."""
    left: Component = {}
    for name, value in component.items():
        mine = written.get(name)
        if isinstance(value, dict) and isinstance(mine, dict):
            if more := _left(value, mine):
                left[name] = more
        elif not _same(name, value, mine):
            left[name] = value
    return left


def _same(name: str, value: Any, mine: Any) -> bool:
    if name in ("type", "format") and isinstance(value, str) and isinstance(mine, str):
        return value.upper() == mine
    # Read whole, whatever its spelling was: see `buttons` and `_card`.
    return name in ("buttons", "cards") or bool(value == mine)
