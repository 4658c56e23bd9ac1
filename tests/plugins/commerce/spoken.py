"""What the shop says in a language, looked up in its catalogue by gettext's own reader."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

LOCALES = Path(__file__).parents[3] / "plugins" / "commerce" / "locales"
LANGUAGES = ("en", "es", "sw")
_NAME = re.compile(r"\{(\w+)\}")


@cache
def catalogue(language: str) -> dict[str, tuple[str, ...]]:
    """The forms of each text, by its English one; of what is translated and not in doubt."""
    folder = LOCALES / ("es" if language == "en" else language) / "LC_MESSAGES"
    with (folder / "messages.po").open("rb") as file:
        entries = [each for each in read_po(file, abort_invalid=True) if each.id]
    found: dict[str, tuple[str, ...]] = {}
    for each in entries:
        ids = (each.id,) if isinstance(each.id, str) else each.id
        texts = ids if language == "en" else (each.string,) if isinstance(each.string, str) else each.string
        if all(texts) and not each.fuzzy:
            found[ids[0]] = tuple(texts)
    return found


def said(language: str, text: str, **values: Any) -> re.Pattern[str]:
    """What to look for where *text* was said in *language*: names without a value may be anything. A text
    that is not translated is nowhere."""
    forms = catalogue(language).get(text, (f"not translated: {text}",))
    return re.compile("|".join(_pattern(form, values) for form in forms), re.DOTALL)


def _pattern(form: str, values: dict[str, Any]) -> str:
    pieces = _NAME.split(form)
    return "".join(
        re.escape(piece) if n % 2 == 0 else re.escape(str(values[piece])) if piece in values else ".+?"
        for n, piece in enumerate(pieces)
    )


def without_accents(text: str) -> str:
    """As people write in a hurry."""
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
