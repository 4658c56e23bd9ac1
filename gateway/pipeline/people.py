"""Who is writing: identities lead to a contact, a contact and a channel to a conversation.

A contact is not a phone number. A webhook may carry a phone, a business-scoped user id, or both; any
of them that we know finds the contact, and those that we did not know are attached to it. Two contacts
are never merged here.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from gateway.channels import Channel
from gateway.errors import SerializationFailure
from gateway.model.event import Identity, Person
from gateway.model.ids import new_id
from gateway.pipeline.queries import RECORD
from gateway.store.port import Tx


class Place(Struct):
    """Where an event belongs."""

    contact: str
    conversation: str
    name: str
    address: str
    window_until: int


class Sighting(Struct, frozen=True):
    """Somebody was seen on a channel."""

    channel: Channel
    person: Person


def address_of(person: Person) -> str:
    """What to send to: the phone when the provider showed it, else the user id."""
    phone = next((i.value for i in person.identities if i.kind == "phone"), "")
    return phone or person.identities[0].value


async def place(tx: Tx, sightings: Sequence[Sighting], now: int) -> list[Place]:
    """The contact and conversation of each sighting, made where they did not exist.

    Raises `SerializationFailure` when another process makes the same contact at this moment.
    """
    known = await _find(tx, sightings, now)
    meeting = _Meeting(now)
    for index, place_ in known.items():
        meeting.remember(sightings[index], place_)
    places = []
    for index, seen in enumerate(sightings):
        found = known.get(index)
        if found is None:
            found = meeting.newcomer(seen)
        elif found.conversation == "":
            found = meeting.home(seen, found.contact, found.name)
        places.append(found)
    await meeting.store(tx)
    return places


class _Meeting:
    """Who the database did not know when a batch began: rows to add, and whom they made in memory."""

    def __init__(self, now: int) -> None:
        self._now = now
        self._known: dict[tuple[str, Identity], str] = {}
        self._homes: dict[tuple[str, str, str], Place] = {}
        self._contacts: list[dict[str, object]] = []
        self._identities: list[dict[str, object]] = []
        self._conversations: list[dict[str, object]] = []

    def remember(self, seen: Sighting, found: Place) -> None:
        """A contact of the database's, who has these names now: others of the batch may use one of them."""
        for identity in seen.person.identities:
            self._known.setdefault((seen.channel.tenant, identity), found.contact)
        if found.conversation:
            self._homes.setdefault((seen.channel.tenant, seen.channel.id, found.contact), found)

    def newcomer(self, seen: Sighting) -> Place:
        """Somebody new, or met in this batch just before under one of these names."""
        tenant = seen.channel.tenant
        keys = [(tenant, identity) for identity in dict.fromkeys(seen.person.identities)]
        contact = next((self._known[key] for key in keys if key in self._known), "")
        if not contact:
            contact = new_id()
            person = {"name": seen.person.name, "username": seen.person.username}
            self._contacts.append({"tenant": tenant, "contact": contact, "now": self._now, **person})
        for key in keys:
            if key not in self._known:
                self._known[key] = contact
                self._identities.append(_identity(tenant, key[1], contact, self._now))
        return self.home(seen, contact, seen.person.name)

    def home(self, seen: Sighting, contact: str, name: str) -> Place:
        """The contact's conversation on this channel, new in this batch."""
        key = (seen.channel.tenant, seen.channel.id, contact)
        found = self._homes.get(key)
        if found is None:
            found = self._homes[key] = Place(contact, new_id(), name, address_of(seen.person), 0)
            self._conversations.append(
                {
                    "tenant": seen.channel.tenant,
                    "channel": seen.channel.id,
                    "contact": contact,
                    "conversation": found.conversation,
                    "address": found.address,
                    "now": self._now,
                }
            )
        return found

    async def store(self, tx: Tx) -> None:
        """Add the rows; all of them, or somebody else was faster."""
        if self._contacts:
            await tx.many(RECORD["add_contact"], self._contacts)
        claimed = await tx.each(RECORD["claim_identity"], self._identities)
        opened = await tx.each(RECORD["claim_conversation"], self._conversations)
        if len(claimed) < len(self._identities) or len(opened) < len(self._conversations):
            raise SerializationFailure("another process has just made the same contact")


def _identity(tenant: str, identity: Identity, contact: str, now: int) -> dict[str, object]:
    return {
        "tenant": tenant,
        "kind": identity.kind,
        "scope": identity.scope,
        "value": identity.value,
        "contact": contact,
        "now": now,
    }


async def _find(tx: Tx, sightings: Sequence[Sighting], now: int) -> dict[int, Place]:
    """What the database knows; a user id outweighs a phone when both lead somewhere."""
    rows = await tx.each(
        RECORD["find_contact"],
        [
            {
                "n": index,
                "tenant": seen.channel.tenant,
                "channel": seen.channel.id,
                "kind": identity.kind,
                "scope": identity.scope,
                "value": identity.value,
            }
            for index, seen in enumerate(sightings)
            for identity in seen.person.identities
        ],
    )
    known: dict[int, Place] = {}
    hits: dict[int, int] = {}
    for row in rows:
        index = row["n"]
        hits[index] = hits.get(index, 0) + 1
        known[index] = Place(
            row["contact"],
            row["conversation"] or "",
            row["name"],
            row["address"] or "",
            row["window_until"] or 0,
        )
    for index, place_ in known.items():
        if hits[index] < len(sightings[index].person.identities):
            await _attach(tx, sightings[index], place_.contact, now)
    return known


async def _attach(tx: Tx, seen: Sighting, contact: str, now: int) -> None:
    await tx.many(
        RECORD["add_identity"],
        [_identity(seen.channel.tenant, identity, contact, now) for identity in seen.person.identities],
    )
