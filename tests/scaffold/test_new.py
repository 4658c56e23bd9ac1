"""`gateway new`: names are checked, files are written once, and what is written is green at once."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from gateway.cli import COMMANDS, main
from gateway.errors import SettingsError
from gateway.scaffold.names import Kind, checked
from gateway.scaffold.render import MANIFEST, rendered, write
from gateway.settings import load
from tests.scaffold.carried import TEMPLATES, carried

ROOT = Path(__file__).parents[2]
BOTH: tuple[Kind, Kind] = ("plugin", "provider")


def run(
    folder: Path, *command: str, typed: str | None = None, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run *command* of this environment in *folder*."""
    binary = [sys.executable, "-m", *command]
    around = {**os.environ, "PYTHONPATH": str(ROOT), **env}
    return subprocess.run(
        binary, cwd=folder, input=typed, capture_output=True, text=True, timeout=120, env=around
    )


@pytest.fixture(scope="module")
def born(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a plugin "greeter" and a provider "carrier", neither installed."""
    folder = tmp_path_factory.mktemp("born")
    for kind, name in (("plugin", "greeter"), ("provider", "carrier")):
        assert main(["new", kind, name, "--in", str(folder)]) == 0
    return folder


def test_the_plugins_own_tests_pass(born: Path) -> None:
    """Green at birth, in seconds."""
    ran = run(born / "greeter", "pytest", "-q")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.search(r"\b5 passed in", ran.stdout)
    assert "warning" not in (ran.stdout + ran.stderr).lower()


def test_mypy_is_content(born: Path) -> None:
    """Strictly, with both in one run."""
    options = ("--strict", "--follow-imports=silent", "--explicit-package-bases", "--config-file=")
    sources = ":".join([str(ROOT), *(str(born / name / "src") for name in ("greeter", "carrier"))])
    cache = f"--cache-dir={ROOT}/.mypy_cache/scaffold"
    ran = run(born, "mypy", *options, cache, "-p", "greeter", "-p", "carrier", MYPYPATH=sources)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Success" in ran.stdout


def test_the_plugin_chats_at_once(born: Path) -> None:
    """In its folder, not installed, through a pipe; wrong answers are asked again."""
    ran = run(born / "greeter", "gateway", "chat", typed="help\nfeedback\n9\n4\n/flows\nnice\n")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    for words in (
        "greeter, basics, as +254",
        "tell us how we did",
        "from 1 to 5?",
        "a number from 1 to 5",
        "feedback waits at",
        "the first.",
    ):
        assert words in ran.stdout
    assert "!" not in ran.stdout.replace("Thank you!", ""), ran.stdout


def test_the_provider_chats_at_once(born: Path) -> None:
    """Somebody has to answer: the demo's plugin does."""
    ran = run(born / "carrier", "gateway", "chat", typed="hi\n1\n")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "commerce, basics, as +254700000001 on a simulated carrier." in ran.stdout
    assert "What are you looking for?" in ran.stdout


@pytest.mark.parametrize("kind", BOTH)
def test_every_file_can_be_read(kind: Kind) -> None:
    """No word of the template is left, lines are short, and the manifest knows every template."""
    texts = rendered(kind, "corner_shop")
    for path, text in texts.items():
        assert not re.search(r"@[A-Za-z]+@", path + text), path
        assert not path.endswith(".py") or max(map(len, text.splitlines())) <= 120, path
        if path.endswith(".py"):
            compile(text, path, "exec")
    points: Any = tomllib.loads(texts["pyproject.toml"])["project"]["entry-points"]
    assert list(points) == [f"gateway.{kind}s"]
    there = {file.name for file in (TEMPLATES.parent / kind).glob("*.tmpl")}
    assert there == {f"{template}.tmpl" for template in MANIFEST[kind].values()}


def test_a_plugins_wheel_carries_its_pages() -> None:
    """Also those that are written later: a page that is not in the wheel is missed once it is installed."""
    project = tomllib.loads(rendered("plugin", "shop")["pyproject.toml"])
    carried = project["tool"]["setuptools"]["package-data"]["shop"]
    assert {"templates/**", "static/**", "migrations/*.sql"} <= set(carried)


@pytest.mark.parametrize("kind", BOTH)
def test_its_gateway_toml_is_accepted(kind: Kind, tmp_path: Path) -> None:
    """By the strict decoder; with a secret of its own each time."""
    write(tmp_path / "shop", rendered(kind, "shop"))
    first = load(tmp_path / "shop" / "gateway.toml").server.secret
    write(tmp_path / "again", rendered(kind, "shop"))
    assert load(tmp_path / "again" / "gateway.toml").server.secret != first


def test_the_template_of_a_provider_is_the_example(tmp_path: Path) -> None:
    """Under other words; `python -m tests.scaffold.carried` carries a change over."""
    assert {name: (TEMPLATES / name).read_text("utf-8") for name in carried()} == carried()


@pytest.mark.parametrize(
    ("kind", "name", "words"),
    [
        ("plugin", "My-Shop", "such as: gateway new plugin my_shop"),
        ("plugin", "CornerShop", "gateway new plugin corner_shop"),
        ("plugin", "2shops", "gateway new plugin shops"),
        ("plugin", "¿?", "gateway new plugin my_plugin"),
        ("plugin", "a" * 60, "1 to 41"),
        ("plugin", "../shop", "gateway new plugin shop"),
        ("plugin", "class", "a word of Python"),
        ("plugin", "json", "standard library"),
        ("plugin", "plugins", "the gateway's"),
        ("plugin", "serve", "`gateway serve` is a command already"),
        ("plugin", "flow", "the core has flow_wait"),
        ("plugin", "msgspec", "would be imported in its place"),
        ("provider", "twilio", "a provider of this name is installed by channel-gateway"),
        ("provider", "tests", "a project's tests"),
    ],
)
def test_names_that_cannot_be_had_are_refused(kind: Kind, name: str, words: str) -> None:
    """With the reason, or with what to write instead."""
    with pytest.raises(SettingsError) as refused:
        checked(kind, name, COMMANDS)
    assert words in str(refused.value)
    assert str(refused.value).count(" — ") == 1  # what to do is said once


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that is there, and not empty, stays as it is; an empty one will do."""
    (tmp_path / "shop").mkdir()
    assert main(["new", "plugin", "shop", "--in", str(tmp_path)]) == 0
    assert "gateway chat" in capsys.readouterr().out
    mine = tmp_path / "shop" / "README.md"
    mine.write_text("mine")
    assert main(["new", "plugin", "shop", "--in", str(tmp_path)]) == 2
    assert "is there already, and not empty" in capsys.readouterr().err
    assert mine.read_text() == "mine"
    (tmp_path / "file").write_text("")
    assert main(["new", "provider", "shop", "--in", str(tmp_path / "file")]) == 2
    assert "cannot be written" in capsys.readouterr().err
