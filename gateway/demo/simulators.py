"""What a provider's simulator offers to the core: one business number and the contacts that it talks to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from gateway.errors import SettingsError
from gateway.provider import Provider


class Tappable(Protocol):
    """A button or a row of a list."""

    @property
    def id(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def description(self) -> str: ...


class Seen(Protocol):
    """A message on a contact's phone. *button* is the words of the button that opens a list."""

    @property
    def message_id(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def header(self) -> str: ...

    @property
    def footer(self) -> str: ...

    @property
    def button(self) -> str: ...

    @property
    def media(self) -> str: ...

    @property
    def options(self) -> Sequence[Tappable]: ...


class Simulator(Protocol):
    """A stand-in for a provider's servers. A contact is a phone number with its "+".

    `says`, `taps` and `sends` return the new message's id once the gateway has taken the webhook, and
    raise `TimeoutError` when it never does; `taps` raises `LookupError` for what is not offered.
    """

    webhook_url: str

    async def start(self) -> None:
        """Serve on a free port; afterwards `channel_settings` is complete."""

    async def stop(self) -> None: ...

    def channel_settings(self) -> dict[str, Any]:
        """What goes into ``[tenants.channels.settings]``."""

    async def says(self, contact: str, text: str) -> str: ...

    async def taps(self, contact: str, reply_id: str) -> str: ...

    async def sends(self, contact: str, kind: str, **fields: Any) -> str: ...

    def inbox(self, contact: str) -> Sequence[Seen]: ...

    async def wait_for(self, contact: str, count: int, timeout: float) -> Sequence[Seen]:
        """The inbox as soon as it holds *count* messages, or `TimeoutError`."""

    def ticks(self, message_id: str) -> str:
        """The furthest status of a message that the gateway has been told: accepted, sent, read, …"""

    async def wait_for_ticks(self, message_id: str, status: str, timeout: float) -> str:
        """`ticks` as soon as they say *status*, or what they say after *timeout*."""

    def hint(self, contact: str, text: str) -> str:
        """A shell command that makes *contact* write *text* (a signed webhook follows)."""

    @property
    def troubles(self) -> Sequence[str]:
        """What went wrong between the simulator and the gateway, in sentences."""


def simulators(providers: Mapping[str, Provider]) -> dict[str, Simulator]:
    """One simulator for each provider that offers one. Raises `SettingsError` when none does."""
    found: dict[str, Simulator] = {}
    for name, provider in providers.items():
        offered = getattr(provider, "simulator", None)
        make = offered() if offered is not None else None
        if make is not None:
            found[name] = make()
    if not found:
        remedy = "install channel-gateway again, or a provider that comes with a simulator"
        raise SettingsError("providers", "none that is installed offers a simulator", remedy)
    return found
