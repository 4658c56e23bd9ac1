"""What reads an answer: a field takes what a contact sent and gives a value, or says in the contact's words
why it cannot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import TYPE_CHECKING, Generic, TypeVar

from msgspec import Struct

from gateway.flows.fields.amount import Amount
from gateway.model import inbound

if TYPE_CHECKING:
    from gateway.language.words import Words

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Invalid(Exception):
    """Raised by what reads an answer: its words are said to the contact, and the question is asked again.

    raise Invalid("We have no size {size}.", size=size)

    *msgid* is looked up in the plugin's catalogues, its ``{names}`` filled in from *values*; *words* is the
    finished text as it was written. Where `chat.read` raises it, ``str()`` is what to tell the contact, in
    their language."""

    def __init__(self, words: str = "", /, **values: object) -> None:
        self.msgid, self.values = words, values
        self.words = words.format(**values) if values else words
        super().__init__(self.words)

    def say(self, words: Words) -> str:
        """What the contact is told, in the language of *words*; "" when nothing was said."""
        return words.t(self.msgid, **self._written(words)) if self.msgid else ""

    def _written(self, words: Words) -> dict[str, object]:
        return {name: _as_written(value, words) for name, value in self.values.items()}


class Unread(Invalid):
    """What the gateway's own fields say: its catalogues have the words."""

    def say(self, words: Words) -> str:
        """What the contact is told, in the language of *words*."""
        return words.core(self.msgid, **self._written(words)) if self.msgid else ""


class Told(Invalid):
    """Words that are in the contact's language already."""

    def say(self, words: Words) -> str:
        """They."""
        return self.words


def core(words: str, /, **values: object) -> Unread:
    """An `Invalid` in the gateway's own words; named so that its text is found with all others of ours."""
    return Unread(words, **values)


def _as_written(value: object, words: Words) -> object:
    if isinstance(value, Amount):
        return words.money(value.minor, value.currency)
    if isinstance(value, bool) or not isinstance(value, int | Decimal | date | time):
        return value
    if isinstance(value, int | Decimal):
        return words.number(value)
    return words.date(value) if isinstance(value, date) else words.time(value)


class Answer(Struct, frozen=True):
    """What a contact answered. *text* is what was written, also where an older menu took it for a choice;
    *reply_id* the id of what was tapped or chosen. *at* is microseconds UTC: the same at each replay, so that
    "tomorrow" stays the same day. *language*, *country* and *time_zone* are those to read it in. *message* is
    our id of the message, by which its file is found."""

    content: inbound.Inbound
    text: str = ""
    reply_id: str = ""
    at: int = 0
    language: str = "en"
    country: str = ""
    time_zone: str = "UTC"
    message: str = ""


class Field(Generic[T_co]):
    """Reads answers. Its values are read anew at each replay: `read` depends on the answer alone."""

    def read(self, answer: Answer) -> T_co:
        """The value. Raises `Invalid`."""
        raise NotImplementedError


class Parsed(Field[T]):
    """A plain function of the answer's text. What it raises beside `Invalid` is never shown to a contact."""

    def __init__(self, function: Callable[[str], T]) -> None:
        self.function = function

    def read(self, answer: Answer) -> T:
        """The value. Raises `Invalid`, with no words when the function failed otherwise."""
        try:
            return self.function(answer.text)
        except Invalid:
            raise
        except Exception as error:
            raise Invalid("") from error
