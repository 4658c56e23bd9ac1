"""The examination: what can be seen from here, then, channel by channel, what the internet says."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
from msgspec import Struct
from msgspec.structs import asdict

from gateway.channel import Channel
from gateway.channels import Channels
from gateway.clock import SECOND, Clock
from gateway.cluster.listing import processes_of
from gateway.doctor import machine, postgres, safe, sqlite, work
from gateway.errors import GatewayError
from gateway.hooks.host import Host
from gateway.model.finding import Finding
from gateway.moments import ago, moment
from gateway.ownership import sqlite_file
from gateway.registry import State, states
from gateway.settings import Settings
from gateway.store import pending
from gateway.store.port import Store, Tx
from gateway.store.seal import Seal
from gateway.tenants import connecting
from gateway.tenants.plugin_health import orphans

LATENCY_WARN, LATENCY_WRONG = 0.1, 1.0


class Patient(Struct, frozen=True):
    """A gateway's parts that are looked at."""

    settings: Settings
    store: Store
    channels: Channels
    seal: Seal
    clock: Clock
    host: Host = Host()


class Group(Struct, frozen=True):
    """Findings that belong together."""

    name: str
    findings: list[Finding]


async def examine(patient: Patient) -> list[Group]:
    """All that can be seen without asking the internet. Never raises a `GatewayError`."""
    now = patient.clock.now()
    return [
        Group("machine", await _guarded("clock", _machine(patient))),
        Group("database", await _guarded("database", _database(patient))),
        Group("rotation", await _guarded("secrets", work.rotation(patient.store, patient.seal))),
        Group("work", await _guarded("outbox", _work(patient, now))),
        Group("channels", await _guarded("channel", _channels(patient, now))),
    ]


async def online(patient: Patient, channel: Channel) -> list[Finding]:
    """What a channel's own address and its provider answer. Takes seconds."""
    known = {each.id: each for each in await states(patient.store, channel.tenant)}
    state: State | GatewayError = known.get(channel.id) or GatewayError("the database does not know it")
    try:
        found = await connecting.check(patient.settings, channel, state, patient.clock.now())
    except GatewayError as error:
        found = [Finding("provider", False, str(error))]
    found = [each for each in found if each.what not in ("last webhook", "sending")]
    offset = await _provider_clock(str(getattr(channel.settings(), "api_base", "")))
    if offset is not None:
        found.append(machine.clock("clock", offset, channel.provider.name))
    return [Finding(_named(each.what, channel), each.ok, each.detail, each.remedy) for each in found]


def _named(what: str, channel: Channel) -> str:
    """The check's name, and of which channel."""
    if what == "address":
        return f"address of {channel.id}"
    return f"provider clock of {channel.id}" if what == "clock" else f"provider of {channel.id}: {what}"


async def _guarded(what: str, looking: Awaitable[list[Finding]]) -> list[Finding]:
    try:
        return await looking
    except GatewayError as error:
        return [Finding(what, False, str(error), "`gateway check` says more")]
    except Exception as error:  # whatever a driver raises, the others are looked at
        detail = f"cannot be looked at: {type(error).__name__}: {error}"
        return [Finding(what, False, detail, "start or restore the database, or correct [store]")]


async def _work(patient: Patient, now: int) -> list[Finding]:
    settings = patient.settings
    found = await work.findings(patient.store, settings.server.spool, now)
    return [*found, await safe.held(patient.store), safe.backup(settings.backup, now)]


async def _machine(patient: Patient) -> list[Finding]:
    settings = patient.settings
    folders: list[tuple[str, Path]] = [("the spool", settings.server.spool)]
    if (file := sqlite_file(settings)) is not None:
        folders.insert(0, ("the database", file.parent))
    if "://" not in settings.media.store:
        folders.append(("files", Path(settings.media.store)))
    return [await _clock(patient.store), *await machine.disks(folders)]


async def _clock(store: Store) -> Finding:
    if store.dialect == "sqlite":
        return Finding("clock", True, "the database has none of its own")

    async def look(tx: Tx) -> float:
        began = time.time()
        theirs = float(await tx.value("select extract(epoch from clock_timestamp())"))
        return (began + time.time()) / 2 - theirs

    return machine.clock("clock", await store.read(look), "the database")


