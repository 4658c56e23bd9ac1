"""What a plugin offers beside hooks, as data: what its `register_<nouns>` return, and what is found in it."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from gateway.flows.flow import Flow
from gateway.hooks.personal import PersonalData
from gateway.jobs.job import Job, Recurring
from gateway.language.catalogue import Catalogues

if TYPE_CHECKING:
    from gateway.chat import Chat
    from gateway.hooks.handled import Handled
    from gateway.message import Message
    from gateway.pages.route import PluginRoute


class Command(Struct, frozen=True):
    """Words that a contact may write at any time, such as CART or ADD SKU 2, also inside another plugin's
    conversation of hooks. A flow that waits for an answer goes before it, unless it is *always* heard: then
    its words alone, typed, are the command, and the flow is put aside behind its answer, as with MENU.

    *words* are those of each language ({"en": ["cart", "basket"], "es": ["carrito"]}); a list is English.
    Case, accents and spaces are forgiven. *takes* names what follows ("SKU [QTY]"), "" when nothing may.
    *help* is the line that HELP shows, translated by the plugin's catalogues, "" for a command that it does
    not show. *run* gets the message, the chat and what followed the words. It answers as `on_message` does.
    """

    name: str
    words: Mapping[str, Sequence[str]] | Sequence[str]
    help: str
    run: Callable[[Message, Chat, str], Awaitable[Handled | None]]
    takes: str = ""
    always: bool = False


class Metric(Struct, frozen=True):
    """A metric of the plugin's own, shown as ``gateway_plugin_<plugin>_<name>``; `chat.count` writes it.
    *labels* are few and closed: never a contact, a message or an order."""

    name: str
    help: str
    kind: Literal["counter", "gauge", "histogram"] = "counter"
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


class CliCommand(Struct, frozen=True):
    """A command of the plugin's own: ``gateway <plugin> <name>``. *run* gets the parsed options and a
    `CliContext`, and returns the exit code; it may be async."""

    name: str
    help: str
    run: Callable[..., int | Awaitable[int]]
    configure: Callable[[argparse.ArgumentParser], None] | None = None


class Offers(Struct, frozen=True):
    """Everything that one plugin offers. *flows* are by name, each with its versions; *events* are those that
    it emits, by name; *listeners* are called with an `EventSeen` and a chat, *collectors* with the question
    and the plugin's settings; *optional* are events that a listener waits for and nobody needs to register.
    The folders are None where the plugin has none."""

    flows: Mapping[str, Mapping[str, Flow[..., Any]]] = {}
    jobs: Mapping[str, Job[..., Any]] = {}
    recurring: tuple[Recurring, ...] = ()
    routes: tuple[PluginRoute, ...] = ()
    metrics: tuple[Metric, ...] = ()
    cli: tuple[CliCommand, ...] = ()
    commands: tuple[Command, ...] = ()
    personal: tuple[PersonalData, ...] = ()
    events: Mapping[str, type[Struct]] = {}
    listeners: Mapping[str, Callable[..., Any]] = {}
    optional: frozenset[str] = frozenset()
    collectors: Mapping[str, Callable[..., Any]] = {}
    requires: tuple[str, ...] = ()
    migrations: Path | None = None
    locales: Path | None = None
    catalogues: Catalogues = Catalogues()
    templates: Path | None = None
    static: Path | None = None
