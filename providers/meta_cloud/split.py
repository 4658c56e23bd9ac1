"""Long texts in parts: at a paragraph, else at a line, a sentence's space, or where it must be."""

from __future__ import annotations

_BREAKS = ("\n\n", "\n", " ")


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
    for mark in _BREAKS:
        found = text.rfind(mark, 0, limit + len(mark))
        # A break in the first half would leave a stub; a lesser break further on reads better.
        if limit // 2 <= found <= limit:
            return found
    found = text.rfind(" ", 1, limit + 1)
    return found if found > 0 else limit
