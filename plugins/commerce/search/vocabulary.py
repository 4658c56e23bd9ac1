"""What the words of a search stand for: words that products have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from gateway import Db, queries
from plugins.commerce.common.spread import all_of
from plugins.commerce.search.plan import Group
from plugins.commerce.search.slips import begun, meant
from plugins.commerce.search.words import stem

SQL = queries(Path(__file__).with_name("find.sql"))

#: Words of the vocabulary that one word may stand for.
MANY = 8

Known = Mapping[str, Sequence[tuple[str, int]]]


class Understood(Struct, frozen=True):
    """*groups* for the words that products have, *instead* what mistyped ones were taken for, *unknown*
    those that no product has."""

    groups: tuple[Group, ...]
    instead: dict[str, str]
    unknown: tuple[str, ...]


async def understand(db: Db, words: Sequence[str]) -> Understood:
    """Look up each of *words*: as it is, with its plural and its synonyms; else, for the last, as the
    beginning of one; else as a slip of the finger."""
    known = await _known(db, words)
    groups: dict[str, Group] = {}
    instead: dict[str, str] = {}
    also = await _synonyms(db, words)
    for word in words:
        found = _together([*known[stem(word)], *also[word]])
        if not found and word == words[-1]:
            begins = await begun(db, word, MANY)
            found = _together([pair for other in begins for pair in (await _known(db, [other]))[stem(other)]])
        if not found and (other := await meant(db, word)) is not None:
            instead[word] = other
            found = _together((await _known(db, [other]))[stem(other)])
        if found:
            groups[word] = found
    unknown = tuple(word for word in words if word not in groups)
    return Understood(tuple(groups.values()), instead, unknown)


def _together(pairs: Sequence[tuple[str, int]]) -> Group | None:
    """The words as a group, those that most products have first."""
    ordered = sorted(set(pairs), key=lambda pair: (-pair[1], pair[0]))[:MANY]
    return Group(tuple(word for word, _ in ordered), sum(count for _, count in ordered)) if ordered else None


async def _known(db: Db, words: Sequence[str]) -> Known:
    """The words of the vocabulary by their stem, for those that share it with one of *words*."""
    found: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    if words:
        for row in await all_of(db, SQL["known"], "stems", sorted({stem(word) for word in words})):
            found[row["stem"]].append((row["word"], row["products"]))
    return found


async def _synonyms(db: Db, words: Sequence[str]) -> Known:
    """For each of *words*, the words that products have of what the owner says is the same."""
    stems = {stem(word): word for word in words}
    means: defaultdict[str, list[str]] = defaultdict(list)
    for row in await db.all(SQL["synonym_list"]) if words else ():
        for said, other in ((row["word"], row["means"]), (row["means"], row["word"])):
            if (word := stems.get(stem(said))) is not None:
                means[word].append(other)
    others = await _known(db, [other for each in means.values() for other in each])
    found: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for word, each in means.items():
        found[word] = [pair for other in each for pair in others[stem(other)]]
    return found
