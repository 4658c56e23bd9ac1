"""Tiny files that are what they say they are, made from nothing: what contacts send when nobody says more."""

from __future__ import annotations

import struct
import zlib


def sample(mime: str) -> bytes:
    """A small valid file of this type; words for a type that is not known here."""
    makers = {
        "image/jpeg": jpeg,
        "image/png": png,
        "image/webp": webp,
        "audio/mpeg": mp3,
        "audio/ogg": ogg,
        "video/mp4": mp4,
        "application/pdf": pdf,
    }
    make = makers.get(mime.partition(";")[0].strip())
    return make() if make else b"A document of the simulator.\n"


def jpeg() -> bytes:
    """One grey pixel: a baseline JPEG whose two Huffman tables have one code each."""

    def segment(marker: int, body: bytes) -> bytes:
        return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body

    table = b"\x01" + bytes(15) + b"\x00"
    return b"".join(
        (
            b"\xff\xd8",
            segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"),
            segment(0xDB, b"\x00" + b"\x01" * 64),
            segment(0xC0, struct.pack(">BHHB", 8, 1, 1, 1) + b"\x01\x11\x00"),
            segment(0xC4, b"\x00" + table),
            segment(0xC4, b"\x10" + table),
            segment(0xDA, b"\x01\x01\x00\x00\x3f\x00"),
            b"\x3f\xff\xd9",
        )
    )


def png() -> bytes:
    """One white pixel, 8-bit RGB."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\x00\xff\xff\xff")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def webp(width: int = 512, height: int = 512) -> bytes:
    """A lossless picture of one colour, as large as a sticker has to be: five codes of one symbol each."""
    bits = (width - 1) | (height - 1) << 14
    # After the size: no alpha, version 0, no transform, no cache, no meta codes; then the five codes.
    for place in range(5):
        bits |= 1 << (32 + 3 + 4 * place)
    body = b"\x2f" + bits.to_bytes(7, "little")
    chunk = b"VP8L" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def mp3() -> bytes:
    """Two silent frames of MPEG-1 layer III, 128 kbit/s, 44.1 kHz."""
    return (b"\xff\xfb\x90\xc4" + bytes(413)) * 2


def ogg() -> bytes:
    """A mono Opus stream with one silent packet."""
    head = b"OpusHead" + struct.pack("<BBHIHB", 1, 1, 312, 48000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 9) + b"simulator" + struct.pack("<I", 0)
    pages = ((2, 0, head), (0, 0, tags), (4, 960, b"\xf8\xff\xfe"))
    return b"".join(_page(flags, at, place, packet) for place, (flags, at, packet) in enumerate(pages))


def _page(flags: int, granule: int, sequence: int, packet: bytes) -> bytes:
    """One page of an Ogg stream with one short packet."""
    head = b"OggS" + struct.pack("<BBqIII", 0, flags, granule, 1, sequence, 0) + bytes((1, len(packet)))
    page = bytearray(head + packet)
    check = 0
    for byte in page:
        check ^= byte << 24
        for _ in range(8):
            check = ((check << 1) ^ (0x04C11DB7 if check & 0x80000000 else 0)) & 0xFFFFFFFF
    page[22:26] = struct.pack("<I", check)
    return bytes(page)


def mp4() -> bytes:
    """An empty film: the brands, and a header without tracks."""

    def box(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body) + 8) + name + body

    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    times = struct.pack(">IIIII", 0, 0, 0, 1000, 0)
    header = times + struct.pack(">IHHII", 0x10000, 0x100, 0, 0, 0) + matrix + bytes(24)
    film = box(b"mvhd", header + struct.pack(">I", 1))
    return box(b"ftyp", b"isom\x00\x00\x02\x00isommp42") + box(b"moov", film)


def pdf() -> bytes:
    """One empty page."""
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 72 72] >>",
    )
    made, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count, start = len(objects) + 1, len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table)
    return made + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, start)
