"""Everything by which a contact is found: names, conversations, and the ids of all that was said."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct, field

from gateway.erasure.queries import ERASURE
from gateway.erasure.record import Erasure
from gateway.model.event import Identity
from gateway.model.phone import aliases
from gateway.store.port import Tx

#: What a phone may be written with, between its digits.
_BETWEEN = re.compile(r"(?<=\d)(?:%20|[ ().\u00a0/-]){1,3}(?=\d)")
_DIGITS = re.compile(r"\d{7,}")
#: An id in the middle of a text: of ours, or of a provider ("wamid.HBg…==", "SM0123…").
_TOKENS = tuple(
    re.compile(rf"[{signs}]{{8,}}") for signs in ("A-Za-z0-9_.=+-", "A-Za-z0-9_.=+/-", "A-Za-z0-9_-")
)
#: What may stand before a number that is the contact's: how it is dialled from abroad, an escaped space.
_PREFIXES = frozenset(("0", "00", "011", "20"))
#: Shorter than this, a number is no phone.
LEAST = 7
#: Shorter than this, a name of this kind may be anything, and is not looked for in the rows of others.
_SHORTEST = {"bsuid": 5, "parent_bsuid": 5, "email": 6, "external": 8, "group": 5}


class Talk(Struct, frozen=True):
    """A conversation of the contact."""

    id: str
    channel: str
    address: str


class Who(Struct):
    """A contact that is being forgotten, or shown. *numbers* are the digits of its phones in all their
    forms, *exact* its other names: user ids, addresses, ids of other systems. The sets of ids grow while
    messages are read."""

    tenant: str
    contact: str
    names: tuple[Identity, ...] = ()
    talks: tuple[Talk, ...] = ()
    username: str = ""
    numbers: frozenset[str] = frozenset()
    exact: frozenset[str] = frozenset()
    messages: set[str] = field(default_factory=set)
    #: Ids by which anything else of the contact is known: parts, events, the providers' ids.
    ids: set[str] = field(default_factory=set)

    def named(self, text: str) -> bool:
        """Whether *text* is, or holds, one of the contact's names or ids."""
        return self.called(text) or _among(text, self.messages)

    def called(self, text: str) -> bool:
        """The same, but for the ids of our own messages, which name nobody outside of the gateway."""
        return (
            (self.numbers and self._dialled(text))
            or any(_apart(name, text) for name in self.exact)
            or _among(text, self.ids)
        )

    def _dialled(self, text: str) -> bool:
        if not any(digit in text for digit in "0123456789"):
            return False
        return any(
            found in self.numbers
            or any(found.endswith(each) and found[: -len(each)] in _PREFIXES for each in self.numbers)
            for found in _DIGITS.findall(_BETWEEN.sub("", text))
        )


def _apart(name: str, text: str) -> bool:
    """Whether *name* stands in *text*, and is not a part of a longer word."""
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        if not (text[at - 1 : at].isalnum() and at) and not text[end : end + 1].isalnum():
            return True
        at = text.find(name, at + 1)
    return False


def _among(text: str, ids: set[str]) -> bool:
    return bool(ids) and (text in ids or any(not ids.isdisjoint(each.findall(text)) for each in _TOKENS))


async def who_of(tx: Tx, erasure: Erasure) -> Who:
    """Whom *erasure* is about, by what is left of the contact."""
    return await _who(tx, erasure.tenant, erasure.contact, erasure.id)


async def contact_who(tx: Tx, tenant: str, contact: str) -> Who:
    """A contact as it is."""
    return await _who(tx, tenant, contact, "")


async def _who(tx: Tx, tenant: str, contact: str, erasure: str) -> Who:
    found = await tx.one(ERASURE["contact"], tenant=tenant, contact=contact)
    rows = await tx.all(ERASURE["identities"], tenant=tenant, contact=contact)
    if erasure:
        rows += await tx.all(ERASURE["names"], tenant=tenant, id=erasure)
    talks = await tx.all(ERASURE["conversations"], tenant=tenant, contact=contact)
    names = tuple(dict.fromkeys(Identity(row["kind"], row["value"], row["scope"]) for row in rows))
    username = next((each.value for each in names if str(each.kind) == "username"), "")
    username = (found["username"] if found else "") or username
    where = tuple(Talk(row["id"], row["channel"], row["address"]) for row in talks)
    phones = [each.value for each in names if each.kind == "phone"]
    return Who(
        tenant, contact, names, where, username,
        numbers_of([*phones, *(each.address for each in where)]),
        frozenset(each.value for each in names if len(each.value) >= _SHORTEST.get(str(each.kind), 99)),
    )  # fmt: skip


def numbers_of(phones: Iterable[str]) -> frozenset[str]:
    """The digits of *phones*, and of the other forms under which each may be known."""
    found = set[str]()
    for phone in phones:
        digits = "".join(each for each in phone if each in "0123456789")
        if phone.lstrip("+").replace(" ", "").isdecimal() and len(digits) >= LEAST:
            found.update({digits, *(each[1:] for each in aliases(f"+{digits}"))})
    return frozenset(found)
