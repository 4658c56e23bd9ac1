"""The database of flows and all that they may look at, for a command that only reads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from msgspec import Struct

from gateway.channels import Channels, load_providers
from gateway.errors import GatewayError, SettingsError, StatementFailed
from gateway.flows.check import Surroundings
from gateway.hooks.host import Host
from gateway.language.speech import Speech
from gateway.settings import Settings
from gateway.store import connect
from gateway.store.port import Store
from gateway.store.seal import Seal
from gateway.tenants.directory import Directory
from gateway.tenants.plugin_settings import PluginSettings


class NothingThere(GatewayError):
    """There is no database yet, so nobody is in a flow."""


class Opened(Struct, frozen=True):
    """A store that is open for reading, and what surrounds its flows."""

    store: Store
    around: Surroundings


@asynccontextmanager
async def opened(settings: Settings, host: Host) -> AsyncIterator[Opened]:
    """Open the database of *settings* beside whoever uses it, for the plugins of *host*. Plugins' migrations
    may be missing in it. Raises `NothingThere`."""
    store = connect(
        settings.store.url, worker_url=settings.store.worker_url, components=(),
        pooler=settings.store.pooler,
    )  # fmt: skip
    try:
        await store.open(own=False)
    except SettingsError as error:
        if "schema" not in error.problem:
            raise
        raise NothingThere(f"{settings.store.url}: there is no database yet") from error
    try:
        yield Opened(store, await _around(settings, host, store))
    except StatementFailed as error:
        raise GatewayError(
            f"the database is of an older version ({error}): run `gateway migrate` first; the version that "
            "runs works on the newer schema too"
        ) from error
    finally:
        await store.close()


async def _around(settings: Settings, host: Host, store: Store) -> Surroundings:
    seal = Seal(settings.server.secret)
    directory = Directory(settings, Channels(settings, load_providers(), silent=True), store, seal)
    await directory.refresh()
    speech = Speech(host, directory.plugins_of, directory.told)
    return Surroundings(host, directory.told, PluginSettings(directory, host).of, speech)
