"""The contacts and groups of a simulated network, and the ticks that the business has been told."""

from __future__ import annotations

from typing import Any

from gateway.simulator.inboxes import Inboxes
from gateway.simulator.userids import user_id_of
from providers.meta_cloud.simulator.contact import Contact, Group
from providers.meta_cloud.simulator.phone import Received

#: Statuses in the order in which ticks appear; a later one never gives way to an earlier one.
TICKS = ("accepted", "sent", "failed", "delivered", "read", "played")
#: What `World.contact` may change of a contact, besides the name.
CHANGEABLE = ("username", "hidden", "parent_user_id", "digits", "identity_key_hash", "offline")


class World(Inboxes[Received]):
    """All contacts. A contact exists from the first time that somebody names it."""

    def __init__(self) -> None:
        super().__init__(TICKS)
        self._contacts: dict[str, Contact] = {}
        #: user id, parent user id or wa_id that is not the phone's -> contact
        self._known: dict[str, Contact] = {}
        self._generations: dict[str, int] = {}
        self._groups: dict[str, Group] = {}
        #: id of a message, of the business or of a contact -> when it was accepted, microseconds
        self.messages: dict[str, int] = {}

    def contact(self, phone: str, name: str = "", **ids: Any) -> Contact:
        """The contact with this phone or wa_id; *name* and *ids* change what `Contact` says of it.
        A user id in place of a phone finds the contact too, if there is one."""
        if str(phone) != phone or not any(map(str.isdigit, phone)):
            raise LookupError(f"{phone!r} is neither a phone number nor a user id")
        known = self._known.get(phone.lstrip("+"))
        contact = known or self._by_phone("+" + "".join(filter(str.isdigit, phone)), name)
        if name:
            contact.name = name
        for key, value in ids.items():
            if key not in CHANGEABLE:
                raise TypeError(f"a contact has no {key}; it has {', '.join(CHANGEABLE)}")
            setattr(contact, key, value)
        if ids:
            self._know(contact)
        return contact

    def _by_phone(self, phone: str, name: str) -> Contact:
        contact = self._contacts.get(phone)
        if contact is None:
            user_id = user_id_of(phone, self._generations.get(phone, 0))
            contact = Contact(phone, name or f"Contact {phone[-4:]}", user_id)
            self._contacts[phone] = contact
            self._know(contact)
        return contact

    def _know(self, contact: Contact) -> None:
        for known in (contact.user_id, contact.parent_user_id, contact.digits):
            if known:
                self._known[known] = contact

    def rotate(self, contact: Contact, phone: str = "", parent: bool = False) -> Contact:
        """Give *contact* a new user id, with *phone* a new number too; returns it as it was before."""
        before = Contact(contact.phone, contact.name, contact.user_id, digits=contact.digits)
        before.hidden, before.parent_user_id = contact.hidden, contact.parent_user_id
        before.reached = contact.reached
        self._known = {known: who for known, who in self._known.items() if who is not contact}
        self._generations[contact.phone] = self._generations.get(contact.phone, 0) + 1
        if phone:
            del self._contacts[contact.phone]
            contact.phone, contact.digits = "+" + "".join(filter(str.isdigit, phone)), ""
            self._contacts[contact.phone] = contact
        contact.user_id = user_id_of(contact.phone, self._generations.get(contact.phone, 0))
        if parent and contact.parent_user_id:
            contact.parent_user_id = contact.user_id.replace(".", ".ENT.", 1)
        self._know(contact)
        return before

    def group(self, group_id: str, members: list[str] | None = None) -> Group:
        """The group with this id; *members* (phones) replaces who is in it."""
        group = self._groups.setdefault(group_id, Group(group_id))
        if members is not None:
            group.members = [self.contact(phone) for phone in members]
        return group

    def addressed_group(self, body: dict[str, Any]) -> Group | None:
        """The group that a request goes to, if it is one that we have."""
        return self._groups.get(str(body.get("to"))) if body.get("recipient_type") == "group" else None

    def addressee(self, body: dict[str, Any]) -> Contact | None:
        """Who a request goes to: `to` wins over `recipient`; None for a user id that nobody has."""
        if body.get("to"):
            return self.contact(body["to"])
        return self._known.get(body.get("recipient", ""))
