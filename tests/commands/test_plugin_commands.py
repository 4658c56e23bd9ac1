"""Commands that plugins bring: what is wrong with one is said in a sentence that names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.cli import main
from gateway.hooks.host import Host

SHOP = """\
from gateway import CliCommand, hook

def twice(parser):
    parser.add_argument("--tenant")

def run(args, context):
    return 0

@hook.register_cli
def commands():
    return [CliCommand("sale", "Take 20% off", run), CliCommand("twice", "x", run, WHAT)]
"""


def _config(folder: Path, configure: str) -> list[str]:
    (folder / "shop.py").write_text(SHOP.replace("WHAT", configure))
    file = folder / "gateway.toml"
    file.write_text(
        f'plugin_paths = ["shop.py"]\n[server]\nsecret = "{"s" * 40}"\n[[tenants]]\nid = "duka"\n'
    )
    return ["--config", str(file)]


def test_a_line_of_help_is_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Also with a sign that argparse would fill in."""
    config = _config(tmp_path, "None")
    assert main(["shop", "--help", *config]) == 0
    assert "Take 20% off" in capsys.readouterr().out
    assert main(["shop", "sale", "--help", *config]) == 0
    assert "Take 20% off" in capsys.readouterr().out


def test_it_is_listed_what_a_plugin_brings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Also to the terminal."""
    assert main(["plugins", *_config(tmp_path, "None")]) == 0
    assert "2 terminal commands" in capsys.readouterr().out


def test_options_that_cannot_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Such as one that every command has: the plugin, the command and the line are named."""
    assert main(["shop", "sale", *_config(tmp_path, "twice")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("gateway: plugin 'shop' configure of `gateway shop twice` raised ArgumentError: ")
    assert "shop.py:4); --config and --tenant are there already" in said


def test_a_plugin_that_is_not_installed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A tenant's plugin is no misspelt command: what to do is said."""
    config = _config(tmp_path, "None")
    file = tmp_path / "gateway.toml"
    file.write_text(file.read_text().replace('id = "duka"', 'id = "duka"\nplugins = ["bakery"]'))
    assert main(["bakery", "import", *config]) == 2
    said = capsys.readouterr().err
    assert said.startswith("gateway: there is no plugin 'bakery', though ")
    assert said.endswith("install it, or name its file or folder in plugin_paths\n")
    assert main(["bakeri", *config]) == 2
    assert "invalid choice: 'bakeri'" in capsys.readouterr().err


@pytest.mark.parametrize("broken", ['CliCommand("a", None, print)', 'CliCommand("a", "Help", None)'])
def test_a_command_without_help_or_function(broken: str, tmp_path: Path) -> None:
    """Is refused when the plugin is loaded."""
    file = tmp_path / "shop.py"
    text = "from gateway import CliCommand, hook\n@hook.register_cli\ndef f(): return "
    file.write_text(f"{text}[{broken}]\n")
    said = Host.load([file], entry_points=False).failed["shop"]
    assert "register_cli: the command 'a' needs a line of help and a function to run" in said
    assert "shop.py:2" in said
