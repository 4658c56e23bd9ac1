"""Which files may be uploaded, how large they may be, and whether their bytes are what they claim
(wire.md 2.3)."""

from __future__ import annotations

import struct
from typing import Any

from providers.meta_cloud.simulator.errors import GraphError

KB, MB = 1024, 1024 * 1024
IMAGE, AUDIO, VIDEO, DOCUMENT = 5 * MB, 16 * MB, 16 * MB, 100 * MB
STICKER, ANIMATED, STICKER_SIDE = 100 * KB, 500 * KB, 512

#: mime type -> the largest file, in bytes
SIZES = {
    "image/jpeg": IMAGE,
    "image/png": IMAGE,
    "image/webp": ANIMATED,
    "audio/aac": AUDIO,
    "audio/amr": AUDIO,
    "audio/mpeg": AUDIO,
    "audio/mp4": AUDIO,
    "audio/ogg": AUDIO,
    "video/mp4": VIDEO,
    "video/3gpp": VIDEO,
}
#: kind of message -> mime types that it carries; documents carry all
KINDS = {
    "image": ("image/jpeg", "image/png"),
    "audio": ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"),
    "video": ("video/mp4", "video/3gpp"),
    "gif": ("video/mp4",),
    "sticker": ("image/webp",),
}
#: mime type -> (place, bytes) of which one has to be there
MAGIC: dict[str, tuple[tuple[int, bytes], ...]] = {
    "image/jpeg": ((0, b"\xff\xd8\xff"),),
    "image/png": ((0, b"\x89PNG\r\n\x1a\n"),),
    "image/webp": ((8, b"WEBP"),),
    "audio/aac": ((0, b"\xff\xf1"), (0, b"\xff\xf9")),
    "audio/amr": ((0, b"#!AMR"),),
    "audio/mpeg": ((0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3"), (0, b"\xff\xf2"), (0, b"\xff\xfa")),
    "audio/mp4": ((4, b"ftyp"),),
    "audio/ogg": ((0, b"OggS"),),
    "video/mp4": ((4, b"ftyp"),),
    "video/3gpp": ((4, b"ftyp"),),
    "application/pdf": ((0, b"%PDF"),),
    "application/msword": ((0, b"\xd0\xcf\x11\xe0"),),
    "application/vnd.ms-excel": ((0, b"\xd0\xcf\x11\xe0"),),
    "application/vnd.ms-powerpoint": ((0, b"\xd0\xcf\x11\xe0"),),
}
OFFICE = "application/vnd.openxmlformats-officedocument."


def plain(mime: str) -> str:
    """The type without its parameters."""
    return mime.partition(";")[0].strip().lower()


def check_upload(mime: str, data: bytes) -> None:
    """Raise `GraphError` when a file of this type cannot be uploaded."""
    kind = plain(mime)
    if kind not in SIZES and not kind.startswith(("application/", "text/")):
        raise GraphError(100, f"Param file must be a file with a supported type, not {mime}.")
    if not data:
        raise GraphError(131053, "The file is empty.")
    limit = SIZES.get(kind, DOCUMENT)
    if len(data) > limit:
        raise GraphError(131053, f"The file has {len(data)} bytes, allowed are {limit} for {kind}.")
    marks = ((0, b"PK"),) if kind.startswith(OFFICE) else MAGIC.get(kind, ())
    if marks and not any(data[place : place + len(mark)] == mark for place, mark in marks):
        raise GraphError(131053, f"The bytes are not {kind}.")
    if kind == "audio/ogg" and b"OpusHead" not in data[:128]:
        raise GraphError(131053, "Ogg files must hold Opus.")
    if kind == "audio/ogg" and channels(data) != 1:
        raise GraphError(131053, "Ogg files must be mono.")
    if kind == "image/webp":
        check_sticker(data)


def check_sticker(data: bytes) -> None:
    """512 pixels each way; one that does not move is small."""
    width, height, animated = dimensions(data)
    if (width, height) != (STICKER_SIDE, STICKER_SIDE):
        raise GraphError(131053, f"A sticker is {STICKER_SIDE} × {STICKER_SIDE}, not {width} × {height}.")
    if not animated and len(data) > STICKER:
        raise GraphError(131053, f"The file has {len(data)} bytes, allowed are {STICKER} for a sticker.")


def channels(data: bytes) -> int:
    """The channels of an Opus stream."""
    place = data.find(b"OpusHead") + 9
    return data[place] if place < len(data) else 0


def dimensions(data: bytes) -> tuple[int, int, bool]:
    """Width and height of a WebP picture, and whether it moves; zeros when it cannot be read."""
    kind, body = data[12:16], data[20:]
    try:
        if kind == b"VP8X":
            width, height = (int.from_bytes(body[at : at + 3], "little") + 1 for at in (4, 7))
            return width, height, bool(body[0] & 2)
        if kind == b"VP8L":
            bits = struct.unpack_from("<I", body, 1)[0]
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, False
        width, height = struct.unpack_from("<HH", body, 6)
        return width & 0x3FFF, height & 0x3FFF, False
    except (struct.error, IndexError):
        return 0, 0, False


def references(content: Any, kinds: tuple[str, ...] = (*KINDS, "document")) -> list[tuple[str, str]]:
    """(kind, id) of every uploaded file that a request names, however deep."""
    found: list[tuple[str, str]] = []
    if isinstance(content, list):
        for entry in content:
            found += references(entry, kinds)
    elif isinstance(content, dict):
        for name, value in content.items():
            if name in kinds and isinstance(value, dict) and isinstance(value.get("id"), str):
                found.append((name, value["id"]))
            else:
                found += references(value, kinds)
    return found
