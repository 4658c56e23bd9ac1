"""The outbox: what turns and the API want sent, made durable, claimed and settled, many to a commit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Protocol, TypeVar

from gateway.clock import Clock
from gateway.cluster.port import Pokes
from gateway.errors import SerializationFailure, StoreUnavailable
from gateway.model.event import Identity
from gateway.model.ids import new_id
from gateway.observe import Metrics, get_logger
from gateway.pipeline.batch import Batcher
from gateway.pipeline.effects import Effects
from gateway.pipeline.judged import Judge
from gateway.pipeline.loops import LoopDetector
from gateway.pipeline.outcome import Claim, Claimed, Outcome, claim, settle
from gateway.pipeline.people.place import learn
from gateway.pipeline.queries import QUEUE
from gateway.pipeline.records import Part
from gateway.pipeline.restored import Restored
from gateway.store.port import Row, Store

log = get_logger("gateway.outbox")
T = TypeVar("T")

#: How many parts are remembered whose commit was not answered.
UNSURE = 10_000


class Sending(Protocol):
    """What the outbox needs of the sender: room for a part, and somebody to send it."""

    def epoch(self, part: Part) -> int: ...

    def reserve(self, part: Part) -> bool: ...

    def knows_all(self, part: Part) -> bool: ...

    def release_one(self, part: Part) -> None: ...

    def offer(self, part: Part) -> None: ...

    def withdraw(self, tenant: str, ids: Iterable[str]) -> None: ...


class Outbox:
    """Between the turns and the sender. *noted* is called when the log of events has something new."""

    def __init__(
        self, store: Store, judge: Judge, loops: LoopDetector, metrics: Metrics, clock: Clock,
        noted: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        self._store, self._loops, self._metrics, self._clock = store, loops, metrics, clock
        self._noted, self._judge = noted, judge
        self._claims: Batcher[Claim, Claimed] = Batcher(self._claim, pace=store.pace)
        self._outcomes: Batcher[Outcome, bool] = Batcher(self._settle, pace=store.pace)
        self.sender: Sending | None = None
        #: Told of each message that was accepted: whose it was.
        self.sent: Callable[[str], None] = lambda tenant: None
        self.restored = Restored()
        #: Who tells the owners of others' numbers that there is something for them.
        self.pokes: Pokes | None = None
        #: Parts that are not being sent, though a commit that was not answered may say so: their epochs.
        self.unsure: dict[tuple[str, str], int] = {}

    def admit(self, result: Effects, now: int) -> None:
        """Just before a turn's commit: stop loops, and claim the first part if it can go at once.

        The claim then shares the turn's commit, which saves one per reply.
        """
        kept = []
        for message in result.messages:
            part = message.parts[0]
            if self._loops.stops(part.tenant, part.conversation, part.body, message.due_at or now):
                self._metrics.loops_stopped.inc()
                self._metrics.dead.labels("send", "loop").inc()
                result.dead.append(_looping(part, now))
                log.error("send.loop_stopped", tenant=part.tenant, conversation=part.conversation)
            else:
                kept.append(message)
        result.messages = kept
        first = next((part for out in kept if not out.due_at for part in out.parts), None)
        # What answers nobody is judged when it is claimed, which has a transaction of its own.
        if first is not None and not first.purpose and self.sender and self.sender.reserve(first):
            first.state, first.attempt, first.claimed_at = "sending", 1, now
            first.epoch, first.reserved = self.sender.epoch(first), True
            first.in_order = not self.sender.knows_all(first)
            self.unsure.pop((first.tenant, first.id), None)  # a second try sends it, if it is kept

    async def keep(
        self, tenant: str, effects: Effects, now: int, commit: Callable[[], Awaitable[bool]]
    ) -> bool:
        """Have *commit* store *effects*, and let the sender have what may go then; whether they were
        *tenant*'s doing here, which *commit* says. When they were not, or it raises, nothing is sent."""
        self.admit(effects, now)
        try:
            ours = await commit()
        except BaseException:
            self._doubt_commit(effects)
            self.dismiss(effects)
            raise
        if not ours:
            self._doubt_commit(effects)  # it may have been ours, when this is the second try
            self.dismiss(effects)
            return False
        self.withdraw(tenant, effects.cancelled)
        self.enqueue(effects.parts())
        return True

    def dismiss(self, result: Effects) -> None:
        """The commit failed: give back what `admit` reserved."""
        for part in result.parts():
            if part.reserved and self.sender is not None:
                self.sender.release_one(part)
                part.state, part.attempt, part.in_order = "ready", 0, False

    def _doubt_commit(self, effects: Effects) -> None:
        """The answer to a commit may be all that was lost: what it says is being sent nobody sends."""
        for part in effects.parts():
            if part.reserved and part.state == "sending":
                self.unsure[part.tenant, part.id] = part.epoch
        while len(self.unsure) > UNSURE:
            del self.unsure[next(iter(self.unsure))]

    def enqueue(self, parts: Iterable[Part]) -> None:
        """The commit is durable: let the sender have the parts, here or where their number is."""
        shards = set()
        if self.sender is not None:
            for part in parts:
                shards.add(part.shard)
                self.sender.offer(part)
        if shards and self.pokes is not None:
            self.pokes.tell(shards)
        self._noted()

    def withdraw(self, tenant: str, ids: Iterable[str]) -> None:
        """The cancellation of these parts is durable: the sender forgets them."""
        if self.sender is not None:
            self.sender.withdraw(tenant, ids)
        self._noted()

    async def claim(self, claim_: Claim) -> Claimed:
        """T2, however long the store is away; whether the part is ours to send, and may be sent.

        Whoever gave up here would let the next part of the conversation go first. A claim whose commit
        may have happened after all is asked for again, and found to be ours.
        """
        return await _patiently(lambda: self._claims.put(claim_))

    async def settle(self, outcome: Outcome) -> bool:
        """T3, however long the store is away; whether the part was still open."""
        return await _patiently(lambda: self._outcomes.put(outcome))

    async def learn(self, part: Part, identities: Sequence[Identity]) -> None:
        """The provider knows the recipient under these names too. It says so with every send, so a database
        that is away just now costs nothing."""
        try:
            await self._store.write(
                lambda tx: learn(tx, part.tenant, part.conversation, identities, self._clock.now())
            )
        except (StoreUnavailable, SerializationFailure):
            log.info("outbox.not_learned", tenant=part.tenant, part_id=part.id)

    async def look(self, parts: Sequence[Part]) -> dict[tuple[str, str], Row]:
        """What the database says of *parts* now; without those that are closed."""
        keys = [{"tenant": part.tenant, "id": part.id} for part in parts]
        rows = await self._store.read(lambda tx: tx.each(QUEUE["part"], keys))
        return {(row["tenant"], row["id"]): row for row in rows}

    async def drain(self) -> None:
        """Wait until every outcome is durable."""
        await self._claims.drain()
        await self._outcomes.drain()

    async def _claim(self, claims: list[Claim]) -> Sequence[Claimed]:
        now = self._clock.now()
        ours = await self._store.write(lambda tx: claim(tx, claims, now, self._judge))
        for item, claimed in zip(claims, ours, strict=True):
            if (made := claimed.decision) is not None:
                self._metrics.policy_decisions.labels(made.verdict, made.reason or "none").inc()
            if claimed:
                part = item.part
                part.state, part.attempt, part.resent = "sending", item.attempt, item.resent
                part.epoch, part.claimed_at = item.epoch, now
        return ours

    async def _settle(self, outcomes: list[Outcome]) -> Sequence[bool]:
        now = self._clock.now()
        ours = await self._store.write(lambda tx: settle(tx, outcomes, now))
        self._noted()
        for outcome, mine in zip(outcomes, ours, strict=True):
            if mine and outcome.kind == "accepted" and not outcome.part.idx:
                self.sent(outcome.part.tenant)
        return ours


async def _patiently(put: Callable[[], asyncio.Future[T]]) -> T:
    """Try until the store has it."""
    delay = 0.05
    while True:
        try:
            return await put()
        except (StoreUnavailable, SerializationFailure):
            await asyncio.sleep(delay)
            delay = min(delay * 2, 2.0)


def _looping(part: Part, now: int) -> dict[str, object]:
    return {
        "tenant": part.tenant,
        "id": new_id(),
        "stage": "send",
        "ref": part.message,
        "plugin": "",
        "reason": "loop",
        "detail": "the same text went to this conversation again and again within a minute",
        "journal": "",
        "body": part.body.encode(),
        "now": now,
    }


#: Seconds that the intake has been up, which is what an in-doubt hold is counted in.
UpTime = Callable[[], float]
