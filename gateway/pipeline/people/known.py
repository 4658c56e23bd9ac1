"""What the database knows of the people of a batch: one query for all, decisions in memory.

A user id outweighs a parent's, that outweighs a phone, and a phone outweighs an alias of it. A phone alone
does not find a contact who has another user id in the same account: user ids change only when the
phone changes, so the phone has a new owner, who must not read what the old one wrote.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from gateway.channels import Channel
from gateway.model.event import Identity, Person
from gateway.model.phone import aliases
from gateway.pipeline.queries import PEOPLE
from gateway.store.port import Row, Tx

Seen = tuple[Channel, Person]

_WEIGHT = {"bsuid": 0, "parent_bsuid": 1, "group": 1, "phone": 2}
_ALIAS = 3


class Hit(Struct, frozen=True, gc=False):
    """One name that led somewhere. *weight* is smaller for the surer ones."""

    identity: Identity
    weight: int
    retired: bool
    row: Row


class Known(Struct, gc=False):
    """What is known of one sighting; *contact* is "" for a newcomer."""

    contact: str = ""
    name: str = ""
    username: str = ""
    language: str = ""
    conversation: str = ""
    address: str = ""
    window_until: int = 0
    free_until: int = 0
    menus_until: int = 0
    #: Whether the surest name has ended, or is another form of a number.
    outdated: bool = False
    hits: list[Hit] = field(default_factory=list)
    #: Names that came and were not known yet, or had ended and are in use again.
    new: list[Identity] = field(default_factory=list)
    revived: list[Identity] = field(default_factory=list)
    #: (name, contact who had it): other contacts to whom a name of this person leads.
    others: list[tuple[Identity, str]] = field(default_factory=list)
    #: (phone, contact who had it, the user id under which that one is reached now): a new owner's.
    reused: list[tuple[Identity, str, str]] = field(default_factory=list)


async def find(tx: Tx, seen: Sequence[Seen], times: Sequence[int]) -> list[Known]:
    """What is known of each of *seen*, before anything of this batch is added. *times* are when they were
    seen, 0 when nobody tells."""
    lookups = [
        (index, identity, weight)
        for index, (_, person) in enumerate(seen)
        for identity, weight in _names(person)
    ]
    rows = await tx.each(PEOPLE["find_contact"], [_lookup(n, seen, *one) for n, one in enumerate(lookups)])
    found = [Known() for _ in seen]
    for row in rows:
        index, identity, weight = lookups[row["n"]]
        found[index].hits.append(Hit(identity, weight, bool(row["retired_at"]), row))
    for index, (_, person) in enumerate(seen):
        _choose(found[index], person)
        if found[index].outdated and times[index]:
            found[index] = _successor(found[index], person, times[index])
    await _strangers(tx, seen, found)
    return found


def _names(person: Person) -> list[tuple[Identity, int]]:
    names = [(identity, _WEIGHT[identity.kind]) for identity in person.identities]
    for identity in person.identities:
        if identity.kind == "phone":
            names += [(Identity("phone", other), _ALIAS) for other in aliases(identity.value)]
    return names


def _lookup(n: int, seen: Sequence[Seen], index: int, identity: Identity, _: int) -> dict[str, object]:
    channel = seen[index][0]
    return {
        "n": n,
        "tenant": channel.tenant,
        "channel": channel.id,
        "kind": identity.kind,
        "scope": identity.scope,
        "value": identity.value,
    }


def _choose(known: Known, person: Person) -> None:
    """Take the contact of the surest name."""
    if not known.hits:
        known.new = list(person.identities)
        return
    best = known.hits[0]
    if len(known.hits) > 1:
        best = min(known.hits, key=lambda hit: (hit.weight, hit.retired))
    row = best.row
    known.contact, known.name, known.username = row["contact"], row["name"], row["username"]
    known.language = row["language"]
    known.conversation, known.address = row["conversation"] or "", row["address"] or ""
    known.window_until, known.free_until = row["window_until"] or 0, row["free_until"] or 0
    known.menus_until = row["menus_until"] or 0
    known.outdated = best.retired or best.weight == _ALIAS
    exact = [hit for hit in known.hits if hit.weight != _ALIAS]
    if len(exact) < len(person.identities):
        met = {hit.identity for hit in exact}
        known.new = [identity for identity in person.identities if identity not in met]
    for hit in exact:
        if hit.row["contact"] != known.contact:
            known.others.append((hit.identity, hit.row["contact"]))
        elif hit.retired and hit.identity.kind == "phone" and best.weight == 0 and not best.retired:
            known.revived.append(hit.identity)


def _successor(known: Known, person: Person, at: int) -> Known:
    """Somebody under a phone that its contact had left by then: its new owner, whom we do not know. What
    was written before comes late and is still the contact's."""
    if not all(hit.weight >= _WEIGHT["phone"] and 0 < hit.row["retired_at"] < at for hit in known.hits):
        return known
    left = [(hit.identity, hit.row["contact"]) for hit in known.hits if hit.weight == _WEIGHT["phone"]]
    phones = [phone for phone, _ in left]
    return Known(
        new=[identity for identity in person.identities if identity not in phones],
        reused=[(phone, contact, phone.value) for phone, contact in left],
    )


async def _strangers(tx: Tx, seen: Sequence[Seen], found: list[Known]) -> None:
    """Whom a phone found, although a user id that we never saw speaks for somebody else."""
    asked = {
        index: identity
        for index, known in enumerate(found)
        if known.contact and min(hit.weight for hit in known.hits) >= _WEIGHT["phone"]
        for identity in known.new
        if identity.kind == "bsuid"
    }
    if not asked:
        return
    rows = await tx.each(
        PEOPLE["user_ids"],
        [
            {
                "n": index,
                "tenant": seen[index][0].tenant,
                "contact": found[index].contact,
                "scope": identity.scope,
            }
            for index, identity in asked.items()
        ],
    )
    for index, theirs in {row["n"]: row["value"] for row in rows}.items():
        known, person = found[index], seen[index][1]
        phones = [hit.identity for hit in known.hits if hit.weight == _WEIGHT["phone"]]
        found[index] = Known(
            new=[identity for identity in person.identities if identity not in phones],
            reused=[(phone, known.contact, theirs) for phone in phones],
        )
