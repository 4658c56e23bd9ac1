"""What the components of a template may be (wire.md 2.2 and 2.7)."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Any

from providers.meta_cloud.simulator.errors import GraphError, invalid
from providers.meta_cloud.simulator.shapes import (
    array,
    flag,
    one_of,
    only,
    record,
    records,
    text,
    unique,
    whole,
)
from providers.meta_cloud.simulator.templates.buttons import check_buttons
from providers.meta_cloud.simulator.templates.record import VARIABLE, variables

HEADER, BODY, FOOTER, OFFER, CARD_BODY, CARDS = 60, 1024, 60, 16, 160, 10
MEDIA = ("IMAGE", "VIDEO", "DOCUMENT", "GIF")
FORMATS = ("TEXT", *MEDIA, "LOCATION", "PRODUCT")
CATEGORIES = ("AUTHENTICATION", "MARKETING", "UTILITY")
TYPES = ("HEADER", "BODY", "FOOTER", "BUTTONS", "CAROUSEL", "LIMITED_TIME_OFFER")
#: At the first or last place of a text, punctuation aside, a variable may not stand.
_EDGE = re.compile(r"^\W*\{\{\s*\w+\s*\}\}|\{\{\s*\w+\s*\}\}\W*$")
#: Words that the text needs for each variable (2388293).
WORDS_EACH = 1
#: category -> the least and the most seconds that Meta may try to deliver
TTL = {"AUTHENTICATION": (30, 900), "UTILITY": (30, 43_200), "MARKETING": (43_200, 2_592_000)}


def check_components(
    components: list[dict[str, Any]], category: str, named: bool, handles: Container[str]
) -> None:
    """Raise `GraphError` when Meta would not take *components*; *handles* are the samples uploaded."""
    kinds = [one_of(upper(part), "type", TYPES, where="components") for part in components]
    unique(kinds, "components.type")
    if "BODY" not in kinds:
        raise GraphError(2388072, "A template needs a body.")
    parts = dict(zip(kinds, components, strict=True))
    if category == "AUTHENTICATION":
        check_authentication(parts)
        return
    check_body(parts["BODY"], named, BODY)
    if "HEADER" in parts:
        check_header(parts["HEADER"], named, handles)
    if "FOOTER" in parts:
        check_footer(parts["FOOTER"])
    if "BUTTONS" in parts:
        only(parts["BUTTONS"], ("type", "buttons"), "components")
        check_buttons(records(parts["BUTTONS"], "buttons", 1, 10, where="components"))
    if "LIMITED_TIME_OFFER" in parts:
        check_offer(parts["LIMITED_TIME_OFFER"])
    if "CAROUSEL" in parts:
        check_carousel(parts["CAROUSEL"], named, handles)


def upper(part: dict[str, Any]) -> dict[str, Any]:
    """*part* with its type in capitals."""
    return {**part, "type": text(part, "type", where="components").upper()}


def check_text(words: str, named: bool, code: int) -> list[str]:
    """The variables of *words*, which are written well: all named, or numbered from 1."""
    names = variables(words)
    if re.search(r"\{\{|\}\}", VARIABLE.sub("", words)):
        raise GraphError(code, "A variable is not closed, or has signs other than a-z, 0-9 and _.")
    if named and any(not re.fullmatch(r"[a-z_][a-z0-9_]*", name) for name in names):
        raise GraphError(code, "Named variables hold a-z, 0-9 and _ and do not begin with a digit.")
    if not named and names != [str(place) for place in range(1, len(names) + 1)]:
        raise GraphError(code, "Numbered variables count from {{1}} without a gap.")
    return names


def check_example(part: dict[str, Any], kind: str, names: list[str], named: bool, code: int) -> None:
    """An example for each variable, in the form of `example.body_text` or its named kin."""
    if not names:
        return
    example = part.get("example")
    if not isinstance(example, dict):
        raise GraphError(code, f"{kind}: an example is needed for each variable.")
    if named:
        given = [entry.get("param_name") for entry in records(example, f"{kind}_text_named_params", 1, 100)]
        if sorted(map(str, given)) != sorted(names):
            raise GraphError(code, f"{kind}: the examples are not those of the variables.")
        return
    values = array(example, f"{kind}_text", 1, 100)
    # The body's are in a list of lists, the header's in a list.
    values = values[0] if kind == "body" and isinstance(values[0], list) else values
    if len(values) != len(names):
        raise GraphError(code, f"{kind}: {len(names)} variables have {len(values)} examples.")


def check_body(part: dict[str, Any], named: bool, limit: int, where: str = "body") -> None:
    """The words of the body or of a card."""
    only(part, ("type", "text", "example"), where)
    words = part.get("text")
    if not isinstance(words, str) or not words.strip():
        raise GraphError(2388072, f"The {where} is empty.")
    if len(words) > limit:
        raise GraphError(2388040, f"The {where} has {len(words)} characters, allowed are {limit}.")
    names = check_text(words, named, 2388072)
    if _EDGE.search(words):
        raise GraphError(2388299, f"The {where} begins or ends with a variable.")
    if len(re.findall(r"\w+", VARIABLE.sub(" ", words))) < WORDS_EACH * len(names):
        raise GraphError(2388293, f"The {where} has too many variables for its length.")
    check_example(part, "body", names, named, 2388072)


def check_header(part: dict[str, Any], named: bool, handles: Container[str], where: str = "header") -> None:
    """Words with at most one variable, a place, a product, or a file with a sample."""
    only(part, ("type", "format", "text", "example"), where)
    shape = part.get("format", "")
    if not isinstance(shape, str) or shape.upper() not in FORMATS:
        raise GraphError(2388047, f"The format of the {where} is not one of {', '.join(FORMATS)}.")
    if shape.upper() == "TEXT":
        words = part.get("text")
        if not isinstance(words, str) or not words.strip():
            raise GraphError(2388047, f"The {where} is empty.")
        if len(words) > HEADER:
            raise GraphError(2388040, f"The {where} has {len(words)} characters, allowed are {HEADER}.")
        names = check_text(words, named, 2388047)
        if len(names) > 1:
            raise GraphError(2388047, f"The {where} has {len(names)} variables, allowed is 1.")
        check_example(part, "header", names, named, 2388047)
        return
    if "text" in part:
        raise GraphError(2388047, f"A {where} of format {shape} has no text.")
    if shape.upper() in MEDIA:
        check_sample(part, handles, where)


def check_sample(part: dict[str, Any], handles: Container[str], where: str) -> None:
    """A file that shows what will be sent: a handle that an upload ended with."""
    example = part.get("example")
    given = example.get("header_handle") if isinstance(example, dict) else None
    if not isinstance(given, list) or len(given) != 1 or not isinstance(given[0], str):
        raise GraphError(2388047, f"The {where} needs one sample in example.header_handle.")
    if given[0] not in handles:
        raise GraphError(100, f"The sample of the {where} is not a handle that was given out.")


def check_footer(part: dict[str, Any]) -> None:
    """Words without a variable."""
    only(part, ("type", "text"), "footer")
    words = part.get("text")
    if not isinstance(words, str) or not words.strip():
        raise GraphError(2388073, "The footer is empty.")
    if len(words) > FOOTER:
        raise GraphError(2388040, f"The footer has {len(words)} characters, allowed are {FOOTER}.")
    if "{{" in words:
        raise GraphError(2388073, "The footer cannot hold a variable.")


def check_offer(part: dict[str, Any]) -> None:
    """A limited-time offer."""
    only(part, ("type", "limited_time_offer"), "components")
    offer = record(part, "limited_time_offer")
    only(offer, ("text", "has_expiration"), "limited_time_offer")
    text(offer, "text", OFFER, where="limited_time_offer")
    flag(offer, "has_expiration", where="limited_time_offer")


def check_carousel(part: dict[str, Any], named: bool, handles: Container[str]) -> None:
    """Two to ten cards of one shape."""
    only(part, ("type", "cards"), "components")
    shapes = []
    for card in records(part, "cards", 2, CARDS, where="carousel"):
        only(card, ["components"], "cards")
        inner = {upper(each)["type"]: each for each in records(card, "components", 1, 3, where="cards")}
        if not set(inner) <= {"HEADER", "BODY", "BUTTONS"} or "HEADER" not in inner:
            raise invalid("cards.components", "are a header, and a body and buttons if wanted")
        check_header(inner["HEADER"], named, handles, "card's header")
        if "BODY" in inner:
            check_body(inner["BODY"], named, CARD_BODY, "card's body")
        buttons = records(inner["BUTTONS"], "buttons", 1, 2, where="cards") if "BUTTONS" in inner else []
        check_buttons(buttons)
        shapes.append((inner["HEADER"]["format"].upper(), [button["type"].upper() for button in buttons]))
    if any(shape != shapes[0] for shape in shapes):
        raise GraphError(100, "All cards have the same header format and buttons.")


def check_authentication(parts: dict[str, dict[str, Any]]) -> None:
    """Fixed words: only their options are chosen."""
    only(parts, ("BODY", "FOOTER", "BUTTONS"), "components")
    only(parts["BODY"], ("type", "add_security_recommendation"), "body")
    flag(parts["BODY"], "add_security_recommendation", where="body")
    if "FOOTER" in parts:
        only(parts["FOOTER"], ("type", "code_expiration_minutes"), "footer")
        whole(parts["FOOTER"], "code_expiration_minutes", 1, 90, where="footer")
    if "BUTTONS" not in parts:
        raise GraphError(100, "An authentication template needs an OTP button.")
    [button] = records(parts["BUTTONS"], "buttons", 1, 1, where="components")
    if text(button, "type", where="buttons").upper() != "OTP":
        raise invalid("buttons.type", "must be OTP")
    check_buttons([button])


def check_ttl(seconds: Any, category: str) -> int:
    """How long Meta tries to deliver; -1 is 30 days for all but marketing."""
    if seconds == -1 and category != "MARKETING":
        return -1
    return whole({"ttl": seconds}, "ttl", *TTL[category], where="message_send_ttl_seconds")
