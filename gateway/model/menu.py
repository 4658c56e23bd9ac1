"""What a contact was asked to choose from, kept with the message that asked.

A tap, a number or the option's own words come back as the same reply id, on every provider.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class Option(Struct, frozen=True, omit_defaults=True, gc=False):
    """One choice: the id that comes back, its words, and a line of detail."""

    id: str
    title: str
    description: str = ""


class Menu(Struct, frozen=True, omit_defaults=True):
    """The options of one message, in the order of their numbers, 1 first. *kind* says what the author sent,
    which is what comes back: `ButtonReply` for "buttons", `ListReply` for "list". A "question" has no
    options: it only ends the time in which numbers belong to an older menu."""

    kind: Literal["buttons", "list", "question"]
    options: tuple[Option, ...] = ()


class OpenMenu(Struct, frozen=True):
    """A menu that is remembered. *message* is our id of the message that asked, *at* when (microseconds)."""

    message: str
    at: int
    menu: Menu
