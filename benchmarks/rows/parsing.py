"""Bytes to our events, beside bytes to pywa's `Message`: one text message, in this process."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.metadata import entry_points

from pywa.client import WhatsApp
from pywa.types.base_update import RawUpdate
from pywa.types.message import Message

from benchmarks.bench import Bench
from benchmarks.errors import BenchError
from benchmarks.figures import Figure, rate, ratios
from benchmarks.payloads import MARK, NUMBER
from gateway.provider import Provider

_TARGET = 8.0


async def measure(bench: Bench) -> list[Figure]:
    """Figure ``parse``."""
    body = bench.wire.message_body(bench.keys(1)[0])
    ours, theirs = _ours(body), _pywas(body)
    mine: list[float] = []
    yours: list[float] = []
    for _ in range(bench.scale.rounds):
        mine.append(_per_second(ours, bench.scale.calls * 4))
        yours.append(_per_second(theirs, bench.scale.calls))
    return [
        Figure(
            name="parse",
            values=ratios(mine, yours),
            target=_TARGET,
            ours=f"{1e6 / sorted(mine)[len(mine) // 2]:.1f} µs",
            against=f"pywa {1e6 / sorted(yours)[len(yours) // 2]:.1f} µs",
            note=f"{rate(mine, '/s')}, a text message of {len(body)} bytes",
        )
    ]


def _ours(body: bytes) -> Callable[[], object]:
    (entry,) = entry_points(group="gateway.providers", name="meta_cloud")
    provider: Provider = entry.load()
    parsed = provider.parse(body)
    if len(parsed.events) != 1 or parsed.failures:
        raise BenchError(f"meta_cloud does not parse the benchmark's message: {parsed.failures}")
    return lambda: provider.parse(body)


def _pywas(body: bytes) -> Callable[[], object]:
    """What pywa does between the signature and the handler, less its search for the handler."""
    client = WhatsApp(phone_id=NUMBER, token="token", validate_updates=False)

    def parse() -> object:
        update = RawUpdate(body, hmac_header=None, update_hash="")
        return Message.from_update(client=client, update=update)

    message = parse()
    if not isinstance(message, Message) or not str(message.text).startswith(MARK.decode()):
        raise BenchError(f"pywa does not parse the benchmark's message: {message}")
    return parse


def _per_second(call: Callable[[], object], count: int) -> float:
    for _ in range(count // 10):
        call()
    start = time.perf_counter()
    for _ in range(count):
        call()
    return count / (time.perf_counter() - start)
