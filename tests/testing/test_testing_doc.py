"""docs/testing.md: every snippet of it runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

DOC = Path(__file__).parents[2] / "docs" / "testing.md"


def test_the_project_of_the_documentation_is_green(tmp_path: Path) -> None:
    """Its files, as they are named there."""
    blocks = re.findall(r"```(?:python|ini)\n# ([\w.]+)\n(.*?)```", DOC.read_text(), re.DOTALL)
    for name, text in blocks:
        (tmp_path / name).write_text(text)

    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)

    assert done.returncode == 0, done.stdout + done.stderr
    tests = sum(text.count("async def test_") for _, text in blocks)
    assert f"{tests + 3} passed" in done.stdout  # one of them twice, one three times
    assert {"shop.py", "pytest.ini", "test_shop.py"} <= {name for name, _ in blocks}


def test_no_snippet_is_left_out() -> None:
    """Each Python block names the file that it is."""
    assert len(re.findall("```python", DOC.read_text())) == len(re.findall("```python\n# ", DOC.read_text()))
