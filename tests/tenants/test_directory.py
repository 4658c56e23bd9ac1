"""The directory and its sources: changes that cross, that are refused, and that fail half-way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from gateway.audit import GATEWAY
from gateway.channels import Channels, Written, load_providers
from gateway.clock import SystemClock
from gateway.hooks.host import Host
from gateway.settings import ChannelSettings, TenantSettings, load
from gateway.store.port import Store, Tx
from gateway.store.seal import Seal
from gateway.tenants.directory import Directory
from gateway.tenants.forms import NewChannel, NewTenant
from gateway.tenants.ground import Ground
from gateway.tenants.service import Service
from gateway.tenants.watch import SETTLED, Watch

T = TypeVar("T")

META = {"access_token": "a" * 20, "app_secret": "b" * 20, "verify_token": "v"}
HEAD = f'[server]\nsecret = "{"s" * 40}"\n'


class Slow:
    """A store whose next read is answered when somebody opens the gate, as over a slow connection."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.gate: asyncio.Event | None = None

    async def read(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """The store's answer of this moment, some time later."""
        gate, self.gate = self.gate, None
        found = await self._store.read(work)
        if gate is not None:
            await gate.wait()
        return found

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


class Process:
    """What one process has of tenants and channels."""

    def __init__(self, store: Store, path: Path) -> None:
        settings = load(path)
        self.channels, self.seal = Channels(settings, load_providers()), Seal(settings.server.secret)
        self.directory = Directory(settings, self.channels, store, self.seal)
        self.watch = Watch(self.directory, self.channels, store, self.seal, SystemClock())
        ground = Ground(store, self.directory, self.channels, Host(), self.seal, SystemClock())
        self.service = Service(ground)


def _file(*tenants: tuple[str, dict[str, str]]) -> str:
    """A gateway.toml: of each tenant its id, and the number of each of its channels."""
    text = HEAD
    for tenant, channels in tenants:
        text += f'[[tenants]]\nid = "{tenant}"\nplugins = []\n'
        for id, number in channels.items():
            text += (
                f'[[tenants.channels]]\nid = "{id}"\nprovider = "meta_cloud"\n[tenants.channels.settings]\n'
            )
            text += "".join(f'{key} = "{value}"\n' for key, value in META.items())
            text += f'phone_number_id = "{number}"\n'
    return text


def _save(path: Path, text: str) -> None:
    path.write_text(text)


def _channel(id: str, number: str) -> NewChannel:
    return NewChannel(id, "meta_cloud", {**META, "phone_number_id": number})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A gateway.toml that names nobody."""
    path = tmp_path / "gateway.toml"
    path.write_text(HEAD)
    return path


async def test_an_older_answer_does_not_undo_a_newer_one(store: Store, path: Path) -> None:
    """Of two looks that cross, the one that saw less changes nothing: a paused channel stays paused."""
    slow = Slow(store)
    process = Process(slow, path)  # type: ignore[arg-type]
    await process.service.tenants.create(GATEWAY, NewTenant("duka"))
    other = Process(store, path)
    await other.directory.refresh()
    await other.service.channels.create(GATEWAY, "duka", _channel("main", "77"))

    slow.gate = gate = asyncio.Event()
    early = asyncio.create_task(process.directory.refresh())
    await asyncio.sleep(0.1)
    await other.service.channels.hold(GATEWAY, "duka", "main", held=True)
    await process.directory.refresh()
    gate.set()
    await early

    channel = process.channels.get("duka", "main")
    assert channel is not None
    assert channel.held


async def test_a_channel_that_goes_on_as_it_was_is_paused_too(store: Store, path: Path) -> None:
    """One whose new settings are refused sends with the old ones, until somebody pauses it."""
    _save(path, _file(("duka", {"main": "77"})))
    process = Process(store, path)
    await process.watch.begin()
    _save(path, _file(("duka", {"main": "77"})).replace("a" * 20, ""))
    process.directory.reread()
    assert ("duka", "main") in process.channels.refused

    for held in (True, False):
        await process.service.channels.hold(GATEWAY, "duka", "main", held=held)
        channel = process.channels.get("duka", "main")
        assert channel is not None
        assert channel.held is held


async def test_a_channel_whose_address_went_to_another_tenant_stops(store: Store, path: Path) -> None:
    """The new owner has it, the old one is refused, and whatever else was changed counts."""
    _save(path, _file(("duka", {"main": "77"})))
    process = Process(store, path)
    duka, soko = TenantSettings("duka"), TenantSettings("soko")
    written = [
        Written(tenant, ChannelSettings(id, "meta_cloud", {**META, "phone_number_id": number}), "settings")
        for tenant, id, number in ((soko, "main", "78"), (duka, "main", "77"), (duka, "more", "79"))
    ]
    process.channels.put({"duka", "soko"}, written)

    assert [(each.tenant, each.id) for each in process.channels] == [("soko", "main"), ("duka", "more")]
    assert set(process.channels.refused) == {("duka", "main")}
    assert process.channels.by_number("meta_cloud", "77") == ()


async def test_what_the_file_took_over_and_dropped_is_gone(store: Store, path: Path) -> None:
    """A tenant and a channel of the database that the file named for a while end with their lines, in every
    process that runs as in one that starts."""
    one, two = Process(store, path), Process(store, path)
    for id in ("duka", "soko"):
        await one.service.tenants.create(GATEWAY, NewTenant(id))
        await one.service.channels.create(GATEWAY, id, _channel(f"{id}-main", f"77{id}"))
    for process in (one, two):
        await process.watch.begin()
        assert len(process.channels) == 2

    for text in (_file(("duka", {"duka-main": "771"})), HEAD):
        _save(path, text)
        for process in (one, two):
            process.directory.reread()
            await process.watch.look()

    late = Process(store, path)
    await late.watch.begin()
    await late.directory.refresh()
    for process in (one, two):
        await process.directory.refresh()
    for process in (late, one, two):
        assert set(process.directory) == {"soko"}
        assert [each.id for each in process.channels] == ["soko-main"]


async def test_a_change_that_failed_half_way_is_taken_by_the_next_look(store: Store, path: Path) -> None:
    """Whoever is told of a change may fail; nothing of it is forgotten."""
    process = Process(store, path)
    heard: list[set[str]] = []
    failing = [True]

    def listen(tenants: set[str]) -> None:
        if failing:
            failing.clear()
            raise RuntimeError("not now")
        heard.append(set(tenants))

    process.directory.listeners.append(listen)
    with pytest.raises(RuntimeError):
        await process.service.tenants.create(GATEWAY, NewTenant("duka"))
    await process.directory.refresh()
    assert heard == [{"duka"}]


async def test_the_older_of_two_with_one_number_keeps_it(store: Store, path: Path) -> None:
    """In every process the same one, whatever the order in which tenants are met."""
    first = Process(store, path)
    names = [f"t{n}" for n in range(12)]
    for id in names:
        await first.service.tenants.create(GATEWAY, NewTenant(id))
    for id in names:
        await first.service.channels.create(GATEWAY, id, _channel(id, f"77{id}"))
    settings = {**META, "phone_number_id": "77t0"}
    for id in names[1:]:  # as two processes with different files could have done
        await _rewrite(store, first.seal, id, settings)

    late = Process(store, path)
    await late.directory.refresh()
    assert [each.tenant for each in late.channels.by_number("meta_cloud", "77t0")] == ["t0"]


async def test_a_file_that_is_being_written_waits(store: Store, path: Path) -> None:
    """Cut off behind a table it is good TOML, and names fewer tenants; nobody of the others is sent away."""
    text = _file(("duka", {"main": "77"}), ("soko", {"other": "78"}))
    _save(path, text)
    process = Process(store, path)
    await process.watch.begin()
    for part in (HEAD, text[: text.index('[[tenants]]\nid = "soko"')]):
        _save(path, part)
        await process.watch.look()
        assert set(process.directory) == {"duka", "soko"}

    await asyncio.sleep(SETTLED + 0.05)
    await process.watch.look()
    assert set(process.directory) == {"duka"}


async def _rewrite(store: Store, seal: Seal, tenant: str, settings: dict[str, str]) -> None:
    from gateway.tenants.records import channel_place, sealed

    blob = sealed(seal, settings, channel_place(tenant, tenant))
    sql = "update channel set settings = :blob where tenant = :tenant and id = :tenant"
    await store.write(lambda tx: tx.run(sql, blob=blob, tenant=tenant))
