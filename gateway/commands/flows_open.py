"""The database of flows and all that they may look at, for a command that only reads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from msgspec import Struct

from gateway.channels import Channels, load_providers
from gateway.errors import GatewayError, SettingsError
from gateway.facts import Tenant
from gateway.flows.check import Surroundings
from gateway.hooks.host import Host
from gateway.language.speech import Speech
from gateway.settings import Settings
from gateway.store import connect
from gateway.store.port import Store
from gateway.store.seal import Seal
from gateway.tenants.directory import Directory
from gateway.tenants.plugin_settings import PluginSettings


class Opened(Struct, frozen=True):
    """A store that is open for reading, and what surrounds its flows."""

    store: Store
    around: Surroundings


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Opened]:
    """Open the database of *settings* beside whoever uses it, with the plugins that are installed here. Its
    schema may be older than this code's: the plugins' migrations are not asked for."""
    host = Host.load(settings.plugin_paths)
    store = connect(settings.store.url, worker_url=settings.store.worker_url, components=())
    try:
        await store.open(own=False)
    except SettingsError as error:
        if "schema" not in error.problem:
            raise
        raise GatewayError(
            f"{settings.store.url}: there is no database yet, so there are no conversations"
        ) from error
    try:
        seal = Seal(settings.server.secret)
        directory = Directory(settings, Channels(settings, load_providers(), silent=True), store, seal)
        await directory.refresh()
        own = PluginSettings(directory, host)

        def tenant(id: str) -> Tenant:
            known = directory.get(id)
            return Tenant(id, known.time_zone, known.language, known.country) if known else Tenant(id)

        speech = Speech(host, lambda id: directory.plugins_of(id), tenant)
        yield Opened(store, Surroundings(host, tenant, own.of, speech))
    finally:
        await store.close()
