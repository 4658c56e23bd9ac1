"""SKUs as people write them."""

from __future__ import annotations

import unicodedata

#: What is no part of a key: spaces, signs, what is not seen, and how an emoji is drawn.
_DROPPED = ("Z", "C", "P", "Sm", "Sk", "Sc", "Mn")


def sku_key(written: str) -> str:
    """What is the same for all ways of writing a SKU: small letters, digits and emoji, without spaces,
    signs and accents ("MANGO-BIG" and "mango big" are "mangobig"). "" when nothing is left."""
    key = _folded(written)
    while (again := _folded(key)) != key:  # a fancy capital becomes a plain one first: "𝕬", "A", "a"
        key = again
    return key


def _folded(written: str) -> str:
    plain = unicodedata.normalize("NFKD", written.casefold())
    return unicodedata.normalize("NFC", "".join(sign for sign in plain if not _dropped(sign)))


def harmless(written: str) -> str:
    """*written* without what no database keeps: NUL and halves of characters."""
    return written.replace("\x00", "").encode("utf-8", "ignore").decode()


def _dropped(sign: str) -> bool:
    return unicodedata.category(sign).startswith(_DROPPED)
