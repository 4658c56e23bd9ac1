"""`fields.location` and `fields.address`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from msgspec import Struct, field

from gateway.flows.fields.field import Answer, Field, core
from gateway.flows.fields.plain import SHORT, plain
from gateway.model import inbound

#: The longest link of a map that is looked at.
_LINK = 2000
_POINT = r"(-?[0-9]{1,3}(?:\.[0-9]{1,20})?)"
_PAIR = re.compile(rf"{_POINT} ?°? ?([nsNS]?) ?[,; ] ?{_POINT} ?°? ?([eEwWoO]?)")
_LINKED = (
    re.compile(rf"!3d{_POINT}!4d{_POINT}"),
    re.compile(rf"@{_POINT},{_POINT}"),
    re.compile(rf"[?&](?:q|ll|query|destination|daddr|center|sll|cp)=(?:loc:)?{_POINT}[,~ +]{{1,2}}{_POINT}"),
    re.compile(rf"mlat={_POINT}&mlon={_POINT}"),
    re.compile(rf"#map=[0-9.]{{1,5}}/{_POINT}/{_POINT}"),
    re.compile(rf"geo:{_POINT},{_POINT}"),
    re.compile(rf"/(?:search|place|dir)/{_POINT},[+ ]?{_POINT}"),
)


class Place(Field[inbound.Location]):
    """A point on the map: a shared location, "-1.2921, 36.8219", or a link to a map that has the point in
    it. A shortened link has none, and nothing is fetched: the contact is asked for a location."""

    def read(self, answer: Answer) -> inbound.Location:
        """The point. Raises `Invalid`."""
        content = answer.content
        found = content if isinstance(content, inbound.Location) else _written(answer.text)
        if found is None or not (-90 <= found.latitude <= 90 and -180 <= found.longitude <= 180):
            raise core("Please share your location: tap the paper clip, then Location.")
        return found


def _written(text: str) -> inbound.Location | None:
    if "://" in text or text.lstrip().startswith("geo:"):
        return _linked(text[:_LINK])
    match = _PAIR.fullmatch(plain(text)) if len(text) <= SHORT else None
    if match is None:
        return None
    south, west = match[2].lower() == "s", match[4].lower() in ("w", "o")
    return inbound.Location(_signed(match[1], south), _signed(match[3], west))


def _signed(number: str, negative: bool) -> float:
    return -abs(float(number)) if negative else float(number)


def _linked(link: str) -> inbound.Location | None:
    whole = unquote(link)
    for pattern in _LINKED:
        match = pattern.search(whole)
        if match is not None:
            return inbound.Location(float(match[1]), float(match[2]), url=next(iter(link.split()), ""))
    return None


class Address(Struct, frozen=True):
    """Where something is to be brought. *text* is all of it as a person reads it; what else is known came
    with an address form of WhatsApp (*values* holds it whole) or with a location."""

    text: str
    name: str = ""
    phone: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    latitude: float | None = None
    longitude: float | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


class Postal(Field[Address]):
    """An address: the answer to an `AddressRequest`, a shared location, or text of at least *shortest*
    characters."""

    def __init__(self, *, shortest: int = 6) -> None:
        self.shortest = shortest

    def __call__(self, *, shortest: int = 6) -> Postal:
        """The same with limits."""
        return Postal(shortest=shortest)

    def read(self, answer: Answer) -> Address:
        """The address. Raises `Invalid`."""
        content = answer.content
        if isinstance(content, inbound.AddressReply):
            return _filled_in(content)
        if isinstance(content, inbound.Location):
            point = f"{content.latitude:.6f}, {content.longitude:.6f}"
            text = ", ".join(part for part in (content.name, content.address) if part) or point
            return Address(text, latitude=content.latitude, longitude=content.longitude)
        text = "\n".join(
            line for line in (" ".join(line.split()) for line in answer.text.splitlines()) if line
        )
        if len(text) < self.shortest or len(text) > 1000 or not any(map(str.isalpha, text)):
            raise core("Please write the whole address: street, house, place.")
        return Address(text)


def _filled_in(reply: inbound.AddressReply) -> Address:
    def of(*names: str) -> str:
        return next((str(reply.values[name]) for name in names if reply.values.get(name)), "")

    house = " ".join(filter(None, map(of, ("house_number", "unit_number", "floor_number", "tower_number"))))
    postcode = of("in_pin_code", "sg_post_code", "postcode")
    city = " ".join(filter(None, (postcode, of("city"))))
    lines = (of("name"), house, of("building_name"), of("address"), of("landmark_area"), city, of("state"))
    text = "\n".join(filter(None, lines)) or reply.text.strip()
    if not text:
        raise core("Please write the whole address: street, house, place.")
    phone = of("phone_number", "phone")
    return Address(text, of("name"), phone, of("city"), of("state"), postcode, values=reply.values)
