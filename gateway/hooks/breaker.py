"""Put aside: a plugin that keeps failing for a tenant is left out for a while, then tried again.

A pure state machine per (plugin, tenant) over a given clock::

    closed --5 of the last 10 runs failed, for 3 contacts or more--> open
    open   --its time is over, one run is let through----------------> half_open
    half_open --that run is well--> closed        --it failed--> open, twice as long

Distinct contacts are asked for so that one strange conversation cannot turn a plugin off for all.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Literal

from gateway.clock import Clock

State = Literal["closed", "open", "half_open"]

WINDOW = 10
FAILURES = 5
CONTACTS = 3
#: Seconds aside: the first time, and at most.
FIRST, LONGEST = 30.0, 600.0
#: Seconds after which a probe of which nothing was heard is given up, so that another may go.
PROBE = 30.0
#: Circuits kept. Only those with a failure in the window exist at all; the longest unused goes first.
KEPT = 10_000


class _Circuit:
    """The memory about one plugin at one tenant."""

    __slots__ = ("aside", "opened", "probed", "runs", "until")

    def __init__(self) -> None:
        self.runs: deque[tuple[str, bool]] = deque(maxlen=WINDOW)
        self.aside = FIRST
        self.opened = False
        self.until = 0.0
        self.probed: float | None = None

    def judged_bad(self) -> bool:
        """Whether the runs in the window are reason enough to open."""
        failed = [contact for contact, ok in self.runs if not ok]
        return len(failed) >= FAILURES and len(set(failed)) >= CONTACTS

    def open(self, now: float) -> None:
        self.opened, self.probed, self.until = True, None, now + self.aside
        self.runs.clear()


class Breaker:
    """All circuits of a process."""

    def __init__(self, clock: Clock, *, kept: int = KEPT) -> None:
        self._clock = clock
        self._kept = kept
        self._circuits: OrderedDict[tuple[str, str], _Circuit] = OrderedDict()

    def allow(self, plugin: str, tenant: str) -> bool:
        """Whether *plugin* may run for *tenant* now. A yes while half-open is the one probe."""
        circuit = self._circuits.get((plugin, tenant))
        if circuit is None or not circuit.opened:
            return True
        now = self._clock.monotonic()
        if now < circuit.until or (circuit.probed is not None and now < circuit.probed + PROBE):
            return False
        circuit.probed = now
        return True

    def record(self, plugin: str, tenant: str, contact: str, ok: bool) -> None:
        """What came of a run that was allowed; while a circuit is open, only a probe's result counts."""
        key = (plugin, tenant)
        circuit = self._circuits.get(key)
        if circuit is None:
            if ok:
                return
            circuit = self._circuits[key] = _Circuit()
            if len(self._circuits) > self._kept:
                self._circuits.popitem(last=False)
        self._circuits.move_to_end(key)
        if circuit.opened:
            self._judge_probe(key, circuit, ok)
            return
        circuit.runs.append((contact, ok))
        if circuit.judged_bad():
            circuit.open(self._clock.monotonic())
        elif all(well for _, well in circuit.runs):
            del self._circuits[key]

    def state(self, plugin: str, tenant: str) -> State:
        """For the status page and the metrics."""
        circuit = self._circuits.get((plugin, tenant))
        if circuit is None or not circuit.opened:
            return "closed"
        return "open" if self._clock.monotonic() < circuit.until else "half_open"

    def aside(self, plugin: str) -> int:
        """For how many tenants *plugin* is put aside now."""
        return sum(circuit.opened for (name, _), circuit in self._circuits.items() if name == plugin)

    def __len__(self) -> int:
        return len(self._circuits)

    def _judge_probe(self, key: tuple[str, str], circuit: _Circuit, ok: bool) -> None:
        if circuit.probed is None:
            return
        if ok:
            del self._circuits[key]
            return
        circuit.aside = min(circuit.aside * 2, LONGEST)
        circuit.open(self._clock.monotonic())
