"""Changes that cross: each counts once, and none is lost."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.audit import GATEWAY
from gateway.channels import Channels, load_providers
from gateway.clock import DAY, SystemClock
from gateway.hooks.host import Host
from gateway.settings import Settings
from gateway.settings.model import Server
from gateway.store.port import Store, Tx
from gateway.store.seal import Seal
from gateway.tenants.directory import Directory
from gateway.tenants.errors import Taken, TenantsError
from gateway.tenants.forms import ChannelChange, NewChannel, NewTenant
from gateway.tenants.ground import Ground
from gateway.tenants.service import Service

SECRETS = ["s" * 40]
META = {"access_token": "a" * 20, "app_secret": "b" * 20, "verify_token": "v"}


def _service(store: Store, tmp_path: Path) -> Service:
    """One process's."""
    settings = Settings(tmp_path / "gateway.toml", server=Server(secret=tuple(SECRETS)))
    channels, seal = Channels(settings, load_providers()), Seal(SECRETS)
    directory = Directory(settings, channels, store, seal)
    return Service(Ground(store, directory, channels, Host(), seal, SystemClock()))


def _channel(id: str, number: str) -> NewChannel:
    return NewChannel(id, "meta_cloud", {**META, "phone_number_id": number})


async def test_one_number_is_given_to_one_of_many_who_ask(store: Store, tmp_path: Path) -> None:
    """Two processes, twenty channels: one has the number; the other process learns of it by its next look."""
    one, two = _service(store, tmp_path), _service(store, tmp_path)
    for id in ("duka", "soko"):
        await one.tenants.create(GATEWAY, NewTenant(id))
    await two.ground.directory.refresh()

    asked = [
        (one if n % 2 else two).channels.create(GATEWAY, "duka" if n % 3 else "soko", _channel(f"c{n}", "77"))
        for n in range(20)
    ]
    came = await asyncio.gather(*asked, return_exceptions=True)

    assert sum(not isinstance(each, BaseException) for each in came) == 1
    assert all(isinstance(each, Taken) for each in came if isinstance(each, BaseException))
    for service in (one, two):
        await service.ground.directory.refresh()
        assert len(service.ground.channels) == 1


async def test_changes_of_one_channel_by_many_are_all_kept(store: Store, tmp_path: Path) -> None:
    """Each sets another key; none overwrites another's, and the revision counts them all."""
    one, two = _service(store, tmp_path), _service(store, tmp_path)
    await one.tenants.create(GATEWAY, NewTenant("duka"))
    await one.channels.create(GATEWAY, "duka", _channel("main", "77"))
    await two.ground.directory.refresh()
    before = (await one.channels.get("duka", "main")).revision

    keys = {"waba_id": "1", "app_id": "2", "api_version": "v24.0", "access_token": "c" * 20}
    await asyncio.gather(
        *(
            (one if n % 2 else two).channels.change(
                GATEWAY, "duka", "main", ChannelChange(settings={key: value})
            )
            for n, (key, value) in enumerate(keys.items())
        )
    )

    known = await one.channels.get("duka", "main")
    await one.ground.directory.refresh()
    written = one.channels.written("duka", "main").settings
    assert {key: written[key] for key in keys} == keys
    assert known.revision == before + len(keys)


async def test_a_change_that_is_refused_leaves_nothing(store: Store, tmp_path: Path) -> None:
    """Neither a row nor a number of a change, nor a line in the audit log."""
    service = _service(store, tmp_path)
    await service.tenants.create(GATEWAY, NewTenant("duka"))

    async def marks() -> tuple[int, int, int]:
        async def read(tx: Tx) -> tuple[int, int, int]:
            sql = (
                "select n from revision", "select count(*) from audit where tenant = 'duka'",
                "select count(*) from channel where tenant = 'duka'",
            )  # fmt: skip
            found = [int(await tx.value(each)) for each in sql]
            return found[0], found[1], found[2]

        return await store.read(read)

    before = await marks()
    with pytest.raises(TenantsError):
        await service.channels.create(GATEWAY, "duka", NewChannel("x", "meta_cloud", {"app_secret": "s"}))
    with pytest.raises(TenantsError):
        await service.tenants.create(GATEWAY, NewTenant("duka"))
    assert await marks() == before


async def test_a_removed_channels_id_is_free_again_after_thirty_days(store: Store, tmp_path: Path) -> None:
    """For its own tenant and for others; its number at once."""
    service = _service(store, tmp_path)
    for id in ("duka", "soko"):
        await service.tenants.create(GATEWAY, NewTenant(id))
    await service.channels.create(GATEWAY, "duka", _channel("main", "77"))
    await service.channels.remove(GATEWAY, "duka", "main")

    for tenant in ("duka", "soko"):
        with pytest.raises(Taken):
            await service.channels.create(GATEWAY, tenant, _channel("main", "77"))
    await service.channels.create(GATEWAY, "soko", _channel("other", "77"))
    later = SystemClock().now() - 31 * DAY
    sql = "update channel set removed_at = :at where tenant = :tenant and id = 'main'"
    await store.write(lambda tx: tx.run(sql, at=later, tenant="duka"))
    await service.channels.create(GATEWAY, "duka", _channel("main", "78"))
    assert (await service.channels.get("duka", "main")).shown.number == "78"
