"""The host takes in good plugins, and refuses bad ones in words that help."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pluggy import HookimplMarker

from gateway.errors import PluginError
from gateway.hooks import mark
from gateway.hooks.handled import Handled
from gateway.hooks.host import Host

hook: Any = mark.hook  # untyped on purpose: these plugins are wrong
hookimpl = HookimplMarker("gateway")


def refusal(plugin: object, name: str) -> str:
    """What the host says when it refuses *plugin*."""
    with pytest.raises(PluginError) as caught:
        Host().register(plugin, name)
    return str(caught.value)


class Typo:
    @hookimpl
    async def on_mesage(self, message: object) -> None: ...


class BadArgument:
    @hook.on_message
    async def on_message(self, msg: object) -> None: ...


class Sync:
    @hook.on_message
    def on_message(self, message: object) -> None: ...


class Unmarked:
    async def on_message(self, message: object) -> None: ...


class Empty:
    """Nothing in it."""


class Yields:
    @hook.on_message
    async def on_message(self, message: object) -> AsyncIterator[int]:
        yield 1


class Wrapper:
    @hookimpl(tryfirst=True)
    async def on_message(self, message: object) -> None: ...


class Stars:
    @hook.on_message
    async def on_message(self, *values: object) -> None: ...


class Twice:
    @hook.on_message
    async def one(self) -> None: ...

    @hook.on_message
    async def two(self) -> None: ...


class Good:
    @hook.on_message
    async def greet(self, chat: str, message: str) -> tuple[str, str]:
        return (message, chat)

    @hook.on_status
    async def seen(self, chat: str) -> str:
        return chat

    @hook.on_start
    async def begin(self) -> str:
        return "began"

    @hook.on_any_message
    async def nothing(self) -> str:
        return "called with nothing"

    @hook.on_event
    async def default(self, event: str, chat: str = "never") -> tuple[str, str]:
        return (event, chat)

    @property
    def explosive(self) -> str:
        raise RuntimeError("a property was read while checking")


@pytest.mark.parametrize(
    ("plugin", "words"),
    [
        (Typo(), "plugin 'bad': no hook named 'on_mesage'; did you mean 'on_message'? ("),
        (BadArgument(), "plugin 'bad': hook on_message takes (message, chat); it has no argument 'msg' ("),
        (Sync(), "plugin 'bad': on_message must be 'async def', it would block every other tenant ("),
        (
            Unmarked(),
            "plugin 'bad': on_message() looks like a hook but is not marked; add @hook.on_message (",
        ),
        (Empty(), "plugin 'bad' implements no hooks; hooks are on_message, on_any_message, on_status"),
        (Good, "plugin 'bad' is a class; register an instance — did you forget the ()?"),
        (Yields(), "plugin 'bad': on_message is an async generator"),
        (Wrapper(), "plugin 'bad': on_message is marked tryfirst"),
        (Stars(), "plugin 'bad': hook on_message takes (message, chat); name 'values' plainly, without *"),
        (Twice(), "plugin 'bad' marks two functions as on_message, one and two"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_refusals_say_what_to_write(plugin: object, words: str) -> None:
    """Each mistake is refused with a sentence, and where a function is wrong, with its file and line."""
    said = refusal(plugin, "bad")

    assert said.startswith(words) or words in said
    assert not words.endswith("(") or "test_host.py:" in said


def test_a_misspelt_decorator_suggests_the_right_one() -> None:
    """`@hook.on_mesage` fails at import and says which hook was meant."""
    with pytest.raises(AttributeError, match="no hook named 'on_mesage'; did you mean 'on_message'"):
        _ = hook.on_mesage


async def test_calls_pass_only_what_is_taken() -> None:
    """Whatever an implementation takes, in any order, it is called with the spec's arguments by position."""
    host = Host()
    host.register(Good(), "good")

    def call(name: str) -> Any:
        [(_, function)] = host.chain(("good",), name)
        return function

    assert await call("on_message")("hello", "chat") == ("hello", "chat")
    assert await call("on_status")("sent", "chat") == "chat"
    assert await call("on_any_message")("hello", "chat") == "called with nothing"
    assert await call("on_event")("event", "chat") == ("event", "chat")
    assert await call("on_start")() == "began"


def test_chain_follows_the_tenants_order() -> None:
    """The order is the tenant's, not that of loading; what is not installed is passed over and told."""
    host = Host()
    for name in ("a", "b", "c"):
        host.register(Good(), name)

    assert [plugin.name for plugin, _ in host.chain(["c", "ghost", "a"], "on_message")] == ["c", "a"]
    assert [plugin.name for plugin, _ in host.everyone("on_stop")] == []
    assert host.missing(["a", "ghost"]) == "there is no plugin 'ghost'; installed are: a, b, c"
    assert host.missing(["a"]) == ""
    with pytest.raises(PluginError, match="no hook named 'on_mesage'"):
        host.chain(["a"], "on_mesage")


def test_a_later_plugin_joins_an_earlier_chain() -> None:
    """Registering a plugin forgets the chains that were worked out without it."""
    host = Host()
    host.register(Good(), "a")
    assert len(host.chain(("a", "b"), "on_message")) == 1

    host.register(Good(), "b")

    assert len(host.chain(("a", "b"), "on_message")) == 2


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


