"""The plugins of a chat: found in a folder, loaded anew when they change, kept when they cannot be."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gateway.demo.code import Code
from gateway.demo.folder import load_provider, package_in
from gateway.errors import PluginError, SettingsError
from gateway.hooks.host import Host

HOOK = """\
from gateway import Chat, Message, hook


@hook.on_message
async def {}(message: Message, chat: Chat) -> None: ...
"""


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a chat leaves in this process goes."""
    monkeypatch.setattr(sys, "dont_write_bytecode", sys.dont_write_bytecode)
    monkeypatch.setattr(sys, "path", list(sys.path))


def _name_of(host: Host, plugin: str) -> str:
    """The name of the function that is the plugin's on_message."""
    return host.plugins[plugin].hooks["on_message"].__name__


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The folder of a plugin in two modules."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "__init__.py").write_text("from .answers import *  # noqa: F403\n")
    (folder / "answers.py").write_text(HOOK.format("first"))
    return folder


def test_a_change_is_seen_once(package: Path) -> None:
    """Of any file of the package, a new one too; not of what tools leave behind."""
    code = Code([package], ["shop"])
    assert not code.changed()
    (package / "answers.py").write_text(HOOK.format("second"))
    assert code.changed()
    assert not code.changed()
    (package / "migrations").mkdir()
    (package / "migrations" / "0001_shop.sql").write_text("-- nothing")
    assert code.changed()
    (package / "__pycache__").mkdir(exist_ok=True)
    (package / "__pycache__" / "answers.pyc").write_text("")
    (package / "answers.py~").write_text("")
    assert not code.changed()


def test_the_parts_of_a_package_are_read_again(package: Path) -> None:
    """Not only its first file."""
    code = Code([package], ["shop"])
    assert _name_of(code.host, "shop") == "first"
    (package / "answers.py").write_text(HOOK.format("second"))
    code.renew([package], ["shop"])
    assert _name_of(code.host, "shop") == "second"


def test_code_that_cannot_be_loaded_changes_nothing(package: Path) -> None:
    """The old plugin and its modules are there as before, and the next save is seen."""
    code = Code([package], ["shop"])
    before, modules = code.host, dict(sys.modules)
    (package / "answers.py").write_text("def broken(:\n")
    with pytest.raises(PluginError, match=r"plugin 'shop' cannot be loaded: SyntaxError.*answers\.py:1\)"):
        code.renew([package], ["shop"])
    assert code.host is before
    assert {name: module for name, module in sys.modules.items() if "shop" in name} == {
        name: module for name, module in modules.items() if "shop" in name
    }
    code.changed()
    (package / "answers.py").write_text(HOOK.format("third"))
    assert code.changed()
    code.renew([package], ["shop"])
    assert _name_of(code.host, "shop") == "third"


def test_the_package_of_a_folder_is_found(tmp_path: Path) -> None:
    """By the entry points in its pyproject.toml, in src/ or beside it; what is installed is left alone."""
    assert package_in(tmp_path).names == ()
    project = tmp_path / "pyproject.toml"
    project.write_text(
        '[project.entry-points."gateway.plugins"]\nshop = "shop.hooks"\nbasics = "plugins.basics"\n'
        '[project.entry-points."gateway.providers"]\ncarrier = "lorry:carrier"\n'
        'twilio = "providers.twilio:provider"\n'
    )
    found = package_in(tmp_path)
    assert found.names == ("shop", "basics")
    assert found.plugins == {"shop": tmp_path / "shop" / "hooks.py"}
    assert found.providers == {"carrier": "lorry:carrier"}
    assert found.stands_in == ("carrier", "twilio")

    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "lorry.py").write_text("carrier = 'the provider'\n")
    found = package_in(tmp_path)
    assert load_provider(found, "carrier") == "the provider"
    (tmp_path / "src" / "lorry.py").unlink()
    del sys.modules["lorry"]
    with pytest.raises(SettingsError, match="provider 'carrier': cannot be loaded: ModuleNotFoundError"):
        load_provider(found, "carrier")
    project.write_text("[project\n")
    with pytest.raises(SettingsError, match="is no TOML"):
        package_in(tmp_path)
