"""The decorators' types, from outside: good files pass mypy --strict, bad files fail where they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from mypy import api

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FILES = sorted([*HERE.glob("good_*.py"), *HERE.glob("bad_*.py")])
ERROR = re.compile(r"^(?P<file>.+?):(?P<line>\d+): error: (?P<text>.*)$", re.MULTILINE)


@pytest.fixture(scope="module")
def found() -> dict[tuple[str, int], str]:
    """What mypy says of all the files, in one run: (file, line) → the errors of that line."""
    options = [
        "--strict",
        "--follow-imports=silent",
        "--no-error-summary",
        f"--config-file={ROOT}/pyproject.toml",
    ]
    out, problems, status = api.run([*options, f"--cache-dir={ROOT}/.mypy_cache", *map(str, FILES)])
    assert problems == ""
    assert status in (0, 1), out
    errors: dict[tuple[str, int], str] = {}
    for match in ERROR.finditer(out):
        key = (Path(match["file"]).name, int(match["line"]))
        errors[key] = f"{errors.get(key, '')}{match['text']}\n"
    return errors


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_mypy_says_what_the_file_expects(file: Path, found: dict[tuple[str, int], str]) -> None:
    """Every line marked ``# E:`` gives that error, and no other line gives any."""
    expected = {
        number: line.split("# E: ")[1]
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if "# E: " in line
    }
    errors = {line: text for (name, line), text in found.items() if name == file.name}

    assert file.name.startswith("good_") != bool(expected)
    assert sorted(errors) == sorted(expected), errors
    for line, words in expected.items():
        assert words in errors[line]