ECHO = (
    "from gateway.hooks.mark import hook\n__version__ = '1.2'\n"
    "@hook.on_message\nasync def echo(message, chat):\n    return message\n"
)


def test_single_files_are_named_by_their_stem(tmp_path: Path) -> None:
    """A file is a plugin with its own version and files, and its folder does not end up on sys.path."""
    before = list(sys.path)

    host = Host.load([write(tmp_path / "echo.py", ECHO)], entry_points=False, strict=True)

    plugin = host.plugins["echo"]
    assert (plugin.version, plugin.files) == ("1.2", (str(tmp_path / "echo.py"),))
    assert list(plugin.hooks) == ["on_message"]
    assert sys.path == before
    assert "echo" not in sys.modules


def test_a_folder_is_a_plugin_that_owns_all_its_files(tmp_path: Path) -> None:
    """A package given by its folder may import its siblings relatively; all below it belongs to it."""
    write(tmp_path / "shop" / "words.py", "HELLO = 'hello'\n")
    write(tmp_path / "shop" / "__init__.py", "from .words import HELLO\n" + ECHO)

    host = Host.load([tmp_path / "shop"], entry_points=False, strict=True)

    plugin = host.plugins["shop"]
    assert plugin.owns(str(tmp_path / "shop" / "deep" / "x.py"))
    assert not plugin.owns(str(tmp_path / "shopping.py"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = {}['sku']\n", "plugin 'broken' cannot be loaded: KeyError: 'sku' ("),
        ("def (:\n", "plugin 'broken' cannot be loaded: SyntaxError: invalid syntax ("),
        (
            "from broken.order import order\n",
            "No module named 'broken'; within the package write 'from .module import …' in the place of "
            "'from broken.module import …' (",
        ),
        ("raise SystemExit(3)\n", "plugin 'broken' cannot be loaded: SystemExit: 3 ("),
        (
            "from gateway.hooks.mark import hook\n@hook.on_mesage\nasync def f(): ...\n",
            "plugin 'broken': no hook named 'on_mesage'; did you mean 'on_message'? (",
        ),
    ],
)
def test_a_broken_plugin_leaves_the_others_alone(tmp_path: Path, text: str, words: str) -> None:
    """One that cannot be loaded is listed with its error and line; the service and the others go on."""
    paths = [write(tmp_path / "broken.py", text), write(tmp_path / "echo.py", ECHO)]

    host = Host.load(paths, entry_points=False)

    assert list(host.plugins) == ["echo"]
    assert words in host.failed["broken"]
    assert "broken.py:" in host.failed["broken"]
    assert host.missing(["broken"]) == host.failed["broken"]
    with pytest.raises(PluginError, match="broken"):
        Host.load(paths, entry_points=False, strict=True)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A path in plugin_paths that is not there is told as such."""
    host = Host.load([tmp_path / "ghost.py"], entry_points=False)

    assert "there is no file" in host.failed["ghost"]


def test_a_clash_names_both_sources(tmp_path: Path) -> None:
    """Two plugins of one name are both refused, because which one was meant cannot be known."""
    first, second = write(tmp_path / "a" / "echo.py", ECHO), write(tmp_path / "b" / "echo.py", ECHO)

    host = Host.load([first, second], entry_points=False)

    assert not host.plugins
    assert str(first) in host.failed["echo"]
    assert str(second) in host.failed["echo"]
    with pytest.raises(PluginError, match="two plugins are named 'x'"):
        _register_twice()


def _register_twice() -> None:
    host = Host()
    host.register(Good(), "x")
    host.register(Good(), "x")


def test_installed_packages_come_by_entry_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A distribution's entry point may name a module or an instance; its version is the distribution's."""
    write(
        tmp_path / "loyalty_hooks.py",
        ECHO + "class P:\n    @hook.on_start\n    async def go(self): ...\np = P()\n",
    )
    info = tmp_path / "loyalty-3.1.dist-info"
    write(info / "METADATA", "Metadata-Version: 2.1\nName: loyalty\nVersion: 3.1\n")
    write(info / "entry_points.txt", "[gateway.plugins]\nloyalty = loyalty_hooks\nlone = loyalty_hooks:p\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = [point for point in metadata.entry_points(group="gateway.plugins") if "loyalty" in point.value]
    monkeypatch.setattr(metadata, "entry_points", lambda group: found)

    host = Host.load([write(tmp_path / "other" / "lone.py", ECHO)])

    assert host.plugins["loyalty"].version == "3.1"
    assert "loyalty 3.1 (loyalty_hooks:p)" in host.failed["lone"]
    assert "lone.py" in host.failed["lone"]


def test_an_imported_helper_is_no_forgotten_mark() -> None:
    """A module that only imports a function called like a hook is not accused."""
    module = ModuleType("someplugin")

    async def on_status() -> None: ...

    async def greet(message: object) -> None: ...

    on_status.__module__ = "elsewhere"
    greet.__module__ = "someplugin"
    module.__dict__.update(on_status=on_status, greet=hook.on_message(greet))

    assert list(Host().register(module, "some").hooks) == ["on_message"]


def test_handled_is_one_plain_value() -> None:
    """`Handled` prints as its name and cannot be called by mistake."""
    factory: Any = Handled

    assert repr(Handled) == "Handled"
    with pytest.raises(TypeError, match="without"):
        factory()
