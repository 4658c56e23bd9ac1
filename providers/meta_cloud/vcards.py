"""Contact cards that are shared (wire.md §2.4). Empty members are refused: Meta would refuse the message."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from gateway.model import outbound
from gateway.model.checks import count, filled, needed, refuse, web
from providers.meta_cloud.limits import LIMITS

Body = dict[str, Any]
_WA_ID = re.compile(r"[0-9]{5,15}", re.ASCII)
_NAMES = ("first_name", "last_name", "middle_name", "prefix", "suffix")
_ORG = ("company", "department", "title")
_ADDRESS = ("street", "city", "state", "zip", "country", "country_code")


def _kept(given: object, names: tuple[str, ...]) -> Body:
    """The members of *given* that say something."""
    return {name: value for name in names if (value := getattr(given, name)).strip()}


def _typed(body: Body, kind: str) -> Body:
    return body | ({"type": kind} if kind.strip() else {})


def _name(field: str, card: outbound.Card) -> Body:
    """The formatted name; Meta wants one more part of it."""
    name = {"formatted_name": needed(f"{field}.name", card.name, LIMITS.card_name)} | _kept(card, _NAMES)
    return name if len(name) > 1 else name | {"first_name": card.name}


def _phone(field: str, given: outbound.CardPhone) -> Body:
    body = _typed({"phone": filled(f"{field}.phone", given.phone)}, given.type)
    if given.wa_id and not _WA_ID.fullmatch(given.wa_id):
        refuse(f"{field}.wa_id", "has 5 to 15 digits and nothing else")
    # With a wa_id the recipient can write to the card at once.
    digits = given.wa_id or given.phone.removeprefix("+")
    known = given.wa_id or (given.phone.startswith("+") and _WA_ID.fullmatch(digits))
    return body | ({"wa_id": digits} if known else {})


def _address(field: str, given: outbound.CardAddress) -> Body:
    kept = _kept(given, _ADDRESS)
    if not kept:
        refuse(field, "is empty; give the street, the city or another part of it")
    return _typed(kept, given.type)


def _birthday(field: str, given: str) -> Body:
    if not given:
        return {}
    try:
        known = date.fromisoformat(given)
    except ValueError:
        known = None
    if known is None or given != known.isoformat():
        refuse(f"{field}.birthday", "is a day such as 1990-12-31")
    return {"birthday": given}


def _card(field: str, card: outbound.Card) -> Body:
    phones = [outbound.CardPhone(card.phone)] * bool(card.phone) + list(card.phones)
    emails = [outbound.CardEmail(card.email)] * bool(card.email) + list(card.emails)
    lists: Body = {
        "phones": [_phone(f"{field}.phones[{i}]", phone) for i, phone in enumerate(phones)],
        "emails": [
            _typed({"email": filled(f"{field}.emails[{i}].email", one.email)}, one.type)
            for i, one in enumerate(emails)
        ],
        "urls": [
            _typed({"url": web(f"{field}.urls[{i}].url", one.url)}, one.type)
            for i, one in enumerate(card.urls)
        ],
        "addresses": [_address(f"{field}.addresses[{i}]", one) for i, one in enumerate(card.addresses)],
        "org": _kept(card, _ORG),
    }
    told = {name: value for name, value in lists.items() if value}
    return {"name": _name(field, card)} | _birthday(field, card.birthday) | told


def contacts(message: outbound.Contacts) -> Body:
    """One or more cards."""
    count("contacts", message.contacts, 1, LIMITS.contacts)
    cards = [_card(f"contacts[{index}]", card) for index, card in enumerate(message.contacts)]
    return {"type": "contacts", "contacts": cards}
