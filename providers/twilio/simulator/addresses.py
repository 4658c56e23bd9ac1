"""Judges To and From: one channel, a sender of ours, somebody who can be reached (wire.md §4.4, §4.7)."""

from __future__ import annotations

import re

from providers.twilio.simulator.contact import Contact
from providers.twilio.simulator.errors import TwilioError
from providers.twilio.simulator.lines import Line, Lines
from providers.twilio.simulator.wishes import Wish
from providers.twilio.simulator.world import World

_PHONE = re.compile(r"\+[1-9][0-9]{4,14}", re.ASCII)
_USER = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}", re.ASCII)
PREFIX = "whatsapp:"


def sender_of(wish: Wish, lines: Lines, service: str) -> Line:
    """The sender that *wish* names, or the first of the messaging service; `TwilioError`."""
    if not wish.to:
        raise TwilioError(21604)
    if not wish.sender:
        if not wish.service:
            raise TwilioError(21603)
        if wish.service != service:
            raise TwilioError(21701)
        return lines.first
    if wish.service and wish.service != service:
        raise TwilioError(21701)
    if wish.sender.startswith(PREFIX) != wish.to.startswith(PREFIX):
        raise TwilioError(21910)
    if not _PHONE.fullmatch(wish.sender.removeprefix(PREFIX)):
        raise TwilioError(21212)
    line = lines.get(wish.sender) if wish.sender.startswith(PREFIX) else None
    if line is None:
        raise TwilioError(63007 if wish.sender.startswith(PREFIX) else 21606)
    return line


def recipient_of(wish: Wish, line: Line, world: World) -> tuple[Contact, bool]:
    """Who *wish* goes to, and whether there is anybody; `TwilioError`."""
    if not wish.to.startswith(PREFIX):
        raise TwilioError(21910)
    bare = wish.to.removeprefix(PREFIX)
    if bare == line.number:
        raise TwilioError(63031)
    if not _PHONE.fullmatch(bare) and not _USER.fullmatch(bare):
        raise TwilioError(21211)
    contact = world.addressee(wish.to)
    return (contact, True) if contact is not None else (Contact("", "", bare), False)
