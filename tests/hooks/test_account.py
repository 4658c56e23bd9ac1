"""A plugin is blamed for the time that is known to be its own, and for none that the machine took."""

from __future__ import annotations

import time
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.hooks import mark
from gateway.hooks.account import Account, waiting_of
from gateway.hooks.failure import HookFailed
from gateway.hooks.host import Host
from gateway.hooks.isolate import run_hook
from gateway.hooks.watchdog import WATCHED

hook: Any = mark.hook


class Machine:
    """A clock on the wall, the process's use of the processor, and the thread's wait for it."""

    def __init__(self) -> None:
        self.now = self.cpu = self.waited = 100.0
        self.account = Account(0.25, now=lambda: self.now, cpu=lambda: self.cpu, waited=lambda: self.waited)

    def passes(self, seconds: float, plugin: str, *, used: float = 0.0, waited: float = 0.0) -> None:
        """So long until the next look, which sees *plugin*."""
        self.now, self.cpu, self.waited = self.now + seconds, self.cpu + used, self.waited + waited
        self.account.look(plugin)


def test_a_sleep_that_was_seen_counts_in_full() -> None:
    """Looks that come in time see the plugin; what was before the block does not count."""
    machine = Machine()
    machine.passes(0.2, "")
    for _ in range(5):
        machine.passes(0.25, "slow")
    machine.now += 0.1

    assert machine.account.known(100.3, "slow") == pytest.approx(1.25)
    assert machine.account.known(100.3) == pytest.approx(1.25)


def test_nobody_is_blamed_who_was_not_seen() -> None:
    """Another plugin has the thread, or nobody's code."""
    machine = Machine()
    for plugin in ("", "other", "other", ""):
        machine.passes(0.25, plugin)

    assert machine.account.known(100.0, "slow") == 0.0


def test_a_wait_for_the_processor_does_not_count() -> None:
    """The looks come in time; the thread they look at was ready, and did not get its turn."""
    machine = Machine()
    for _ in range(8):
        machine.passes(0.25, "slow", used=0.25, waited=0.2)

    assert machine.account.known(100.0, "slow") == pytest.approx(0.4)


def test_a_pause_of_the_process_does_not_count() -> None:
    """Between two looks, and behind the last one."""
    machine = Machine()
    machine.passes(0.25, "slow")
    machine.passes(30.0, "slow")
    machine.now += 60.0

    assert machine.account.known(100.0, "slow") == pytest.approx(0.25 + 0.375 + 0.375)


def test_a_call_that_lets_no_other_thread_run_counts() -> None:
    """The looks are late, and the processor was used meanwhile."""
    machine = Machine()
    machine.passes(3.0, "slow", used=2.9)

    assert machine.account.known(100.0, "slow") == pytest.approx(3.0)


async def _blocks(seen: str) -> None:
    """Run a hook that blocks for 50 ms and may take 20, while the looks say that *seen* had the thread."""
    account = Account(0.25, waited=lambda: 0.0)

    class Slow:
        @hook.on_message
        async def answer(self, message: object, chat: object) -> None:
            time.sleep(0.05)  # noqa: ASYNC251
            account.look(seen)

    plugin = Host().register(Slow(), "slow")
    token = WATCHED.set(account)
    try:
        await run_hook(plugin, "on_message", plugin.hooks["on_message"]("m", "c"), deadline=0.02)
    finally:
        WATCHED.reset(token)


async def test_a_hook_that_was_seen_has_missed_its_deadline() -> None:
    """The looks say that it was its code."""
    with pytest.raises(HookFailed, match="blocked every other tenant"):
        await _blocks("slow")


async def test_a_hook_that_was_not_seen_is_well() -> None:
    """What it did counts; that it took long is told of the process, and of no plugin."""
    with capture_logs() as logs:
        await _blocks("")

    assert [(each["event"], "plugin" in each) for each in logs] == [("process.slow", False)]


def test_where_nobody_tells_of_waiting_there_was_none() -> None:
    """A thread that is gone, or another system."""
    assert waiting_of(2**30)() == 0.0
