"""The contacts, their inboxes, and how far the business knows its messages to have come."""

from __future__ import annotations

from typing import Any

from gateway.simulator.inboxes import Inboxes
from gateway.simulator.userids import user_id_of
from providers.twilio.simulator.contact import Contact
from providers.twilio.simulator.phone import Received

#: Statuses in the order in which ticks appear; a later one never gives way to an earlier one.
TICKS = (
    *("accepted", "scheduled", "queued", "sending", "sent"),
    *("canceled", "failed", "delivered", "read"),
)
#: What `World.contact` may change of a contact, besides the name.
CHANGEABLE = ("hidden", "digits", "offline")


class World(Inboxes[Received]):
    """All contacts. A contact exists from the first time that somebody names it."""

    def __init__(self) -> None:
        super().__init__(TICKS)
        self._contacts: dict[str, Contact] = {}
        #: user id, or WaId that is not the phone's -> contact
        self._known: dict[str, Contact] = {}
        self._generations: dict[str, int] = {}

    def contact(self, phone: str, name: str = "", **known: Any) -> Contact:
        """The contact with this phone or WaId; *name* and *known* change what `Contact` says of it.
        A user id in place of a phone finds the contact too, if there is one."""
        if str(phone) != phone or not any(map(str.isdigit, phone)):
            raise LookupError(f"{phone!r} is neither a phone number nor a user id")
        found = self._known.get(phone.lstrip("+"))
        contact = found or self._by_phone("+" + "".join(filter(str.isdigit, phone)))
        if name:
            contact.name = name
        for key, value in known.items():
            if key not in CHANGEABLE:
                raise TypeError(f"a contact has no {key}; it has {', '.join(CHANGEABLE)}")
            setattr(contact, key, value)
        if contact.digits:
            self._known[contact.digits] = contact
        return contact

    def _by_phone(self, phone: str) -> Contact:
        contact = self._contacts.get(phone)
        if contact is None:
            contact = Contact(phone, f"Contact {phone[-4:]}", user_id_of(phone))
            self._contacts[phone] = self._known[contact.user_id] = contact
        return contact

    def addressee(self, address: str) -> Contact | None:
        """Who "whatsapp:…" is: a phone is always somebody, a user id only if somebody has it."""
        bare = address.removeprefix("whatsapp:")
        return self.contact(bare) if bare.startswith("+") else self._known.get(bare)

    def rotate(self, contact: Contact) -> None:
        """Give *contact* a new user id; the one before reaches nobody."""
        del self._known[contact.user_id]
        generation = self._generations[contact.phone] = self._generations.get(contact.phone, 0) + 1
        contact.user_id = user_id_of(contact.phone, generation)
        self._known[contact.user_id] = contact

    async def tick(self, message_id: str, status: str) -> None:
        """The business took the callback with this status; `undelivered` is a failure like another."""
        await super().tick(message_id, "failed" if status == "undelivered" else status)
