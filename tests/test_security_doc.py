"""docs/security.md names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
_NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_every_row_has_tests_that_exist() -> None:
    """Each row of the catalogue names at least one test, and every test that is named can be found."""
    rows = [row for row in (ROOT / "docs/security.md").read_text().splitlines() if row.startswith("| A")]
    missing = []
    for row in rows:
        named = _NAMED.findall(row)
        assert named, row
        for file, test in named:
            path = ROOT / file
            if not path.exists() or not re.search(rf"def {test}\b", path.read_text()):
                missing.append(f"{file}::{test}")
    assert len(rows) > 25
    assert missing == []
