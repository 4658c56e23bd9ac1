"""Pictures for tests: honest ones, large ones, and liars."""

from __future__ import annotations

import io
import random
import struct
import zlib
from typing import Any

from PIL import Image


def noise(width: int, height: int, form: str = "JPEG", *, mode: str = "RGB", exif: bool = False) -> bytes:
    """A picture that does not compress. With *exif* it tells where it was taken."""
    data = random.Random(7).randbytes(width * height * len(mode))
    image = Image.frombytes(mode, (width, height), data)
    more: dict[str, Any] = {"quality": 95} if form == "JPEG" else {}
    if exif:
        more["exif"] = tags = Image.Exif()
        tags[0x010F] = "A camera"
        tags.get_ifd(0x8825)[1] = "S"
    buffer = io.BytesIO()
    image.save(buffer, form, **more)
    return buffer.getvalue()


def vast(width: int = 50_000, height: int = 50_000) -> bytes:
    """A PNG of a few hundred bytes that says it has so many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
