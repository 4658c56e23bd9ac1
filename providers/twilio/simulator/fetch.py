"""Fetches a file of the business as Twilio does, and judges it (wire.md §4.6)."""

from __future__ import annotations

import asyncio

import aiohttp
from msgspec import Struct

MB = 1024 * 1024
#: Bytes; "16-20 MB" in all, pictures 5 (wire.md §4.6).
LARGEST, LARGEST_IMAGE = 16 * MB, 5 * MB
SECONDS = 15.0
TYPES = frozenset(
    {
        *("image/jpeg", "image/png", "image/webp"),
        *("audio/ogg", "audio/amr", "audio/3gpp", "audio/aac", "audio/mpeg", "audio/mp4"),
        *("video/mp4", "video/3gpp"),
        *("application/pdf", "application/msword", "text/plain", "text/vcard", "text/x-vcard"),
        *("application/vnd.ms-powerpoint", "application/vnd.ms-excel"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)

#: type -> (place, bytes) of which one has to be there: the header must say what the file is.
MARKS: dict[str, tuple[tuple[int, bytes], ...]] = {
    "image/jpeg": ((0, b"\xff\xd8\xff"),),
    "image/png": ((0, b"\x89PNG\r\n\x1a\n"),),
    "image/webp": ((8, b"WEBP"),),
    "audio/ogg": ((0, b"OggS"),),
    "audio/amr": ((0, b"#!AMR"),),
    "audio/mpeg": ((0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3"), (0, b"\xff\xf2"), (0, b"\xff\xfa")),
    "video/mp4": ((4, b"ftyp"),),
    "application/pdf": ((0, b"%PDF"),),
    "text/vcard": ((0, b"BEGIN:VCARD"),),
}


class Fetched(Struct, frozen=True):
    """What was found: *code* is 0, or the error that the message fails with."""

    code: int = 0
    mime: str = ""
    data: bytes = b""


async def fetch(url: str, seconds: float = SECONDS) -> Fetched:
    """The file behind *url*, if it comes within *seconds*."""
    within = aiohttp.ClientTimeout(total=seconds)
    try:
        async with aiohttp.ClientSession(timeout=within) as session, session.get(url) as answer:
            if answer.status != 200:
                return Fetched(63019)
            data = await answer.content.read(LARGEST + 1)
            while len(data) <= LARGEST and (more := await answer.content.read(LARGEST + 1 - len(data))):
                data += more
            mime = answer.content_type
    except (aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError, OSError, ValueError):
        return Fetched(63019)
    if mime not in TYPES:
        return Fetched(63021, mime)
    limit = LARGEST_IMAGE if mime.startswith("image/") else LARGEST
    if len(data) > limit:
        return Fetched(63034, mime)
    if not data:
        return Fetched(63019, mime)
    marks = MARKS.get(mime, ())
    if marks and not any(data[place : place + len(mark)] == mark for place, mark in marks):
        return Fetched(63021, mime)
    return Fetched(0, mime, data)
