"""What docs/flows.md shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from gateway.testing import Contact, World

DOC = Path(__file__).parents[2] / "docs" / "flows.md"
BLOCKS = re.findall(r"```python\n(.*?)```", DOC.read_text(), re.DOTALL)


@pytest.fixture
def plugins(tmp_path: Path) -> list[str]:
    """The first snippet, as a plugin in a file."""
    file = tmp_path / "tables.py"
    file.write_text(BLOCKS[0])
    return [str(file)]


@pytest.mark.database("both")
async def test_the_booking_of_the_page(world: World, ana: Contact) -> None:
    """The page's own test passes with the page's own plugin."""
    names: dict[str, Any] = {}
    exec(BLOCKS[-1], names)
    await names["test_booking"](world, ana)
    assert not world.dead
