"""Holds what is sent to the definition of the template (wire.md 2.6)."""

from __future__ import annotations

import re
from typing import Any

from providers.meta_cloud.simulator.errors import GraphError
from providers.meta_cloud.simulator.templates.record import Record, variables

#: The most characters of a body with its values in it.
HYDRATED = 1024


def check_values(record: Record, template: dict[str, Any]) -> None:
    """Raise `GraphError` when the values of *template* are not those that *record* asks for."""
    components = template.get("components", [])
    check_components(record, record.components, components)
    sent = {part["type"].lower(): part for part in components}
    cards = record.part("CAROUSEL").get("cards", [])
    given = sent.get("carousel", {}).get("cards", [])
    if len(cards) != len(given):
        raise GraphError(132000, f"carousel: number of cards is {len(given)}, expected is {len(cards)}")
    for card, values in zip(cards, sorted(given, key=lambda each: int(each["card_index"])), strict=True):
        check_components(record, card["components"], values["components"])
    offer = record.part("LIMITED_TIME_OFFER").get("limited_time_offer", {})
    if bool(offer.get("has_expiration")) != ("limited_time_offer" in sent):
        raise GraphError(132000, "limited_time_offer: its end is sent if, and only if, it has one")


def check_components(record: Record, defined: list[dict[str, Any]], sent: list[dict[str, Any]]) -> None:
    """Head, body and buttons of a template or of one of its cards."""
    parts = {part["type"].upper(): part for part in defined}
    given = {
        part["type"].lower(): part.get("parameters", []) for part in sent if part["type"].lower() != "button"
    }
    check_header(record, parts.get("HEADER", {}), given.get("header", []))
    check_body(record, parts.get("BODY", {}), given.get("body", []))
    buttons = {int(part["index"]): part for part in sent if part["type"].lower() == "button"}
    check_buttons(parts.get("BUTTONS", {}).get("buttons", []), buttons)


def count(where: str, given: int, wanted: int) -> None:
    """Raise `GraphError` 132000 when the numbers differ."""
    if given != wanted:
        raise GraphError(
            132000, f"{where}: number of localizable_params ({given}) does not match the expected ({wanted})"
        )


def check_header(record: Record, part: dict[str, Any], values: list[dict[str, Any]]) -> None:
    """A value for the head's one variable, or its file, place or product."""
    shape = part.get("format", "").upper()
    if shape in ("", "TEXT"):
        check_names(record, "header", variables(part.get("text", "")), values)
        wanted = "text"
    else:
        count("header", len(values), 1)
        wanted = shape.lower()
    for value in values:
        if value["type"].lower() != wanted:
            raise GraphError(132012, f"header: Format mismatch, expected {shape}, received {value['type']}")


def check_body(record: Record, part: dict[str, Any], values: list[dict[str, Any]]) -> None:
    """A value for each variable; the whole not too long."""
    if record.category == "AUTHENTICATION":
        count("body", len(values), 1)
        if len(str(values[0].get("text", ""))) > 15:
            raise GraphError(132005, "body: a code has at most 15 characters")
        return
    words = part.get("text", "")
    check_names(record, "body", variables(words), values)
    shown = len(re.sub(r"\{\{\s*\w+\s*\}\}", "", words)) + sum(len(spoken(value)) for value in values)
    if shown > HYDRATED:
        raise GraphError(132005, f"body: {shown} characters with its values, allowed are {HYDRATED}")


def spoken(value: dict[str, Any]) -> str:
    """The words of a value."""
    content = value[value["type"].lower()]
    return str(content["fallback_value"] if isinstance(content, dict) else content)


def check_names(record: Record, where: str, wanted: list[str], values: list[dict[str, Any]]) -> None:
    """As many values as variables; by name if the template has names, without one if not."""
    count(where, len(values), len(wanted))
    names = [value.get("parameter_name") for value in values]
    if record.parameter_format == "NAMED":
        if sorted(map(str, names)) != sorted(wanted):
            raise GraphError(132018, f"{where}: Parameter names are not {', '.join(wanted)}")
    elif any(names):
        raise GraphError(132018, f"{where}: the template has no parameter names")


def check_buttons(defined: list[dict[str, Any]], sent: dict[int, dict[str, Any]]) -> None:
    """Values go to buttons of their kind; those that need one get one."""
    for index, part in sent.items():
        if index >= len(defined):
            raise GraphError(132018, f"buttons: there is no button at index {index}")
        kind, given = defined[index]["type"].lower(), part["sub_type"].lower()
        if given != ("url" if kind == "otp" else kind):
            raise GraphError(132018, f"buttons: Button at index {index} of type {kind} is not {given}")
    for index, button in enumerate(defined):
        values = sent.get(index, {}).get("parameters", [])
        kind = button["type"].upper()
        needed = kind in ("COPY_CODE", "OTP") or (kind == "URL" and bool(variables(button["url"])))
        if needed and not values:
            raise GraphError(131008, f"buttons: Button at index {index} of type {kind} requires a parameter")
        if kind == "URL" and values and not needed:
            raise GraphError(132018, f"buttons: Button at index {index} takes no parameter")
        if kind == "OTP" and len(values[0]["text"]) > 15:
            raise GraphError(132005, "buttons: a code has at most 15 characters")
