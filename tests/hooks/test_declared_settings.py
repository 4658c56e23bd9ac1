"""A plugin may declare the Struct of its settings."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import Struct

from gateway.errors import PluginError
from gateway.hooks.host import Host
from gateway.hooks.mark import hook


class Good(Struct, frozen=True):
    word: str = ""


class Bad(Struct, frozen=True):
    word: complex = 0j


def _plugin(**members: Any) -> SimpleNamespace:
    @hook.on_start
    async def begin() -> None:
        pass

    return SimpleNamespace(begin=begin, **members)


def test_a_struct_is_taken_and_none_is_none() -> None:
    """The host knows it by the plugin."""
    host = Host()
    assert host.register(_plugin(Settings=Good), "good").settings is Good
    assert host.register(_plugin(), "plain").settings is None


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        (dict, "plugin 'bad': Settings must be a msgspec.Struct"),
        (Good(), "plugin 'bad': Settings must be a msgspec.Struct"),
        (Bad, "plugin 'bad': Settings cannot be described as JSON Schema"),
    ],
)
def test_what_is_no_struct_is_refused_with_what_to_write(declared: object, said: str) -> None:
    """Before anything of the plugin is taken in."""
    host = Host()
    with pytest.raises(PluginError, match=said):
        host.register(_plugin(Settings=declared), "bad")
    assert "bad" not in host.plugins
