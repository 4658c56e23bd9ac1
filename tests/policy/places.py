"""A line whose tenant has rules, contacts of it, and what was decided."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from gateway.clock import ManualClock
from gateway.model.outbound import Outbound, Template, Text
from gateway.pipeline.enqueue import Order
from gateway.pipeline.line import Line
from gateway.pipeline.record import record
from gateway.settings.policy import Policy
from gateway.store.port import Store
from tests.pipeline.world import Servers, line_of, phone, raw_of, rows, said, settings_of

KENYAN = "+254700000001"


async def ruled(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock, policy: Policy | None = None,
    wrote: tuple[str, ...] = (KENYAN,), **more: Any,
) -> Line:  # fmt: skip
    """A line that is not started, under *policy*; the contacts *wrote* just now."""
    settings = settings_of(tmp_path, servers.url, **more)
    (tenant,) = settings.tenants
    settings = replace(settings, tenants=(replace(tenant, policy=policy or Policy()),))
    line = line_of(store, settings, clock=clock)
    for each in wrote:
        parsed = [line.parser._parse(raw_of(said("hi", sender=phone(each), at=clock.now())))]
        await store.write(lambda tx, parsed=parsed: record(tx, parsed, lambda t, k: False, clock.now()))  # type: ignore[misc]
    return line


async def ask(line: Line, message: Outbound | str, to: str = KENYAN, channel: str = "", **more: Any) -> str:
    """Have it sent through the API's way; its id."""
    found = [each for each in line.sender._channels if channel in ("", each.id)]
    what = Text(message) if isinstance(message, str) else message
    answer = await line.enqueue.send(Order(found[0], to, what, **more))
    return str(msgspec.json.decode(answer)["id"])


def offer(name: str = "offer") -> Template:
    """A marketing template."""
    return Template(name, "en", marketing=True)


async def decided(store: Store, message: str = "") -> list[tuple[str, str]]:
    """(verdict, reason) of each decision that was kept, in order."""
    found = await rows(store, "select message, verdict, reason from decision order by at, message")
    return [(row["verdict"], row["reason"]) for row in found if message in ("", row["message"])]
