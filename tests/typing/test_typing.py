"""The public types, from outside: good files pass mypy --strict and pyright's strict mode, bad files fail
where they say."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from mypy import api

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FILES = sorted([*HERE.glob("good_*.py"), *HERE.glob("bad_*.py")])
ERROR = re.compile(r"^(?P<file>.+?):(?P<line>\d+): error: (?P<text>.*)$", re.MULTILINE)
#: (file, line) → the errors of that line.
Errors = dict[tuple[str, int], str]

#: Strict about the types that authors get; what it says of a file's style is no concern here.
PYRIGHT = {
    "typeCheckingMode": "strict",
    "pythonVersion": "3.11",
    "pythonPlatform": "All",
    "extraPaths": [str(ROOT)],
    "include": [str(file) for file in FILES],
    "reportUnusedFunction": False,
    "reportUnusedVariable": False,
    "reportMatchNotExhaustive": False,
}


@pytest.fixture(scope="module")
def by_mypy() -> Errors:
    """What mypy says of all the files, in one run."""
    # No option but what `make check` has too: they share what mypy remembers of the gateway.
    options = ["--strict", "--no-error-summary", f"--config-file={ROOT}/pyproject.toml"]
    out, problems, status = api.run([*options, f"--cache-dir={ROOT}/.mypy_cache", *map(str, FILES)])
    assert problems == ""
    assert status in (0, 1), out
    errors: Errors = {}
    for match in ERROR.finditer(out):
        key = (Path(match["file"]).name, int(match["line"]))
        errors[key] = f"{errors.get(key, '')}{match['text']}\n"
    return errors


@pytest.fixture(scope="module")
def by_pyright(tmp_path_factory: pytest.TempPathFactory) -> Errors:
    """What pyright says of all the files, in one run."""
    config = tmp_path_factory.mktemp("pyright") / "pyrightconfig.json"
    config.write_text(json.dumps(PYRIGHT))
    command = [
        Path(sys.executable).with_name("basedpyright"),
        "--outputjson", "--pythonpath", sys.executable, "-p", config,
    ]  # fmt: skip
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=ROOT)
    told = json.loads(ran.stdout)
    assert told["summary"]["filesAnalyzed"] == len(FILES), ran.stdout + ran.stderr
    errors: Errors = {}
    for one in told["generalDiagnostics"]:
        name = Path(one["file"]).name
        follows = name.startswith("bad_") and "reportUnknown" in one.get("rule", "")  # from another error
        if one["severity"] == "error" and not follows:
            key = (name, one["range"]["start"]["line"] + 1)
            errors[key] = f"{errors.get(key, '')}{one['message']}\n"
    return errors


def _expected(file: Path) -> dict[int, str]:
    """line → the words that mypy must say of it."""
    lines = enumerate(file.read_text().splitlines(), 1)
    return {number: line.split("# E: ")[1] for number, line in lines if "# E: " in line}


def _of(file: Path, errors: Errors) -> dict[int, str]:
    return {line: text for (name, line), text in errors.items() if name == file.name}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_mypy_says_what_the_file_expects(file: Path, by_mypy: Errors) -> None:
    """Every line marked ``# E:`` gives that error, and no other line gives any."""
    expected, errors = _expected(file), _of(file, by_mypy)

    assert file.name.startswith("good_") != bool(expected)
    assert sorted(errors) == sorted(expected), errors
    assert {line: errors[line] for line, words in expected.items() if words not in errors[line]} == {}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_pyright_finds_the_same(file: Path, by_pyright: Errors) -> None:
    """In the same lines, in its own words: whoever writes in an editor sees what mypy says later."""
    errors = _of(file, by_pyright)

    assert sorted(errors) == sorted(_expected(file)), errors
