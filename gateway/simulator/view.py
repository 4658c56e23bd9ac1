"""How a message looks on a phone, beyond its words: what `gateway demo` draws.

A simulator may offer this (`Viewing`). One that does not is drawn from what every `Seen` has: words, options,
and a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol, runtime_checkable

from msgspec import Struct

from gateway.simulator.port import Seen

#: What a bubble may show above its words.
FileKind = Literal["", "image", "video", "audio", "voice", "document", "sticker"]


class Choice(Struct, frozen=True, omit_defaults=True):
    """Something to tap that comes back as *id*."""

    id: str
    title: str
    description: str = ""


class Rows(Struct, frozen=True, omit_defaults=True):
    """A titled part of a list."""

    title: str
    rows: tuple[Choice, ...] = ()


class Slide(Struct, frozen=True, omit_defaults=True):
    """One card of a carousel."""

    text: str = ""
    file: str = ""
    file_kind: FileKind = ""
    link: str = ""
    label: str = ""
    options: tuple[Choice, ...] = ()


class Person(Struct, frozen=True, omit_defaults=True):
    """One shared contact card."""

    name: str
    phone: str = ""


class Place(Struct, frozen=True, omit_defaults=True):
    """A point on the map, in decimal degrees."""

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""


class View(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a phone draws of one message. *quotes* is the id of the message that it answers, *reacts_to* of
    the one that it puts its text (an emoji, or nothing) on. *file* is a URL or the id of an upload. *link*
    is where the button *label* leads. *asks* is what a button of the phone itself is to give."""

    quotes: str = ""
    reacts_to: str = ""
    file: str = ""
    file_kind: FileKind = ""
    filename: str = ""
    link: str = ""
    label: str = ""
    asks: Literal["", "location", "contact"] = ""
    place: Place | None = None
    people: tuple[Person, ...] = ()
    sections: tuple[Rows, ...] = ()
    slides: tuple[Slide, ...] = ()


class File(Struct, frozen=True):
    """A file as the provider keeps it."""

    mime_type: str
    content: bytes


@runtime_checkable
class Viewing(Protocol):
    """What a simulator may offer to whoever draws phones."""

    #: Ids of the contacts' messages that the business marked read, and under which it showed "typing…", in
    #: order.
    marked_read: Sequence[str]
    marked_typing: Sequence[str]

    def view(self, message: Seen) -> View:
        """How *message* of an inbox looks."""

    def file(self, media: str) -> File | None:
        """The file with this id, or at this address of the provider's; None when it has none."""


def viewing(simulator: object) -> Viewing | None:
    """*simulator*, if it tells how its messages look."""
    return simulator if isinstance(simulator, Viewing) else None
