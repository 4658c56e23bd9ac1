"""Text as people type it, made plain: one kind of digit, one kind of space, no marks that nobody sees."""

from __future__ import annotations

import unicodedata

#: More than this is no number, no day, no phone: what is longer is not looked at.
SHORT = 200


def plain(text: str) -> str:
    """*text* with ASCII digits ("٣", "３", "3️⃣" are 3), plain spaces, hyphens and quotes, without marks of
    direction; nothing is lost that a reader would miss."""
    return "".join(map(_plain, unicodedata.normalize("NFKC", text))).strip()


def _plain(char: str) -> str:
    if char.isascii():
        return char if char.isprintable() else " "
    kind = unicodedata.category(char)
    if kind == "Nd":
        return str(unicodedata.digit(char))
    if kind in ("Cf", "Me", "Cc") or "\ufe00" <= char <= "\ufe0f":
        return ""
    if kind[0] == "Z":
        return " "
    if kind == "Pd" or char == "\u2212":
        return "-"
    return {"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u066b": ".", "\u066c": ","}.get(char, char)


def same(text: str) -> str:
    """*text* such that two writings of the same words are equal: without case, accents and spare spaces."""
    bare = unicodedata.normalize("NFD", plain(text).casefold())
    return " ".join("".join(char for char in bare if not unicodedata.combining(char)).split())
