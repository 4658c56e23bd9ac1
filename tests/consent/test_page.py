"""The page on consent says what the code does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from gateway.consent import Source
from gateway.language.reserved import AT_HOME, RESERVED

PAGE = (Path(__file__).parent.parent.parent / "docs" / "consent.md").read_text()
LANGUAGES = {"en": "English", "es": "Spanish", "sw": "Swahili", "fr": "French", "pt": "Portuguese"}


def test_the_words_of_each_language() -> None:
    """To mend it, write what this expects."""
    rows = [
        f"| {name} | {', '.join(RESERVED[code]['stop'])} | {', '.join(RESERVED[code]['start'])} |"
        for code, name in LANGUAGES.items()
    ]
    found = re.search(r"<!-- words.*?\|---\|\n(.*?)\n\n<!-- end", PAGE, re.DOTALL)
    assert found is not None
    assert found[1] == "\n".join(rows)
    assert all(f'"{each}"' in PAGE for _, each in AT_HOME)


def test_every_source_is_on_the_page() -> None:
    """As what stands in an event."""
    assert [each for each in get_args(Source) if f"`{each}`" not in PAGE] == []
