"""A webhook's bytes as parameters: forms, which Twilio posts, and JSON of the same names.

What comes out can be stored anywhere: no U+0000 (PostgreSQL refuses it), no lone surrogates, no endless
numbers. Source: wire.md §4.1.
"""

from __future__ import annotations

import json
import math
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

#: The parameters of a webhook by name; of one that comes twice, the first.
Parameters = dict[str, str]

_MOST, _LEAST = 2**63 - 1, -(2**63)
_DEPTH = 32
#: Between the SID of a message and the number of one of its files, from the second file on.
_NTH = ":"


class Unreadable(ValueError):
    """A piece that cannot be turned into an event; the text says why."""


#: What reading untrusted text can raise; JSON errors and `Unreadable` are ValueErrors.
BAD: tuple[type[Exception], ...] = (ValueError, RecursionError, OverflowError, TypeError)


def pairs(body: bytes) -> list[tuple[bytes, bytes]]:
    """Names and values of a form, decoded, in their order; empty values are values."""
    found = []
    for piece in body.split(b"&"):
        if piece:
            name, _, value = piece.partition(b"=")
            found.append((_unquoted(name), _unquoted(value)))
    return found


def _unquoted(text: bytes) -> bytes:
    text = text.replace(b"+", b" ")
    return unquote_to_bytes(text) if b"%" in text else text


def read_form(body: bytes) -> Parameters:
    """The parameters of a form; bytes that are no UTF-8 become U+FFFD. The reader's hot path."""
    text = body.decode("utf-8", "replace").rstrip("\r\n")  # a file's last line; in a form they are escaped
    found: Parameters = {}
    for piece in text.split("&"):
        if "+" in piece:
            piece = piece.replace("+", " ")
        name, _, value = piece.partition("=")
        if "%" in piece:
            name, value = unquote(name), unquote(value)
        if name not in found:
            found[name] = value
    found.pop("", None)
    if "\0" in text or "%00" in text:
        return {name.replace("\0", ""): value.replace("\0", "") for name, value in found.items()}
    return found


def read_object(text: bytes | str) -> dict[str, Any]:
    """The JSON object in *text*, safe to store. Raises one of `BAD`."""
    found = json.loads(text)
    if not isinstance(found, dict):
        raise Unreadable("not a JSON object")
    safe: dict[str, Any] = plain(found)
    return safe


def plain(value: Any, depth: int = _DEPTH) -> Any:
    """Free JSON that any store can write: integers beyond 64 bits and what is no number become text.
    Raises `Unreadable` below 32 levels, where encoders and people give up."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict | list) and depth == 0:
        raise Unreadable("nested more than 32 levels deep")
    if isinstance(value, dict):
        return {plain(key): plain(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item, depth - 1) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int) and not _LEAST <= value <= _MOST:
        return hex(value)
    return value


def flat(found: dict[str, Any]) -> Parameters:
    """A JSON object's members as parameters: what is no text is written as JSON, null is left out."""
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in found.items()
        if value is not None
    }


def integer(text: str) -> int:
    """The number in *text*; 0 when it is none, or has more than nine digits."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def nth(sid: str, index: int) -> str:
    """The message id of the file *index* of a message: WhatsApp sends one, but nothing says so for ever."""
    return f"{sid}{_NTH}{index}" if index else sid


def original(message_id: str) -> str:
    """The SID behind a message id that `nth` made."""
    return message_id.partition(_NTH)[0]
