"""What can be typed beside words: each command does what it says, and a wrong one says what to write."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pytest

from gateway.demo import terminal
from gateway.demo.backstage import Flowing, ShiftedClock, timed
from gateway.demo.terminal import Terminal
from gateway.errors import GatewayError
from tests.demo.doubles import Puppet, Seen


class Behind:
    """Notes what is asked for."""

    def __init__(self, *renewals: tuple[bool, Sequence[str]]) -> None:
        self.done: list[Any] = []
        self.flowing: list[Flowing] = []
        self.known = self.runs = True
        self._renewals = list(renewals)

    async def renewed(self) -> tuple[bool, Sequence[str]]:
        return self._renewals.pop(0) if self._renewals else (False, ())

    async def restart(self) -> None:
        self.done.append("restart")

    async def wait(self, seconds: float) -> None:
        self.done.append(seconds)
        if seconds > 1e9:
            raise GatewayError("that is for ever")

    async def speak(self, contact: str, language: str) -> bool:
        self.done.append((contact, language))
        return self.known

    async def flows(self, contact: str) -> Sequence[Flowing]:
        return self.flowing


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence is known at once."""
    monkeypatch.setattr(terminal, "FIRST", 0.02)
    monkeypatch.setattr(terminal, "QUIET", 0.01)


async def typed(lines: str, screen, behind: Behind) -> Puppet:
    """What was said when *lines* were piped in."""
    puppet = Puppet(lambda act, what: [Seen(f"Got {what}")])
    await Terminal(puppet, "+254700000001", screen, io.StringIO(lines), behind).run()
    return puppet


async def test_commands_are_done_and_never_said(screen, written) -> None:
    """Time passes, the gateway starts again, languages and contacts change."""
    behind = Behind()
    puppet = await typed(
        "/wait 12h\n/restart\n/language es\n/as +254 (711) 222-333\n/language sw\nhi\n", screen, behind
    )
    assert behind.done == [43200.0, "restart", ("+254700000001", "es"), ("+254711222333", "sw")]
    assert puppet.acts == [("says", "hi")]
    for words in ("(12h later)", "started again)", "spoken to in es", "you are +254711222333 now"):
        assert words in written()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/wait soon", "write /wait 30s, 5m, 12h or 3d"),
        ("/wait", "write /wait 30s"),
        ("/as somebody", "such as /as +254711222333"),
        ("/as 0711222333", "needs a number with its country"),
        ("/language Español", "such as /language es"),
        ("/flows", "no conversation waits for you"),
        ("/wait 99999999d", "! that is for ever"),
    ],
)
async def test_what_cannot_be_done_says_what_to_write(line: str, told: str, screen, written) -> None:
    """And the chat goes on."""
    puppet = await typed(f"{line}\nhi\n", screen, Behind())
    assert told in written()
    assert puppet.acts == [("says", "hi")]


async def test_a_stranger_is_not_spoken_to(screen, written) -> None:
    """Who has not written yet has no language that could be changed."""
    behind = Behind()
    behind.known = False
    await typed("/language es\n", screen, behind)
    assert "say something first" in written()


async def test_flows_are_listed(screen, written) -> None:
    """With the question that waits, and those that are parked."""
    behind = Behind()
    behind.flowing = [
        Flowing("shop", "order", "ask:size", False, 0),
        Flowing("crm", "poll", "ask:a", True, 0),
    ]
    await typed("/flows\n", screen, behind)
    assert "(shop: order waits at 'size')" in written()
    assert "(crm: poll is parked at 'a')" in written()


async def test_what_was_saved_is_told_before_the_next_message(screen, written) -> None:
    """New code, with what is remarkable of it; or why it cannot be loaded."""
    behind = Behind((True, ["a clock in a flow"]), (False, ["SyntaxError (shop.py:3)"]), (False, ()))
    puppet = await typed("one\ntwo\nthree\n", screen, behind)
    shown = written()
    assert shown.index("! a clock in a flow") < shown.index("new code from here on") < shown.index("Got one")
    assert shown.index("! SyntaxError (shop.py:3)") < shown.index("code from before") < shown.index("Got two")
    assert len(puppet.acts) == 3
    assert shown.count("code from") == 2


def test_a_shifted_clock_is_ahead() -> None:
    """Both of its times, by what was waited."""
    clock = ShiftedClock()
    now, monotonic = clock.now(), clock.monotonic()
    clock.shift(3600)
    assert 3600e6 <= clock.now() - now < 3610e6
    assert 3600 <= clock.monotonic() - monotonic < 3610


def test_a_simulator_that_takes_a_clock_gets_it() -> None:
    """Another is made without."""

    class Timed:
        def __init__(self, number: str = "", clock: Any = None) -> None:
            self.clock = clock

    class Plain:
        pass

    clock = ShiftedClock()
    made: Any = timed(Timed, clock)
    assert made.clock is clock
    assert isinstance(timed(Plain, clock), Plain)
