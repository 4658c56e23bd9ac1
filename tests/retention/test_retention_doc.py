"""docs/retention.md against the code."""

from __future__ import annotations

from pathlib import Path

from gateway.retention.kinds import SHELVES
from gateway.settings.durations import text
from gateway.settings.kept import KINDS

DOC = (Path(__file__).parents[2] / "docs" / "retention.md").read_text()


def test_the_table_is_the_codes() -> None:
    """Every kind, for how long it is kept and has to be."""
    rows = [
        [cell.strip().strip("`") for cell in line.split("|")[1:4]]
        for line in DOC.splitlines()
        if line.startswith("| `")
    ]
    assert rows == [[name, text(kind.usual), text(kind.least)] for name, kind in KINDS.items()]


def test_every_kind_goes() -> None:
    """None is promised that nothing removes; files are the sweep's."""
    assert {*SHELVES} == {*KINDS} - {"media"}
