"""Who is spoken to in which language."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.facts import Tenant
from gateway.hooks.host import Host
from gateway.language.words import Words


class Speech:
    """The catalogues of the host's plugins."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def words(self, plugin: str, tenant: Tenant, language: str, address: str) -> Words:
        """The words of *plugin* for a contact of *tenant* who speaks *language* ("" when nobody said) and is
        reached at *address*."""
        return Words(language or tenant.language, tenant.time_zone)

    def help(self, tenant: Tenant, language: str) -> Sequence[tuple[str, str]]:
        """The commands of the tenant's plugins with their help."""
        return ()
