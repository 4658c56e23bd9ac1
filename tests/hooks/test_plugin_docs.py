"""docs/plugins.md and docs/errors.md against the code: examples load, sentences are those that are said."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from gateway.hooks.host import Host

ROOT = Path(__file__).parents[2]
BLOCKS = (ROOT / "docs" / "plugins.md").read_text().split("```python\n")[1:]
ROWS = [
    row.split(" | ")[0].removeprefix("| ")
    for row in (ROOT / "docs" / "errors.md").read_text().splitlines()
    if row.startswith("| `")
]


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_the_examples_are_plugins(number: int, tmp_path: Path) -> None:
    """Each example of docs/plugins.md is one as it stands."""
    file = tmp_path / "shop.py"
    file.write_text(BLOCKS[number].split("```")[0])
    assert Host.load([file], entry_points=False).failed == {}


@cache
def _said() -> str:
    """The sources of the gateway, their texts put together and what is filled in written as "…"."""
    text = "\n".join(file.read_text() for file in (ROOT / "gateway").rglob("*.py"))
    text = re.sub(r"""["']\s*\n\s*f?r?["']""", "", text)
    return re.sub(r"\{[^{}]*\}", "…", text)


#: What is filled in, or is an example's.
_FILLED = re.compile(
    r"…|note: |order_placed|shop/0002_|shop\.py:10|1\.2s|1s|KeyError|gateway\.toml: tenants\[0\]\.settings\."
)


@pytest.mark.parametrize("row", ROWS)
def test_each_sentence_is_said(row: str) -> None:
    """What docs/errors.md quotes stands in the code; what is filled in is left out."""
    for long, short in re.findall(r"`` ?(.+?) ?``|`([^`]+)`", row):
        pieces = [each.strip(" '\"`();:,") for each in _FILLED.split(long or short)]
        assert [each for each in pieces if len(each) > 6 and each not in _said()] == []
