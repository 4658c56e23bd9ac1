"""The leader verifies once an hour what is younger than a day, at a tenth of what a page costs it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from gateway.clock import DAY, Clock
from gateway.errors import StoreError
from gateway.observe import Metrics, get_logger
from gateway.settings import Sending
from gateway.store.port import Store
from gateway.verify.catalogue import NAMES
from gateway.verify.record import Report, Terms
from gateway.verify.run import SETTLE, Verification

log = get_logger("gateway.verify")

EVERY = 3600.0
#: Seconds after the start of a process, or after it began to lead, before it verifies.
FIRST = 120.0
#: How often it looks whether it leads.
TICK = 10.0
#: For each second of work it rests nine.
EASE = 9.0
#: Findings of one check that are logged.
LINES = 20


class Verifier:
    """A stage. *leads* says whether this process does what one process does for all."""

    def __init__(
        self, store: Store, clock: Clock, metrics: Metrics, leads: Callable[[], bool], sending: Sending,
        *, settle: float = SETTLE,
    ) -> None:  # fmt: skip
        self._store, self._clock, self._metrics, self._leads = store, clock, metrics, leads
        self._settle = settle
        self._sending = sending

    async def run(self) -> None:
        """For ever."""
        due = self._clock.monotonic() + FIRST
        led = True
        while True:
            await asyncio.sleep(TICK)
            if not self._leads():
                if led:
                    self.step_down()
                led, due = False, self._clock.monotonic() + FIRST
                continue
            led = True
            if self._clock.monotonic() >= due:
                await self._try()
                due = self._clock.monotonic() + EVERY

    async def once(self) -> Report:
        """Verify, log and show."""
        now = self._clock.now()
        terms = Terms.of(self._sending, now, since=now - DAY)
        report = await Verification(
            self._store, terms, settle=self._settle, ease=EASE, go_on=self._leads
        ).run()
        if self._leads():
            self._show(report)
            _tell(report)
        return report

    async def _try(self) -> None:
        try:
            await self.once()
        except StoreError as error:
            log.info("verify.later", problem=type(error).__name__)

    def step_down(self) -> None:
        """Another process tells from now on."""
        for name in NAMES:
            self._metrics.invariant_violations.labels(name).set(0)

    def _show(self, report: Report) -> None:
        for result in report.results:
            if not result.problem:
                self._metrics.invariant_violations.labels(result.check.name).set(len(result.broken))


def _tell(report: Report) -> None:
    for result in report.results:
        for finding in result.broken[:LINES]:
            log.error(
                "invariant.broken", check=result.check.name, tenant=finding.tenant, row=finding.id,
                problem=finding.detail, hint=f"{result.check.means}: {result.check.advice}",
            )  # fmt: skip
        if result.late:
            log.info(
                "invariant.late", check=result.check.name, count=len(result.late), row=result.late[0].id,
                hint="run `gateway verify`",
            )  # fmt: skip
        if result.problem:
            log.error("invariant.unknown", check=result.check.name, problem=result.problem[:200])
