"""A foreign regular package that hides our namespaces is found and named."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.hooks.namespace import namespace_culprit


@pytest.mark.parametrize("file", ["plugins/__init__.py", "providers/__init__.py", "plugins.py"])
def test_the_culprit_is_named(tmp_path: Path, file: str) -> None:
    """A regular package or module anywhere on the path is told with its file and what to do."""
    culprit = tmp_path / "foreign" / file
    culprit.parent.mkdir(parents=True)
    culprit.write_text("")

    said = namespace_culprit([str(tmp_path), str(tmp_path / "foreign")])

    assert said is not None
    assert said.startswith(f"{culprit} hides the namespace")


def test_a_clean_path_has_no_culprit(tmp_path: Path) -> None:
    """Namespace folders without __init__.py are what should be there."""
    (tmp_path / "plugins" / "crm").mkdir(parents=True)

    assert namespace_culprit([str(tmp_path)]) is None
