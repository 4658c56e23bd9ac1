"""Cards out of the file of a message about contacts, and of no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.media.cards import LARGEST, cards_in
from gateway.media.spill import Spilled

CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ana Ruiz\r\nEND:VCARD\r\n"


@pytest.mark.parametrize(
    ("kind", "data", "size", "names"),
    [
        ("contacts", CARD, len(CARD), ["Ana Ruiz"]),
        ("contacts", CARD * 2, 2 * len(CARD), ["Ana Ruiz", "Ana Ruiz"]),
        ("contacts", b"<html>", 6, []),
        ("contacts", b"\xff\xfe\x00", 3, []),
        ("contacts", CARD, LARGEST + 1, []),
        ("document", CARD, len(CARD), []),
    ],
)
async def test_only_a_file_of_contacts_is_read(
    tmp_path: Path, kind: str, data: bytes, size: int, names: list[str]
) -> None:
    """Of a size that cards have; a document that somebody sends stays one."""
    path = tmp_path / "file"
    path.write_bytes(data)
    found = await cards_in(kind, Spilled(path, size, "", data[:64]))
    assert [card.name for card in found] == names
