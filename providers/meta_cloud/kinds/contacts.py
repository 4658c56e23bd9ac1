"""Shared contact cards (wire.md §1.5). Every part of a card may be missing, the name too."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from gateway.model import inbound
from providers.meta_cloud.clean import decode, plain


class Name(Struct):
    """`{"formatted_name": "Dr. Ana Ruiz", "first_name": "Ana", "last_name": "Ruiz", "prefix": "Dr."}`."""

    formatted_name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    middle_name: str | None = None
    prefix: str | None = None
    suffix: str | None = None


class Phone(Struct):
    """`{"phone": "+34 600 999 888", "wa_id": "34600999888", "type": "CELL"}`."""

    phone: str | None = None
    wa_id: str | None = None
    type: str | None = None


class Email(Struct):
    """`{"email": "ana@example.org", "type": "WORK"}`."""

    email: str | None = None


class Url(Struct):
    """`{"url": "https://example.org", "type": "COMPANY"}`."""

    url: str | None = None


class Org(Struct):
    """`{"company": "Ruiz SL", "department": "Clinic", "title": "Owner"}`."""

    company: str | None = None
    department: str | None = None
    title: str | None = None


class Card(Struct):
    """One element of `contacts`."""

    name: Name | None = None
    phones: list[Phone] | None = None
    emails: list[Email] | None = None
    urls: list[Url] | None = None
    addresses: list[dict[str, Any]] | None = None
    org: Org | None = None
    birthday: str | None = None
    origin: str | None = None
    vcard: str | None = None


class ContactsMessage(Struct):
    """A message whose `contacts` are cards."""

    contacts: list[Card] | None = None


_DECODER = msgspec.json.Decoder(ContactsMessage)


def _card(card: Card) -> inbound.ContactCard:
    name, org = card.name or Name(), card.org or Org()
    return inbound.ContactCard(
        name=name.formatted_name or "",
        first_name=name.first_name or "",
        last_name=name.last_name or "",
        phones=tuple(
            inbound.ContactPhone(found.phone or "", found.wa_id or "", found.type or "")
            for found in card.phones or ()
        ),
        emails=tuple(found.email for found in card.emails or () if found.email),
        urls=tuple(found.url for found in card.urls or () if found.url),
        addresses=tuple(plain(found) for found in card.addresses or ()),
        company=org.company or "",
        birthday=card.birthday or "",
        origin=card.origin or "",
        vcard=card.vcard or "",
        middle_name=name.middle_name or "",
        prefix=name.prefix or "",
        suffix=name.suffix or "",
        department=org.department or "",
        title=org.title or "",
    )


def read_contacts(raw: bytes) -> inbound.Inbound | None:
    """The cards in *raw*, or None when there is no list of them."""
    found = decode(_DECODER, raw).contacts
    return None if found is None else inbound.Contacts(tuple(_card(card) for card in found))
