"""Contact cards that are shared (wire.md §2.4). Empty members are refused: Meta would refuse the message."""

from __future__ import annotations

from datetime import date
from typing import Any

from gateway.model import outbound
from providers.meta_cloud.limits import LIMITS, count, filled, needed, refuse, web

Body = dict[str, Any]
_NAMES = ("first_name", "last_name", "middle_name", "prefix", "suffix")
_ORG = ("company", "department", "title")
_ADDRESS = ("street", "city", "state", "zip", "country", "country_code")


def _kept(given: object, names: tuple[str, ...]) -> Body:
    """The members of *given* that say something."""
    return {name: value for name in names if (value := getattr(given, name)).strip()}


def _typed(body: Body, kind: str) -> Body:
    return body | ({"type": kind} if kind else {})


def _name(field: str, card: outbound.Card) -> Body:
    """The formatted name; Meta wants one more part of it."""
    name = {"formatted_name": needed(f"{field}.name", card.name, LIMITS.card_name)} | _kept(card, _NAMES)
    return name if len(name) > 1 else name | {"first_name": card.name}


def _phone(field: str, given: outbound.CardPhone) -> Body:
    body = _typed({"phone": filled(f"{field}.phone", given.phone)}, given.type)
    digits = given.wa_id or (given.phone[1:] if given.phone.startswith("+") else "")
    if given.wa_id and not (given.wa_id.isascii() and given.wa_id.isdigit()):
        refuse(f"{field}.wa_id", "has digits only")
    # With a wa_id the recipient can write to the card at once.
    return body | ({"wa_id": digits} if digits.isascii() and digits.isdigit() else {})


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
