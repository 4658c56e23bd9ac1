"""Runs cases in one world after the other."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Literal

from msgspec import Struct

from gateway.provider import Provider
from gateway.settings import StoreSettings
from gateway.testing.conformance.case import Case
from gateway.testing.conformance.world import World

#: Seconds that a case may take.
PATIENCE = 180.0


class Outcome(Struct, frozen=True):
    """How a case went: *why* says why it does not apply, or what failed."""

    case: Case
    result: Literal["passed", "failed", "not applicable"]
    why: str = ""
    seconds: float = 0.0


class Runner:
    """One world in an event loop of its own, which rests between the cases. After a failure the next case
    gets a gateway that was started anew."""

    def __init__(self, provider: Provider, folder: Path, store: StoreSettings, patience: float = 1.0) -> None:
        self.world = World(provider, folder, store, patience)
        self._loop = asyncio.Runner()
        self._stack = AsyncExitStack()

    def __enter__(self) -> Runner:
        self._loop.__enter__()
        try:
            self._loop.run(self._stack.enter_async_context(self.world.running()))
        except BaseException as error:
            self._loop.__exit__(type(error), error, error.__traceback__)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._loop.run(self._stack.aclose())
        finally:
            self._loop.__exit__(kind, error, trace)

    def run(self, case: Case) -> str:
        """Run *case*; why it does not apply, "" when it held. Raises what it raises."""
        if why := case.needs(self.world):
            return why
        try:
            self._loop.run(asyncio.wait_for(case.work(self.world), PATIENCE))
        except BaseException:
            self._loop.run(self.world.restart())
            raise
        return ""

    def outcome(self, case: Case) -> Outcome:
        """Run *case* and tell how it went."""
        started = time.monotonic()
        try:
            why = self.run(case)
        except Exception as error:
            told = f"{type(error).__name__}: {error}".partition("\n")[0]
            return Outcome(case, "failed", told[:300], time.monotonic() - started)
        return Outcome(case, "not applicable" if why else "passed", why, time.monotonic() - started)
