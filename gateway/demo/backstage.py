"""What goes on behind `gateway chat`: a gateway that can be given new code, a later hour, another language,
while its database and the contacts' phones stay as they are."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from gateway.app import Gateway
from gateway.clock import SECOND, SystemClock
from gateway.demo.code import Code
from gateway.demo.settings import channel_id
from gateway.demo.simulators import Simulator
from gateway.errors import GatewayError
from gateway.flows.check import Surroundings, check
from gateway.flows.check_words import remedy, sentence
from gateway.flows.lint import lint
from gateway.hooks.failure import HookFailed
from gateway.plugin_cli import run_beside
from gateway.store.port import Row, Tx
from gateway.store.sql import load_queries

if TYPE_CHECKING:
    from gateway.provider import Provider
    from gateway.settings import Settings

_SQL = load_queries(Path(__file__).with_name("chat.sql"))


#: Seconds: what lies beyond is no date any more.
LONGEST = 3660 * 86_400.0


class ShiftedClock(SystemClock):
    """The machine's clock, *ahead* (seconds) by as much as somebody has waited."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> int:
        return super().now() + int(self.ahead * SECOND)

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead

    def shift(self, seconds: float) -> None:
        """Wait, without waiting."""
        self.ahead += seconds


class Flowing(Struct, frozen=True):
    """A flow that a contact is in: who asks, what for, and until when it waits (microseconds, 0 for ever)."""

    plugin: str
    name: str
    pending: str
    parked: bool
    until: int


class Backstage:
    """Runs a gateway between *simulator* and the plugins of *code*, for the first tenant of *settings*."""

    def __init__(
        self, settings: Settings, code: Code, simulator: Simulator, provider: str,
        providers: Mapping[str, Provider], clock: ShiftedClock, reread: Callable[[], Settings],
        failed: Callable[[str], None],
    ) -> None:  # fmt: skip
        """*reread* gives the settings as they are written now. *failed* is told what failed, in words that
        no log would have: they may quote who wrote."""
        self.settings, self.clock = settings, clock
        self._code, self._sim, self._provider, self._providers = code, simulator, provider, providers
        self._reread, self._failed = reread, failed
        self._gateway: Gateway | None = None

    async def __aenter__(self) -> Backstage:
        await self._begin()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._end()

    @property
    def tenant(self) -> str:
        """Whose plugins answer."""
        return self.settings.tenants[0].id

    @property
    def runs(self) -> bool:
        """False from a change with which no gateway starts to the one that mends it."""
        return self._gateway is not None

    async def renewed(self) -> tuple[bool, Sequence[str]]:
        """Take in what was saved: whether there is new code now, and what is to be said of it: of open
        conversations that do not fit it, of flows that would not replay well; or why it cannot be loaded."""
        if not self._code.changed():
            return False, ()
        try:
            settings = self._reread()
            self._code.renew(settings.plugin_paths, settings.tenants[0].plugins)
        except GatewayError as error:
            return False, (str(error),)
        self.settings = settings
        try:
            await self.restart()
        except GatewayError as error:  # such as a migration that is refused: the old code meets it too
            return False, (str(error),)
        return True, [*await self._misfits(), *self.remarks()]

    def remarks(self) -> Sequence[str]:
        """What is remarkable of the plugins' flows."""
        return [str(remark) for remark in lint(self._code.host) if remark.plugin in self._code.names]

    async def _misfits(self) -> Sequence[str]:
        """The open conversations that would not go on with this code."""
        assert self._gateway is not None
        assert self._gateway.line is not None
        line = self._gateway.line
        around = Surroundings(self._code.host, line.around.tenants, line.around.settings, line.speech)
        report = await check(self._gateway.store, around)
        return [
            f"plugin '{each.plugin}', flow '{each.flow}': {sentence(each)}; {remedy(each)}"
            for each in report.findings
        ]

    async def restart(self) -> None:
        """Stop the gateway and start another, on the same database."""
        await self._end()
        await self._begin()

    async def wait(self, seconds: float) -> None:
        """Let *seconds* pass: what is due then happens. Raises `GatewayError` beyond ten years in all."""
        if self.clock.ahead + seconds > LONGEST:
            raise GatewayError("that is for ever: ten years are the most that can pass, such as /wait 365d")
        self.clock.shift(seconds)
        await self.restart()

    async def run(self, words: Sequence[str]) -> int:
        """Run a plugin's command for the terminal ("shop import products.csv") on this database."""
        return await asyncio.to_thread(run_beside, self._code.host, self.settings, self.tenant, words)

    async def speak(self, contact: str, language: str) -> bool:
        """Speak *language* with *contact*; False when nobody knows the contact yet."""
        values = {"tenant": self.tenant, "address": contact, "language": language}
        return bool(await self._write("speak", values))

    async def flows(self, contact: str) -> Sequence[Flowing]:
        """The flows that *contact* is in; the one that waits comes first."""
        rows = await self._read("flows", {"tenant": self.tenant, "address": contact})
        return [
            Flowing(row["plugin"], row["name"], row["pending"], row["state"] == "parked", row["wake_at"])
            for row in rows
        ]

    async def _read(self, query: str, values: Mapping[str, Any]) -> Sequence[Row]:
        assert self._gateway is not None
        return await self._gateway.store.read(lambda tx: tx.all(_SQL[query], **values))

    async def _write(self, query: str, values: Mapping[str, Any]) -> Sequence[Row]:
        assert self._gateway is not None

        async def work(tx: Tx) -> Sequence[Row]:
            return await tx.all(_SQL[query], **values)

        return await self._gateway.store.write(work)

    async def _begin(self) -> None:
        gateway = Gateway(self.settings, host=self._code.host, providers=self._providers, clock=self.clock)
        await gateway.start()  # stops itself when it cannot
        self._gateway = gateway
        assert gateway.line is not None
        gateway.line.dispatcher.watchers.append(self._ran)
        self._sim.webhook_url = f"{gateway.url}/webhooks/{self._provider}/{channel_id(self._provider)}"

    def _ran(self, opened: object, plugin: str, hook: str, answer: object) -> None:
        if isinstance(answer, HookFailed):
            self._failed(answer.detail)

    async def _end(self) -> None:
        gateway, self._gateway = self._gateway, None
        if gateway is not None:
            await gateway.stop()


def timed(make: Any, clock: ShiftedClock) -> Simulator:
    """A simulator by *make*, on *clock* if it takes one: its messages are as late as everything else."""
    try:
        takes = "clock" in inspect.signature(make).parameters
    except (TypeError, ValueError):
        takes = False
    made: Simulator = make(clock=clock) if takes else make()
    return made
