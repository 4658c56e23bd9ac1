"""The second chance of a test that failed beside others: it runs alone, and nothing is hidden."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
#: Fails in a worker of a run of several processes, as a test about time does on a busy machine.
SHAKY = "def test_shaky(worker_id): assert worker_id == 'master'\n"
WELL = "def test_well(): pass\n"
ILL = "def test_ill(): assert False\n"


def run(folder: Path, *arguments: str, **files: str) -> tuple[int, str]:
    """The exit code and the words of a run over *files*."""
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -q -p no:cacheprovider\n")
    for name, text in files.items():
        (folder / f"test_{name}.py").write_text(text)
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    ended = subprocess.run(
        [sys.executable, "-m", "tests.support.again", "-n", "2", *arguments], cwd=folder, check=False,
        env={**env, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    return ended.returncode, ended.stdout


def test_who_passes_alone_is_told_of(tmp_path: Path) -> None:
    """The run passes, and its end says who had a second chance; the others do not run again."""
    code, words = run(tmp_path, "--dist", "loadfile", shaky=SHAKY, well=WELL)

    assert code == 0, words
    assert words.rstrip().endswith("failed beside others, passed alone: test_shaky.py::test_shaky")
    assert "1 failed, 1 passed" in words
    assert "test_well" not in words


def test_who_fails_alone_too_fails_the_run(tmp_path: Path) -> None:
    """Each is told of by itself; what the run was asked for still counts."""
    code, words = run(tmp_path, "-k", "ill or shaky", ".", shaky=SHAKY, ill=ILL, well=WELL)

    assert code == 1, words
    assert "failed beside others, passed alone: test_shaky.py::test_shaky" in words
    assert "failed beside others, failed alone: test_ill.py::test_ill" in words


@pytest.mark.parametrize(
    ("files", "arguments"),
    [
        ({"many": "".join(f"def test_{n}(): assert False\n" for n in range(9))}, ()),
        ({"shaky": SHAKY, "unreadable": "import nothing_of_this_name\n"}, ()),
        ({"shaky": SHAKY, "crashing": "import os\ndef test_end(): os._exit(3)\n"}, ()),
        ({"shaky": SHAKY, "well": WELL}, ("-x",)),
        ({"shaky": SHAKY, "well": WELL}, ("-x", "-n", "0", "--deselect", "nobody", "-p", "no:xdist")),
    ],
    ids=["many", "unreadable", "crash", "broken_off", "usage"],
)
def test_there_is_no_second_chance(files: dict[str, str], arguments: tuple[str, ...], tmp_path: Path) -> None:
    """Many failures, a file that cannot be read, a worker that ended, a run that did not go to its end."""
    code, words = run(tmp_path, *arguments, **files)

    assert code != 0, words
    assert "alone:" not in words


def test_a_run_in_which_all_is_well_says_no_more(tmp_path: Path) -> None:
    """As pytest itself."""
    code, words = run(tmp_path, well=WELL)

    assert code == 0
    assert words.rstrip().splitlines()[-1].startswith("1 passed")
