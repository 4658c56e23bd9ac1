"""Small files made in code: a picture of fruit, a document, a voice note.

Nothing here is slow, but a picture takes some milliseconds: make it outside of the event loop.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]

#: Skin, shade, ground.
PAINT: tuple[Colour, Colour, Colour] = ((124, 62, 128), (74, 28, 84), (240, 228, 244))
LEAF: Colour = (64, 145, 84)


def picture(width: int = 640, height: int = 400) -> bytes:
    """A JPEG of three passion fruits."""
    skin, shade, ground = PAINT
    big = Image.new("RGB", (width * 2, height * 2), ground)
    draw = ImageDraw.Draw(big)
    draw.rectangle((0, height * 1.45, width * 2, height * 2), fill=_mix(ground, shade, 0.25))
    for x, size in ((0.30, 0.27), (0.70, 0.25), (0.5, 0.34)):
        _fruit(draw, (width * 2 * x, height * 2 * (0.80 - size)), height * 2 * size, skin, shade)
    out = io.BytesIO()
    big.resize((width, height), Image.Resampling.BILINEAR).save(out, "JPEG", quality=82)
    return out.getvalue()


def _fruit(
    draw: ImageDraw.ImageDraw, centre: tuple[float, float], radius: float, skin: Colour, shade: Colour
) -> None:
    """One round fruit with a light, a shadow and a leaf."""
    x, y = centre
    draw.ellipse((x - radius, y + radius * 0.82, x + radius, y + radius * 1.14), fill=_mix(shade, LEAF, 0.2))
    steps = 36
    for step in range(steps):
        part = step / steps
        r = radius * (1 - part * 0.92)
        left, top = x - r - radius * part * 0.26, y - r - radius * part * 0.26
        draw.ellipse((left, top, left + 2 * r, top + 2 * r), fill=_mix(shade, skin, min(1, part * 1.6)))
    draw.line((x, y - radius * 0.92, x + radius * 0.1, y - radius * 1.22), fill=(96, 70, 40), width=12)
    draw.chord((x, y - radius * 1.42, x + radius * 0.8, y - radius * 0.92), 180, 380, fill=LEAF)


def _mix(one: Colour, other: Colour, part: float) -> Colour:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


def pdf(title: str, lines: Sequence[str]) -> bytes:
    """One page with a *title* and *lines*, in Latin letters."""
    words = [f"BT /F1 26 Tf 60 760 Td ({_escaped(title)}) Tj ET"]
    words += [
        f"BT /F1 14 Tf 60 {712 - 26 * place} Td ({_escaped(line)}) Tj ET" for place, line in enumerate(lines)
    ]
    stream = "\n".join(words).encode("latin-1", "replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )
    made, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table)
    return made + head + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(made))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def voice(seconds: float = 3.0) -> bytes:
    """A voice note, mono Opus in Ogg: nobody says anything for *seconds*, 5 at most."""
    head = b"OpusHead" + struct.pack("<BBHIHB", 1, 1, 312, 48000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 4) + b"demo" + struct.pack("<I", 0)
    silence = [b"\xf8\xff\xfe"] * min(250, max(1, round(seconds * 50)))
    pages = ((2, 0, [head]), (0, 0, [tags]), (4, 960 * len(silence), silence))
    return b"".join(_page(flags, at, number, packets) for number, (flags, at, packets) in enumerate(pages))


def _page(flags: int, granule: int, number: int, packets: Sequence[bytes]) -> bytes:
    """One page of an Ogg stream with short packets (RFC 3533)."""
    sizes = bytes(len(packet) for packet in packets)
    head = b"OggS" + struct.pack("<BBqIII", 0, flags, granule, 1, number, 0) + bytes((len(sizes),)) + sizes
    page = bytearray(head + b"".join(packets))
    check = 0
    for byte in page:
        check ^= byte << 24
        for _ in range(8):
            check = ((check << 1) ^ (0x04C11DB7 if check & 0x80000000 else 0)) & 0xFFFFFFFF
    page[22:26] = struct.pack("<I", check)
    return bytes(page)
