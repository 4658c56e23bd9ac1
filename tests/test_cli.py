"""The command line itself: finding commands, exit codes, how errors are told."""

from __future__ import annotations

import argparse
import subprocess
import sys
from importlib import import_module

import pytest

from gateway import cli
from gateway.errors import GatewayError

NAMES = cli.COMMANDS


@pytest.mark.parametrize("name", NAMES)
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It has a name, one line of help, and an example."""
    module = import_module(f"gateway.commands.{name}")

    assert name == module.NAME
    assert module.HELP
    assert "\n" not in module.HELP
    assert cli.main([name, "--help"]) == 0
    assert f"gateway {name}" in capsys.readouterr().out.partition("example")[2]


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """`gateway --help` is the table of contents."""
    assert cli.main(["--help"]) == 0

    out = capsys.readouterr().out
    assert all(f"\n    {name} " in out for name in NAMES)


def test_the_version_is_the_distributions(capsys: pytest.CaptureFixture[str]) -> None:
    """As installed."""
    assert cli.main(["--version"]) == 0

    assert capsys.readouterr().out.startswith("gateway 0.")


@pytest.mark.parametrize("words", [[], ["bogus"], ["key"], ["key", "create"], ["check", "--nonsense"]])
def test_wrong_usage_exits_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """And says how it is used."""
    assert cli.main(words) == 2

    assert "usage: gateway" in capsys.readouterr().err


class _Failing:
    NAME = HELP = "check"

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def configure(self, parser: argparse.ArgumentParser) -> None:
        pass

    def run(self, args: argparse.Namespace) -> int:
        raise self._error


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (GatewayError("the tap is shut"), 2, "gateway: the tap is shut\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_how_a_command_ends(
    error: BaseException,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A refusal is a sentence and 2, Ctrl-C is 130 and silent."""
    monkeypatch.setattr(cli, "_load", lambda name: _Failing(error))

    assert cli.main(["check"]) == code
    assert capsys.readouterr().err == said


def test_python_dash_m_and_a_closed_pipe() -> None:
    """`python -m gateway` is the command, and a reader that stops reading is no error."""
    command = f"{sys.executable} -m gateway --help | head -n 1"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=True)

    assert done.stdout.startswith("usage: gateway")
    assert done.stderr == ""


def test_help_is_fast_because_nothing_heavy_is_imported() -> None:
    """Servers and drivers are imported by the command that needs them."""
    code = (
        "import sys; from gateway import cli; cli.main(['--help']);"
        "print(sorted({'aiohttp', 'asyncpg', 'cryptography', 'sentry_sdk'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"
