"""Which plugins a world has."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway import Chat, Message, hook
from gateway.errors import PluginError
from gateway.testing.given import Given

from . import shop


class EchoTwice:
    """A plugin that is a class."""

    @hook.on_message
    async def echo(self, message: Message, chat: Chat) -> None:
        """Twice."""
        await chat.say(message.text * 2)


def _given(*plugins: object, **settings: object) -> Given:
    return Given(plugins, settings, Path(__file__).parent)


@pytest.mark.parametrize(
    ("plugin", "name"),
    [
        ("shop.py", "shop"),
        (Path("shop.py"), "shop"),
        (shop, "shop"),
        (EchoTwice, "echo_twice"),
        (EchoTwice(), "echo_twice"),
        ({"parrot": EchoTwice}, "parrot"),
        ({"stall": shop}, "stall"),
        ("basics", "basics"),
    ],
)
def test_a_plugin_is_a_file_a_name_a_module_a_class_or_an_object(plugin: object, name: str) -> None:
    """Or any of these under a name."""
    host, names = _given(plugin).load()
    assert names == (name,)
    assert name in host.plugins


def test_a_class_is_made_anew_at_each_start() -> None:
    """So that a restart forgets what it held; an object stays."""
    given = _given(EchoTwice)
    assert given.load()[0].plugins["echo_twice"] is not given.load()[0].plugins["echo_twice"]


def test_settings_are_the_only_plugins_or_by_plugin() -> None:
    """Whatever cannot be either is refused."""
    assert _given("shop.py", greeting="hi").settings_of(["shop"]) == {"shop": {"greeting": "hi"}}
    both = _given("shop.py", EchoTwice, shop={"greeting": "hi"})
    assert both.settings_of(["shop", "echo_twice"]) == {"shop": {"greeting": "hi"}}
    with pytest.raises(PluginError, match="are written by plugin"):
        _given("shop.py", EchoTwice, greeting="hi").settings_of(["shop", "echo_twice"])


def test_a_file_keeps_its_name() -> None:
    """As it would in gateway.toml."""
    with pytest.raises(PluginError, match="is named by its stem"):
        _given({"stall": "shop.py"}).load()
