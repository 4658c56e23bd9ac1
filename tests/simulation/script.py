"""A seed as a script: what is done to the world, in which order. The same seed is the same run, exactly."""

from __future__ import annotations

import random
from collections.abc import Sequence

from msgspec import Struct

from tests.simulation.judge import Broken, settle
from tests.simulation.world import World

#: A method of `World`, and what it is called with; "settle" is the judge's.
Step = tuple[str, tuple[float, ...]]

#: After so many ends of what runs an event, it is set aside: fewer happen here.
CRASHES = 4


class Run(Struct):
    """What became of one seed. *broken* is "" when all promises held; *seen* counts lines of the log."""

    seed: int
    steps: list[Step]
    broken: str
    digest: str
    lines: list[str]
    sends: int = 0
    seen: dict[str, int] = {}


def steps(seed: int, length: int = 30) -> list[Step]:
    """The script of *seed*."""
    dice = random.Random(f"{seed} script")
    calm = dice.random()  # some runs have much trouble, some have little
    found: list[Step] = []
    crashes = 0
    for _ in range(dice.randint(length // 2, length)):
        roll = dice.random()
        if roll < 0.45:
            found.append(("say", (dice.randrange(3), dice.randrange(3), dice.choice((1, 1, 1, 2, 3)))))
        elif roll < 0.55:
            found.append(("order", (dice.randrange(3), dice.randrange(3))))
        elif dice.random() > calm:
            step = _trouble(dice, crashes < CRASHES)
            crashes += step[0] == "crash"
            found.append(step)
        if dice.random() < 0.6:
            found.append(("advance", (round(dice.choice((0.01, 0.1, 0.5, 3.0)) * dice.random(), 4),)))
        if dice.random() < 0.03:
            found.append(("settle", ()))
    found = _asleep(found, random.Random(f"{seed} sleep"))
    return [*found, ("settle", ())]


def _asleep(found: list[Step], dice: random.Random) -> list[Step]:
    """In some runs a process sleeps for so long that the others have given up what it was sending."""
    if dice.random() > 0.15:
        return found
    at = dice.randrange(len(found))
    wait = round(dice.uniform(17.0, 24.0), 2)
    return [*found[:at], ("pause", (dice.randrange(8), wait)), ("advance", (wait,)), *found[at:]]


def _trouble(dice: random.Random, crash: bool) -> Step:
    match dice.randrange(9):
        case 0 | 1 if crash:
            return "crash", (dice.randrange(8),)
        case 2:
            return "pause", (dice.randrange(8), round(dice.uniform(0.1, 9.0), 3))
        case 3:
            return "leave", (dice.randrange(8),)
        case 4:
            return "away", (round(dice.uniform(0.1, 6.0), 3),)
        case 5:
            return "shaky", tuple(round(dice.random() * most, 3) for most in (0.2, 0.2, 0.1, 0.2))
        case 6:
            return "trouble", (round(dice.uniform(0.5, 2.0), 2),)
        case 7:
            return "deaf", (round(dice.uniform(0.0, 0.05), 3),)
        case _:
            return "join", ()


def play(seed: int, script: Sequence[Step] | None = None, *, members: int = 1, lines: bool = False) -> Run:
    """Run *script*, or that of *seed*, in the world of *seed*."""
    script = steps(seed) if script is None else script
    world, broken = World(seed, members), ""
    world.keep_lines = lines
    try:
        for name, values in script:
            if name == "settle":
                settle(world)
            else:
                getattr(world, name)(*values)
    except Broken as error:
        broken = str(error)
    except Exception as error:
        broken = f"the simulation itself failed: {type(error).__name__}: {error}"
    digest, seen = world.digest(), dict(world.loop.seen)  # to close it raises in what has not ended
    world.close()
    return Run(seed, list(script), broken, digest, world.lines, len(world.servers.accepted), seen)


def shortened(run: Run, *, members: int = 1, tries: int = 200) -> Run:
    """The same failure with fewer steps: each that is not needed is left out."""
    best, size = run, max(1, len(run.steps) // 2)
    while size and tries:
        at = 0
        while at < len(best.steps) and tries:
            tries -= 1
            left = best.steps[:at] + best.steps[at + size :]
            shorter = play(run.seed, left, members=members)
            if shorter.broken:
                best = shorter
            else:
                at += size
        size //= 2
    return play(run.seed, best.steps, members=members, lines=True)
