"""The shop is written with what every plugin has, and its pages tell all of its settings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from plugins.commerce.settings import Pickup, Settings, Zone

ROOT = Path(__file__).parents[3]
SHOP = ROOT / "plugins" / "commerce"
MODULES = sorted(SHOP.rglob("*.py"))


def _imported(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports by a dot"
            yield node.module or ""


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(SHOP)))
def test_of_our_code_it_imports_the_facade_only(module: Path) -> None:
    """`gateway`, and itself: what a stranger's plugin could."""
    ours = {
        name for name in _imported(module) if name.partition(".")[0] in ("gateway", "providers", "plugins")
    }

    assert {name for name in ours if name != "gateway" and not name.startswith("plugins.commerce")} == set()


@pytest.mark.parametrize("settings", [Settings, Zone, Pickup])
def test_every_setting_is_in_the_docs(settings: type[msgspec.Struct]) -> None:
    """With its default, in docs/commerce.md."""
    page = (ROOT / "docs" / "commerce.md").read_text("utf-8")
    told = set(re.findall(r"`([a-z_]+)`", page))
    known = {field.name for field in msgspec.structs.fields(settings)}

    assert known - told == set()
