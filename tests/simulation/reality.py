"""What a simulation takes the place of for as long as it runs: the machine's clocks, chance, the log."""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace
from typing import Any

import structlog

from gateway import channel
from gateway.channel import SHARDS
from gateway.cluster import poke, register, shares, sole
from gateway.hooks import isolate
from gateway.language import speech
from gateway.model.ids import IdSource
from tests.simulation.loop import PROCESS, Process, SimLoop

#: Lines of the log that say that something happened which should not.
WRONG = frozenset(
    ("stage.failed", "turn.failed", "dispatch.failed", "send.failed", "send.provider_raised",
     "parse.not_stored", "parse.provider_raised", "parse.unreadable", "plugin.failed",
     "cluster.failed", "cluster.gain_failed", "cluster.release_failed", "cluster.drop_failed")
)  # fmt: skip
#: What a database that fails may lead to.
EXPECTED = ("StoreUnavailable", "SerializationFailure")


#: Modules whose names are others' for a while: to a type checker they are nobody's to replace.
_speech: Any = speech
_isolate: Any = isolate
_SHARDED: tuple[Any, ...] = (channel, poke, register, shares, sole)
read = cache(_speech.read)


@contextmanager
def virtual(dice: random.Random, shards: int = 64) -> Iterator[SimLoop]:
    """A loop of virtual time; ids, jitter, the log and the number of *shards* are its own too."""
    loop = SimLoop()
    made: dict[Process | None, int] = {}
    call, clock, config, state = IdSource.__call__, _isolate.time, structlog.get_config(), random.getstate()

    def new_id(source: IdSource) -> str:
        """A UUIDv7 in the order of the process that makes it."""
        process = PROCESS.get()
        last = made.get(process, 0)
        tick = loop.wall() // 1000 << 12
        made[process] = last = tick if tick > last else last + 1
        tail = dice.getrandbits(62) | 0x8000_0000_0000_0000
        text = f"{last >> 12:012x}7{last & 0xFFF:03x}{tail:016x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def told(logger: Any, method: str, line: MutableMapping[str, Any]) -> Any:
        loop.seen[str(line.get("event"))] += 1
        if line.get("event") in WRONG:
            error = line.pop("exc_info", None)
            error = sys.exc_info()[1] if error is True else error
            if type(error).__name__ not in EXPECTED:
                loop.problems.append(f"{line} {error!r}")
        raise structlog.DropEvent

    IdSource.__call__ = new_id  # type: ignore[method-assign, assignment]
    _speech.read = read
    _isolate.time = SimpleNamespace(monotonic=loop.time)
    quiet = structlog.make_filtering_bound_logger(20)
    structlog.configure(processors=[told], wrapper_class=quiet, cache_logger_on_first_use=False)
    random.seed(dice.getrandbits(64))
    for module in _SHARDED:
        module.SHARDS = shards
    asyncio.set_event_loop(loop)
    try:
        yield loop
    finally:
        asyncio.set_event_loop(None)
        for module in _SHARDED:
            module.SHARDS = SHARDS
        random.setstate(state)
        structlog.configure(**config)
        _isolate.time, _speech.read = clock, read.__wrapped__
        IdSource.__call__ = call  # type: ignore[method-assign]
