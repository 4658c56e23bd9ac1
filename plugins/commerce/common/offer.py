"""What each part of the shop brings: `plugins.commerce.hooks` hands it to the gateway."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from msgspec import Struct

from gateway import Chat, CliCommand, Command, Handled, Message, Metric, PersonalData, PluginRoute, Recurring
from plugins.commerce.common.taps import Tap

OnTap = Callable[[Message, Chat, Tap], Awaitable[Handled | None]]


class Offer(Struct, frozen=True):
    """*taps* are by verb. Personal data is in the order in which it is to be erased."""

    taps: Mapping[str, OnTap] = {}
    commands: tuple[Command, ...] = ()
    routes: tuple[PluginRoute, ...] = ()
    jobs: tuple[Recurring, ...] = ()
    metrics: tuple[Metric, ...] = ()
    cli: tuple[CliCommand, ...] = ()
    events: tuple[type[Struct], ...] = ()
    personal: tuple[PersonalData, ...] = ()
