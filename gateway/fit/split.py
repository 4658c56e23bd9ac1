"""Long texts in parts: at a paragraph, else at a line, a sentence, a space, or where it must be.

What is one sign to a reader stays whole: letters with accents of their own, emoji joined from several, flags.
"""

from __future__ import annotations

from collections.abc import Collection

import regex

#: From the best break to the least; a part ends where the match begins, or behind the sentence's stop.
_BREAKS = tuple(
    regex.compile(mark) for mark in (r"\r?\n\s*\n", r"\r?\n", r"(?<=[.!?…。！？؟।][\"'”’»)]?)\s", r"\s")
)
#: A sign (Unicode TR29). Flags are read in pairs first: \X alone looks back at all of those before each.
_SIGN = regex.compile(r"\p{RI}\p{RI}[\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}]*+|\X")
#: What may be one sign with its neighbour (Unicode TR29); in a text without any, each character is a sign.
_JOINS = regex.compile(r"[^\p{GCB=Other}\n\t]")


def split(text: str, limit: int) -> list[str]:
    """*text* in parts of at most *limit* characters; the white space at a break is left out."""
    parts = []
    rest = text.strip() if len(text) > limit else text
    while len(rest) > limit:
        cut = _cut(rest, limit)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest.strip():
        parts.append(rest)
    return parts


def _cut(text: str, limit: int) -> int:
    """Where the first part of *text* ends."""
    ends = _ends(text, limit)
    whole = max(ends, default=limit)
    # Fewer parts are read, and paid, more easily: what is left should fit into one part less.
    least = max(len(text) - (-(-len(text) // limit) - 1) * limit, limit // 2)
    for mark in _BREAKS[:3]:
        found = _last(mark, text, least, limit, ends)
        if found:
            return found
    for mark in _BREAKS:
        found = _last(mark, text, limit // 2, limit, ends)
        # A break in the first half would leave a stub; a lesser break further on reads better.
        if found:
            return found
    return _last(_BREAKS[-1], text, 1, limit, ends) or whole


def _last(mark: regex.Pattern[str], text: str, least: int, limit: int, ends: Collection[int]) -> int:
    """The last place for *mark* from *least* to *limit*, 0 when there is none."""
    return max(
        (found.start() for found in mark.finditer(text, max(least, 1), limit + 1) if found.start() in ends),
        default=0,
    )


def _ends(text: str, limit: int) -> Collection[int]:
    """Where signs end, up to *limit*. Empty when the first sign alone is longer."""
    if _JOINS.search(text, 0, limit + 1) is None:
        return range(1, min(len(text), limit) + 1)
    ends = set()
    for sign in _SIGN.finditer(text):
        if sign.end() > limit:
            break
        ends.add(sign.end())
    return ends


def tail(text: str, limit: int) -> tuple[str, str]:
    """*text* as a beginning and an end of at most *limit* characters; the end takes as much as it can from
    a good break on. The beginning is "" when all fits."""
    text = text.strip() if len(text) > limit else text
    if len(text) <= limit:
        return "", text
    least = len(text) - limit
    starts = _starts(text, least)
    for mark in _BREAKS:
        for found in mark.finditer(text, max(least - 1, 0)):
            # A break in the last quarter would leave little to stand with the buttons.
            if least <= found.end() <= least + limit * 3 // 4 and found.end() in starts:
                return text[: found.start()].rstrip(), text[found.end() :].lstrip()
    cut = min(starts, default=least)
    return text[:cut].rstrip(), text[cut:].lstrip()


def _starts(text: str, least: int) -> Collection[int]:
    """Where signs begin, from *least* on."""
    if _JOINS.search(text) is None:
        return range(least, len(text))
    return {sign.start() for sign in _SIGN.finditer(text) if sign.start() >= least}
