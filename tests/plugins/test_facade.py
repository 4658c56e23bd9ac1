"""Our plugins are written with what a stranger's has: the names of `gateway`, and their own modules.

import-linter cannot tell `from gateway import api`, which marks a route, from the package of that name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import gateway

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "plugins").rglob("*.py"))


def _imported(module: Path) -> Iterator[str]:
    """What *module* imports of our code, dotted; what comes from the façade with a colon before its name."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports by a dot"
            source = node.module or ""
            names = [f"gateway:{each.name}" for each in node.names] if source == "gateway" else [source]
        else:
            continue
        yield from (name for name in names if name.startswith(("gateway", "providers", "plugins")))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_plugin_imports_the_facade_and_itself(module: Path) -> None:
    """No module below `gateway`, no provider, no other plugin."""
    own = module.relative_to(ROOT).with_suffix("").parts[:2]
    facade = {f"gateway:{name}" for name in gateway.__all__}
    strange = {name for name in _imported(module) if name not in facade and tuple(name.split(".")[:2]) != own}

    assert strange == set()


def test_every_plugin_is_looked_at() -> None:
    """The list of modules is that of what is installed."""
    assert {module.relative_to(ROOT).parts[1] for module in MODULES} == {"basics", "commerce"}
