"""What a contact can attach: small real files made in code, a place, a contact card."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from gateway.demo import drawings
from gateway.simulator.view import File, FileKind, Person, Place


class Sample(Struct, frozen=True):
    """Something to attach: an inbound *kind* of ours, its *fields* for `Simulator.sends`, and how the
    sender's own phone shows it. *make* makes the file; it is called outside of the event loop."""

    kind: str
    fields: Mapping[str, Any] = {}
    file_kind: FileKind = ""
    filename: str = ""
    text: str = ""
    make: Callable[[], File] | None = None
    place: Place | None = None
    people: tuple[Person, ...] = ()


def samples() -> dict[str, Sample]:
    """The attachments, by the words of the menu."""
    shop = Place(-1.2864, 36.8172, "City Market", "Muindi Mbingu Street, Nairobi")
    spot = msgspec.structs.asdict(shop)
    return {
        "photo": Sample(
            "image", {"caption": "Do you have these?"}, "image", text="Do you have these?",
            make=lambda: File("image/jpeg", drawings.picture()),
        ),
        "document": Sample(
            "document", {"filename": "order.pdf"}, "document", "order.pdf",
            make=lambda: File("application/pdf", drawings.pdf("My order", ["6 mangoes", "2 pineapples"])),
        ),
        "voice": Sample(
            "voice", {}, "voice", make=lambda: File("audio/ogg; codecs=opus", drawings.voice())
        ),
        "location": Sample("location", spot, place=shop),
        "contact": Sample("contacts", {}, people=(Person("Ana Ruiz", "+34 600 999 888"),)),
    }  # fmt: skip
