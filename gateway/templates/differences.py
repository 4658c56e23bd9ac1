"""What differs between a template in a file and the provider's, in words: pure.

Compared is what a contact would see and what a send would need. What the provider words by itself (the
texts of an authentication template, the label of a code to copy) is not, nor are examples and samples,
which only a reviewer sees, unless the template was rejected, for they may have been the reason.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlparse

from msgspec import to_builtins

from gateway.model.template import TemplateButtonDefinition, TemplateCardDefinition, TemplateDefinition

_FIELDS = ("body", "footer", "header", "examples", "offer", "security_recommendation", "code_minutes", "ttl")


def differences(ours: TemplateDefinition, theirs: TemplateDefinition) -> list[str]:
    """One line for each thing that an edit would change; none when they are alike."""
    strict = theirs.status == "REJECTED"
    found: list[str] = []
    for field in _FIELDS:
        if not _compared(field, ours, strict):
            continue
        _differ(found, field, _plain(field, ours, strict), _plain(field, theirs, strict))
    _buttons(found, "buttons", ours.buttons, theirs.buttons, strict)
    if len(ours.cards) != len(theirs.cards):
        _differ(found, "cards", len(ours.cards), len(theirs.cards))
    else:
        for index, (mine, other) in enumerate(zip(ours.cards, theirs.cards, strict=True)):
            _card(found, f"cards[{index}]", mine, other, strict)
    if ours.unknown:
        _differ(found, "unknown", ours.unknown, theirs.unknown)
    return found


def _compared(field: str, ours: TemplateDefinition, strict: bool) -> bool:
    if field == "ttl":
        return bool(ours.ttl)
    if field == "examples":
        return strict
    return ours.category != "authentication" or field not in ("body", "footer", "header")


def _plain(field: str, definition: TemplateDefinition | TemplateCardDefinition, strict: bool) -> Any:
    value = to_builtins(getattr(definition, field))
    if field != "header" or value is None:
        return value
    kept = ("kind", "text", "example") if strict else ("kind", "text")
    # The kind "text" is the default, and left out by the encoder.
    return {"kind": "text"} | {name: value[name] for name in kept if name in value}


def _card(
    found: list[str], path: str, ours: TemplateCardDefinition, theirs: TemplateCardDefinition, strict: bool
) -> None:
    for field in ("header", "body", *(("examples",) if strict else ())):
        _differ(found, f"{path}.{field}", _plain(field, ours, strict), _plain(field, theirs, strict))
    _buttons(found, f"{path}.buttons", ours.buttons, theirs.buttons, strict)


def _buttons(
    found: list[str],
    path: str,
    ours: list[TemplateButtonDefinition],
    theirs: list[TemplateButtonDefinition],
    strict: bool,
) -> None:
    if len(ours) != len(theirs):
        _differ(found, path, [each.kind for each in ours], [each.kind for each in theirs])
        return
    for index, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
        _differ(found, f"{path}[{index}]", _button(mine, mine, strict), _button(other, mine, strict))


def _button(button: TemplateButtonDefinition, ours: TemplateButtonDefinition, strict: bool) -> dict[str, Any]:
    """What is compared of *button*: fields that *ours* sets, and details that both have."""
    made: dict[str, Any] = {"kind": button.kind}
    if button.kind == "otp":
        query = parse_qs(urlparse(button.url).query)
        made["otp_type"] = button.details.get("otp_type") or query.get("otp_type", [""])[0]
        return made
    if ours.text and button.kind != "copy_code":
        made["text"] = button.text
    if button.kind == "url":
        made["url"] = button.url
    if button.kind == "phone":
        made["phone"] = re.sub(r"\D", "", button.phone)
    if strict:
        made["example"] = button.example
    # The provider answers with more than was written, or with an id in place of a name.
    return made | {
        name: value for name, value in button.details.items() if ours.details.get(name, ...) != ...
    }


def _differ(found: list[str], path: str, ours: Any, theirs: Any) -> None:
    if ours == theirs:
        return
    if isinstance(ours, dict) and isinstance(theirs, dict):
        # A detail that only one side has says nothing; see `_button`.
        both = {name for name in ours if name in theirs} if "kind" in ours else set(ours) | set(theirs)
        for name in sorted(both):
            _differ(found, f"{path}.{name}", ours.get(name), theirs.get(name))
        if path.endswith("header") and ours.keys() != theirs.keys():
            found.append(f"{path}: {_short(theirs)} -> {_short(ours)}")
        return
    found.append(f"{path}: {_short(theirs)} -> {_short(ours)}")


def _short(value: Any) -> str:
    text = "nothing" if value in (None, "", [], {}) else repr(value)
    return text if len(text) <= 160 else text[:157] + "..."
