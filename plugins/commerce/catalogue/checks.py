"""What texts, numbers and prices of the catalogue may be; what is wrong is a sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from plugins.commerce.common import money

LONGEST_SKU, LONGEST_NAME, LONGEST_CATEGORY = 64, 200, 80
#: How deep categories lie within each other, and what stands between them in a path.
DEEPEST, ARROW = 5, " > "
#: The largest number of anything but money: what 64 bits hold, many times over.
LARGEST = 10**12

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*", re.ASCII)
_JOINER = "\u200d"


class Wrong(ValueError):
    """A value that cannot be kept: the sentence says why, and what to write."""


def text(said: str, label: str, longest: int, *, lines: bool = False, needed: bool = False) -> str:
    """*said* without needless spaces, on one line unless it may have *lines*."""
    if lines:
        plain = "\n".join(" ".join(line.split(" ")).rstrip() for line in said.strip().splitlines())
    else:
        plain = " ".join(said.split())
    if len(plain) > longest:
        raise Wrong(f"the {label} has {len(plain):,} characters, and {longest:,} are the most")
    if needed and not plain:
        raise Wrong(f"the {label} is missing: write one of at most {longest:,} characters")
    for sign in plain:
        if unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t":
            raise Wrong(f"the {label} holds the control character U+{ord(sign):04X}: take it out")
    return unicodedata.normalize("NFC", plain)


def sku(said: str, label: str = "SKU") -> str:
    """A SKU: 1 to 64 characters that are seen, emoji and single spaces among them."""
    plain = text(said, label, LONGEST_SKU, needed=True)
    for sign in plain:
        kind = unicodedata.category(sign)
        if kind in ("Cf", "Co", "Cn") and sign != _JOINER:
            raise Wrong(f"the {label} holds U+{ord(sign):04X}, which nobody sees: take it out")
    if not any(unicodedata.category(sign)[0] in "LNSP" for sign in plain):
        raise Wrong(f"the {label} has nothing that is seen: write one such as MNG-1KG")
    return plain


def by_language(said: Mapping[str, str], label: str, longest: int, *, lines: bool = False) -> dict[str, str]:
    """Texts by language ("es", "pt-BR"); "" takes the one that is there away."""
    if len(said) > 30:
        raise Wrong(f"the {label} is in {len(said)} languages, and 30 are the most")
    for code in said:
        if not _LANGUAGE.fullmatch(code):
            raise Wrong(f'"{code[:20]}" is no language: write its code, such as es, sw or pt-BR')
    return {
        code.replace("_", "-"): text(words, f"{label} ({code})", longest, lines=lines)
        for code, words in said.items()
    }


def options(said: Mapping[str, str]) -> dict[str, str]:
    """What tells a variant from its siblings: {"Size": "M"}."""
    if len(said) > 5:
        raise Wrong(f"there are {len(said)} options, and 5 are the most")
    return {
        text(name, "option's name", 40, needed=True): text(value, f'option "{name[:40]}"', 60, needed=True)
        for name, value in said.items()
    }


def price(said: str, currency: str, named: str | None) -> int:
    """Minor units of *currency*, the shop's; *named* is the one that was written beside it."""
    if named is not None and named.strip().upper() not in ("", currency):
        raise Wrong(f"the price is in {named.strip()[:10]}, and this shop sells in {currency}: convert it")
    try:
        return money.minor(said, currency)
    except ValueError as error:
        raise Wrong(str(error)) from None


def number(said: int, label: str, least: int, most: int = LARGEST) -> int:
    """A whole number between *least* and *most*."""
    if not least <= said <= most:
        raise Wrong(f"the {label} is {_short(said)}: write a whole number from {least:,} to {most:,}")
    return said


def path(said: str) -> str:
    """A category's path, "Fresh > Fruit": at most five names deep. "" is none."""
    if not said.strip():
        return ""
    names = said.split(">")
    if len(names) > DEEPEST:
        raise Wrong(f"the category lies {len(names)} deep, and {DEEPEST} is the most")
    return ARROW.join(category_name(name) for name in names)


def category_name(said: str) -> str:
    """The name of a category: without ">", which stands between names."""
    if ">" in said:
        raise Wrong('the name of a category holds ">", which stands between categories: write another sign')
    return text(said, "name of a category", LONGEST_CATEGORY, needed=True)


def address(said: str) -> str:
    """Where a picture is fetched from; "" for none."""
    plain = said.strip()
    if plain and not re.fullmatch(r"https://[^\s/?#@\\]+(?:[/?#][^\s\x00-\x1f\\]*)?", plain):
        raise Wrong("the picture's address has to begin with https:// and hold no spaces")
    if len(plain) > 2000:
        raise Wrong(f"the picture's address has {len(plain):,} characters, and 2,000 are the most")
    return text(plain, "picture's address", 2000)


def _short(said: int) -> str:
    return f"{said:,}" if abs(said) < 10**18 else "too large"
