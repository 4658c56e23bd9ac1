"""Who is writing: identities lead to a contact, a contact and a channel to a conversation.

A contact is not a phone number. A webhook may carry a phone, a business-scoped user id, or both; any
of them that we know finds the contact, and those that we did not know are attached to it. Two contacts
are never merged here: where names contradict each other, that is listed (`conflict`).
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from gateway.channels import Channel
from gateway.model.event import Identity, Person
from gateway.model.phone import aliases
from gateway.pipeline.people.conflict import Conflict
from gateway.pipeline.people.known import Known, find
from gateway.pipeline.people.meeting import Meeting
from gateway.pipeline.queries import PEOPLE
from gateway.store.port import Tx


class Place(Struct, gc=False):
    """Where an event belongs. *host* is whose conversation it is: the contact's, or a group's. *outdated*
    when the contact was found by a name that has ended, or by another form of a number."""

    contact: str
    conversation: str
    name: str
    address: str
    window_until: int
    free_until: int = 0
    host: str = ""
    outdated: bool = False
    username: str = ""
    #: Until when a menu is remembered that was sent there.
    menus_until: int = 0
    #: The contact's, "" while nobody said.
    language: str = ""
    #: A phone under which the contact was seen, when *address* is another one.
    seen_as: str = ""
    #: Whether nobody knew the contact before.
    new: bool = False


class Sighting(Struct, frozen=True, gc=False):
    """Somebody was seen on a channel; in the conversation of a *group*, if that is given. *at* is when, 0
    for somebody who is only named."""

    channel: Channel
    person: Person
    group: str = ""
    at: int = 0


def address_of(person: Person) -> str:
    """What to send to: the phone when the provider showed it, else the user id."""
    phone = next((i.value for i in person.identities if i.kind == "phone"), "")
    return phone or person.identities[0].value


async def place(
    tx: Tx, sightings: Sequence[Sighting], now: int, conflicts: list[Conflict] | None = None
) -> list[Place]:
    """The contact and conversation of each sighting, made where they did not exist. New contradictions
    are added to *conflicts*.

    Raises `SerializationFailure` when another process makes the same contact at this moment.
    """
    seen = [(one.channel, one.person) for one in sightings]
    groups = [index for index, one in enumerate(sightings) if one.group]
    seen += [(sightings[index].channel, _group(sightings[index])) for index in groups]
    known = await find(tx, seen, [one.at for one in sightings] + [0] * len(groups))
    meeting = Meeting(now)
    for (channel, person), found in zip(seen, known, strict=True):
        meeting.remember(channel, person, found)
    homeless = set(groups)
    places = [
        _settle(meeting, channel, person, found, home=index not in homeless)
        for index, ((channel, person), found) in enumerate(zip(seen, known, strict=True))
    ]
    for index, host in zip(groups, places[len(sightings) :], strict=True):
        places[index] = _guest(places[index], host)
    news = await meeting.store(tx)
    if conflicts is not None:
        conflicts += news
    return places[: len(sightings)]


def _group(seen: Sighting) -> Person:
    """A group is known by its id alone, within the business number that is in it."""
    return Person((Identity("group", seen.group, seen.channel.number),))


def _settle(meeting: Meeting, channel: Channel, person: Person, found: Known, *, home: bool) -> Place:
    """The contact's place, with a conversation of its own if *home*."""
    contact = found.contact or meeting.newcomer(channel, person, found)
    new = meeting.made(contact)
    name, username = person.name or found.name, person.username or found.username
    if not home:
        return Place(contact, "", name, "", 0, username=username, language=found.language, new=new)
    if found.conversation:
        return Place(
            contact, found.conversation, name, found.address, found.window_until, found.free_until, contact,
            found.outdated, username, found.menus_until, found.language, _seen_as(person, found),
        )  # fmt: skip
    conversation, address = meeting.home(channel, contact, address_of(person))
    return Place(contact, conversation, name, address, 0, 0, contact, username=username, new=new)


def _seen_as(person: Person, found: Known) -> str:
    """The phone of *person*, when replies go to another one. "" for one that the contact has left, and for
    another form of the one that was received first."""
    phones = [identity.value for identity in person.identities if identity.kind == "phone"]
    kept = not found.address.startswith("+") or found.address in phones
    if kept or not phones or any(hit.retired for hit in found.hits):
        return ""
    heard_first = found.window_until and any(found.address in aliases(phone) for phone in phones)
    return "" if heard_first else phones[0]


def _guest(place_: Place, host: Place) -> Place:
    """A contact who speaks in a group: the words are theirs, the conversation is the group's."""
    return Place(
        place_.contact, host.conversation, place_.name, host.address, host.window_until, host.free_until,
        host.contact, username=place_.username, menus_until=host.menus_until, language=place_.language,
    )  # fmt: skip


async def answer_there(tx: Tx, where: Place, tenant: str) -> None:
    """From now on replies go to the phone under which the contact of *where* was seen."""
    values = {"tenant": tenant, "contact": where.host, "old": where.address}
    await tx.run(PEOPLE["readdress"], **values, address=where.seen_as)
    where.address, where.seen_as = where.seen_as, ""


async def learn(tx: Tx, tenant: str, conversation: str, identities: Sequence[Identity], now: int) -> None:
    """Names under which the provider knows the contact of *conversation* (wire.md §6: a wa_id that differs
    from the number dialled). One that is somebody else's already stays theirs."""
    contact = await tx.value(PEOPLE["contact_of_conversation"], tenant=tenant, conversation=conversation)
    if contact is None:
        return
    rows = [
        {
            "tenant": tenant, "kind": one.kind, "scope": one.scope, "value": one.value,
            "contact": contact, "now": now,
        }
        for one in identities
    ]  # fmt: skip
    await tx.many(PEOPLE["add_identity"], rows)
