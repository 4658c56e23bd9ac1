"""The watchdog names the plugin that blocks the loop, and nobody when the whole process stood still."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from asyncio.subprocess import PIPE
from typing import Any

from gateway.hooks import mark
from gateway.hooks.host import Host
from gateway.hooks.watchdog import Blocked, Watchdog

hook: Any = mark.hook


class Slow:
    @hook.on_message
    async def answer(self) -> None:
        helper()


def helper() -> None:
    time.sleep(0.25)


class Watched:
    """A watchdog with what it has reported."""

    def __init__(self, host: Host) -> None:
        self.blocked: list[Blocked] = []
        self.recovered: list[float] = []
        self.paused: list[float] = []
        self.dog = Watchdog(
            host.plugins.values, self._on_blocked, self.recovered.append, on_paused=self.paused.append,
            after=0.08,
        )  # fmt: skip

    def _on_blocked(self, blocked: Blocked) -> None:
        self.blocked.append(blocked)


async def settle(watched: Watched) -> None:
    for _ in range(3000):
        if watched.recovered:
            return
        await asyncio.sleep(0.01)


async def test_a_blocking_call_is_named() -> None:
    """Plugin, hook, file and line and the stack are reported once while it blocks, then the recovery."""
    host = Host()
    plugin = host.register(Slow(), "slow")
    watched = Watched(host)
    watched.dog.start()

    await plugin.hooks["on_message"]("m", "c")
    blocked_before = watched.dog.blocked_by()
    await settle(watched)
    watched.dog.stop()

    [report] = watched.blocked
    assert (report.plugin, report.hook, blocked_before) == ("slow", "on_message", "slow")
    assert "test_watchdog.py:" in report.where
    assert "helper()" in report.stack
    assert str(report).startswith("plugin 'slow' on_message has blocked the event loop for 0.")
    [seconds] = watched.recovered
    assert 0.2 < seconds < 5
    assert watched.dog.blocked_by() is None


async def test_a_loop_that_turns_is_left_alone() -> None:
    """While the loop turns over nothing is reported, and its last turn is recent."""
    watched = Watched(Host())
    watched.dog.start()

    begun = time.monotonic()
    await asyncio.sleep(0.15)
    age, whole = watched.dog.last_turn_age(), time.monotonic() - begun
    watched.dog.stop()

    assert not watched.blocked
    assert 0 <= age < whole


async def test_a_block_of_our_own_accuses_no_plugin() -> None:
    """When no plugin's code runs, the report says that it is the gateway itself."""
    watched = Watched(Host())
    watched.dog.start()

    time.sleep(0.2)  # noqa: ASYNC251
    await settle(watched)
    watched.dog.stop()

    [report] = watched.blocked
    assert (report.plugin, report.hook) == ("", "")
    assert str(report).startswith("the gateway itself")


CHILD = """
import asyncio, sys
from gateway.hooks.host import Host
from gateway.hooks.standstill import watchdog
from gateway.observe import Metrics, configure_logging

async def main():
    configure_logging(stream=sys.stdout)
    dog = watchdog(Host(), Metrics())
    dog._after = 0.6
    dog.start()
    print("{}", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_a_process_that_was_paused_accuses_nobody() -> None:
    """Stopped and continued, it says for how long; it does not say that something blocked the loop."""
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", CHILD, stdout=PIPE)
    assert child.stdout is not None
    await child.stdout.readline()
    child.send_signal(signal.SIGSTOP)
    await asyncio.sleep(1.5)
    child.send_signal(signal.SIGCONT)
    await asyncio.sleep(1.0)
    child.kill()
    out, _ = await child.communicate()

    told = [json.loads(line) for line in out.splitlines()]
    assert {each["event"] for each in told} == {"process.paused"}
    assert 1.0 < max(each["seconds"] for each in told) < 5


async def test_a_call_that_keeps_every_thread_waiting_was_no_pause() -> None:
    """It uses the processor, so it is blamed though the watchdog's thread could not go on either."""
    watched = Watched(Host())
    watched.dog.start()

    until = time.monotonic() + 30
    while not watched.blocked and time.monotonic() < until:
        sum(range(20_000_000))  # one step of the interpreter, which no other thread interrupts
    watched.dog.stop()

    assert watched.blocked
