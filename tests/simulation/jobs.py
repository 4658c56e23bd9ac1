"""Several seeds at a time, each in one of several processes of the machine."""

from __future__ import annotations

import gc
import signal
from collections.abc import Generator
from functools import partial
from multiprocessing import get_context

import pytest

from tests.simulation.mutants import mistake as found
from tests.simulation.script import Run, play


def runs(seeds: range, *, members: int, jobs: int, mistake: str = "") -> Generator[Run, None, None]:
    """What became of each seed, as they end."""
    with get_context("spawn").Pool(jobs, _prepare, (mistake,)) as pool:
        yield from pool.imap_unordered(partial(play, members=members), seeds)


def _prepare(mistake: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)  # what stays is looked through less often
    begin(mistake)


def begin(mistake: str) -> None:
    """Make *mistake* from now on, if any."""
    if mistake:
        found(mistake)(pytest.MonkeyPatch())
