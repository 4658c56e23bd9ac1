"""The reference: every hook that a plugin may implement, one sentence each.

Those of what happens are ``async def``, those of what a plugin offers plain ``def``. An implementation may
take fewer arguments than listed, never others. ``docs/hooks.md`` has the same table with an example per hook;
a test holds the two together."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pluggy import HookspecMarker

from gateway.hooks.handled import Handled

if TYPE_CHECKING:
    from msgspec import Struct

    from gateway.chat import Chat
    from gateway.hooks.offers import CliCommand, Command, Metric
    from gateway.hooks.personal import PersonalData
    from gateway.jobs.job import Recurring
    from gateway.message import Message, StatusUpdate
    from gateway.model.event import ChannelEvent
    from gateway.pages.route import PluginRoute

PROJECT = "gateway"

hookspec = HookspecMarker(PROJECT)


# What happens: on_<noun>.


@hookspec
async def on_message(message: Message, chat: Chat) -> Handled | None:
    """A contact sent a message that no conversation was waiting for; `Handled` ends the tenant's order."""


@hookspec
async def on_any_message(message: Message, chat: Chat) -> None:
    """A contact sent a message, whoever answers it: also what a waiting conversation consumed."""


@hookspec
async def on_status(status: StatusUpdate, chat: Chat) -> None:
    """A message that this tenant sent moved forward: sent, delivered, read, played or failed."""


@hookspec
async def on_event(event: ChannelEvent, chat: Chat) -> None:
    """Anything else that a provider reports: about a number, an account, a template or a click."""


@hookspec
async def on_start() -> None:
    """The gateway has started and is about to take its first message; runs once per process."""


@hookspec
async def on_stop() -> None:
    """The gateway is stopping and its last turn has ended; runs once per process."""


# What a plugin offers: register_<nouns>. Called once, when the plugin is loaded.


@hookspec
def register_commands() -> Sequence[Command]:
    """Words that contacts may write at any time, with their help: HELP and MENU are built from them."""
    return ()


@hookspec
def register_events() -> Sequence[type[Struct]]:
    """The events that this plugin emits, each a Struct with a tag, such as "order_placed"."""
    return ()


@hookspec
def register_jobs() -> Sequence[Recurring]:
    """Jobs that come again by themselves."""
    return ()


@hookspec
def register_routes() -> Sequence[PluginRoute]:
    """Addresses under ``/p/<plugin>/``: public pages, routes of the API, webhooks."""
    return ()


@hookspec
def register_metrics() -> Sequence[Metric]:
    """Metrics of the plugin's own."""
    return ()


@hookspec
def register_cli() -> Sequence[CliCommand]:
    """Commands under ``gateway <plugin> …``."""
    return ()


@hookspec
def register_personal_data() -> Sequence[PersonalData]:
    """What its tables hold of people, so that a contact can be erased and given what is known."""
    return ()


def hook_arguments() -> Mapping[str, tuple[str, ...]]:
    """The arguments of each hook, in order, read from this module."""
    marked = {name: value for name, value in globals().items() if hasattr(value, f"{PROJECT}_spec")}
    return {name: tuple(inspect.signature(value).parameters) for name, value in marked.items()}
