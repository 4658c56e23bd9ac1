"""examples/photos.py: files that come are fetched, told of, and sent on."""

from __future__ import annotations

import pytest

from gateway.testing import Contact

pytestmark = [pytest.mark.plugins("../../examples/photos.py"), pytest.mark.provider("all")]


async def test_a_picture_comes_back_with_its_size(ana: Contact) -> None:
    """Once it is fetched."""
    await ana.sends(image=True, caption="our house")

    shown = await ana.sees("On the wall")
    assert shown.kind in ("image", "media")


async def test_a_document_is_kept(ana: Contact) -> None:
    """And is no picture for the wall."""
    await ana.sends(document=True)

    await ana.sees("For the wall we need a picture.")
