"""What is asked for while a tenant goes, and settings whose secret is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gateway import hook
from gateway.audit import GATEWAY
from gateway.channels import Channels, load_providers
from gateway.clock import SystemClock
from gateway.hooks.host import Host
from gateway.settings import Settings
from gateway.settings.model import Server
from gateway.store.port import Store
from gateway.store.seal import Seal
from gateway.tenants.directory import Directory
from gateway.tenants.errors import Invalid, NotFound
from gateway.tenants.forms import ChannelChange, NewChannel, NewTenant, PluginChange
from gateway.tenants.ground import Ground
from gateway.tenants.service import Service

OLD, NEW = "o" * 40, "n" * 40
META = {"access_token": "a" * 20, "app_secret": "b" * 20, "verify_token": "v", "phone_number_id": "77"}


async def _service(store: Store, tmp_path: Path, *secrets: str) -> Service:
    """A process that has these secrets, and two plugins."""
    settings = Settings(tmp_path / "gateway.toml", server=Server(secret=secrets))
    channels, seal, host = Channels(settings, load_providers()), Seal(secrets), Host()
    for name in ("first", "second"):
        host.register(SimpleNamespace(__name__=name, on_message=hook.on_message(_nothing)), name)
    directory = Directory(settings, channels, store, seal)
    await directory.refresh()
    return Service(Ground(store, directory, channels, host, seal, SystemClock()))


async def _nothing(message: Any) -> None:
    """A plugin's hook."""


async def test_settings_that_cannot_be_opened_are_kept(store: Store, tmp_path: Path) -> None:
    """A secret is missing for a while: changing other plugins, or turning this one off, destroys nothing, and
    without its settings it is not turned on."""
    service = await _service(store, tmp_path, OLD)
    await service.tenants.create(GATEWAY, NewTenant("duka"))
    for name in ("first", "second"):
        form = PluginChange(enabled=True, settings={"limit": name})
        await service.plugins.change(GATEWAY, "duka", name, form)

    blind = await _service(store, tmp_path, NEW)
    assert blind.ground.directory.plugins_of("duka") == ()
    form = PluginChange(enabled=True, position=0, settings={"limit": "anew"})
    await blind.plugins.change(GATEWAY, "duka", "second", form)
    for form in (PluginChange(enabled=True), PluginChange(position=0)):
        with pytest.raises(Invalid, match="cannot be opened"):
            await blind.plugins.change(GATEWAY, "duka", "first", form)
    assert blind.ground.directory.plugins_of("duka") == ("second",)

    again = await _service(store, tmp_path, NEW, OLD)
    assert again.ground.directory.plugins_of("duka") == ("second", "first")
    assert again.ground.directory.settings_of("duka", "first") == {"limit": "first"}
    await blind.plugins.change(GATEWAY, "duka", "first", PluginChange(enabled=False))
    await again.ground.directory.refresh()
    assert again.ground.directory.plugins_of("duka") == ("second",)
    assert again.ground.directory.settings_of("duka", "first") == {"limit": "first"}


async def test_what_crosses_the_end_of_a_tenant_is_told_so(store: Store, tmp_path: Path) -> None:
    """Whoever reads or changes a tenant while it is removed is answered, or told that there is none."""
    service = await _service(store, tmp_path, OLD)
    tenants, channels = service.tenants, service.channels
    for n in range(6):
        id = f"t{n}"
        await tenants.create(GATEWAY, NewTenant(id))
        await channels.create(GATEWAY, id, NewChannel(id, "meta_cloud", {**META, "phone_number_id": id}))
        asks: list[Callable[[str], Awaitable[object]]] = [
            tenants.get,
            channels.list,
            lambda id: channels.get(id, id),
            lambda id: channels.change(GATEWAY, id, id, ChannelChange(name="x")),
            lambda id: channels.hold(GATEWAY, id, id, held=True),
            service.plugins.list,
        ]
        work = [_asked(ask, id) for ask in asks for _ in range(8)]
        await asyncio.gather(*work[:24], tenants.remove(GATEWAY, id), *work[24:])


async def _asked(ask: Callable[[str], Awaitable[object]], id: str) -> None:
    try:
        await ask(id)
    except NotFound:
        pass
