"""Words as they are compared: case, accents, width, spaces and the signs around them do not count."""

from __future__ import annotations

import unicodedata

from gateway.contacts.words import folded


def fold(text: str) -> str:
    """*text* as it is compared: "  ¡Atrás! " is "atras". A text of signs alone stays as it is."""
    bare = text.lower() if text.isascii() else _plain(text)
    words = " ".join(bare.split())
    first, last = 0, len(words)
    while first < last and not words[first].isalnum():
        first += 1
    while last > first and not words[last - 1].isalnum():
        last -= 1
    return words[first:last] or words


def _plain(text: str) -> str:
    """Without accents, curls of apostrophes, and signs that cannot be seen."""
    seen = "".join(sign for sign in folded(text) if unicodedata.category(sign) != "Cf")
    return seen.replace("\u2019", "'")
