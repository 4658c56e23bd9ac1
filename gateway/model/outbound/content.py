"""What is shown as it is: texts, files, places, contact cards, reactions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from gateway.model.outbound.base import Base, Part

#: In front of the id of a file that the gateway keeps, where a link or the id of an upload could stand.
STORED = "stored:"


class Text(Base, frozen=True, tag="text"):
    """A plain text message. An empty text is not sent; that is a loss in the log, not an error.
    *preview_url* shows or hides a preview of the first link; None leaves it to the provider."""

    text: str
    preview_url: bool | None = None


class Media(Base, frozen=True):
    """A file: by public *link*, by the *media_id* of an upload to the provider, by the id under which the
    gateway has it *stored*, or as *data*: exactly one of the four. Data is stored when it is sent.

    In places of other messages where a link stands, `STORED` and the id stand for a stored file."""

    link: str = ""
    media_id: str = ""
    stored: str = ""
    data: bytes = b""


class Image(Media, frozen=True, tag="image"):
    """A picture."""

    caption: str = ""


class Video(Media, frozen=True, tag="video"):
    """A video."""

    caption: str = ""


class Audio(Media, frozen=True, tag="audio"):
    """A sound file."""


class Voice(Media, frozen=True, tag="voice"):
    """A voice note (ogg, opus, mono)."""


class Document(Media, frozen=True, tag="document"):
    """A file with a name."""

    filename: str = ""
    caption: str = ""


class Sticker(Media, frozen=True, tag="sticker"):
    """A webp sticker, 512 × 512."""


class Location(Base, frozen=True, tag="location"):
    """A point on the map, in decimal degrees."""

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""


class CardPhone(Part, frozen=True, omit_defaults=True):
    """One phone of a card. *wa_id* lets the recipient write to it at once; "" takes it from *phone*."""

    phone: str
    type: str = "WORK"
    wa_id: str = ""


class CardEmail(Part, frozen=True, omit_defaults=True):
    """One e-mail address of a card."""

    email: str
    type: str = "WORK"


class CardUrl(Part, frozen=True, omit_defaults=True):
    """One web page of a card."""

    url: str
    type: str = "WORK"


class CardAddress(Part, frozen=True, omit_defaults=True):
    """One postal address of a card."""

    street: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""
    country_code: str = ""
    type: str = "WORK"


class Card(Part, frozen=True, omit_defaults=True):
    """A contact card to share. *phone* and *email* are short for one work phone and one work address;
    *birthday* is "1990-12-31"."""

    name: str
    phone: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    company: str = ""
    middle_name: str = ""
    prefix: str = ""
    suffix: str = ""
    department: str = ""
    title: str = ""
    birthday: str = ""
    phones: Sequence[CardPhone] = ()
    emails: Sequence[CardEmail] = ()
    urls: Sequence[CardUrl] = ()
    addresses: Sequence[CardAddress] = ()


class Contacts(Base, frozen=True, tag="contacts"):
    """One or more contact cards."""

    contacts: Sequence[Card]


class Reaction(Base, frozen=True, tag="reaction"):
    """An emoji on the message with provider id *message_id*; "" takes it away."""

    message_id: str
    emoji: str = ""


class Pin(Base, frozen=True, tag="pin"):
    """Pins the message with provider id *message_id* in a group for *days*, or takes the pin away."""

    message_id: str
    days: Literal[1, 7, 30] = 7
    unpin: bool = False
