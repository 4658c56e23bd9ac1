"""A webhook's bytes to events. Whatever the bytes are, the answer is a `Parsed`.

The usual body, all of it field "messages" and well formed, is decoded in one go. Any other is taken
apart level by level, so that what is wrong fails alone and its neighbours are read.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial

import msgspec
from msgspec import Raw

from gateway.model.event import Event
from gateway.provider import Parsed, ParseFailure
from providers.meta_cloud import wire
from providers.meta_cloud.clean import Unreadable, decode, defuse, moment
from providers.meta_cloud.fields.account import read_error
from providers.meta_cloud.fields.base import Change, elements
from providers.meta_cloud.fields.contact import read_action
from providers.meta_cloud.found import BAD, Found
from providers.meta_cloud.parse_field import read_change, read_contacts
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


def _value(value: wire.Value, account: str, found: Found) -> bool:
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
            found.add(one, raw)
    if value.statuses:
        one = numbered(read_status)
        for raw in value.statuses:
            found.add(one, raw)
    change = Change(_MESSAGES, account, number=number)
    for raw in value.errors or ():
        found.add(partial(read_error, change=change), raw)
    for raw in value.user_actions or ():
        found.add(partial(read_action, change=change), raw)
    return bool(value.messages or value.statuses or value.errors or value.user_actions)


def _loose_value(raw: Raw, found: Found) -> wire.Value:
    """A value of which a part may be wrong: contacts that cannot be read are left out."""
    loose = _LOOSE_VALUE.decode(raw)
    try:
        metadata = decode(_METADATA, bytes(loose.metadata))
    except BAD:
        metadata = None
    return wire.Value(
        metadata=metadata,
        contacts=read_contacts(loose.contacts),
        messages=elements(loose.messages, found),
        statuses=elements(loose.statuses, found),
        errors=elements(loose.errors, found),
        user_actions=elements(loose.user_actions, found),
    )


def _loose_change(raw: Raw, account: str, at: int, found: Found) -> None:
    try:
        change = decode(_LOOSE_CHANGE, bytes(raw))
        if change.field == _MESSAGES:
            before = len(found.failures)
            some = _value(_loose_value(change.value, found), account, found)
            if some or len(found.failures) > before:
                return
        read_change(change.field, change.value, raw, account, at, found)
    except BAD as error:
        found.fail(error, raw)


def _loose(body: bytes, found: Found) -> None:
    for raw in decode(_LOOSE_ENVELOPE, body).entry:
        try:
            entry = decode(_LOOSE_ENTRY, bytes(raw))
        except BAD as error:
            found.fail(error, raw)
            continue
        account, at = str(entry.id or ""), moment(entry.time)
        for change in entry.changes:
            _loose_change(change, account, at, found)


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
    if b"\\" not in body or b"\\u0000" not in body:  # the first is eight times as fast to find out
        try:
            quick = _quick(body)
        except BAD:
            quick = None
        if quick is not None:
            return quick
    found = Found()
    try:
        _loose(body, found)
    except BAD as error:
        found = Found()
        with contextlib.suppress(*BAD):
            _loose(defuse(body), found)
        if not found.events:
            return Parsed(failures=(ParseFailure(f"{type(error).__name__}: {error}"[:500], bytes(body)),))
    return Parsed(tuple(found.events), tuple(found.failures))
