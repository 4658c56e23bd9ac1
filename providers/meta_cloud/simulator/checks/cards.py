"""Contact cards (wire.md 2.2, 2.4)."""

from __future__ import annotations

import re
from typing import Any

from providers.meta_cloud.simulator.errors import GraphError, invalid, missing
from providers.meta_cloud.simulator.shapes import only, optional_text, record, records, text

CARDS = 257
NAME_PARTS = ("first_name", "last_name", "middle_name", "suffix", "prefix")
#: member of a card -> members of each of its entries
LISTS = {
    "phones": ("phone", "type", "wa_id"),
    "emails": ("email", "type"),
    "urls": ("url", "type"),
    "addresses": ("street", "city", "state", "zip", "country", "country_code", "type"),
}
_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII)
_WA_ID = re.compile(r"\d{5,15}", re.ASCII)


def check_contacts(body: dict[str, Any]) -> None:
    """Each card in full."""
    content = body.get("contacts")
    if isinstance(content, list) and not all(isinstance(card, dict) for card in content):
        raise GraphError(100, "Parameter contacts is not an array of objects.")
    for card in records(body, "contacts", 1, CARDS):
        only(card, ("name", "birthday", "org", *LISTS), "contacts")
        check_name(record(card, "name", where="contacts"))
        for name, members in LISTS.items():
            check_list(card, name, members)
        # A client of others (pywa) writes null for what a card has not.
        if card.get("org") is not None:
            org = record(card, "org", where="contacts")
            only(org, ("company", "department", "title"), "contacts.org")
            for member in org:
                optional_text(org, member, where="contacts.org")
        if card.get("birthday") and not _DATE.fullmatch(text(card, "birthday", where="contacts")):
            raise invalid("contacts.birthday", "is not a date like 1990-12-31")


def check_name(name: dict[str, Any]) -> None:
    """A formatted name and one more part of the name."""
    only(name, ("formatted_name", *NAME_PARTS), "contacts.name")
    text(name, "formatted_name", where="contacts.name")
    parts = [optional_text(name, part, where="contacts.name") for part in NAME_PARTS]
    if not any(parts):
        raise missing("contacts.name.first_name")


def check_list(card: dict[str, Any], name: str, members: tuple[str, ...]) -> None:
    """Phones, addresses and so on: texts only."""
    if name not in card:
        return
    for entry in records(card, name, 0, 100, where="contacts"):
        only(entry, members, f"contacts.{name}")
        for member in entry:
            optional_text(entry, member, where=f"contacts.{name}")
        if entry.get("wa_id") and not _WA_ID.fullmatch(entry["wa_id"]):
            raise invalid("contacts.phones.wa_id", "is not 5 to 15 digits")
