"""What a turn has around it: the parts of the running gateway that its plugin may use, through the chat."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from gateway.channels import Channels
from gateway.clock import Clock
from gateway.facts import CommandHelp, Parked, Tenant
from gateway.hooks.host import Host
from gateway.language.words import Words
from gateway.pipeline.form import Keep, planned
from gateway.pipeline.signals import Signals
from gateway.store.port import Store
from gateway.templates.desk import NO_RULES, Rules

if TYPE_CHECKING:
    from gateway.flows.flow import Flow
    from gateway.media.offer import Offers
    from gateway.pipeline.turn import Turn


class Flows(Protocol):
    """What begins and resumes conversations (`gateway.flows.engine`)."""

    async def start(
        self, turn: Turn, flow: Flow[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> None: ...

    async def drop(self, turn: Turn, parked: Parked) -> bool: ...

    def parked(self, turn: Turn) -> Sequence[Parked]: ...


class Speech(Protocol):
    """Who is spoken to in which language, and with which words (`gateway.language`)."""

    def words(self, plugin: str, tenant: Tenant, language: str, address: str) -> Words: ...

    def help(self, tenant: Tenant, language: str) -> Sequence[CommandHelp]: ...


class Around(Struct, kw_only=True):
    """*settings* gives a plugin's settings for (tenant, plugin, channel). *listens* says whether a plugin of
    the tenant has a listener for an event. *metrics* counts in a metric of a plugin."""

    store: Store
    clock: Clock
    host: Host
    signals: Signals
    tenants: Callable[[str], Tenant]
    plugins: Callable[[str], Sequence[str]]
    settings: Callable[[str, str, str], Any]
    listens: Callable[[str, str], bool]
    flows: Flows
    speech: Speech
    count: Callable[[str, str, float, Mapping[str, str]], None]
    channels: Channels
    #: The address of a public page, for (plugin, tenant, route, value, seconds, language).
    link: Callable[[str, str, str, Any, float, str], str]
    #: Keeps files for plugins.
    offers: Offers
    rules: Rules = NO_RULES
    keep: Keep = planned
