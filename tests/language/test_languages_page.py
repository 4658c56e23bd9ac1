"""The page on languages has the table of reserved words, and shows what is written how."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from gateway.language.reserved import RESERVED, Meaning
from gateway.language.words import Words

PAGE = Path(__file__).parent.parent.parent / "docs" / "languages.md"
MEANINGS: tuple[Meaning, ...] = ("back", "cancel", "menu", "help", "resume", "skip", "stop", "start")


def table() -> str:
    """The rows that the page should have."""
    rows = []
    for meaning in MEANINGS:
        cells = [
            ", ".join(RESERVED[language].get(meaning) or ()) for language in ("en", "es", "sw", "fr", "pt")
        ]
        rows.append("|" + "|".join(f" {cell} " if cell else " " for cell in (meaning, *cells)) + "|")
    return "\n".join(rows)


def test_the_table_of_reserved_words() -> None:
    """To mend it, write what this expects."""
    found = re.search(r"<!-- reserved.*?\|---\|\n(.*?)\n\n<!-- end", PAGE.read_text(), re.DOTALL)
    assert found is not None
    assert found[1] == table()


def test_what_is_written_how() -> None:
    """The examples of the page."""
    page = PAGE.read_text()
    when = datetime(2026, 11, 21, 12, tzinfo=UTC)
    kenya, spain = Words("en", "Africa/Nairobi", country="KE"), Words("es", "Africa/Nairobi", country="ES")
    written: list[tuple[str, Callable[[Words], str]]] = [
        ('money(123450, "EUR")', lambda words: words.money(123450, "EUR")),
        ("number(1234567.5)", lambda words: words.number(1234567.5)),
        ("date(when)", lambda words: words.date(when)),
        ('date(when, "full")', lambda words: words.date(when, "full")),
        ("time(when)", lambda words: words.time(when)),
        ('join(["tea", "milk"])', lambda words: words.join(["tea", "milk"])),
        ('name_of("sw")', lambda words: words.name_of("sw")),
    ]
    for code, write in written:
        assert f"| `chat.words.{code}` | {write(kenya)} | {write(spain)} |" in page
