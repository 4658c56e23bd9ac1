"""A gateway under test: its folder, its gateway.toml, its process. Known by its contract only."""

from __future__ import annotations

import asyncio
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from benchmarks.databases import Database, busy
from benchmarks.errors import BenchError
from benchmarks.machine import Cores, Process
from benchmarks.payloads import NUMBER, SECRET
from gateway.demo.ports import free_port

_PLUGINS = Path(__file__).parent / "plugins"
_GATEWAY = str(Path(sys.executable).with_name("gateway"))
_POLL = 0.02


class Tenant(Struct, frozen=True):
    """A tenant of the site: one plugin or none, and its numbers."""

    id: str = "bench"
    plugin: str = ""
    numbers: tuple[str, ...] = (NUMBER,)
    #: Where its provider is, when it is another than that of the plan.
    api_base: str = ""


class Plan(Struct, frozen=True):
    """What kind of gateway to start. *intake_only*: verify and journal, parse nothing. *pace*: messages a
    second of each number; there is none of the stub's."""

    name: str
    tenants: tuple[Tenant, ...] = (Tenant(),)
    intake_only: bool = False
    api_base: str = "http://127.0.0.1:9"
    pace: int = 1_000_000


class Site:
    """A running gateway and its database."""

    def __init__(self, folder: Path, process: Process, database: Database, started_in: float) -> None:
        self.folder, self.process, self.database = folder, process, database
        #: Seconds from the start of the process until it was ready.
        self.started_in = started_in

    @classmethod
    async def start(
        cls, plan: Plan, folder: Path, database: Database, cores: Cores, *, prefix: Sequence[str] = ()
    ) -> Site:
        """Write the configuration, migrate, serve, wait until ready. *prefix* replaces ``gateway``."""
        port = free_port()
        config = folder / "gateway.toml"
        config.write_text(configuration(plan, database, port))
        await _migrate(config)
        command = [*(prefix or [_GATEWAY]), "serve", "--config", str(config)]
        start = time.perf_counter()
        process = Process.start(
            plan.name, command, port=port, cores=cores, log=folder / "server.log", cwd=folder
        )
        try:
            await process.ready("/health/ready", within=60)
        except BaseException:
            process.kill()
            raise
        return cls(folder, process, database, time.perf_counter() - start)

    async def again(self, plan: Plan, cores: Cores) -> None:
        """Start the gateway once more on the same database, with *plan*. Its process has ended."""
        port, config = self.process.port, self.folder / "gateway.toml"
        config.write_text(configuration(plan, self.database, port))
        command, log = [_GATEWAY, "serve", "--config", str(config)], self.folder / "server.log"
        self.process = Process.start(plan.name, command, port=port, cores=cores, log=log, cwd=self.folder)
        await self.process.ready("/health/ready", within=60)

    async def idle(self, *, within: float) -> None:
        """Return when everything that came in is parsed, dispatched and accepted."""
        end = time.monotonic() + within
        while await busy(self.database):
            if time.monotonic() > end:
                raise BenchError(f"{self.process.name} still had work to do after {within:g} s")
            await asyncio.sleep(_POLL)

    async def command(self, *words: str, within: float = 90) -> float:
        """Run ``gateway WORDS`` beside the process; the seconds of CPU that it took."""
        command = [_GATEWAY, *words, "--config", str(self.folder / "gateway.toml")]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = await asyncio.to_thread(
            subprocess.run, command, capture_output=True, text=True, timeout=within
        )
        if done.returncode:
            raise BenchError(f"gateway {' '.join(words)} failed:\n{done.stdout}{done.stderr}")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    async def stop(self, *, kill: bool = False) -> None:
        """End the process and throw the folder away."""
        if kill:
            self.process.kill()
        else:
            await self.process.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


async def _migrate(config: Path) -> None:
    command = [_GATEWAY, "migrate", "--config", str(config)]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise BenchError(f"gateway migrate failed:\n{done.stdout}{done.stderr}")


def configuration(plan: Plan, database: Database, port: int) -> str:
    """gateway.toml for *plan*."""
    own = sorted({_PLUGINS / f"{tenant.plugin}.py" for tenant in plan.tenants if tenant.plugin})
    paths = [f'"{path}"' for path in own if path.exists()]  # others are installed
    lines = [
        f"plugin_paths = [{', '.join(paths)}]",
        "[server]",
        f"port = {port}",
        'secret = "benchmark-secret-of-the-gateway-itself"',
        *(["intake_only = true"] if plan.intake_only else []),
        "[store]",
        database.toml(),
        "[sending]",
        f"number_rate = {plan.pace}",
        "pair_burst = 1000000",
        "loop_limit = 1000000",
        "in_flight = 64",
    ]
    for tenant in plan.tenants:
        lines += _tenant(tenant, tenant.api_base or plan.api_base)
    return "\n".join(lines) + "\n"


def _tenant(tenant: Tenant, api_base: str) -> list[str]:
    lines = ["[[tenants]]", f'id = "{tenant.id}"', f"plugins = {[tenant.plugin] if tenant.plugin else []}"]
    lines.append("policy = {inbound_per_minute = 10000}")
    for index, number in enumerate(tenant.numbers):
        lines += [
            "[[tenants.channels]]",
            f'id = "{tenant.id}-{index}"',
            'provider = "meta_cloud"',
            "[tenants.channels.settings]",
            f'phone_number_id = "{number}"',
            'access_token = "benchmark-token"',
            f'app_secret = "{SECRET}"',
            'verify_token = "benchmark-verify"',
            f'api_base = "{api_base}"',
        ]
    return lines
