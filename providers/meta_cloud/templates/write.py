"""Our definition of a template as Meta's components (wire.md §2.7)."""

from __future__ import annotations

from typing import Any

from gateway.model.template import (
    TemplateCardDefinition,
    TemplateDefinition,
    TemplateHeader,
    named,
    variables,
)
from providers.meta_cloud.templates.buttons import write_button

Component = dict[str, Any]
#: Formats whose sample is a file.
MEDIA = frozenset({"image", "video", "document", "gif"})


def components(definition: TemplateDefinition) -> list[Component]:
    """The components of *definition*, with what Meta had beyond our fields put back in its place."""
    made: list[Component] = []
    if definition.header is not None:
        made.append(_header(definition.header, _is_named(definition)))
    if body := _body(definition):
        made.append(body)
    if definition.offer is not None:
        offer = {"text": definition.offer.text, "has_expiration": definition.offer.expires}
        made.append({"type": "LIMITED_TIME_OFFER", "limited_time_offer": offer})
    if footer := _footer(definition):
        made.append(footer)
    if definition.buttons:
        made.append(_buttons(definition.buttons))
    if definition.cards:
        made.append({"type": "CAROUSEL", "cards": [_card(card) for card in definition.cards]})
    return _with_unknown(made, definition.unknown)


def parameter_format(definition: TemplateDefinition) -> str:
    """NAMED or POSITIONAL, as the variables are written."""
    return "NAMED" if _is_named(definition) else "POSITIONAL"


def merge(value: Component, more: Component) -> Component:
    """*value* with the fields of *more*, which win; objects are merged, everything else is replaced."""
    merged = dict(value)
    for name, item in more.items():
        old = merged.get(name)
        merged[name] = merge(old, item) if isinstance(old, dict) and isinstance(item, dict) else item
    return merged


def _is_named(definition: TemplateDefinition) -> bool:
    header = definition.header.text if definition.header else ""
    return isinstance(definition.examples, dict) or named(definition.body, header)


def _header(header: TemplateHeader, by_name: bool) -> Component:
    made: Component = {"type": "HEADER", "format": header.kind.upper()}
    if header.text:
        made["text"] = header.text
    if header.example and by_name:
        name = next(iter(variables(header.text)), "")
        example = {"param_name": name, "example": header.example}
        made["example"] = {"header_text_named_params": [example]}
    elif header.example:
        made["example"] = {"header_text": [header.example]}
    if header.handle:
        made["example"] = {"header_handle": [header.handle]}
    return made


def _body(definition: TemplateDefinition) -> Component:
    made: Component = {}
    if definition.body:
        made["text"] = definition.body
    if definition.security_recommendation:
        made["add_security_recommendation"] = True
    if isinstance(definition.examples, dict):
        if definition.examples:
            params = [{"param_name": name, "example": text} for name, text in definition.examples.items()]
            made["example"] = {"body_text_named_params": params}
    elif definition.examples:
        made["example"] = {"body_text": [list(definition.examples)]}
    # An authentication template has a body without a word of ours.
    needed = made or definition.category == "authentication"
    return {"type": "BODY", **made} if needed else {}


def _footer(definition: TemplateDefinition) -> Component:
    made: Component = {}
    if definition.footer:
        made["text"] = definition.footer
    if definition.code_minutes:
        made["code_expiration_minutes"] = definition.code_minutes
    return {"type": "FOOTER", **made} if made else {}


def _buttons(buttons: Any) -> Component:
    return {"type": "BUTTONS", "buttons": [write_button(button) for button in buttons]}


def _card(card: TemplateCardDefinition) -> Component:
    made = [_header(card.header, False)]
    if card.body:
        body: Component = {"type": "BODY", "text": card.body}
        if card.examples:
            body["example"] = {"body_text": [list(card.examples)]}
        made.append(body)
    if card.buttons:
        made.append(_buttons(card.buttons))
    return {"components": made}


def _with_unknown(made: list[Component], unknown: list[Component]) -> list[Component]:
    places = {component["type"]: index for index, component in enumerate(made)}
    for fragment in unknown:
        index = places.get(fragment.get("type", ""))
        if index is None:
            made.append(dict(fragment))
        else:
            made[index] = merge(made[index], fragment)
    return made
