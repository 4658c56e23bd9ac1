"""Making what Meta sends safe to store: no U+0000, no lone surrogates, no endless numbers.

PostgreSQL refuses U+0000 in text and UTF-8 has no lone surrogates; both can be written in JSON as
escapes, so they are taken out of the bytes before these are decoded.
"""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL
)
_MOST, _LEAST = 2**63 - 1, -(2**63)
_DEPTH = 32


class Unreadable(ValueError):
    """A piece that cannot be turned into an event; the text says why."""


def _escape(match: re.Match[bytes]) -> bytes:
    found = match[0]
    if found == b"\\u0000":
        return b""
    if len(found) == 6 and 0xD800 <= int(found[2:], 16) <= 0xDFFF:
        return b"\\ufffd"
    return found


def clean(raw: bytes) -> bytes:
    """*raw* JSON with escaped U+0000 removed and escaped lone surrogates replaced."""
    return _ESCAPE.sub(_escape, raw)


#: Strings, the words that are no JSON, and what opens and closes.
_PIECE = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|-?\b(?:NaN|Infinity)\b|[\[\]{}]', re.DOTALL)
#: A number that no reader takes: the piece that it stands in fails, and fails alone.
_POISON = b"1e999"
#: Meta's own bodies are 12 levels deep.
_DEEPEST = 100


def defuse(raw: bytes) -> bytes:
    """*raw* with NaN, infinities and what is nested too deeply replaced by a number that cannot be read,
    so that only the element around it is lost and not the whole webhook."""
    kept: list[bytes] = []
    depth, start = 0, 0
    for match in _PIECE.finditer(raw):
        piece = match[0]
        if piece in (b"[", b"{"):
            if depth == _DEEPEST:
                kept += (raw[start : match.start()], _POISON)
            depth += 1
        elif piece in (b"]", b"}"):
            depth -= 1
            if depth == _DEEPEST:
                start = match.end()
        elif piece[0] != 0x22 and depth <= _DEEPEST:
            kept += (raw[start : match.start()], _POISON)
            start = match.end()
    if depth <= _DEEPEST:
        kept.append(raw[start:])
    return b"".join(kept)


def decode(decoder: msgspec.json.Decoder[T], raw: bytes) -> T:
    """*raw* read by *decoder*, cleaned first where that is needed. Raises what the decoder raises."""
    if b"\\u0000" in raw:
        raw = clean(raw)
    try:
        return decoder.decode(raw)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        # Pairs of surrogates are common (Meta escapes every emoji), lone ones are not: only now look.
        cleaned = clean(raw)
        if cleaned == raw:
            raise
        return decoder.decode(cleaned)


def integer(value: object) -> int:
    """*value* as an integer of 64 bits; 0 when it is no number."""
    if isinstance(value, str):
        value = int(value) if len(value) <= 20 and value.isascii() and value.isdecimal() else 0
    if isinstance(value, float):
        value = int(value) if abs(value) < 2.0**62 else 0
    return min(max(value, _LEAST), _MOST) if isinstance(value, int) else 0


def plain(value: Any, depth: int = _DEPTH) -> Any:
    """Free JSON that any store can write: integers beyond 64 bits become text. Raises `Unreadable`
    below 32 levels, where encoders and people give up."""
    if isinstance(value, dict):
        if depth == 0:
            raise Unreadable("nested more than 32 levels deep")
        return {key: plain(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list):
        if depth == 0:
            raise Unreadable("nested more than 32 levels deep")
        return [plain(item, depth - 1) for item in value]
    if isinstance(value, int) and not _LEAST <= value <= _MOST:
        return hex(value)
    return value


_SECOND = 1_000_000
_FROM, _TO = 1_230_768_000, 4_102_444_800  # 2009, when WhatsApp began, and 2100


def moment(timestamp: str | int | float | None) -> int:
    """Unix seconds, as text or number, in microseconds; 0 when it cannot be a time of a message."""
    if type(timestamp) is str and len(timestamp) == 10 and timestamp.isascii() and timestamp.isdecimal():
        seconds = int(timestamp)  # what Meta sends, and the reader's hot path
    else:
        seconds = integer(timestamp)
    return seconds * _SECOND if _FROM <= seconds < _TO else 0
