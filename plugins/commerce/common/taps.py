"""Ids of what can be tapped: a verb and its words, "c:card:01JD…:2". Everything that a tap needs travels
in it; nothing in it is believed: who is allowed to do what is asked of the database."""

from __future__ import annotations

from msgspec import Struct

_MARK = "c"
#: The longest id of a row.
LONGEST = 200


class Tap(Struct, frozen=True):
    """A tap that is ours."""

    verb: str
    words: tuple[str, ...] = ()

    def word(self, place: int) -> str:
        """The word at *place*, "" when there is none."""
        return self.words[place] if place < len(self.words) else ""

    def number(self, place: int, otherwise: int = 0) -> int:
        """The word at *place* as a whole number of at most nine digits, *otherwise* when it is none."""
        word = self.word(place)
        plain = word.removeprefix("-")
        return int(word) if plain.isascii() and plain.isdigit() and len(plain) < 10 else otherwise


def tap(verb: str, *words: object) -> str:
    """The id of an option. Raises `ValueError` for what could not be read again: words with ":" in them,
    or more than WhatsApp carries. SKUs are such words: use ids."""
    parts = [_MARK, verb, *(str(word) for word in words)]
    made = ":".join(parts)
    if not verb or any(":" in part for part in parts) or len(made) > LONGEST:
        raise ValueError(f"no id can be made of {parts!r}")
    return made


def read(reply_id: str) -> Tap | None:
    """What *reply_id* says; None when it is not ours."""
    mark, *rest = reply_id.split(":")
    if mark != _MARK or not rest or not rest[0]:
        return None
    return Tap(rest[0], tuple(rest[1:]))
