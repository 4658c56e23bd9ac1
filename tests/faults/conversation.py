"""A conversation that is killed after every message: its transcript has to be the one without kills.

A script is played once undisturbed and once with `kill -9` right after each message was answered 200, while
its reply is under way, and again when the reply is on the phone."""

from __future__ import annotations

import asyncio
import contextlib
import difflib
import time
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.demo.ports import free_port
from tests.faults.judge import Report
from tests.faults.process import GatewayProcess
from tests.faults.script import CHECKOUT, GREETER, Script
from tests.faults.site import Database
from tests.support.house import House
from tests.support.postgres import Urls

PROVIDERS = ("meta_cloud", "dialog360", "twilio")
ANA, PAYER = "+254700000001", "+254700000002"


@dataclass
class Played:
    """What the phone has shown: how many messages after each act, and all of them."""

    counts: list[int] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    #: What is wrong in the database at the end.
    broken: list[str] = field(default_factory=list)
    kills: int = 0
    seconds: float = 0.0


@dataclass
class Installation:
    """A gateway in a process of its own. Looks like a `Site` to `GatewayProcess`."""

    house: House
    folder: Path
    config: Path
    log: Path
    url: str


async def play(
    folder: Path, database: Database, provider: str, *, early: Container[int] = (), late: bool = False,
    script: Script = CHECKOUT, expected: Sequence[int] = (),
) -> Played:  # fmt: skip
    """Play *script*; kill while the reply to those acts of *early* is under way, and *late* after each reply.
    *expected* are the counts to wait for."""
    async with installed(folder, database, provider, script) as at:
        process = GatewayProcess(at)
        if database.name == "postgres":
            process.run("migrate")
        script.prepare(process, folder)
        player = Player(at, process, at.house.sim)
        await player.start()
        try:
            played = await player.play(script.acts, expected, early, late)
        finally:
            process.kill()
        played.shown = [script.plain(line) for line in played.shown]
        played.broken = list(await script.broken(database))
        return played


class Player:
    """The contact, and whoever kills."""

    def __init__(self, at: Installation, process: GatewayProcess, sim: Any) -> None:
        self._at, self._process, self._sim = at, process, sim
        self._played = Played()

    async def start(self) -> None:
        """Start the gateway and wait until it is ready."""
        self._process.start()
        await self._process.ready(self._at.house.session)

    async def play(
        self, acts: Sequence[str], expected: Sequence[int], early: Container[int], late: bool
    ) -> Played:
        """All of it."""
        begun = time.monotonic()
        for n, act in enumerate(acts):
            await self._act(act)
            if n in early:
                await self._kill()
            count = await self._shown(expected[n] if expected else None)
            self._played.counts.append(count)
            if late:
                await self._kill()
        await asyncio.sleep(0.3)
        self._played.shown = [_line(message) for message in self._sim.inbox(ANA)]
        self._played.seconds = time.monotonic() - begun
        return self._played

    async def _act(self, act: str) -> None:
        if not act.startswith("▸"):
            await self._sim.says(ANA, act)
            return
        options = next((each.options for each in reversed(self._sim.inbox(ANA)) if each.options), ())
        found = [each.id for each in options if each.title == act[1:]]
        assert found, f"nothing says {act[1:]!r}:\n" + "\n".join(self.transcript())
        await self._sim.taps(ANA, found[0])

    async def _kill(self) -> None:
        self._process.kill()
        self._played.kills += 1
        await self.start()

    async def _shown(self, wanted: int | None) -> int:
        """How many messages the phone shows once it has *wanted*, or once nothing more comes."""
        deadline, quiet, count = time.monotonic() + 40, time.monotonic(), -1
        while time.monotonic() < deadline:
            now = len(self._sim.inbox(ANA))
            if now != count:
                count, quiet = now, time.monotonic()
            if now == wanted or (wanted is None and now and time.monotonic() - quiet > 0.8):
                return now
            if wanted is not None and time.monotonic() - quiet > 3:
                # A send of which nothing is known is repeated when a later send proves that statuses come.
                quiet = time.monotonic()
                with contextlib.suppress(TimeoutError):
                    await self._sim.says(PAYER, "hello")
            await asyncio.sleep(0.02)
        raise AssertionError(f"{count} messages instead of {wanted}:\n" + "\n".join(self.transcript()))

    def transcript(self) -> list[str]:
        """What the phone shows."""
        return [_line(message) for message in self._sim.inbox(ANA)]


def _line(message: Any) -> str:
    return " | ".join([message.text, *(option.title for option in message.options)])


@contextlib.asynccontextmanager
async def installed(folder: Path, database: Database, provider: str, script: Script) -> Any:
    """The plugins of *script* at a simulated provider, with a configuration, not running."""
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - before anything runs
    house = House(folder, Urls(database.url, database.migrate_url, database.worker_url))
    house.plugin("greeter", GREETER)
    house.sending = {"in_doubt_hold": script.hold, "pair_burst": 1000, "number_rate": 1000}
    sim = house.line("duka", "greeter", *script.plugins, provider=provider)
    script.install(house)
    house._port = free_port()
    sim.retry_for = 30.0
    await sim.start()
    try:
        house.write()
        at = Installation(
            house, folder, house.config, folder / "gateway.log", f"http://127.0.0.1:{house._port}"
        )
        line = house.lines["duka"]
        sim.webhook_url = f"{at.url}/webhooks/{provider}/{line.channel}"
        yield at
    finally:
        await house.close()


async def conversation_run(
    folder: Path, make: Callable[[str], Database], say: Callable[[str], None],
    providers: Sequence[str] = PROVIDERS, *, script: Script = CHECKOUT, early: Container[int] | None = None,
    late: bool = True,
) -> Report:  # fmt: skip
    """*script* on each provider, undisturbed and killed, each on a new database of *make*; the report
    compares the transcripts. *early* (all acts, when None) and *late* as for `play`."""
    early = range(len(script.acts)) if early is None else early
    figures: dict[str, int] = {}
    differences: dict[str, list[str]] = {}
    for provider in providers:
        plain = await play(
            folder / f"{provider}-plain", make(f"{provider}_plain"), provider, script=script
        )  # fmt: skip
        killed = await play(
            folder / f"{provider}-killed", make(f"{provider}_killed"), provider, early=early, late=late,
            script=script, expected=plain.counts,
        )  # fmt: skip
        lines = difflib.unified_diff(plain.shown, killed.shown, "undisturbed", "killed", lineterm="")
        differences[f"{provider}: transcripts differ"] = list(lines)
        differences[f"{provider}: not as one conversation leaves it"] = [*plain.broken, *killed.broken]
        figures[f"{provider}: kill -9"] = killed.kills
        figures[f"{provider}: messages on the phone"] = len(killed.shown)
        say(f"{provider}: {killed.kills} kills in {killed.seconds:.0f} s, {len(killed.shown)} messages")
    return Report(figures, differences)
