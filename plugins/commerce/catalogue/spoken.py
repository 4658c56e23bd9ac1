"""Texts of the catalogue in a language: the contact's own, else its main one, else the shop's."""

from __future__ import annotations

import msgspec

_texts = msgspec.json.Decoder(dict[str, str])


def spoken(texts: str, language: str, base: str) -> str:
    """*base* in *language* ("es-MX" looks for es-MX, then es), as the JSON *texts* has it; else *base*."""
    if texts == "{}":
        return base
    known = {code.replace("_", "-").lower(): said for code, said in _texts.decode(texts).items()}
    wanted = language.replace("_", "-").lower()
    return known.get(wanted) or known.get(wanted.partition("-")[0]) or base
