"""Identifiers: time-ordered UUIDv7 text, strictly increasing within one process."""

from __future__ import annotations

import hashlib
import os
import time

#: Milliseconds by which another process's clock may be ahead of ours: more than it should be.
AHEAD = 2000


class IdSource:
    """Makes UUIDv7 strings (RFC 9562) that sort in the order in which they were made.

    Within one millisecond the 12 bits behind the version count up; when they overflow, the
    millisecond is borrowed from the future, so that order holds even when the clock steps back.
    """

    def __init__(self) -> None:
        self._last = 0

    def __call__(self) -> str:
        tick = time.time_ns() // 1_000_000 << 12
        self._last = tick if tick > self._last else self._last + 1
        tail = int.from_bytes(os.urandom(8), "big") & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        head = f"{self._last >> 12:012x}7{self._last & 0xFFF:03x}"
        text = f"{head}{tail:016x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def after(self, identifier: str) -> None:
        """Sort behind *identifier*, which another process has made by a clock that may be ahead of ours. One
        that is far ahead was wrong, and is not followed."""
        digits = identifier.replace("-", "")
        tick = int(digits[:12], 16) << 12 | int(digits[13:16], 16)
        if tick >> 12 <= time.time_ns() // 1_000_000 + AHEAD:
            self._last = max(self._last, tick)


#: The process's source. One per process, because order within a process is what it is for.
new_id = IdSource()


def smallest_id(at: int) -> str:
    """The smallest id of the time *at* (microseconds UTC)."""
    text = f"{max(0, at) // 1000:012x}"
    return f"{text[:8]}-{text[8:]}-7000-8000-000000000000"


def id_before(identifier: str, microseconds: int) -> str:
    """The smallest id of as long before *identifier*: ids have a clock of their own."""
    return smallest_id(int(identifier[:8] + identifier[9:13], 16) * 1000 - microseconds)


def digest(*parts: str) -> bytes:
    """Sixteen bytes that stand for *parts*: the key under which a duplicate dies."""
    return hashlib.blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()
