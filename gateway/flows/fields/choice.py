"""One of some options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from gateway.flows.fields.field import Answer, Field, core
from gateway.flows.fields.plain import plain, same
from gateway.language.fold import fold


class Choosable(Protocol):
    """What can be chosen."""

    @property
    def id(self) -> str: ...

    @property
    def title(self) -> str: ...


class Choice(Field[str]):
    """One of the options, by its id: tapped, numbered, or in its own words, however they are written.

    *options* is {id: words}, or whatever has an id and a title: buttons, rows."""

    def __init__(self, options: Mapping[str, str] | Sequence[Choosable]) -> None:
        pairs = (
            options.items() if isinstance(options, Mapping) else ((each.id, each.title) for each in options)
        )
        self.options: tuple[tuple[str, str], ...] = tuple(pairs)

    def read(self, answer: Answer) -> str:
        """The id that was chosen. Raises `Invalid`."""
        ids = {id for id, _ in self.options}
        if answer.reply_id in ids:
            return answer.reply_id
        for alike in (same, _bare):
            words = alike(answer.text)
            found = [id for id, title in self.options if words and words == alike(title)]
            if found and (alike is same or len(found) == 1):
                return found[0]
        number = fold(plain(answer.text))
        if number.isascii() and number.isdigit() and len(number) < 4 and 0 < int(number) <= len(self.options):
            return self.options[int(number) - 1][0]
        raise core("Please choose one of the options.")


def _bare(text: str) -> str:
    """*text* without marks and emoji around it, as the words of a menu are compared."""
    return fold(same(text))
