"""What customers answer, read: names as people have them, e-mail or none, addresses of every kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from gateway import Answer, Field, Invalid, fields, inbound
from plugins.commerce.checkout.draft import Where
from plugins.commerce.checkout.ways import folded

T = TypeVar("T")

#: Characters of a name, an address and a note; what is longer than the last is not looked at.
NAME, ADDRESS, NOTE, LONGEST = 80, 500, 200, 100_000
#: Who writes one of these goes on without an answer.
SKIP = frozenset(
    folded(word) for word in ("skip", "no", "none", "no thanks", "saltar", "omitir", "no gracias", "ninguno",
                              "ruka", "hapana", "hakuna")
)  # fmt: skip


class Offered(Field[T]):
    """A button's value when it is tapped or its words are written, else what *field* reads. *offers* is
    {id: (words on the button, value)}; who writes that there is nothing gets that of *nothing*."""

    def __init__(self, offers: Mapping[str, tuple[str, T]], field: Field[T], *, nothing: str = "") -> None:
        self.offers, self.field, self.nothing = offers, field, nothing

    def read(self, answer: Answer) -> T:
        """The value. Raises `Invalid`."""
        if answer.reply_id in self.offers:
            return self.offers[answer.reply_id][1]
        said = folded(answer.text[:100])
        for title, value in self.offers.values():
            if said and said == folded(title):
                return value
        if self.nothing and said in SKIP:
            return self.offers[self.nothing][1]
        return self.field.read(answer)


class Name(Field[str]):
    """A person's name: one word or several, O'Brien, Nguyễn, with an emoji if they like; not digits alone."""

    def read(self, answer: Answer) -> str:
        """The name. Raises `Invalid`."""
        name = " ".join(fields.text(longest=LONGEST).read(answer).split())
        if len(name) > NAME:
            raise Invalid("That is too long for a name: please write at most {most} characters.", most=NAME)
        if is_secret(name):
            raise Invalid("A name has letters, such as Amina. Please never send a PIN or a card number here.")
        if not any(map(str.isalpha, name)):
            raise Invalid("A name has letters, such as Amina.")
        return name


class Note(Field[str]):
    """A short text of any kind."""

    def __init__(self, longest: int = NOTE) -> None:
        self.longest = longest

    def read(self, answer: Answer) -> str:
        """The text. Raises `Invalid`."""
        text = " ".join(fields.text(longest=LONGEST).read(answer).split())
        if len(text) > self.longest:
            raise Invalid("That is too long: please write at most {most} characters.", most=self.longest)
        return text


class Email(Field[str]):
    """An e-mail address."""

    def read(self, answer: Answer) -> str:
        """The address. Raises `Invalid`."""
        try:
            return fields.email.read(answer)
        except Invalid:
            raise Invalid(
                "That is no complete e-mail address. Example: amina@example.com. Write SKIP to go on without."
            ) from None


class Address(Field[Where]):
    """An address: one of the *saved* ones, an address form, a location, or text. "new" is an empty one."""

    def __init__(self, saved: Mapping[str, Where] | None = None) -> None:
        self.saved = saved or {}

    def read(self, answer: Answer) -> Where:
        """The address. Raises `Invalid`."""
        content = answer.content
        chosen = answer.reply_id
        if isinstance(content, inbound.AddressReply):
            chosen = content.saved_address_id
        if chosen in self.saved:
            return self.saved[chosen]
        if chosen == "new":
            return Where()
        if len(answer.text) > ADDRESS:
            raise Invalid(
                "That is too long for an address: please write at most {most} characters.", most=ADDRESS
            )
        found = fields.address.read(answer)
        return Where(
            found.text, city=found.city, postcode=found.postcode,
            latitude_e6=_e6(found.latitude), longitude_e6=_e6(found.longitude),
        )  # fmt: skip


def is_secret(text: str) -> bool:
    """Whether *text* looks like a PIN or the number of a card."""
    bare = text.replace(" ", "").replace("-", "")
    return bare.isdecimal() and (4 <= len(bare) <= 6 or 12 <= len(bare) <= 19)


def _e6(degrees: float | None) -> int | None:
    return None if degrees is None else round(degrees * 1_000_000)
