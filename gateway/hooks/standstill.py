"""What the watchdog sees, for log and metrics: who blocked the loop, or that the process was paused."""

from __future__ import annotations

from gateway.hooks.host import Host
from gateway.hooks.watchdog import Blocked, Watchdog
from gateway.observe import Metrics, get_logger

log = get_logger("gateway.watchdog")


def watchdog(host: Host, metrics: Metrics) -> Watchdog:
    """A watchdog that is not started yet."""

    def blocked(seen: Blocked) -> None:
        name = seen.plugin or "gateway"
        metrics.loop_blocked.labels(name).inc()
        log.error("loop.blocked", plugin=name, problem=str(seen), stack=seen.stack)

    def recovered(seconds: float) -> None:
        metrics.loop_lag_seconds.observe(seconds)
        log.info("loop.recovered", seconds=round(seconds, 3))

    return Watchdog(host.plugins.values, blocked, recovered, on_paused=_paused, on_slow=slow)


def _paused(seconds: float) -> None:
    log.warning(
        "process.paused", seconds=round(seconds, 1),
        hint="no plugin did that: the process was stopped, its machine was moved or asleep, or it swaps",
    )  # fmt: skip


def slow(seconds: float) -> None:
    """The loop stood for so long, and nobody in the process can be blamed."""
    log.warning(
        "process.slow", seconds=round(seconds, 1),
        hint="no plugin is known to have done that: the machine gave the process too little processor time",
    )  # fmt: skip
