"""What a file is, by its bytes; its name, and what was said of it, count where these leave it open.

What a browser could run is kept opaque, as application/octet-stream, whatever it calls itself: HTML, SVG,
XML, scripts, programs, documents with macros. Nothing is decoded, unpacked or executed here.
"""

from __future__ import annotations

import puremagic

from gateway.media.names import type_of

OPAQUE = "application/octet-stream"

#: Beginnings of programs.
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa", b"!<arch>")
#: Words that make a text markup or a script, near its beginning.
_MARKUP = (
    b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<?xml", b"<?php", b"<iframe", b"<xsl",
    b"<math", b"<object", b"<embed", b"<%", b"javascript:", b"mime-version:",
)  # fmt: skip
_MACROS = ("macroenabled", ".docm", ".xlsm", ".pptm", ".dotm", ".xltm", ".potm", ".xlsb")

#: Containers: the types that a file which begins so may be called, the first one when nothing was said.
_CONTAINERS: dict[str, tuple[str, ...]] = {
    "ogg": ("audio/ogg", "audio/opus", "video/ogg", "application/ogg"),
    "mp4": ("video/mp4", "audio/mp4", "audio/x-m4a", "video/3gpp", "audio/3gpp", "video/quicktime"),
    "zip": (
        "application/zip",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.presentation",
        "application/epub+zip",
    ),
    "ole": (OPAQUE, "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"),
    "text": (
        "text/plain", "text/csv", "text/vcard", "text/x-vcard", "text/calendar", "text/markdown",
        "application/json", "application/rtf",
    ),
    "aac": ("audio/aac", "audio/aacp"),
    "amr": ("audio/amr", "audio/amr-wb"),
    "mp3": ("audio/mpeg", "audio/mp3"),
    "webm": ("video/webm", "audio/webm"),
}  # fmt: skip
#: Types that need no container.
_PLAIN = {
    "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp",
    "pdf": "application/pdf", "heic": "image/heic", "avif": "image/avif", "m4a": "audio/mp4",
}  # fmt: skip
#: Brands of the container MP4 that are something else than a video.
_BRANDS = {
    b"heic": "heic", b"heix": "heic", b"mif1": "heic", b"avif": "avif", b"M4A ": "m4a",
}  # fmt: skip
#: What puremagic may add to that: harmless families, never what a browser runs.
_FAMILIES = ("image/", "audio/", "video/", "font/")
_NEVER = ("svg", "xml", "html")


_OFFICE = "application/vnd.openxmlformats-officedocument."
#: What an extension says, where nobody said anything: as little believed as words are.
_EXTENSIONS = {
    ".docx": _OFFICE + "wordprocessingml.document", ".xlsx": _OFFICE + "spreadsheetml.sheet",
    ".pptx": _OFFICE + "presentationml.presentation", ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odp": "application/vnd.oasis.opendocument.presentation", ".epub": "application/epub+zip",
    ".doc": "application/msword", ".xls": "application/vnd.ms-excel", ".ppt": "application/vnd.ms-powerpoint",
    ".csv": "text/csv", ".vcf": "text/vcard", ".ics": "text/calendar", ".md": "text/markdown",
    ".json": "application/json", ".rtf": "application/rtf", ".3gp": "video/3gpp", ".mov": "video/quicktime",
}  # fmt: skip


def sniff(head: bytes, told: str = "", filename: str = "") -> str:
    """The MIME type of the file that begins with *head*. What its bytes leave open is narrowed down by
    *told*, else by the end of *filename*."""
    told = told.partition(";")[0].strip().lower()
    if told in ("", OPAQUE):
        told = _EXTENSIONS.get("." + filename.lower().rpartition(".")[2], "")
    if not head or _runs(head) or any(mark in told or mark in filename.lower() for mark in _MACROS):
        return OPAQUE
    kind = _kind(head)
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind:
        allowed = _CONTAINERS[kind]
        return next((said for said in (told, type_of(filename)) if said in allowed), allowed[0])
    return _guessed(head)


def _runs(head: bytes) -> bool:
    """Whether *head* begins something that a browser or a machine would run."""
    if head.startswith(b"#!AMR"):
        return False
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):  # UTF-16 would hide its markup
        return True
    start, texty = head.removeprefix(b"\xef\xbb\xbf").lstrip(), _texty(head)
    if start.startswith(b"#!") or (not texty and start.startswith(_PROGRAMS)):
        return True
    return (texty or start.startswith(b"<")) and any(mark in head.lower() for mark in _MARKUP)


def _kind(head: bytes) -> str:
    """The container or the plain type that *head* begins, "" when it is none that we know."""
    for mark, kind in (
        (b"\xff\xd8\xff", "jpeg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"GIF87a", "gif"), (b"GIF89a", "gif"),
        (b"%PDF-", "pdf"), (b"OggS", "ogg"), (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"), (b"#!AMR", "amr"), (b"ID3", "mp3"),
        (b"\x1aE\xdf\xa3", "webm"),
    ):  # fmt: skip
        if head.startswith(mark):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "mp4")
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return "aac" if head[1] & 0xF6 == 0xF0 else "mp3"
    return "text" if _texty(head) else ""


def _texty(head: bytes) -> bool:
    """Whether *head* is text: UTF-8 without control characters. Its last character may be cut."""
    if any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head):
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3
    return True


def _guessed(head: bytes) -> str:
    """What puremagic makes of it, when that is of a harmless family."""
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return OPAQUE
    best = max(found, key=lambda one: one.confidence, default=None)
    mime = best.mime_type if best is not None and best.confidence >= 0.4 else ""
    harmless = mime.startswith(_FAMILIES) and not any(word in mime for word in _NEVER)
    return mime if harmless else OPAQUE
