"""A file as it comes: how it is encoded, what separates its cells, and its rows one after another, whatever
its size."""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

#: Bytes that are read at once.
CHUNK = 1 << 20
#: Characters of a cell that csv takes; what is longer is a quote that nobody closed.
LONGEST = 131_072
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class Source(Struct, frozen=True):
    """A file that was looked through once: *sha256* of its bytes, their number, how to read it; *headed* is
    True when its first line only says what separates cells, as Excel writes it ("sep=;")."""

    path: Path
    sha256: str
    size: int
    encoding: str
    separator: str
    headed: bool = False


class Line(Struct, frozen=True):
    """A row: its *number* as a spreadsheet counts (the names of the columns are 1), its *cells*, or what is
    *wrong* with it; *read* is how many bytes of the file are behind it, about."""

    number: int
    cells: Sequence[str]
    read: int
    wrong: str = ""


def examine(path: Path) -> Source:
    """Look through the file at *path*. Raises `OSError`, and `ValueError` with a sentence for what is no
    text."""
    digest, size, start = hashlib.sha256(), 0, b""
    utf8: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            start, size = start or chunk, size + len(chunk)
            utf8 = utf8 if utf8 is not None and _fits(utf8, chunk) else None
    if utf8 is not None and not _fits(utf8, b"", last=True):
        utf8 = None
    if start.startswith(b"PK\x03\x04"):
        raise ValueError("this is a spreadsheet or an archive: save it as CSV (UTF-8) and take that file")
    marked = next((encoding for mark, encoding in _MARKS if start.startswith(mark)), "")
    encoding = marked or ("utf-8" if utf8 is not None else "cp1252")
    first = start[: 1 << 16].decode(encoding, "ignore").lstrip("\r\n").split("\n", 1)[0].rstrip("\r")
    told = first.lower().startswith("sep=") and len(first) == 5
    separator = first[4] if told else _separator(first)
    return Source(path, digest.hexdigest(), size, encoding, separator, told)


def _fits(decoder: codecs.IncrementalDecoder, chunk: bytes, last: bool = False) -> bool:
    try:
        decoder.decode(chunk, last)
    except UnicodeDecodeError:
        return False
    return True


def _separator(line: str) -> str:
    """What stands most often between the names of columns."""
    outside = "".join(line.split('"')[::2])
    return max((",", ";", "\t"), key=outside.count)


def lines(source: Source) -> Iterator[Line]:
    """The rows of *source*, the names of the columns first. Empty ones are counted and left out. One that
    cannot be read has `wrong`, and the next one follows."""
    with source.path.open("rb") as raw:
        text = codecs.getreader(source.encoding)(raw, "replace")
        if source.headed:
            next(text, None)
        rows = csv.reader(text, delimiter=source.separator, skipinitialspace=True)
        csv.field_size_limit(LONGEST)
        number = 0
        while True:
            try:
                cells = next(rows, None)
            except csv.Error as error:
                number += 1
                yield Line(number, (), raw.tell(), _told(str(error)))
                continue
            if cells is None:
                return
            number += 1
            if any(cell.strip() for cell in cells):
                yield Line(number, cells, raw.tell())


def _told(error: str) -> str:
    if "field larger" in error:
        return 'a quote (") is opened and not closed: write "" for a quote within a cell'
    return f"it cannot be read: {error}"
