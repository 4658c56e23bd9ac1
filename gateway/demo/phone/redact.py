"""What is secret on the wire, taken out before anybody sees it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

MASK = "•••"
#: Characters of a signature that stay, so that two can be told apart.
SHOWN = 8

_SECRET = re.compile(r"token|secret|passw|authorization|api-?_?key|cookie|credential|apikey", re.I)
_SIGNATURE = re.compile(r"signature|^(?:sig|hash|hmac|mac)$", re.I)
_SCHEME = re.compile(r"^(sha\d+=|Bearer |Basic )", re.I)
_QUERY = re.compile(r"([?&])([^=&\s\"<>#]+)=([^&\s\"<>#]*)")
#: A member of JSON, a string, in a text that need not be whole: long bodies are cut.
_MEMBER = re.compile(r'("([^"\\]{1,60})"\s*:\s*")((?:[^"\\]|\\.)*)')
#: Tokens that a provider's answers may invent, which no setting knows.
_BEARER = re.compile(r"\b(Bearer|Basic) [\w+/=.~-]{8,}", re.I)


def secrets_in(settings: Mapping[str, Any]) -> list[str]:
    """The values of a channel's settings that must never be shown, the longest first."""
    found: set[str] = set()
    for name, value in settings.items():
        if isinstance(value, Mapping):
            found |= set(secrets_in(value))
        for item in value if isinstance(value, list | tuple) else [value]:
            if isinstance(item, Mapping):
                found |= set(secrets_in(item))
            elif isinstance(item, str) and len(item) >= 6 and (name == "value" or _SECRET.search(name)):
                found.add(item)
    return sorted(found, key=len, reverse=True)


def value(name: str, text: str) -> str:
    """The value of a header, a parameter or a member called *name*."""
    if _SIGNATURE.search(name) and "key=" not in text:
        scheme = _SCHEME.match(text)
        start = scheme.end() if scheme else 0
        return text[: start + SHOWN] + "…" if len(text) > start + SHOWN else MASK
    if _SECRET.search(name):
        scheme = _SCHEME.match(text)
        return (scheme[0] if scheme else "") + MASK
    return text


def headers(given: Mapping[str, str], secrets: Iterable[str]) -> dict[str, str]:
    """Headers that may be shown."""
    return {name: words(value(name, text), secrets) for name, text in given.items()}


def words(text: str, secrets: Iterable[str]) -> str:
    """A URL or a body that may be shown: without known secrets, and without what is named like one."""
    for secret in secrets:
        text = text.replace(secret, MASK)
    text = _BEARER.sub(lambda found: f"{found[1]} {MASK}", text)
    text = _QUERY.sub(lambda found: f"{found[1]}{found[2]}={value(found[2], found[3])}", text)
    return _MEMBER.sub(lambda found: found[1] + value(found[2], found[3]), text)
