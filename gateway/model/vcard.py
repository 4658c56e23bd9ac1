"""Contact cards out of a vCard file (RFC 2426, RFC 6350, and what phones still write of version 2.1).

Providers that hand shared contacts on as a file (wire.md §5.2) are understood by this. Whatever the bytes
are, there is an answer: lines that make no sense are passed over.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Callable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from gateway.model.inbound import ContactCard, ContactPhone

#: As many cards as a message may have (wire.md §2.4).
MOST = 257
#: Phones, addresses and so on of one card.
_MANY = 100
_LINE = re.compile(r'(?:[\w-]+\.)?([\w-]+)((?:;(?:[^":;]|"[^"]*")*)*):(.*)', re.DOTALL)
_PARAMETER = re.compile(r';((?:[^";]|"[^"]*")*)')
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:T.*)?", re.ASCII)
_WA_ID = re.compile(r"[0-9]{5,15}", re.ASCII)
#: Words beside a type that say nothing of the place.
_NO_TYPES = frozenset({"PREF", "VOICE", "INTERNET", "QUOTED-PRINTABLE", "UTF-8"})


class Property(Struct, frozen=True):
    """One line: `TEL;type=CELL;waid=34600999888:+34 600 999 888`. The name is in capitals."""

    name: str
    parameters: dict[str, str]
    value: str


def read_vcards(data: bytes) -> tuple[ContactCard, ...]:
    """The cards in *data*, at most `MOST`; none when it is no vCard."""
    found: list[ContactCard] = []
    lines: list[str] = []
    for line in _unfolded(data):
        word = line.strip().upper()
        if word == "BEGIN:VCARD":
            lines = [line]
        elif lines:
            lines.append(line)
            if word == "END:VCARD":
                found.append(_card(lines))
                lines = []
        if len(found) == MOST:
            break
    return tuple(found)


def _unfolded(data: bytes) -> Iterator[str]:
    """Lines; one that goes on in the next is joined."""
    text = data.decode("utf-8-sig", "replace").replace("\0", "")
    whole: list[str] = []
    for line in re.split(r"\r\n|\n|\r", text):
        if whole and line[:1] in (" ", "\t"):
            whole.append(line[1:])
        elif whole and whole[-1].endswith("=") and "QUOTED-PRINTABLE" in whole[0].upper():
            whole[-1] = whole[-1][:-1]
            whole.append(line)
        else:
            if whole:
                yield "".join(whole)
            whole = [line]
    if whole:
        yield "".join(whole)


def _card(lines: list[str]) -> ContactCard:
    card = ContactCard(vcard="\r\n".join(lines) + "\r\n")
    for line in lines:
        found = _property(line)
        if found is not None and found.value.strip():
            card = _with(card, found) if found.name not in _LISTS else _listed(card, found)
    if not card.name:
        parts = (card.prefix, card.first_name, card.middle_name, card.last_name, card.suffix)
        card = replace(card, name=" ".join(filter(None, parts)) or card.company)
    return card


def _property(line: str) -> Property | None:
    found = _LINE.fullmatch(line)
    if found is None:
        return None
    parameters: dict[str, str] = {}
    for told in _PARAMETER.findall(found[2]):
        key, _, value = told.partition("=")
        # Version 2.1 writes a type without a name.
        key, value = (key.upper(), value.strip('"')) if value else ("TYPE", key)
        parameters[key] = f"{parameters[key]},{value}" if key in parameters else value
    value = found[3]
    if "QUOTED-PRINTABLE" in found[2].upper():
        value = quopri.decodestring(value.encode()).decode("utf-8", "replace").replace("\0", "")
    return Property(found[1].upper(), parameters, value)


def _with(card: ContactCard, found: Property) -> ContactCard:
    """*card* and what one property says."""
    match found.name:
        case "FN":
            return replace(card, name=_text(found.value))
        case "N":
            last, first, middle, prefix, suffix = _parts(found.value, 5)
            return replace(
                card, last_name=last, first_name=first, middle_name=middle, prefix=prefix, suffix=suffix
            )
        case "ORG":
            company, department = _parts(found.value, 2)
            return replace(card, company=company, department=department)
        case "TITLE":
            return replace(card, title=_text(found.value))
        case "BDAY":
            day = _DATE.fullmatch(found.value.strip())
            return replace(card, birthday="-".join(day.groups()) if day else _text(found.value))
    return card


def _listed(card: ContactCard, found: Property) -> ContactCard:
    """*card* and one thing more of which it may have several."""
    field, read = _LISTS[found.name]
    there: tuple[object, ...] = getattr(card, field)
    return card if len(there) == _MANY else replace(card, **{field: (*there, read(found))})


def _phone(found: Property) -> ContactPhone:
    wa_id = found.parameters.get("WAID", "")
    number = _text(found.value).removeprefix("tel:")
    return ContactPhone(number, wa_id if _WA_ID.fullmatch(wa_id) else "", _type(found))


def _address(found: Property) -> dict[str, str]:
    _, extended, street, city, state, code, country = _parts(found.value, 7)
    told = {
        "street": ", ".join(filter(None, (street, extended))),
        "city": city,
        "state": state,
        "zip": code,
        "country": country,
        "type": _type(found),
    }
    return {name: value for name, value in told.items() if value}


def _type(found: Property) -> str:
    """The first word that says which phone or address it is: CELL, HOME, WORK."""
    words = found.parameters.get("TYPE", "").upper().split(",")
    return next((word.strip() for word in words if word.strip() and word.strip() not in _NO_TYPES), "")


def _parts(value: str, count: int) -> list[str]:
    """Exactly *count* parts of a value that is written with semicolons."""
    parts = [_text(part) for part in re.split(r"(?<!\\);", value)]
    return (parts + [""] * count)[:count]


def _text(value: str) -> str:
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value).strip()


#: Where a card keeps what it may have several of, and how one is read.
_LISTS: dict[str, tuple[str, Callable[[Property], object]]] = {
    "TEL": ("phones", _phone),
    "EMAIL": ("emails", lambda found: _text(found.value)),
    "URL": ("urls", lambda found: _text(found.value)),
    "ADR": ("addresses", _address),
}
