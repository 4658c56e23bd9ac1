"""Words of texts and of searches: made by the same functions, so that they meet.

A product is indexed by its words as they are written (small, without accents), and each word is known with
its stem, which its plural shares. One set of rules serves all languages: who writes "mangos" may be reading
in any, and what a stem looks like is nobody's business. Swahili makes plurals at the beginning of a word.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: Letters of a word that are looked at, and of a text.
LONGEST, MOST = 40, 4000

#: Words without spaces between them, of which each character is a word, and pictures.
_ALONE = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u2600-\u27bf\U0001f300-\U0001faff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_ALONE}]|[^\W_{_ALONE}]+(?:[-'’][^\W_{_ALONE}]+)*")
_PART = re.compile(r"[^\W_]+")
#: "matunda", "mashati", "maembe"; not "mangos".
_PLURAL = re.compile(r"ma(?=[a-z]{4})(?:(?:sh|ch)?[aeiou]|[b-df-hj-np-tv-z][aeiou])")

_STOP = frozenset(
    word
    for line in (
        "a an and any are at be by can could do does for from get give got has have hello hi i in is it",
        "like looking me my need of on one or please price sell show some that the there this to want we",
        "what where with you your",
        "al algo con cuanto de del dame el en es esta hay hola la las lo los me mi necesito o para por",
        "precio que quiero quisiera se su tengo tiene tienen tienes un una unas unos venden y",
        "bei cha gani hii huyu katika kuna kwa la mna na nahitaji naomba nataka ngapi ni nina nipe pa",
        "tafadhali una wa ya yenye za",
    )
    for word in line.split()
)


def fold(text: str) -> str:
    """*text* small, without accents, in the usual width, on one line."""
    plain = text[:MOST]
    if not plain.isascii():
        signs = unicodedata.normalize("NFKD", plain)
        plain = "".join(sign for sign in signs if unicodedata.category(sign) not in ("Mn", "Cs"))
        plain = unicodedata.normalize("NFC", plain)
    return " ".join(plain.casefold().replace("\x00", " ").split())


@lru_cache(maxsize=4096)
def words_of(text: str) -> tuple[str, ...]:
    """The words of *text*, folded, in order, without those that everybody writes. "T-shirt" is t, shirt and
    tshirt."""
    found: list[str] = []
    for match in _WORD.finditer(fold(text)):
        parts = _PART.findall(match[0]) or [match[0]]
        if len(parts) > 1:
            parts.append("".join(parts))
        found += [part[:LONGEST] for part in parts if part not in _STOP]
    return tuple(found)


def asked_of(text: str) -> list[str]:
    """The words of a search, each once. "T-shirt" is tshirt, which who sells a "T shirt" has not: it is t and
    shirt."""
    plain = fold(text)
    found = [
        part[:LONGEST] for match in _WORD.finditer(plain) for part in _PART.findall(match[0]) or [match[0]]
    ]
    return list(dict.fromkeys([word for word in found if word not in _STOP]))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """What *word* shares with its plural: mango and mangoes, caja and cajas, luz and luces, berry and
    berries, tunda and matunda, kiatu and viatu."""
    if len(word) < 3 or not word.isalpha():
        return word
    if word.isascii():
        word = _without_end(_without_beginning(word))
    return word


def _without_end(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if len(word) > 3 and word.endswith("e"):
        word = word[:-1]
    for ends, instead in (("y", "i"), ("z", "c"), ("f", "v")):
        if word.endswith(ends):
            return word[:-1] + instead
    return word


def _without_beginning(word: str) -> str:
    """Of Swahili's classes the two that fill shops: ki-/vi- (chakula, vyakula) and (ji-)/ma-."""
    if len(word) > 4 and word.startswith(("vi", "vy")):
        return ("ki" if word[1] == "i" else "ch") + word[2:]
    return word[2:] if _PLURAL.match(word) else word
