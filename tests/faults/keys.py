"""How a message is named everywhere in a run: "c17 m42" is the 42nd text of contact 17.

The text, the reply, the provider's id and the phone number all follow from the key, so that the judge
needs no table to match what went in with what came out.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_REPLY = re.compile(r"re: c(\d+) m(\d+)")
_WAMID = re.compile(r"wamid\.IN-c(\d+)-m(\d+)")
_FIRST_PHONE = 34_600_000_000


class Key(NamedTuple):
    """One inbound message: the contact's number in the run and the message's number with that contact."""

    contact: int
    n: int

    @property
    def text(self) -> str:
        """What the contact writes."""
        return f"c{self.contact} m{self.n}"

    @property
    def reply(self) -> str:
        """What the plugin must answer, once."""
        return f"re: {self.text}"

    @property
    def wamid(self) -> str:
        """The provider's id of the inbound message."""
        return f"wamid.IN-c{self.contact}-m{self.n}"

    @property
    def phone(self) -> str:
        """The contact's number, digits only."""
        return phone(self.contact)


def phone(contact: int) -> str:
    """The number of *contact*, digits only, as Meta writes it in `from`."""
    return str(_FIRST_PHONE + contact)


def of_reply(text: str) -> Key | None:
    """The message that *text* answers, or None when it is no reply of the run's plugin."""
    return _match(_REPLY, text)


def of_wamid(wamid: str) -> Key | None:
    """The message with the provider's id *wamid*, or None when the run did not send it."""
    return _match(_WAMID, wamid)


def _match(pattern: re.Pattern[str], text: str) -> Key | None:
    found = pattern.fullmatch(text)
    return Key(int(found[1]), int(found[2])) if found else None
