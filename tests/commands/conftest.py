"""A folder with a gateway.toml, and the command line run in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.cli import main

Run = Callable[..., tuple[int, str, str]]

CONFIG = """\
plugin_paths = ["./listener.py"]
[server]
secret = "a secret of at least thirty-two characters"
[[tenants]]
id = "duka"
plugins = ["listener"]
"""

PLUGIN = """\
from gateway.hooks.mark import hook

__version__ = "1.2"

@hook.on_start
async def begin() -> None:
    pass
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: one tenant, one plugin in a file, an SQLite database to be made."""
    (tmp_path / "gateway.toml").write_text(CONFIG)
    (tmp_path / "listener.py").write_text(PLUGIN)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def gateway(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `gateway WORDS`: its exit code, stdout and stderr."""

    def run(*words: str) -> tuple[int, str, str]:
        code = main(words)
        out, err = capsys.readouterr()
        return code, out, err

    return run
