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
    known = await _find(tx, sightings, now)
    places: list[Place] = []
    fresh: dict[tuple[str, Identity], Place] = {}
    homes: dict[tuple[str, str], Place] = {}
    for index, seen in enumerate(sightings):
        found = known.get(index)
        if found is None:
            found = await _newcomer(tx, seen, fresh, homes, now)
        elif found.conversation == "":
            found = await _make(tx, seen, found, now)
        places.append(found)
    return places


async def _newcomer(
    tx: Tx,
    seen: Sighting,
    fresh: dict[tuple[str, Identity], Place],
    homes: dict[tuple[str, str], Place],
    now: int,
) -> Place:
    """Whom the database did not know when this batch began: new, or met in it just before under one of
    these names (*fresh*), perhaps on another channel (*homes*: by channel and contact)."""
    keys = [(seen.channel.tenant, identity) for identity in seen.person.identities]
    friend = next((fresh[key] for key in keys if key in fresh), None)
    found = homes.get((seen.channel.id, friend.contact)) if friend else None
    if found is None:
        found = await _make(tx, seen, friend, now)
        homes[seen.channel.id, found.contact] = found
    if friend is not None and any(key not in fresh for key in keys):
        await _attach(tx, seen, found.contact, now)
    fresh.update(dict.fromkeys(keys, found))
    return found


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
    rows = await tx.each(RECORD["find_contact"], [_lookup(seen, one) for one in seen.person.identities])
    row = next(row for row in rows if row["contact"] == contact)  # another name may be another contact's
    return Place(row["contact"], row["conversation"], row["name"], row["address"], row["window_until"])


async def _find_quietly(tx: Tx, seen: Sighting) -> str | None:
    rows = await tx.each(RECORD["find_contact"], [_lookup(seen, seen.person.identities[0])])
    return rows[-1]["contact"] if rows else None


def _lookup(seen: Sighting, identity: Identity) -> dict[str, object]:
    return {
        "n": 0,
        "tenant": seen.channel.tenant,
        "channel": seen.channel.id,
        "kind": identity.kind,
        "scope": identity.scope,
        "value": identity.value,
    }
