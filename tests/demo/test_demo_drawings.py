"""The files of the demo are what they say they are."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from gateway.demo import drawings


def test_the_picture_is_one() -> None:
    """A small JPEG in the size that was asked for."""
    made = drawings.picture(320, 200)
    with Image.open(io.BytesIO(made)) as picture:
        picture.load()
        assert (picture.format, picture.size) == ("JPEG", (320, 200))
    assert len(made) < 20_000


def test_the_document_has_its_places_right() -> None:
    """A PDF whose table says where each object is, with special characters escaped."""
    made = drawings.pdf("A (shop)", ["back\\slash", "Ünïcode"])
    assert b"A \\(shop\\)" in made
    table = made[made.index(b"xref\n0 6\n") :].splitlines()[3:8]
    for number, line in enumerate(table, 1):
        assert made[int(line[:10]) :].startswith(b"%d 0 obj" % number)
    assert int(made.rsplit(b"startxref\n", 1)[1].split()[0]) == made.index(b"xref\n0")


@pytest.mark.parametrize(("seconds", "packets"), [(0.0, 1), (1.0, 50), (60.0, 250)])
def test_the_voice_note_is_opus_in_ogg(seconds: float, packets: int) -> None:
    """Three pages; the last holds the packets, and says so."""
    pages = drawings.voice(seconds).split(b"OggS")[1:]
    assert [page[22] for page in pages] == [1, 1, packets]
    assert b"OpusHead" in pages[0]