async def _database(patient: Patient) -> list[Finding]:
    settings, store = patient.settings, patient.store
    file = sqlite_file(settings)
    if file is not None:
        found = await sqlite.findings(store, file)
    else:
        urls, pools = (settings.store.url, settings.store.worker_url), asdict(settings.store.pools)
        found = await postgres.findings(*urls, pools, await _processes(patient))
    waiting = await pending(settings.store, patient.host.components)
    detail = f"not applied yet: {', '.join(waiting)}" if waiting else "none is pending"
    remedy = "run `gateway migrate`, or restart `gateway serve`" if waiting else ""
    gone = await orphans(store, patient.host)
    if gone and not waiting:
        detail = f"{', '.join(gone)} left tables and cannot be loaded"
        remedy = "install the plugin again; if nobody needs it any more, drop its tables"
    return [*found, Finding("migrations", not waiting, detail, remedy), await _latency(store)]


async def _processes(patient: Patient) -> int:
    """How many there are now, or one, which there will be."""
    there = (await processes_of(patient.store, patient.clock)).processes
    return max(1, sum(each.lease is None or each.lease > 0 for each in there))


async def _latency(store: Store) -> Finding:
    async def nothing(tx: Tx) -> None:
        await tx.value("select 1")

    async def touch(tx: Tx) -> None:
        await tx.run("update shard set lease_until = lease_until where id = 0")

    took = []
    for run, work_ in ((store.read, nothing), (store.write, touch)):
        began = time.monotonic()
        await run(work_)
        took.append(time.monotonic() - began)
    detail = f"a read takes {took[0] * 1000:.1f} ms, a write {took[1] * 1000:.1f} ms"
    remedy = "look at the database's load, its disk, and the network to it"
    return Finding("latency", max(took) <= LATENCY_WRONG, detail, remedy if max(took) > LATENCY_WARN else "")


async def _channels(patient: Patient, now: int) -> list[Finding]:
    found = [
        Finding(f"channel {id} of {tenant}", False, f"refused: {error.problem}", error.remedy)
        for (tenant, id), error in patient.channels.refused.items()
    ]
    served = list(patient.channels)
    for tenant in sorted({each.tenant for each in served}):
        known = {each.id: each for each in await states(patient.store, tenant)}
        found += [fares(each, known.get(each.id), now) for each in served if each.tenant == tenant]
    return found or [Finding("channel", True, "there is none yet", "add one: `gateway channel --help`")]


def fares(channel: Channel, state: State | None, now: int) -> Finding:
    """How a channel is, by what the database says."""
    what = f"channel {channel.id} of {channel.tenant}"
    if state is None:
        return Finding(what, True, "not in the database yet", "a running gateway writes it within a second")
    if state.paused_at:
        why = {"token": "the provider refuses its token", "account": "the provider blocked the account"}
        detail = (
            f"paused since {moment(state.paused_at)}: {why.get(state.paused_reason, state.paused_reason)}"
        )
        return Finding(what, False, detail, f"`gateway channel check {channel.id}` says what to do")
    if not state.webhook_at:
        remedy = "write to the number from a phone; then `gateway channel register`, if nothing arrives"
        return Finding(what, True, "never heard", remedy)
    age = (now - state.webhook_at) / SECOND
    detail = f"heard {ago(age)} ago"
    if 0 < channel.silence <= age:
        remedy = f"its silence is {ago(channel.silence)}: `gateway channel check {channel.id}`"
        return Finding(what, False, detail, remedy)
    if state.held_at:
        remedy = f"`gateway channel resume {channel.id}` when it shall send again"
        return Finding(what, True, f"{detail}; a person paused it", remedy)
    return Finding(what, True, detail)


async def _provider_clock(base: str) -> float | None:
    """How many seconds ours is ahead of the server at *base*; None when it does not tell."""
    if urlsplit(base).scheme not in ("http", "https"):
        return None
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10), trust_env=False) as session,
            session.head(base, allow_redirects=False) as answer,
        ):
            theirs = parsedate_to_datetime(answer.headers.get("Date", ""))
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return None
    # The header tells whole seconds, cut off: on average it is half a second behind.
    return (datetime.now(UTC) - theirs).total_seconds() - 0.5


def good(groups: Iterable[Group]) -> bool:
    """Whether nothing is wrong."""
    return all(each.ok for group in groups for each in group.findings)
