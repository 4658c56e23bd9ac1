"""What the readers of all fields share: the change that they read, keys, and how lists are gone through."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

import msgspec
from msgspec import Raw, Struct

from gateway.model.event import ChannelEvent, Person
from gateway.model.ids import digest
from gateway.model.notice import Notice, Other
from providers.meta_cloud import wire
from providers.meta_cloud.clean import Unreadable, decode, integer, plain
from providers.meta_cloud.found import BAD, Found

_ANY = msgspec.json.Decoder(Any)
_OBJECT = msgspec.json.Decoder(dict[str, Any])
_LIST = msgspec.json.Decoder(list[Raw])

#: Below this, encoders give up; `plain`'s own border is for what is stored.
_DEEPEST = 200
_PHONE_DIGITS = 15


class Change(Struct, frozen=True):
    """One change of a field. *value* and *raw*, the change itself, are bytes; *members* are the value's.

    *at* is when the entry was sent, in microseconds, 0 when it does not say; *display* the digits of the
    business number.
    """

    field: str
    account: str
    at: int = 0
    value: bytes = b"{}"
    raw: bytes = b""
    members: dict[str, Raw] = {}
    number: str = ""
    display: str = ""
    contacts: list[wire.Contact] = []


#: Reads a change: adds its events, and the pieces that cannot be read.
Reader = Callable[[Change, Found], None]


class Element(Protocol):
    """Reads one element of a list in a change. Raises for one that cannot be read."""

    def __call__(self, raw: bytes, change: Change) -> ChannelEvent: ...


def canonical(raw: bytes) -> str:
    """*raw* without spaces and in one order of keys: a repeat may be written differently."""
    try:
        value = plain(decode(_ANY, raw), _DEEPEST)
        return msgspec.json.encode(value, order="sorted").decode("utf-8", "replace")
    except (ValueError, RecursionError, OverflowError):
        return raw.decode("utf-8", "replace")


def event(
    change: Change,
    content: Notice,
    raw: bytes,
    *key: str,
    at: int = 0,
    person: Person | None = None,
    name: str = "",
) -> ChannelEvent:
    """The event of one element, *raw*. *key* is what the element is known by; without one it is what it
    says, whatever stands beside it (wire.md §1.3). *name* stands for the field's."""
    name = name or change.field
    return ChannelEvent(
        name=name,
        key=digest(change.account, change.number, name, *(key or (canonical(raw),))).hex(),
        at=at or change.at,
        number=change.number,
        account=change.account,
        content=content,
        person=person or Person(),
        raw=raw,
    )


def payload(raw: bytes) -> dict[str, Any]:
    """The object *raw*, fit to be stored. Raises for what is no object, or nested too deeply."""
    found: dict[str, Any] = plain(decode(_OBJECT, raw))
    return found


def read_other(change: Change, found: Found) -> None:
    """A field that has no type: its value is kept whole."""
    _whole(change, Other(payload(change.value)), found)


def whole(read: Callable[[bytes], Notice]) -> Reader:
    """A reader of a field whose value is one notice; a value of another shape is kept whole."""

    def reader(change: Change, found: Found) -> None:
        content: Notice
        try:
            content = read(change.value)
        except BAD:
            content = Other(payload(change.value))
        _whole(change, content, found)

    return reader


def _whole(change: Change, content: Notice, found: Found) -> None:
    # Such values have no time of their own, and say the same each time that a template is approved or a
    # number's quality falls: when the entry was sent tells one time from the next.
    key = digest(change.account, change.field, canonical(change.value), str(change.at)).hex()
    found.events.append(
        ChannelEvent(change.field, key, change.at, change.number, change.account, content, raw=change.raw)
    )


def elements(raw: bytes | Raw | None, found: Found) -> list[Raw]:
    """The elements of the list *raw*; none when it is missing or null. What is no list is a failure."""
    if raw is None or bytes(raw) in (b"", b"null"):
        return []
    try:
        return decode(_LIST, bytes(raw))
    except BAD as error:
        found.fail(error, raw)
        return []


def each(**readers: Element) -> Reader:
    """A reader of a field whose value has lists, each read by the reader of its name, element by element.
    A value without any element is kept whole."""

    def reader(change: Change, found: Found) -> None:
        news, some = Found(), False
        for name, read in readers.items():
            for raw in elements(change.members.get(name), news):
                some = True
                news.add(partial(read, change=change), raw)
        if some:
            found.take(news)
        else:
            read_other(change, found)

    return reader


def someone(person: Person, change: Change, what: str) -> Person:
    """*person*, who must be known by something, on a number that is told: else nobody knows whose it is."""
    if not person.identities:
        raise Unreadable(f"{what} without a phone number and a user id")
    if not change.number:
        raise Unreadable(f"{what} without metadata.phone_number_id: nobody knows whose it is")
    return person


def text(value: wire.Number) -> str:
    """An id or a word that may be written as a number; "" when it is missing."""
    if isinstance(value, float):
        value = integer(value)
    return "" if value is None else str(value)


def digits(value: str | None) -> str:
    """The digits of a phone number, however it is written: spaces and marks of direction are seen."""
    return "".join(one for one in value or "" if "0" <= one <= "9")


def phone_of(value: str | None) -> str:
    """A display number as "+15550104477"; as it came when it is none."""
    found = digits(value)
    return f"+{found}" if found and len(found) <= _PHONE_DIGITS else value or ""
