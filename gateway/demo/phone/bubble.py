"""A message as the page draws it."""

from __future__ import annotations

import time
from typing import Any

from msgspec import Struct, field

from gateway.demo.phone.files import Files
from gateway.demo.phone.samples import Sample
from gateway.simulator import Seen, Simulator
from gateway.simulator.view import Choice, File, FileKind, Person, Place, Rows, View, viewing

#: Words for a file in the kinds that providers have.
_FILES: dict[str, FileKind] = {
    "image": "image", "video": "video", "audio": "audio", "voice": "voice", "document": "document",
    "sticker": "sticker",
}  # fmt: skip


class Bubble(Struct, omit_defaults=True):
    """One message of a chat. *key* numbers it, *id* is the provider's. *mine* is the phone's owner's.

    *ticks* of the owner's: clock, sent (the provider has it), delivered (the gateway took it), read; failed
    with *error*. Of the business': the furthest status that the gateway was told.
    """

    key: int
    mine: bool
    at: float
    id: str = ""
    text: str = ""
    header: str = ""
    footer: str = ""
    button: str = ""
    options: tuple[Choice, ...] = ()
    sections: tuple[Rows, ...] = ()
    file: dict[str, Any] | None = None
    slides: tuple[dict[str, Any], ...] = ()
    place: Place | None = None
    people: tuple[Person, ...] = ()
    link: str = ""
    label: str = ""
    asks: str = ""
    quotes: str = ""
    tapped: bool = False
    reactions: dict[str, str] = field(default_factory=dict)
    ticks: str = ""
    error: str = ""


def said(key: int, text: str, quotes: str = "", *, tapped: bool = False) -> Bubble:
    """What the owner writes or taps."""
    return Bubble(key, True, time.time(), text=text, quotes=quotes, ticks="clock", tapped=tapped)


def attached(key: int, sample: Sample, file: File | None, files: Files) -> Bubble:
    """What the owner attaches."""
    bubble = said(key, sample.text)
    bubble.place, bubble.people = sample.place, sample.people
    if file is not None:
        bubble.file = files.attached(file, sample.filename, sample.file_kind)
    return bubble


def look(simulator: Simulator, message: Seen) -> View:
    """How *message* looks; from its words and its kind when the simulator does not say."""
    viewer = viewing(simulator)
    if viewer is not None:
        return viewer.view(message)
    kind = _FILES.get(message.kind, "document" if message.media else "")
    return View(file=message.media, file_kind=kind)


def received(key: int, provider: str, simulator: Simulator, message: Seen, files: Files) -> Bubble:
    """What the owner got from the business."""
    view = look(simulator, message)
    bubble = Bubble(key, False, time.time(), id=message.message_id, text=message.text)
    bubble.header, bubble.footer, bubble.button = message.header, message.footer, message.button
    bubble.options = tuple(Choice(one.id, one.title, one.description) for one in message.options)
    bubble.sections, bubble.place, bubble.people = view.sections, view.place, view.people
    bubble.link, bubble.label, bubble.asks, bubble.quotes = view.link, view.label, view.asks, view.quotes
    bubble.ticks = simulator.ticks(message.message_id)
    if view.file:
        bubble.file = files.received(provider, view.file, view.filename, view.file_kind)
    bubble.slides = tuple(
        {
            "text": slide.text, "link": slide.link, "label": slide.label, "options": slide.options,
            "file": files.received(provider, slide.file, "", slide.file_kind) if slide.file else None,
        }
        for slide in view.slides
    )  # fmt: skip
    return bubble
