"""Which words of a contact are a command."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.hooks.offers import Command
from gateway.language.commands import Index, index_of


async def nothing(message: Any, chat: Any, rest: str) -> None: ...


def command(name: str, words: Any, takes: str = "") -> Command:
    """A command that does nothing."""
    return Command(name, words, f"help of {name}", nothing, takes)


SHOP = [
    command("cart", {"en": ["cart", "my basket"], "es": ["carrito"], "sw": ["kikapu"]}),
    command("add", {"en": ["add"], "es": ["añadir"]}, "SKU [QTY]"),
    command("track", ["track"], "ORDER"),
    command("track_all", ["track all orders"]),
    command("what", ["?"]),
]
INDEX = index_of([("shop", SHOP), ("crm", [command("cart", ["cart"]), command("agent", ["agent"], "[WHY]")])])


def read(text: str, *languages: str) -> tuple[str, str, str] | None:
    """Plugin, command and what follows."""
    assert isinstance(INDEX, Index)
    found = INDEX.read(text, languages or ("en",))
    return (found[0].plugin, found[0].command.name, found[1]) if found else None


@pytest.mark.parametrize(
    ("text", "languages", "expected"),
    [
        ("cart", (), ("shop", "cart", "")),
        ("  My   BASKET!! ", (), ("shop", "cart", "")),
        ("cart please", (), None),
        ("the cart", (), None),
        ("Añadir  Mango-Big  2 ", ("es", "en"), ("shop", "add", "Mango-Big  2")),
        ("ANADIR x", ("es",), ("shop", "add", "x")),
        ("add", (), ("shop", "add", "")),
        ("add:\n  two lines\n of it", (), ("shop", "add", "two lines\n of it")),
        ("adder 3", (), None),
        ("carrito", ("en",), None),
        ("carrito", ("es", "en"), ("shop", "cart", "")),
        ("cart", ("es", "en"), ("shop", "cart", "")),
        ("kikapu", ("sw", "es", "en"), ("shop", "cart", "")),
        ("track all orders", (), ("shop", "track_all", "")),
        ("track all orders 7", (), ("shop", "track", "all orders 7")),
        ("track 7", (), ("shop", "track", "7")),
        ("?", (), ("shop", "what", "")),
        ("??", (), None),
        ("agent", (), ("crm", "agent", "")),
        ("cart", ("de",), None),
        ("", (), None),
        ("   ", (), None),
        ("cart" * 9_000, (), None),
        ("add " + "é" * 70_000, (), ("shop", "add", "é" * 70_000)),
    ],
)
def test_commands(text: str, languages: tuple[str, ...], expected: tuple[str, str, str] | None) -> None:
    """The longest words win; what takes nothing has nothing behind it; the first plugin has the words."""
    assert read(text, *languages) == expected


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    """No text raises, and what is read of it is a part of it."""
    found = read(text, "es", "sw", "en")
    assert found is None or found[2] in text


@given(st.text(max_size=30))
def test_what_follows_comes_as_it_was_written(rest: str) -> None:
    """Case, accents and inner spaces of what follows are kept."""
    assert read(f"add {rest}") == ("shop", "add", rest.strip())


def test_no_commands_cost_nothing() -> None:
    """Plugins without commands have no index at all."""
    assert index_of([("echo", []), ("more", ())]) is None
