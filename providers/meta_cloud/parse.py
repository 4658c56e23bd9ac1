"""A webhook's bytes to events. Whatever the bytes are, the answer is a `Parsed`.

The usual body, all of it field "messages" and well formed, is decoded in one go. Any other is taken
apart level by level, so that what is wrong fails alone and its neighbours are read.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import msgspec
from msgspec import Raw

from gateway.model.event import Event
from gateway.provider import Parsed, ParseFailure
from providers.meta_cloud import wire
from providers.meta_cloud.clean import Unreadable, decode, defuse, moment
from providers.meta_cloud.parse_field import read_field
from providers.meta_cloud.parse_message import DECODER as READ_MESSAGE
from providers.meta_cloud.parse_message import build_message, read_message
from providers.meta_cloud.parse_status import read_status

_MESSAGES = "messages"
_ENVELOPE = msgspec.json.Decoder(wire.Envelope)
_LOOSE_ENVELOPE = msgspec.json.Decoder(wire.LooseEnvelope)
_LOOSE_ENTRY = msgspec.json.Decoder(wire.LooseEntry)
_LOOSE_CHANGE = msgspec.json.Decoder(wire.LooseChange)
_LOOSE_VALUE = msgspec.json.Decoder(wire.LooseValue)
_METADATA = msgspec.json.Decoder(wire.Metadata)
_CONTACT = msgspec.json.Decoder(wire.Contact)
_LIST = msgspec.json.Decoder(list[Raw])

#: What reading untrusted JSON can raise; `DecodeError` and `Unreadable` are ValueErrors or listed.
_BAD: tuple[type[Exception], ...] = (
    msgspec.MsgspecError,
    ValueError,
    RecursionError,
    OverflowError,
    TypeError,
)


#: A member that is not there, or is null.
_ABSENT = (b"", b"null")


class _Result:
    """The events and failures of one body, as they are found."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.failures: list[ParseFailure] = []

    def fail(self, error: Exception, raw: bytes) -> None:
        reason = f"{type(error).__name__}: {error}".encode("utf-8", "replace").decode().replace("\0", "")
        self.failures.append(ParseFailure(reason[:500], bytes(raw)))

    def add(self, read: Callable[[bytes], Event], raw: Raw) -> None:
        """Read one element; when that fails, it fails alone."""
        own = bytes(raw)
        try:
            self.events.append(read(own))
        except _BAD as error:
            self.fail(error, own)


def _value(value: wire.Value, account: str, result: _Result) -> bool:
    """Everything in one value of field "messages"; whether there was anything."""
    number = (value.metadata.phone_number_id if value.metadata else "") or ""
    contacts = value.contacts

    def numbered(read: Callable[..., Event]) -> Callable[[bytes], Event]:
        def one(raw: bytes) -> Event:
            if not number:
                raise Unreadable("no metadata.phone_number_id: nobody knows whose it is")
            return read(raw, number, account, contacts)

        return one

    if value.messages:
        one = numbered(read_message)
        for raw in value.messages:
            result.add(one, raw)
    if value.statuses:
        one = numbered(read_status)
        for raw in value.statuses:
            result.add(one, raw)
    for raw in value.errors or ():
        result.add(lambda own: read_field("error", own, own, account, number), raw)
    for raw in value.user_actions or ():
        result.add(lambda own: read_field("user_action", own, own, account, number), raw)
    return bool(value.messages or value.statuses or value.errors or value.user_actions)


def _loose_list(raw: Raw, result: _Result) -> list[Raw] | None:
    if bytes(raw) in _ABSENT:
        return None
    try:
        return _LIST.decode(raw)
    except _BAD as error:
        result.fail(error, raw)
        return None


def _loose_value(raw: Raw, result: _Result) -> wire.Value:
    """A value of which a part may be wrong: contacts that cannot be read are left out."""
    loose = _LOOSE_VALUE.decode(raw)
    contacts = []
    for one in _loose_list(loose.contacts, _Result()) or ():
        try:
            contacts.append(decode(_CONTACT, bytes(one)))
        except _BAD:
            continue
    try:
        metadata = decode(_METADATA, bytes(loose.metadata))
    except _BAD:
        metadata = None
    return wire.Value(
        metadata=metadata,
        contacts=contacts,
        messages=_loose_list(loose.messages, result),
        statuses=_loose_list(loose.statuses, result),
        errors=_loose_list(loose.errors, result),
        user_actions=_loose_list(loose.user_actions, result),
    )


def _loose_change(raw: Raw, account: str, at: int, result: _Result) -> None:
    try:
        change = decode(_LOOSE_CHANGE, bytes(raw))
        if change.field == _MESSAGES:
            before = len(result.failures)
            found = _value(_loose_value(change.value, result), account, result)
            if found or len(result.failures) > before:
                return
        result.events.append(read_field(change.field, bytes(change.value), bytes(raw), account, at=at))
    except _BAD as error:
        result.fail(error, raw)


def _loose(body: bytes, result: _Result) -> None:
    for raw in decode(_LOOSE_ENVELOPE, body).entry:
        try:
            entry = decode(_LOOSE_ENTRY, bytes(raw))
        except _BAD as error:
            result.fail(error, raw)
            continue
        account, at = str(entry.id or ""), moment(entry.time)
        for change in entry.changes:
            _loose_change(change, account, at, result)


def _quick(body: bytes) -> Parsed | None:
    """The usual body, in one go; None, or an error, for a body that has to be taken apart."""
    events: list[Event] = []
    for entry in _ENVELOPE.decode(body).entry:
        account = entry.id
        for change in entry.changes:
            value = change.value
            number = value.metadata and value.metadata.phone_number_id
            if change.field != _MESSAGES or not number or value.errors or value.user_actions:
                return None
            contacts = value.contacts
            for raw in value.messages or ():
                found = READ_MESSAGE.decode(raw)
                events.append(build_message(found, bytes(raw), number, account, contacts))
            for raw in value.statuses or ():
                events.append(read_status(bytes(raw), number, account, contacts))
            if not (value.messages or value.statuses):
                return None
    return Parsed(tuple(events))


def parse(body: bytes) -> Parsed:
    """All events of *body*, each with its own slice of it, and what could not be read."""
    if b"\\u0000" not in body:
        try:
            quick = _quick(body)
        except _BAD:
            quick = None
        if quick is not None:
            return quick
    result = _Result()
    try:
        _loose(body, result)
    except _BAD as error:
        result = _Result()
        with contextlib.suppress(*_BAD):
            _loose(defuse(body), result)
        if not result.events:
            return Parsed(failures=(ParseFailure(f"{type(error).__name__}: {error}"[:500], bytes(body)),))
    return Parsed(tuple(result.events), tuple(result.failures))
