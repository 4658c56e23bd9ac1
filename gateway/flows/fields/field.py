"""What reads an answer: a field takes what a contact sent and gives a value, or says in the contact's words
why it cannot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from msgspec import Struct

from gateway.model import inbound

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Invalid(Exception):
    """Raised by what reads an answer: *words* are said to the contact, and the question is asked again."""

    def __init__(self, words: str) -> None:
        self.words = words
        super().__init__(words)


class Answer(Struct, frozen=True):
    """What a contact answered. *text* is what was written, also where an older menu took it for a choice;
    *reply_id* the id of what was tapped or chosen. *at* is microseconds UTC: the same at each replay, so that
    "tomorrow" stays the same day. *language*, *country* and *time_zone* are those to read it in. *stored* is
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


class Choice(Field[str]):
    """One of the options, by its id: tapped, numbered, or in its own words."""

    def __init__(self, options: Sequence[Choosable]) -> None:
        self.options = tuple(options)

    def read(self, answer: Answer) -> str:
        """The id that was chosen."""
        for option in self.options:
            if answer.reply_id == option.id or answer.text.strip().casefold() == option.title.casefold():
                return option.id
        raise Invalid("")


class Choosable(Protocol):
    """What can be chosen."""

    @property
    def id(self) -> str: ...

    @property
    def title(self) -> str: ...


class Text(Field[str]):
    """Any text."""

    def read(self, answer: Answer) -> str:
        """The text, without space around it."""
        text = answer.text.strip()
        if not text:
            raise Invalid("")
        return text

    def __call__(self, **limits: Any) -> Text:
        """The same with limits."""
        return self
