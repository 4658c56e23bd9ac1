"""Every order and repetition of the statuses of one message must come to the same end.

Each case sends its statuses one webhook at a time, some of them before the answer to the send itself.
The end is read from the database: the status with the highest rank.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gateway.model.status import RANK
from tests.faults.drain import drain
from tests.faults.judge import Report
from tests.faults.keys import Key, of_reply
from tests.faults.provider import Acceptance, Odds
from tests.faults.site import Database
from tests.faults.tables import read_tables
from tests.faults.webhooks import StatusNote, inbound, statuses
from tests.faults.world import World, world


@dataclass(frozen=True)
class Case:
    """Statuses in their order of arrival; the first *early* of them come before the answer."""

    order: tuple[str, ...]
    early: int = 0

    @property
    def end(self) -> str:
        """What the part must say when all have arrived."""
        return max(self.order, key=RANK.__getitem__)


def cases() -> list[Case]:
    """All orders of all five statuses; all sequences of five over sent, delivered and read, and over sent
    and failed, so that each comes at least once. Every second case begins before the answer."""
    orders = [
        *itertools.permutations(("sent", "failed", "delivered", "read", "played")),
        *_surjections(("sent", "delivered", "read"), 5),
        *_surjections(("sent", "failed"), 4),
        *_surjections(("failed", "delivered"), 4),
    ]
    return [Case(order, early=number % (len(order) + 1)) for number, order in enumerate(orders)]


def _surjections(words: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    """All sequences of *length* in which every one of *words* comes at least once."""
    return (order for order in itertools.product(words, repeat=length) if set(order) == set(words))


class Player:
    """Gives contact *i* the statuses of case *i*."""

    def __init__(self, around: World, plays: Sequence[Case]) -> None:
        self._around, self._plays = around, plays
        self._rest: list[asyncio.Task[None]] = []

    async def announce(self, acceptance: Acceptance) -> None:
        """Deliver the early statuses now, the others once the answer has gone."""
        key = of_reply(acceptance.text)
        if key is None or key.contact >= len(self._plays):
            return
        case = self._plays[key.contact]
        await self._deliver(acceptance, case.order[: case.early])
        self._rest.append(asyncio.create_task(self._later(acceptance, case.order[case.early :])))

    async def finish(self) -> None:
        """Wait until every status is delivered."""
        await asyncio.gather(*self._rest)

    async def _later(self, acceptance: Acceptance, rest: Sequence[str]) -> None:
        await asyncio.sleep(0.1)
        await self._deliver(acceptance, rest)

    async def _deliver(self, acceptance: Acceptance, words: Sequence[str]) -> None:
        for word in words:
            at = int(acceptance.at) + RANK[word]
            note = StatusNote(acceptance.wamid, word, acceptance.to, acceptance.correlation, at)
            await self._around.carrier.deliver(statuses([note]))


async def fold_run(
    folder: Path, database: Database, plays: Sequence[Case], seed: int, say: Callable[[str], None]
) -> Report:
    """Play every case on *database* and compare the ends."""
    started = time.monotonic()
    async with world(folder, database, seed, odds=Odds(0, 0), posts=False) as around:
        say(f"statuses on {database.name}: {len(plays)} orders, log in {around.site.log}")
        player = Player(around, plays)
        around.provider.announce = player.announce
        await around.start()
        acked = [Key(contact, 1) for contact in range(len(plays))]
        for start in range(0, len(acked), 20):
            await around.carrier.deliver(inbound(acked[start : start + 20]))
        left = await drain(around, acked, 60)
        await player.finish()
        await asyncio.sleep(1)
        await around.gateway.stop()
        report = await around.verdict(acked)
        wrong = await _wrong_ends(around, plays)
    figures = {"orders": len(plays), **report.figures, "seconds": int(time.monotonic() - started)}
    violations = {"wrong end": wrong, "not at rest": [left] if left else [], **report.violations}
    return replace(report, figures=figures, violations=violations)


async def _wrong_ends(around: World, plays: Sequence[Case]) -> list[str]:
    ends = {row.id: row.status for row in (await read_tables(around.site.database)).parts}
    wrong = []
    for acceptance in around.provider.accepted:
        key = of_reply(acceptance.text)
        if key is None or key.contact >= len(plays):
            continue
        case, end = plays[key.contact], ends.get(acceptance.part, "no part")
        if end != case.end:
            wrong.append(f"{' '.join(case.order)} ({case.early} early) ended as {end}, not {case.end}")
    return wrong
