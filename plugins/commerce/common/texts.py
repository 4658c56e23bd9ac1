"""Words that fit where they stand."""

from __future__ import annotations

from collections.abc import Mapping

from gateway import Chat

#: Characters of a button, of a row, of a row's second line, of the line above a list.
BUTTON, ROW, DESCRIPTION, HEADER = 20, 24, 72, 60


def clip(text: str, most: int) -> str:
    """*text* on one line, with "…" at its end when it has more than *most* characters (as WhatsApp counts
    them: what lies beyond the basic plane is two)."""
    line = " ".join(text.split())
    if length(line) <= most:
        return line
    kept = ""
    for sign in line:
        if length(kept + sign) > most - 1:
            break
        kept += sign
    return kept.rstrip("\u200d\ufe0f ") + "…"


def length(text: str) -> int:
    """How many characters WhatsApp counts: what lies beyond the basic plane is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def own(text: str | Mapping[str, str], language: str, fallback: str = "") -> str:
    """A text of the settings in *language*, else in *fallback*, else the first that it has."""
    if isinstance(text, str):
        return text
    spoken = {code.replace("_", "-").lower(): said for code, said in text.items()}
    for wanted in (language, fallback):
        for code in (wanted.lower(), wanted.lower().partition("-")[0]):
            if code and spoken.get(code):
                return spoken[code]
    return next((said for said in text.values() if said), "")


def said(text: str | Mapping[str, str], chat: Chat) -> str:
    """A text of the settings in the contact's language."""
    return own(text, chat.language, chat.tenant.language)
