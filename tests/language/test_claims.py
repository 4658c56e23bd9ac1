"""Whose message a command is: typed, tapped, or typed where a menu has the same words."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from gateway.hooks.handled import Handled
from gateway.hooks.host import Host
from gateway.hooks.mark import hook
from gateway.hooks.offers import Command
from gateway.language.commands import Commands
from gateway.model import inbound
from gateway.model.event import MessageReceived
from gateway.pipeline.records import OpenEvent


def plugin(name: str, *words: str, takes: str = "") -> Any:
    """A plugin with one command, which returns its name and what followed; "always" is heard always."""

    async def run(message: Any, chat: Any, rest: str) -> Any:
        return name, rest

    @hook.register_commands
    def commands() -> Sequence[Command]:
        return [Command("go", list(words), "help", run, takes, always=name == "always")]

    @hook.on_message
    async def hear(message: Any) -> Handled:
        return Handled

    return SimpleNamespace(commands=commands, hear=hear)


def claimed(content: inbound.Inbound, *order: str) -> tuple[str, str] | None:
    """The plugin that gets *content*, and what its command is run with."""
    host = Host()
    host.register(plugin("shop", "cart", "go", takes="[WHAT]"), "shop")
    host.register(plugin("crm", "agent", "go"), "crm")
    commands = Commands(host, lambda tenant: order, lambda opened: ("es", "en"))
    event = MessageReceived("n", "m", None, content, 0)  # type: ignore[arg-type]
    claim = commands.claim(OpenEvent("duka", "e", None, event, 0))
    if claim is None:
        return None
    assert (claim.place, claim.label) == ("first", "command")
    ran: tuple[str, str] = asyncio.run(claim.call(None, None))
    assert ran[0] == claim.plugin
    return ran


@pytest.mark.parametrize(
    ("content", "order", "expected"),
    [
        (inbound.Text("Cart 2"), ("shop", "crm"), ("shop", "2")),
        (inbound.Text("go"), ("shop", "crm"), ("shop", "")),
        (inbound.Text("go"), ("crm", "shop"), ("crm", "")),
        (inbound.Text("go on"), ("crm", "shop"), None),
        (inbound.Text("agent"), ("shop",), None),
        (inbound.Text("agent"), ("gone", "crm"), ("crm", "")),
        (inbound.Text("hello"), ("shop", "crm"), None),
        (inbound.Text("cart"), (), None),
        (inbound.ListReply("command:crm.go", "Agent"), ("shop", "crm"), ("crm", "")),
        (inbound.ButtonReply("command:shop.go Big Mango", "Mango"), ("shop",), ("shop", "Big Mango")),
        (inbound.ListReply("command:crm.go", "Agent"), ("shop",), None),
        (inbound.ListReply("command:", "Agent"), ("shop",), None),
        (inbound.ButtonReply("x", "Cart"), ("shop",), None),
        (inbound.ButtonReply("x", "Cart", "cart"), ("shop",), ("shop", "")),
        (inbound.ButtonReply("x", "Cart", "2"), ("shop",), None),
        (inbound.Image(caption="cart"), ("shop",), None),
    ],
)
def test_claims(content: inbound.Inbound, order: tuple[str, ...], expected: tuple[str, str] | None) -> None:
    """What is written is read; what is tapped is the menu's, unless the menu offered a command; the first
    plugin in the tenant's order has the words."""
    assert claimed(content, *order) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (inbound.Text(" My  CART! "), True),
        (inbound.Text("my cart ."), True),
        (inbound.Text("my cart 2"), False),
        (inbound.Text("my cart now"), False),
        (inbound.Text("my"), False),
        (inbound.Text(""), False),
        (inbound.ButtonReply("x", "My cart", "my cart"), True),
        (inbound.ButtonReply("x", "My cart"), False),
        (inbound.ListReply("command:always.go", "Cart"), False),
        (inbound.Image(caption="my cart"), False),
    ],
)
def test_what_is_heard_always(content: inbound.Inbound, expected: bool) -> None:
    """A command's typed words and nothing else; words of another command that goes on are that one's."""
    host = Host()
    host.register(plugin("always", "my cart", takes="[WHAT]"), "always")
    host.register(plugin("shop", "my cart now"), "shop")
    commands = Commands(host, lambda tenant: ("always", "shop"), lambda opened: ("es", "en"))
    event = MessageReceived("n", "m", None, content, 0)  # type: ignore[arg-type]
    assert commands.always(OpenEvent("duka", "e", None, event, 0)) is expected
