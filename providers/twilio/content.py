"""What is shown as it is: texts, files, places (wire.md §4.4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from gateway.model import outbound
from gateway.model.checks import most, needed, refuse
from providers.twilio.files import source
from providers.twilio.limits import LIMITS

Part = dict[str, Any]


def text(message: outbound.Text) -> Part:
    """One text; whether a link has a preview is Twilio's decision."""
    return {"Body": needed("text", message.text, LIMITS.text)}


def image(message: outbound.Image) -> Part:
    """A picture, which is the one file that may have a text with it."""
    caption = message.caption.strip()
    words = {"Body": most("caption", message.caption, LIMITS.caption)} if caption else {}
    return words | {"MediaUrl": source(message)}


def file(message: outbound.Media) -> Part:
    """Any other file. Its kind and name are what its address answers."""
    caption = getattr(message, "caption", "")
    if isinstance(caption, str) and caption.strip():
        refuse("caption", "goes with pictures only; send it as a text behind the file")
    return {"MediaUrl": source(message)}


def location(message: outbound.Location) -> Part:
    """A point on the map, with its name as the body. Twilio wants one, so a nameless place is called by
    its address or its degrees."""
    latitude = _degrees("latitude", message.latitude, 90)
    longitude = _degrees("longitude", message.longitude, 180)
    name, where = _line(message.name), _line(message.address)
    label = where or name
    point = f"geo:{latitude},{longitude}" + (f"|{label}" if label else "")
    return {
        "Body": most("name", name or where or f"{latitude}, {longitude}", LIMITS.text),
        "PersistentAction": point,
    }


def _degrees(field: str, value: float, bound: int) -> str:
    """*value* in decimal notation, when it is within ±*bound*."""
    if not -bound <= value <= bound:
        refuse(field, f"is {value:g}, degrees are within ±{bound}")
    return format(Decimal(repr(value)), "f")


def _line(words: str) -> str:
    """*words* on one line, without the sign that parts the degrees from the label."""
    return " ".join(words.split()).replace("|", "/")
