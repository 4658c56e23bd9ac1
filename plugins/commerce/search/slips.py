"""Slips of the finger, and words that were only begun: what of the vocabulary is meant.

A word is kept with its pieces: how it begins ("^man"), itself with each letter left out ("-mngo"), and its
threes of letters ("ang"). Two words one slip apart always share one of the second kind, two slips apart
nearly always one of the third. What shares pieces is then measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rapidfuzz.distance import OSA

from gateway import Db, queries
from plugins.commerce.common.spread import all_of

SQL = queries(Path(__file__).with_name("find.sql"))

#: Letters from which one slip is forgiven, and two.
ONE, TWO = 4, 7
#: Letters by which a word that was only begun is looked for.
BEGUN = 3
#: How many words that share most pieces are measured.
CANDIDATES = 80


def pieces(word: str) -> list[str]:
    """What *word* is kept with. What has digits is only begun, never mistyped: 42 is no slip of 43."""
    if len(word) < BEGUN:
        return []
    found = {f"^{word[:BEGUN]}"}
    if word.isalpha():
        found |= {f"-{word}"} | {f"-{word[:at]}{word[at + 1 :]}" for at in range(len(word))}
    if word.isalpha() and len(word) >= TWO - 2:
        found |= {word[at : at + 3] for at in range(len(word) - 2)}
    return sorted(found)


def allowed(word: str) -> int:
    """How many slips are forgiven in *word*."""
    return 0 if len(word) < ONE else 1 if len(word) < TWO else 2


async def meant(db: Db, word: str) -> str | None:
    """The word of the vocabulary that *word* was meant for: the nearest; of those equally near the one that
    begins alike, then the one with most products."""
    looked = [piece for piece in pieces(word) if piece[0] != "^"] if allowed(word) else []
    if not looked:
        return None
    rows = await all_of(db, SQL["alike"], "pieces", looked, most=CANDIDATES)
    return nearest(word, [(row["word"], row["products"]) for row in rows])


async def begun(db: Db, word: str, most: int) -> list[str]:
    """The words of the vocabulary that begin with *word*, those with most products first."""
    if len(word) < BEGUN:
        return []
    rows = await db.all(SQL["begun"], piece=f"^{word[:BEGUN]}", word=word, length=len(word), most=most)
    return [row["word"] for row in rows]


def nearest(word: str, known: Sequence[tuple[str, int]]) -> str | None:
    """Of the words *known*, with their numbers of products, the one that *word* was meant for."""
    most = allowed(word)
    measured = [
        (slips, other[0] != word[0], -products, other)
        for other, products in known
        if (slips := OSA.distance(word, other, score_cutoff=most)) <= most
    ]
    return min(measured)[3] if measured else None
