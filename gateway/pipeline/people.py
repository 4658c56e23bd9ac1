"""Who is writing: identities lead to a contact, a contact and a channel to a conversation.

A contact is not a phone number. A webhook may carry a phone, a business-scoped user id, or both; any
of them that we know finds the contact, and those that we did not know are attached to it. Two contacts
are never merged here.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from gateway.channels import Channel
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
    """The contact and conversation of each sighting, made where they did not exist."""
    known = await _find(tx, sightings)
    places: list[Place] = []
    fresh: dict[tuple[str, Identity], Place] = {}
    for index, seen in enumerate(sightings):
        found = known.get(index)
        tenant = seen.channel.tenant
        if found is None:
            keys = [(tenant, identity) for identity in seen.person.identities]
            found = next((fresh[key] for key in keys if key in fresh), None)
            if found is None or found.conversation == "":
                found = await _make(tx, seen, found, now)
            fresh.update(dict.fromkeys(keys, found))
        elif found.conversation == "":
            found = await _make(tx, seen, found, now)
        places.append(found)
    return places


async def _find(tx: Tx, sightings: Sequence[Sighting]) -> dict[int, Place]:
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
            await _attach(tx, sightings[index], place_.contact)
    return known


async def _attach(tx: Tx, seen: Sighting, contact: str, now: int = 0) -> None:
    await tx.many(
        RECORD["add_identity"],
        [
            {
                "tenant": seen.channel.tenant,
                "kind": identity.kind,
                "scope": identity.scope,
                "value": identity.value,
                "contact": contact,
                "now": now,
            }
            for identity in seen.person.identities
        ],
    )


async def _make(tx: Tx, seen: Sighting, found: Place | None, now: int) -> Place:
    """A new contact (unless *found* has one), and a conversation on this channel.

    Another process may make the same contact at this moment: the identity that was there first wins,
    and what we made beside it stays unused.
    """
    contact = found.contact if found else new_id()
    if found is None:
        values = {
            "tenant": seen.channel.tenant,
            "contact": contact,
            "name": seen.person.name,
            "username": seen.person.username,
            "now": now,
        }
        await tx.run(RECORD["add_contact"], **values)
        await _attach(tx, seen, contact, now)
        settled = (await _find_quietly(tx, seen)) or contact
        contact = settled
    await tx.run(
        RECORD["add_conversation"],
        tenant=seen.channel.tenant,
        channel=seen.channel.id,
        contact=contact,
        conversation=new_id(),
        address=address_of(seen.person),
        now=now,
    )
    rows = await tx.each(RECORD["find_contact"], [_lookup(seen)])
    row = rows[-1]
    return Place(row["contact"], row["conversation"], row["name"], row["address"], row["window_until"])


async def _find_quietly(tx: Tx, seen: Sighting) -> str | None:
    rows = await tx.each(RECORD["find_contact"], [_lookup(seen)])
    return rows[-1]["contact"] if rows else None


def _lookup(seen: Sighting) -> dict[str, object]:
    identity = seen.person.identities[0]
    return {
        "n": 0,
        "tenant": seen.channel.tenant,
        "channel": seen.channel.id,
        "kind": identity.kind,
        "scope": identity.scope,
        "value": identity.value,
    }
