"""Who wrote: identities from a message or status, names from the contact that matches.

Contacts are matched by what they say, never by their place in the list (wire.md §1.4).
"""

from __future__ import annotations

from gateway.model.event import Identity, Person
from providers.meta_cloud.wire import Contact

_PHONE_DIGITS = 15  # wire.md §6: a wa_id is at most 15 digits
_ID_LENGTH = 256


def phone(wa_id: str | None) -> str:
    """ "+" and the digits of *wa_id*; "" when it is no phone number."""
    if not wa_id:
        return ""
    digits = wa_id[1:] if wa_id[0] == "+" else wa_id
    return "+" + digits if len(digits) <= _PHONE_DIGITS and digits.isdecimal() and digits.isascii() else ""


def _find(contacts: list[Contact], wa_id: str | None, user_id: str | None) -> Contact | None:
    for contact in contacts:
        if user_id and contact.user_id == user_id:
            return contact
        if wa_id and contact.wa_id == wa_id:
            return contact
    # One of the two may have a plus. Only now look: a webhook may have a thousand contacts.
    if number := phone(wa_id):
        for contact in contacts:
            if contact.wa_id and phone(contact.wa_id) == number:
                return contact
    return None


def person(
    account: str, contacts: list[Contact] | None, wa_id: str | None, user_id: str | None, parent: str | None
) -> Person:
    """The person behind *wa_id* (digits), *user_id* (scoped to *account*) and *parent* (global)."""
    number = phone(wa_id)
    contact = _find(contacts, wa_id, user_id) if contacts else None
    if contact is not None:
        number = number or phone(contact.wa_id)
        user_id = user_id or contact.user_id
        parent = parent or contact.parent_user_id
    found: tuple[Identity, ...] = (Identity("phone", number),) if number else ()
    if user_id and len(user_id) <= _ID_LENGTH:
        found = (*found, Identity("bsuid", user_id, account))
    if parent and len(parent) <= _ID_LENGTH:
        found = (*found, Identity("parent_bsuid", parent))
    if contact is None:
        return Person(found)
    profile, key_hash = contact.profile, contact.identity_key_hash or ""
    if profile is None:
        return Person(found, key_hash=key_hash)
    return Person(found, profile.name or "", profile.username or "", key_hash)


def group(group_id: str | None, number: str) -> Person:
    """The group *group_id*, as the one who stands for its conversation; known within *number* alone."""
    if not group_id or len(group_id) > _ID_LENGTH:
        return Person()
    return Person((Identity("group", group_id, number),))
