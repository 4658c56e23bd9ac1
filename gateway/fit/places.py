"""Places, contact cards and reactions, where a channel has less for them than WhatsApp has."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from gateway.fit.vcard import filename, vcards
from gateway.fit.work import Work
from gateway.model.checks import filled, refuse
from gateway.model.outbound import Contacts, Document, Location, Outbound, Reaction, Text


def location(work: Work, message: Location) -> list[Outbound]:
    """A point on the map; its address beside its name, where it has no place of its own."""
    if not message.address or work.capabilities.feature("location.address") in ("full", "partial"):
        return [message]
    if work.feature("location.address", "address") == "dropped":
        return [replace(message, address="")]
    work.lose("address", "converted", "stands with the name")
    told = ", ".join(part for part in (message.name, message.address) if part.strip())
    return [replace(message, name=told, address="")]


def _degrees(field: str, value: float, bound: int) -> str:
    if not -bound <= value <= bound:
        refuse(field, f"is {value:g}, degrees are within ±{bound}")
    return format(Decimal(repr(value)), "f")


def in_words(work: Work, message: Location) -> list[Outbound]:
    """A place as its name, its address and a link to a map."""
    point = f"{_degrees('latitude', message.latitude, 90)},{_degrees('longitude', message.longitude, 180)}"
    lines = (message.name, message.address, f"https://maps.google.com/?q={point}")
    work.lose("location", "converted", "a link to a map")
    return work.fit(Text("\n".join(line for line in lines if line.strip())))


def contacts(work: Work, message: Contacts) -> list[Outbound]:
    """Contact cards; else one vCard file with all of them."""
    if not message.contacts:
        refuse("contacts", "has 0 items, WhatsApp takes 1 or more")
    for index, card in enumerate(message.contacts):
        filled(f"contacts[{index}].name", card.name)
    if work.native("contacts") and work.feature("contacts.card", "contacts") == "native":
        return [message]
    work.lose("contacts", "converted", "go as a vCard file")
    return work.fit(Document(data=vcards(message.contacts), filename=filename(message.contacts)))


def reaction(work: Work, message: Reaction) -> list[Outbound]:
    """An emoji as a text that quotes; to take one away there is nothing to say."""
    if not message.emoji:
        work.lose("reaction", "dropped", "a text cannot be taken back")
        return []
    work.lose("reaction", "converted", "goes as a text")
    work.answer_to(message.message_id)
    return work.fit(Text(message.emoji))
