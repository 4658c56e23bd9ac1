"""MENU and HELP mean the same whoever answers them: the first of a tenant's plugins does."""

from __future__ import annotations

from pathlib import Path

from gateway.hooks.conflicts import twice_answered
from gateway.hooks.host import Host

_CODE = """
from gateway import Command, hook
async def r(message, chat, rest): ...
@hook.register_commands
def f(): return [
    Command("menu", {"en": ["menu", "Home"], "es": ["menú"]}, "", r), Command("x", ["%s"], "", r)
]
"""


def _host(folder: Path, **words: str) -> Host:
    files = []
    for name, word in words.items():
        files.append(folder / f"{name}.py")
        files[-1].write_text(_CODE % word)
    return Host.load(files, entry_points=False, strict=True)


def test_plugins_that_both_have_menu_are_in_nobodys_way(tmp_path: Path) -> None:
    """Other words that both have are told, as ever."""
    assert not _host(tmp_path, one="a", two="b").conflicts
    (found,) = _host(tmp_path, three="cart", four="cart").conflicts
    assert found.said.startswith("the command 'cart' (en) is claimed by")


def test_a_tenant_that_uses_both_is_told_whose_menu_it_has(tmp_path: Path) -> None:
    """In the order of its plugins; who uses one of them has nothing to know."""
    plugins = _host(tmp_path, one="a", two="b").plugins
    (found,) = twice_answered(plugins, ["two", "one"])
    assert found.said == "MENU is that of 'two', which comes before 'one'"
    assert not list(twice_answered(plugins, ["one"]))
