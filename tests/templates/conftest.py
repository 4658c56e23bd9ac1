"""A house whose simulator reviews templates, and the command line run beside it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from gateway.cli import main
from tests.support.house import House
from tests.support.postgres import Urls

_LOGGED = re.compile(r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d ")
Cli = Callable[..., Awaitable[tuple[int, str, str]]]


@pytest.fixture
async def house(tmp_path: Path, store_urls: Urls) -> AsyncIterator[House]:
    """An installation on each database; the simulator is strict and reviews when it is told to."""
    made = House(tmp_path, store_urls)
    sim = made.line("duka")
    sim.templates, sim.review_delay = "strict", None
    yield made
    await made.close()


@pytest.fixture
def cli(house: House, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run `gateway templates WORDS`: its exit code, stdout and stderr."""

    async def run(action: str, *words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = await asyncio.to_thread(main, ["templates", action, "--config", str(house.config), *words])
        out, err = capsys.readouterr()
        # The gateway of the house logs to the same stream.
        own = [line for line in out.splitlines() if not _LOGGED.match(line)]
        return code, "\n".join(own), err

    return run
