"""Our own plugins use the public surface alone, like anybody's."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "plugins").rglob("*.py")) + sorted((ROOT / "examples").glob("*.py"))


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_a_plugin_imports_gateway_and_nothing_below_it(file: Path) -> None:
    """Of our code a plugin sees `gateway`, its tests `gateway.testing` too, and no plugin sees another."""
    parts = file.relative_to(ROOT).parts
    allowed = {"gateway", "gateway.testing"} if "test" in parts[-1] else {"gateway"}
    own = f"plugins.{parts[1]}"
    below = [
        name for name in _imported(file)
        if name.split(".")[0] in ("gateway", "plugins", "providers")
        and name not in allowed and name != own and not name.startswith(own + ".")
    ]  # fmt: skip

    assert below == []
