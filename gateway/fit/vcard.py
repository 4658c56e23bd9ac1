"""Contact cards as a vCard 3.0 file (RFC 2426), which phones and WhatsApp read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gateway.model.outbound import Card, CardAddress, CardPhone

#: Bytes of a line; longer ones go on behind a line break and a space.
_FOLD = 75
#: What a file's name may not hold.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


def _escaped(text: str) -> str:
    """*text* as a value: what separates values is marked."""
    for sign, mark in (
        ("\\", "\\\\"),
        ("\r\n", "\\n"),
        ("\n", "\\n"),
        ("\r", ""),
        (",", "\\,"),
        (";", "\\;"),
    ):
        text = text.replace(sign, mark)
    return text


def _folded(line: str) -> str:
    """*line* in lines of at most 75 bytes, never within a character."""
    lines, size = [""], 0
    for sign in line:
        width = len(sign.encode("utf-8", "replace"))
        if size + width > _FOLD:
            lines.append(" ")
            size = 1
        lines[-1] += sign
        size += width
    return "\r\n".join(lines)


def _type(kind: str) -> str:
    """A parameter for *kind* ("WORK"), "" when there is none that can be written."""
    word = re.sub(r"[^A-Za-z0-9-]", "", kind)
    return f";TYPE={word}" if word else ""


def _phone(phone: CardPhone) -> str:
    digits = phone.wa_id or ("".join(filter(str.isdigit, phone.phone)) if phone.phone.startswith("+") else "")
    known = f";waid={digits}" if digits.isascii() and digits.isdigit() else ""
    return f"TEL{_type(phone.type)}{known}:{_escaped(phone.phone)}"


def _address(each: CardAddress) -> str:
    parts = ("", "", each.street, each.city, each.state, each.zip, each.country or each.country_code)
    return f"ADR{_type(each.type)}:" + ";".join(_escaped(part) for part in parts)


def _lines(card: Card) -> Iterator[str]:
    yield "BEGIN:VCARD"
    yield "VERSION:3.0"
    name = (card.last_name, card.first_name or ("" if card.last_name else card.name), card.middle_name)
    yield "N:" + ";".join(_escaped(part) for part in (*name, card.prefix, card.suffix))
    yield f"FN:{_escaped(card.name)}"
    yield from (_phone(each) for each in _phones(card))
    yield from (f"EMAIL;TYPE=INTERNET:{_escaped(card.email)}" for _ in range(bool(card.email)))
    yield from (f"EMAIL{_type(each.type)}:{_escaped(each.email)}" for each in card.emails)
    yield from (f"URL{_type(each.type)}:{''.join(each.url.split())}" for each in card.urls)
    yield from (_address(each) for each in card.addresses)
    if card.company or card.department:
        yield "ORG:" + ";".join(_escaped(part) for part in (card.company, card.department) if part)
    if card.title:
        yield f"TITLE:{_escaped(card.title)}"
    if card.birthday:
        yield f"BDAY:{_escaped(card.birthday)}"
    yield "END:VCARD"


def _phones(card: Card) -> list[CardPhone]:
    return [*([CardPhone(card.phone)] if card.phone else []), *card.phones]


def vcards(cards: Sequence[Card]) -> bytes:
    """One file with all *cards*."""
    lines = [_folded(line) for card in cards for line in _lines(card)]
    return ("\r\n".join(lines) + "\r\n").encode("utf-8", "replace")


def filename(cards: Sequence[Card]) -> str:
    """What the file is called: after the one person, or "contacts.vcf"."""
    name = _UNSAFE.sub(" ", cards[0].name).strip(" .")[:60] if len(cards) == 1 else ""
    return f"{name or 'contacts'}.vcf"
