"""Whose phone it is: two people, who may hide their number."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from gateway.simulator import Simulator


class Owner(Struct):
    """Somebody with a phone. *hidden* keeps the number from the business, which then sees a user id."""

    phone: str
    name: str
    hidden: bool = False


def two() -> dict[str, Owner]:
    """The phones' owners, by number."""
    owners = (Owner("+254700000001", "Ana"), Owner("+254700000002", "Ben"))
    return {owner.phone: owner for owner in owners}


def introduce(owner: Owner, simulators: Iterable[Simulator]) -> None:
    """Tell every provider's simulator the owner's name and whether the number is hidden."""
    for simulator in simulators:
        try:
            simulator.contact(owner.phone, name=owner.name, hidden=owner.hidden)
        except TypeError:  # a simulator whose contacts have no names
            simulator.contact(owner.phone, hidden=owner.hidden)
