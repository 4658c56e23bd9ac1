"""Whole gateways in virtual time: seeds hold every promise, play the same twice, and find mistakes."""

from __future__ import annotations

import asyncio
import random

import pytest

from tests.simulation import judge
from tests.simulation.__main__ import many
from tests.simulation.loop import PROCESS, Process, SimLoop, Stuck
from tests.simulation.mutants import MUTANTS
from tests.simulation.reality import virtual
from tests.simulation.script import play, shortened

#: Seeds of the short form; `python -m tests.simulation` plays thousands.
SEEDS = 20
#: Within so many seeds a mistake is found.
WITHIN = 100


@pytest.mark.parametrize("first", range(0, SEEDS, 10))
def test_every_promise_holds(first: int) -> None:
    """Whatever a seed does to one process, its database and its provider, no promise breaks."""
    for seed in range(first, first + 10):
        run = play(seed)
        assert not run.broken, f"python -m tests.simulation --seed {seed}: {run.broken}"


@pytest.mark.parametrize("first", range(0, SEEDS // 2, 5))
def test_every_promise_holds_with_several_processes(first: int) -> None:
    """Nor does one break where three processes share a database."""
    for seed in range(first, first + 5):
        run = play(seed, members=3)
        assert not run.broken, f"python -m tests.simulation --members 3 --seed {seed}: {run.broken}"


def test_a_seed_is_the_whole_run() -> None:
    """The same seed takes the same turns of the loop to the same end."""
    assert [play(seed).digest for seed in (3, 4)] == [play(seed).digest for seed in (3, 4)]
    assert play(3).digest != play(4).digest


@pytest.mark.parametrize("name", MUTANTS)
def test_mistakes_are_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake in the pipeline breaks a promise within a few seeds."""
    mutate, processes, first = MUTANTS[name]
    monkeypatch.setattr(judge, "PATIENCE", 40.0)  # nobody waits longer for what never ends
    mutate(monkeypatch)
    seeds = range(first, first + WITHIN)
    assert any(play(seed, members=processes).broken for seed in seeds), mutate.__doc__


def test_what_broke_is_told_with_the_command_that_plays_it_again(capsys: pytest.CaptureFixture[str]) -> None:
    """Where several seeds are played at a time; the last lines say how many, how fast, and which broke."""
    assert many(["--seeds", "4", "--first", "1", "--jobs", "2", "--mistake", "any_rank"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("4 seeds from 1 on, 1 process each, ") for line in lines)
    assert lines[-1].startswith("  python -m tests.simulation --members 1 --mistake any_rank --seed ")


def test_a_failure_is_told_with_few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not needed for a failure is left out of its script, and it fails all the same."""
    MUTANTS["any_rank"][0](monkeypatch)
    run = next(run for seed in range(WITHIN) if (run := play(seed)).broken)
    short = shortened(run)
    assert short.broken
    assert len(short.steps) < len(run.steps)
    assert any("accept" in line for line in short.lines)


def test_time_is_the_simulations() -> None:
    """An hour passes at once, and what nobody will ever wake is an error instead of a hang."""
    with virtual(random.Random(1)) as loop:
        loop.run_until_complete(asyncio.sleep(3600))
        assert loop.time() == pytest.approx(4600)
        with pytest.raises(Stuck):
            loop.run_until_complete(loop.create_future())
        loop.finish()


def test_a_paused_process_misses_nothing_and_a_crashed_one_tidies_nothing_up() -> None:
    """What a pause held back happens afterwards; of what was killed not even a `finally` runs."""
    heard: list[str] = []

    async def work(name: str) -> None:
        try:
            await asyncio.sleep(1)
            heard.append(name)
        finally:
            heard.append(f"{name} tidied up")

    def began(loop: SimLoop, name: str) -> Process:
        process = Process(name, lambda: 0.0)
        loop.create_task(work(name), context=process.context)
        return process

    with virtual(random.Random(1)) as loop:
        paused, crashed = began(loop, "paused"), began(loop, "crashed")
        loop.run_until_complete(asyncio.sleep(0.5))
        paused.state, crashed.state = "paused", "crashed"
        loop.run_until_complete(asyncio.sleep(5))
        assert heard == []
        loop.continue_(paused)
        loop.run_until_complete(asyncio.sleep(1))
        assert heard == ["paused", "paused tidied up"]
        assert PROCESS.get() is None
        loop.finish()
