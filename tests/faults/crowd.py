"""Many customers, few pieces: all confirm at the same moment, over webhooks into a gateway of its own. As
many orders as there are pieces, nothing sold twice, and everybody gets an answer."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.conversation import installed
from tests.faults.judge import Report
from tests.faults.process import GatewayProcess
from tests.faults.purchase import install, stocked
from tests.faults.script import Script, rows
from tests.faults.site import Database

#: From an empty cart to the last look.
ACTS = ("add MNG-EA", "checkout", "Amina", "skip", "0712 345 678", "▸Our shop", "▸Pay when you collect")
#: How long a customer waits for an answer, in seconds.
PATIENCE = 120.0


@dataclass(frozen=True)
class Crowd:
    """*customers* want one of *units* each."""

    customers: int = 200
    units: int = 50
    provider: str = "meta_cloud"

    @property
    def phones(self) -> Sequence[str]:
        """Theirs."""
        return [f"+2547{n:08d}" for n in range(1, self.customers + 1)]


async def crowd_run(
    folder: Path, database: Database, say: Callable[[str], None], crowd: Crowd = Crowd()
) -> Report:
    """Have them all buy, and look at what became of it."""

    def prepare(process: GatewayProcess, place: Path) -> None:
        stocked(process, place, crowd.units)

    script = Script(ACTS, ("commerce",), install, prepare)
    async with installed(folder, database, crowd.provider, script) as at:
        process = GatewayProcess(at)
        if database.name == "postgres":
            process.run("migrate")
        script.prepare(process, folder)
        process.start()
        try:
            await process.ready(at.house.session)
            seconds = await _buy(at.house.sim, crowd)
            answers = Counter(_answer(at.house.sim, phone) for phone in crowd.phones)
        finally:
            process.kill()
    say(f"{database.name}: {crowd.customers} customers, confirmed and answered in {seconds:.1f} s")
    return await _judged(database, crowd, answers)


async def _buy(sim: Any, crowd: Crowd) -> float:
    """All of them, one message after another, up to the last look; then all confirm at once. How long the
    last of them waited then."""
    await asyncio.gather(*(_walk(sim, phone, ACTS) for phone in crowd.phones))
    begun = time.monotonic()
    await asyncio.gather(*(_walk(sim, phone, ("▸Confirm",)) for phone in crowd.phones))
    return time.monotonic() - begun


async def _walk(sim: Any, phone: str, acts: Sequence[str]) -> None:
    for act in acts:
        before = len(sim.inbox(phone))
        if act.startswith("▸"):
            options = next(each.options for each in reversed(sim.inbox(phone)) if each.options)
            found = [each.id for each in options if each.title == act[1:]]
            assert found, f"{phone} cannot tap {act}: {[each.title for each in options]}"
            await sim.taps(phone, found[0])
        else:
            await sim.says(phone, act)
        await sim.wait_for(phone, before + 1, PATIENCE)


def _answer(sim: Any, phone: str) -> str:
    """What the phone shows last: ordered, sold out, or something else."""
    text = str(sim.inbox(phone)[-1].text)
    if "is placed" in text:
        return "ordered"
    return "sold out" if "Mango" in text else text


async def _judged(database: Database, crowd: Crowd, answers: Counter[str]) -> Report:
    [(orders, contacts)] = await rows(
        database, "select count(*), count(distinct contact) from commerce_order"
    )
    [(on_hand, reserved)] = await rows(
        database,
        "select s.on_hand, s.reserved from commerce_stock s join commerce_variant v"
        " on v.tenant = s.tenant and v.id = s.variant where v.sku = 'MNG-EA'",
    )
    [(held,)] = await rows(
        database, "select coalesce(sum(qty), 0) from commerce_reservation where state = 'committed'"
    )
    expected = {"ordered": crowd.units, "sold out": crowd.customers - crowd.units}
    wrong = {
        "not as many orders as pieces": (orders, contacts) != (crowd.units, crowd.units),
        "oversold": not (on_hand == reserved == held == crowd.units),
        "not everybody got their answer": dict(answers) != expected,
    }
    told = f"{orders} orders of {contacts}, {reserved} of {on_hand} reserved, {held} held, {dict(answers)}"
    figures = {"customers": crowd.customers, "pieces": crowd.units, "orders": int(orders), **answers}
    return Report(figures, {promise: [told] if broken else [] for promise, broken in wrong.items()})
