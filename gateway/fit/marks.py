"""How words are set off in a text: bold, italics, a quote, an ellipsis (WhatsApp's own marks)."""

from __future__ import annotations

from gateway.fit.split import split

#: Characters of a message that is quoted in words.
QUOTED = 80


def _marked(text: str, mark: str) -> str:
    """Each line of *text* between *mark*s; as it is where it has the mark itself, which would end there."""
    lines = text.strip().splitlines()
    if mark in text:
        return "\n".join(lines)
    return "\n".join(f"{mark}{line.strip()}{mark}" if line.strip() else "" for line in lines)


def bold(text: str) -> str:
    """*text* in bold."""
    return _marked(text, "*")


def italics(text: str) -> str:
    """*text* in italics."""
    return _marked(text, "_")


def shorten(text: str, limit: int) -> str:
    """*text* in at most *limit* characters, cut behind a word, with "…" where it was cut."""
    text = text.strip()
    if len(text) <= limit:
        return text
    return split(text, limit - 1)[0].rstrip() + "…" if limit > 1 else text[:limit]


def quote(text: str) -> str:
    """The first words of *text* as a quote of one line."""
    return "> " + shorten(" ".join(text.split()), QUOTED)


def stacked(*pieces: str) -> str:
    """The pieces that have something, one below the other with an empty line between."""
    return "\n\n".join(piece for piece in pieces if piece.strip())
