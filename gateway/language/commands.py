"""Commands of plugins: which words of a contact are one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.hooks.host import Host

if TYPE_CHECKING:
    from gateway.pipeline.plan import Claim
    from gateway.pipeline.records import OpenEvent


class Commands:
    """The commands of every tenant's plugins."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def claim(self, opened: OpenEvent) -> Claim | None:
        """The plugin whose command the message *opened* is."""
        return None
