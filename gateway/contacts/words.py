"""Names as words that are searched: case, accents and width do not count."""

from __future__ import annotations

import re
import unicodedata

#: The most words of a name, and characters of a word, that are searched.
WORDS, LENGTH = 24, 32

_WORD = re.compile(r"[^\W_]+")
#: Letters that are typed as others, and that Unicode does not take apart.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h"}
)


def words(*texts: str) -> list[str]:
    """The words of *texts*, folded, each once, in their order: "José  Núñez-Ø" is jose, nunez, o."""
    found: dict[str, None] = {}
    for text in texts:
        for word in _WORD.findall(folded(text)):
            found[word[:LENGTH]] = None
    return list(found)[:WORDS]


def span(word: str) -> tuple[bytes, bytes]:
    """The first key of words that begin with *word*, and the key behind the last. No UTF-8 has FF."""
    key = word.encode("utf-8", "surrogatepass")
    return key, key + b"\xff"


def key(word: str) -> bytes:
    """A word as it is stored."""
    return word.encode("utf-8", "surrogatepass")


def folded(text: str) -> str:
    """*text* without case, accents and width."""
    # Twice: what is taken apart may have a case, and what is folded may come apart.
    for _ in range(2):
        text = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(sign for sign in text if unicodedata.category(sign)[0] != "M")
    return bare.translate(_PLAIN)
