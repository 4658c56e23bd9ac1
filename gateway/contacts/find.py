"""Contacts found: lists, searches, one contact. A search reads indexes alone: the words of names, the
identities, the attributes."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from gateway.contacts.attributes import meant
from gateway.contacts.queries import CONTACTS
from gateway.contacts.records import ContactItem, items_of
from gateway.contacts.words import span, words
from gateway.store.port import Row, Tx

#: Sorts behind every id, in every collation: ids are hexadecimal.
LAST = "g"
#: Behind every moment (microseconds).
EVER = 2**62
#: How many of the words that were typed are looked for; the others would only cost.
TYPED = 3

_PUNCTUATION = frozenset(" \t()-./\u00a0")


class Wanted(Struct, frozen=True):
    """Which contacts: *text* is what was typed, *attribute* a name and *value* what it is. Made from *since*
    on and before *until* (microseconds UTC)."""

    text: str = ""
    attribute: str = ""
    value: str = ""
    since: int = 0
    until: int = EVER


async def listed(
    tx: Tx, tenant: str, wanted: Wanted, before: str, limit: int
) -> tuple[list[ContactItem], bool]:
    """At most *limit* contacts, newest first, behind the id *before*; and whether there are more."""
    rows = await _found(tx, tenant, wanted, before, limit + 1)
    return await items_of(tx, tenant, rows[:limit]), len(rows) > limit


async def _found(tx: Tx, tenant: str, wanted: Wanted, before: str, limit: int) -> list[Row]:
    values: dict[str, Any] = {
        "tenant": tenant, "before": before or LAST, "since": wanted.since, "until": wanted.until,
        "limit": limit,
    }  # fmt: skip
    filters = ""
    if wanted.text:
        filters += CONTACTS["searched"]
        values |= _typed(wanted.text)
    if wanted.attribute:
        filters += f" {CONTACTS['attributed']}"
        first, *others = meant(wanted.value)
        values |= {"attribute": wanted.attribute, "digest1": first, "digest2": (others or [first])[0]}
    return await tx.all(CONTACTS["list"].replace("/*filters*/", filters), **values)


def _typed(text: str) -> dict[str, Any]:
    """The values of a search for *text*."""
    exact = text.strip()
    typed = words(exact)[:TYPED]
    spans = [span(word) for word in typed] + [(b"", b"")] * (TYPED - len(typed))
    values: dict[str, Any] = {"typed": len(typed), "exact": exact, "lower": exact.lower()}
    for n, (start, end) in enumerate(spans, 1):
        values |= {f"word{n}": start, f"end{n}": end}
    start_, end_ = phone_span(exact)
    return values | {"phone": start_, "phone_end": end_}


def phone_span(text: str) -> tuple[str, str]:
    """The first phone that begins as *text* does, and one behind the last; ("", "") when it is no start of a
    phone. Only digits are compared, for a collation may pass over other signs."""
    digits = "".join(sign for sign in text.removeprefix("+") if sign not in _PUNCTUATION)
    if not (2 <= len(digits) <= 15 and digits.isascii() and digits.isdecimal()) or digits[0] == "0":
        return "", ""
    following = digits.rstrip("9")
    end = following[:-1] + str(int(following[-1]) + 1) if following else "9" * 16
    return f"+{digits}", f"+{end}"


async def shown(tx: Tx, tenant: str, contact: str) -> ContactItem | None:
    """One contact; None when the tenant has none of this id."""
    row = await tx.one(CONTACTS["one"], tenant=tenant, contact=contact)
    return None if row is None else (await items_of(tx, tenant, [row]))[0]


async def held(tx: Tx, tenant: str, contact: str) -> ContactItem | None:
    """The same, for whoever is going to change it: nobody else does before the transaction has ended."""
    await tx.run(CONTACTS["hold"], tenant=tenant, contact=contact)
    return await shown(tx, tenant, contact)
