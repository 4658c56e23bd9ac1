"""How a contact's language and country write numbers and days."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale, UnknownLocaleError

from gateway.flows.fields.field import Answer


def locale_of(answer: Answer) -> Locale:
    """The locale that *answer* is read in: its language as its country writes it, else the language's own."""
    return _locale(answer.language[:16], answer.country[:4])


@lru_cache(256)
def _locale(language: str, country: str) -> Locale:
    base = language.replace("-", "_").partition("_")[0].lower()
    for tag in (f"{base}_{country.upper()}", base):
        try:
            return Locale.parse(tag)
        except (ValueError, UnknownLocaleError):
            continue
    return Locale.parse("en")


def decimal_mark(answer: Answer) -> str:
    """ "." or ",": what stands before the decimals."""
    symbols = locale_of(answer).number_symbols.get("latn", {})
    return "," if symbols.get("decimal") == "," else "."
